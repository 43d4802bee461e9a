"""Tables of the call for stalls: its bases, who applies, with which papers, and who objects."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.fairs.states import ApplicationChannel, ApplicationState, CallState
from app.kernel.files.models import StoredFile
from app.kernel.schema import Json, belongs_to, one_of

_IS_LIVE = f"state <> '{ApplicationState.WITHDRAWN}'"


class Call(SQLModel, table=True):
    """A convocatoria: the published bases by which stalls of a fair are given, for its dates from..until."""

    __tablename__ = "fair_call"
    __table_args__ = (
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        sa.CheckConstraint("until_on >= from_on", name="ends_after_start"),
        sa.CheckConstraint("mend_days between 1 and 60 and claim_days between 1 and 60", name="days_bounded"),
        sa.Index("ix_fair_call_state_closes_at", "state", "closes_at"),
    )
    id: UUID = Field(primary_key=True)
    fair_id: UUID = belongs_to("fair.id")
    organiser_id: UUID = belongs_to("organisation.id")
    state: CallState = Field(default=CallState.DRAFT, sa_type=one_of(CallState, "fair_call_state"))
    title: str = Field(max_length=160)
    resolution: str = Field(default="", max_length=120)  # «Resolución de Alcaldía N.º 123-2026-MQP»
    bases: str = Field(default="", max_length=20000)
    opens_at: datetime
    closes_at: datetime
    from_on: date  # the dates it gives stalls for
    until_on: date
    documents: Any = Field(sa_type=Json)  # [{code, name, required}]
    categories: Any = Field(sa_type=Json)  # codes of products.Category that may sell; none: all may
    quotas: Any = Field(sa_type=Json)  # [{of: category | territory, value, at_least?, at_most?}]
    weights: Any = Field(sa_type=Json)  # {rotation, seniority, women_led, first_time, distance}: 0..100
    mend_days: int = 5
    claim_days: int = 3
    offer_hours: int = 48
    no_show_limit: int = 2  # so many unexcused absences within `no_show_days` ...
    no_show_days: int = 90
    sanction_days: int = 30  # ... cost so many days without a stall; 0: never
    seed_sha256: str | None = Field(default=None, max_length=64)  # published with the bases
    seed: str | None = Field(default=None, max_length=64)  # secret until the call has closed
    claims_until: datetime | None = None
    reason: str = Field(default="", max_length=500)
    is_demo: bool = False
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    version: int = 1


class Application(SQLModel, table=True):
    """A group asks for a stall. One per group and call that was not withdrawn, whoever of its people, its network or the counter enters it."""

    __tablename__ = "application"
    __table_args__ = (
        sa.Index(
            "uq_application_live_group",
            "call_id",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text(_IS_LIVE),
            postgresql_where=sa.text(_IS_LIVE),
        ),
        sa.UniqueConstraint("call_id", "number"),
        sa.Index("ix_application_call_id_state", "call_id", "state", "number"),
        sa.Index("ix_application_state_mend_until", "state", "mend_until"),
    )
    id: UUID = Field(primary_key=True)
    call_id: UUID = belongs_to("fair_call.id")
    organisation_id: UUID = belongs_to("organisation.id")
    number: int  # its folio within the call
    state: ApplicationState = Field(
        default=ApplicationState.DRAFT, sa_type=one_of(ApplicationState, "application_state")
    )
    channel: ApplicationChannel = Field(sa_type=one_of(ApplicationChannel, "application_channel"))
    category: str = Field(max_length=60)  # products.Category's code
    offers: str = Field(default="", max_length=1000)  # what they bring, in their words
    is_own_production: bool = True
    needs_power: bool = False
    needs_water: bool = False
    needs_roof: bool = False
    needs_access: bool = False
    width_cm: int | None = None  # the stall must be at least so wide
    attendants: Any = Field(
        sa_type=Json
    )  # who will stand there: names, read by the group and the officer only
    reason: str = Field(default="", max_length=1000)  # why it is observed, rejected or revoked
    mend_until: datetime | None = None
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    entered_by: str = Field(max_length=60)
    created_at: datetime
    updated_at: datetime
    version: int = 1


class ApplicationDocument(SQLModel, table=True):
    """A paper that a call asks for, as one application brought it. Private; `file_id` is kernel.files'."""

    __tablename__ = "application_document"
    __table_args__ = (sa.UniqueConstraint("application_id", "code"),)
    id: UUID = Field(primary_key=True)
    application_id: UUID = belongs_to("application.id", ondelete="CASCADE")
    code: str = Field(max_length=40)
    file_id: UUID = belongs_to(f"{StoredFile.__tablename__}.id")
    valid_until: date | None = None
    is_accepted: bool | None = None  # nobody has looked at it yet
    note: str = Field(default="", max_length=500)


class Claim(SQLModel, table=True):
    """An objection to the lists, answered with a reason before the result is final."""

    __tablename__ = "application_claim"
    __table_args__ = (
        sa.CheckConstraint("(answered_at is null) = (is_upheld is null)", name="answer_is_whole"),
        sa.CheckConstraint("answered_at is null or answer <> ''", name="answer_has_reason"),
    )
    id: UUID = Field(primary_key=True)
    application_id: UUID = belongs_to("application.id", ondelete="CASCADE")
    text: str = Field(max_length=2000)
    made_at: datetime
    answer: str = Field(default="", max_length=2000)
    is_upheld: bool | None = None
    answered_at: datetime | None = None
