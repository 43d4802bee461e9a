"""What crosses the door about messages."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import Given, Shown
from app.messages.models import MessageChannel, MessageKind, MessageState


class MessageParty(Shown):
    """An organisation that must say something, or be told."""

    id: UUID
    name: str
    is_demo: bool


class MessageSubject(Shown):
    """What a message is about, by its kind and id."""

    kind: str = Field(examples=["allocation"])
    id: UUID


class MessageRead(Shown):
    """A message, ready to be sent by WhatsApp, SMS or voice. `actions` is what you may do with it now."""

    id: UUID
    kind: MessageKind
    state: MessageState
    sender: MessageParty
    recipient: MessageParty
    subject: MessageSubject
    topic_id: UUID | None = Field(description="The larger thing it belongs to, such as the order")
    lang: str
    text: str = Field(description="The whole text; with the one-tap link, where you may use it")
    sms: str | None = Field(description="At most 160 characters of one SMS, with the link")
    wa_link: str | None = Field(description="Opens WhatsApp with the text written")
    phone: str | None = Field(description="The number, to those who have to send it")
    act_by: datetime = Field(description="Until when it helps: the deadline it speaks of")
    created_at: datetime
    sent_at: datetime | None
    sent_channel: MessageChannel | None
    seen_at: datetime | None
    answered_at: datetime | None
    cancelled_at: datetime | None
    actions: list[Literal["sent", "seen"]]
    version: int


class MessagePage(Shown):
    """A page of messages, the most urgent first."""

    items: list[MessageRead]
    next_cursor: str | None


class MessageSent(Given):
    """It was said."""

    channel: MessageChannel = Field(examples=["whatsapp"])


class MessagesSent(MessageSent):
    """Several were said by one channel, as a phone notes it when it has signal again."""

    messages: list[UUID] = Field(min_length=1, max_length=200)


class MessageMarked(Shown):
    """How far one message is; one that was withdrawn meanwhile stays so."""

    id: UUID
    state: MessageState


class MessageMarkedList(Shown):
    """How far each message is, in the order asked."""

    items: list[MessageMarked]
