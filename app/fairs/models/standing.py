"""Tables of who stands where: runs of the rule, assignments, the waiting list, attendance, sanctions, fees."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.fairs.states import AssignmentState, FeeState, Presence, WaitState
from app.kernel.schema import Json, belongs_to, one_of

LIVE = (
    AssignmentState.OFFERED,
    AssignmentState.CONFIRMED,
    AssignmentState.CHECKED_IN,
    AssignmentState.COMPLETED,
)
_IS_LIVE = f"state in ({', '.join(repr(state.value) for state in LIVE)})"


class AllocationRun(SQLModel, table=True):
    """One run of the rule for one date: what it was given, what it answered, why. Never changed; a later one replaces it."""

    __tablename__ = "allocation_run"
    __table_args__ = (sa.UniqueConstraint("occurrence_id", "number"),)
    id: UUID = Field(primary_key=True)
    call_id: UUID = belongs_to("fair_call.id")
    occurrence_id: UUID = belongs_to("occurrence.id")
    number: int
    rule: str = Field(max_length=20)  # «stalls-1»
    layout_id: UUID = belongs_to("stall_layout.id")
    digest: str = Field(max_length=64)  # sha256 of the inputs
    inputs: Any = Field(sa_type=Json)
    outcome: Any = Field(sa_type=Json)  # placed, waiting, left out: each with its explanation record
    is_final: bool = False
    made_at: datetime
    made_by: str = Field(max_length=60)


class Assignment(SQLModel, table=True):
    """A group stands at a stall on a date. At most one live per stall and per group on a date."""

    __tablename__ = "assignment"
    __table_args__ = (
        sa.Index(
            "uq_assignment_live_stall",
            "occurrence_id",
            "stall_id",
            unique=True,
            sqlite_where=sa.text(_IS_LIVE),
            postgresql_where=sa.text(_IS_LIVE),
        ),
        sa.Index(
            "uq_assignment_live_group",
            "occurrence_id",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text(_IS_LIVE),
            postgresql_where=sa.text(_IS_LIVE),
        ),
        sa.CheckConstraint("state <> 'offered' or expires_at is not null", name="offer_expires"),
        sa.Index("ix_assignment_state_expires_at", "state", "expires_at"),
        sa.Index("ix_assignment_organisation_id_occurrence_id", "organisation_id", "occurrence_id"),
    )
    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = belongs_to("occurrence.id")
    stall_id: UUID = belongs_to("stall.id")
    organisation_id: UUID = belongs_to("organisation.id")
    application_id: UUID | None = belongs_to("application.id", default=None)  # none: a substitute of the day
    run_id: UUID | None = belongs_to("allocation_run.id", default=None)  # none: no run of the rule gave it
    state: AssignmentState = Field(
        default=AssignmentState.OFFERED, sa_type=one_of(AssignmentState, "assignment_state")
    )
    category: str = Field(default="", max_length=60)
    attendants: Any = Field(sa_type=Json)  # names, private
    quality: int = 50  # the stall's on that day: what rotation counts
    is_substitute: bool = False
    is_excused: bool = False
    reason: str = Field(default="", max_length=500)
    expires_at: datetime | None = None
    answered_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1


class WaitlistEntry(SQLModel, table=True):
    """A group waits for a stall on a date; the lowest position is next."""

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        sa.UniqueConstraint("occurrence_id", "organisation_id"),
        sa.UniqueConstraint("occurrence_id", "position"),
        sa.Index("ix_waitlist_entry_next", "occurrence_id", "state", "position"),
    )
    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id", ondelete="RESTRICT")
    organisation_id: UUID = belongs_to("organisation.id")
    application_id: UUID | None = belongs_to("application.id", default=None)
    position: int
    state: WaitState = Field(default=WaitState.WAITING, sa_type=one_of(WaitState, "waitlist_entry_state"))
    passed_over: Any = Field(default=None, sa_type=Json, nullable=True)  # why a stall went to one behind it
    updated_at: datetime


class Attendance(SQLModel, table=True):
    """An officer's note about a group on a date. The id is the phone's: it may arrive late, in any order, repeated."""

    __tablename__ = "attendance"
    __table_args__ = (sa.Index("ix_attendance_assignment_id_at", "assignment_id", "noted_at"),)
    id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(foreign_key="assignment.id", ondelete="RESTRICT")
    presence: Presence = Field(sa_type=one_of(Presence, "attendance_presence"))
    reason: str = Field(default="", max_length=500)
    noted_at: datetime  # by the phone's clock
    received_at: datetime
    noted_by: str = Field(max_length=60)


class Sanction(SQLModel, table=True):
    """A group may not be given a stall by this organiser for some days, with a reason."""

    __tablename__ = "sanction"
    __table_args__ = (
        sa.CheckConstraint("until_on >= from_on", name="ends_after_start"),
        sa.UniqueConstraint("organiser_id", "organisation_id", "cause_id"),
    )
    id: UUID = Field(primary_key=True)
    organiser_id: UUID = belongs_to("organisation.id")
    organisation_id: UUID = belongs_to("organisation.id")
    from_on: date
    until_on: date
    reason: str = Field(max_length=500)
    cause_id: UUID  # the assignment that caused it, or its own id: a rule sanctions once
    lifted_at: datetime | None = None
    lifted_why: str = Field(default="", max_length=500)
    decided_by: str = Field(max_length=60)
    created_at: datetime


class Fee(SQLModel, table=True):
    """What a stall costs its group on a date. Its money is in the ledger, under this row's id."""

    __tablename__ = "stall_fee"
    __table_args__ = (
        sa.UniqueConstraint("assignment_id"),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("state <> 'paid' or receipt <> ''", name="paid_has_receipt"),
        sa.CheckConstraint("state <> 'waived' or reason <> ''", name="waived_has_reason"),
        sa.Index("ix_stall_fee_state_due_on", "state", "due_on"),
    )
    id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(foreign_key="assignment.id", ondelete="RESTRICT")
    organiser_id: UUID = belongs_to("organisation.id")
    organisation_id: UUID = belongs_to("organisation.id")
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    state: FeeState = Field(default=FeeState.DUE, sa_type=one_of(FeeState, "stall_fee_state"))
    due_on: date
    receipt: str = Field(default="", max_length=60)  # the municipal cashier's receipt number
    reason: str = Field(default="", max_length=500)
    created_at: datetime
    updated_at: datetime
    version: int = 1
