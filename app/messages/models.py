"""The table of messages: what must be said to whom, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import Json, belongs_to, one_of
from app.kernel.text import SMS_SEPTETS


class MessageKind(StrEnum):
    """Why it is said."""

    OFFER = "offer"
    CHANGED_OFFER = "changed_offer"
    REMINDER = "reminder"
    NOTED = "noted"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    PLAN_READY = "plan_ready"
    CANCELLED = "cancelled"
    MOVED = "moved"
    OBSERVED = "observed"
    NOT_ADMITTED = "not_admitted"


# Those that wait for an answer. A reminder belongs to the question before it.
QUESTIONS = (
    MessageKind.OFFER,
    MessageKind.CHANGED_OFFER,
    MessageKind.PLAN_READY,
    MessageKind.OBSERVED,
)
ASKING = (*QUESTIONS, MessageKind.REMINDER)


class MessageChannel(StrEnum):
    """How somebody was told."""

    WHATSAPP = "whatsapp"
    SMS = "sms"
    CALL = "call"
    IN_PERSON = "in_person"
    APP = "app"


class MessageState(StrEnum):
    """to_send -> sent -> seen -> answered; anything unanswered may be cancelled. Derived from the instants."""

    TO_SEND = "to_send"
    SENT = "sent"
    SEEN = "seen"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Message(SQLModel, table=True):
    """Something must be said to an organisation, by another one, about a subject («aviso»).

    The one-tap link is never stored: it is made when the message is read, from the subject and `link_version`; `text`
    keeps its place as `{link}`, and in an SMS it follows `short`.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.CheckConstraint("(sent_at is null) = (sent_channel is null)", name="sent_by_a_channel"),
        sa.CheckConstraint(f"length(short) <= {SMS_SEPTETS}", name="short_is_short"),
        sa.Index("ix_message_outbox", "sender_organisation_id", "act_by", "id"),
        sa.Index("ix_message_inbox", "organisation_id", "act_by", "id"),
        sa.Index("ix_message_subject", "subject_id", "id"),
        sa.Index("ix_message_topic", "topic_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")  # whom it is for
    user_id: UUID | None = belongs_to("app_user.id", default=None, ondelete="SET NULL")
    phone: str | None = Field(default=None, max_length=20)  # as it was when written: +51987654321
    sender_organisation_id: UUID = Field(
        foreign_key="organisation.id", ondelete="RESTRICT"
    )  # who must say it
    subject_kind: str = Field(max_length=40)
    subject_id: UUID  # a plain id: rooms above own the subject
    topic_id: UUID | None = None  # the larger thing it belongs to: an order
    kind: MessageKind = Field(sa_type=one_of(MessageKind, "message_kind"))
    text: str = Field(max_length=2000)  # may hold {link}
    short: str = Field(max_length=SMS_SEPTETS)
    link_version: int | None = None  # of the one-tap link; absent: it has none
    facts: Any = Field(sa_type=Json)
    lang: str = Field(max_length=5)
    act_by: datetime  # until when it helps: the deadline it speaks of
    created_at: datetime
    sent_at: datetime | None = None
    sent_by: str | None = Field(default=None, max_length=60)
    sent_channel: MessageChannel | None = Field(
        default=None, sa_type=one_of(MessageChannel, "message_channel")
    )
    seen_at: datetime | None = None
    answered_at: datetime | None = None
    cancelled_at: datetime | None = None
    version: int = 1
