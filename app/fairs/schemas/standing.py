"""What crosses the door about who stands where, and what it costs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.fairs.schemas.shared import Id, Reason
from app.fairs.states import AssignmentState, FeeState, Presence, WaitState
from app.kernel.bodies import AS_LINE, Given, Shown
from app.kernel.wire import Money

Name = Annotated[str, Field(min_length=2, max_length=120, examples=["Rosa Quispe"]), AS_LINE]
Names = Annotated[
    list[Name], Field(max_length=10, description="Who will stand there; read by the group and the officer")
]


class AllocationCreate(Given):
    """By which call's bases the stalls of a date are given; absent, by the newest final one that covers it."""

    call: UUID | None = None


class AllocationRunRead(Shown):
    """One run of the rule: who stands where, who waits, who is left out, each with the reason. Public once final."""

    id: UUID
    occurrence_id: UUID
    call_id: UUID
    number: int
    rule: str
    digest: str = Field(description="SHA-256 of everything the rule was given")
    seed_sha256: str = Field(description="SHA-256 of the number of the draw, a colon and the key of the date")
    is_final: bool
    made_at: datetime
    placed: dict[str, str] = Field(description="Group -> code of its stall")
    waiting: list[str]
    left_out: list[str]
    conflicts: list[tuple[str, str]] = Field(
        description="Neighbours of one category that could not be avoided"
    )
    explanations: list[dict[str, Any]] = Field(
        description="Per group: a sentence, and the numbers behind it; none where it was just made final"
    )
    version: int


class StallClaim(Given):
    """An admitted group takes a free stall of a date."""

    organisation: UUID
    stall: str | None = Field(
        default=None, max_length=20, description="Its code; the first that fits when absent"
    )
    attendants: Names = Field(default=[])


class Confirmation(Given):
    """Yes, we come."""

    attendants: Names = Field(default=[])


class Declined(Given):
    """Not this time («esta vez no podemos»), and why if they want to say it."""

    reason: Annotated[str, Field(max_length=500)] = ""


class Swap(Given):
    """With whom the stall is exchanged."""

    other: UUID = Field(description="The other assignment of the same date")
    reason: Reason


class Substitute(Given):
    """Who sells today at a stall that stayed empty."""

    organisation: UUID
    stall: str = Field(max_length=20)
    category: str = Field(default="", max_length=60)
    attendants: Names = Field(default=[])


class StallFee(Shown):
    """What a stall costs."""

    id: UUID
    state: FeeState
    amount: Money


class AssignmentRead(Shown):
    """A group's stall on a date."""

    id: UUID
    occurrence_id: UUID
    organisation_id: UUID
    organisation_name: str
    stall: str
    category: str
    state: AssignmentState
    expires_at: datetime | None
    reason: str
    is_substitute: bool
    is_excused: bool
    attendants: list[str] | None = Field(description="For the group and the officer")
    fee: StallFee | None = Field(description="For the group and the officer")
    version: int
    actions: list[str]


class AssignmentList(Shown):
    """Who stands where on a date."""

    items: list[AssignmentRead]


class WaitingRead(Shown):
    """A place on a waiting list."""

    occurrence_id: UUID
    organisation_id: UUID
    organisation_name: str
    position: int = Field(description="1 is next")
    state: WaitState
    reason: str = Field(
        description="Why a stall went to somebody behind it, if one did; for the group and the officer"
    )


class WaitingList(Shown):
    """Who waits for a stall of a date, the next one first."""

    items: list[WaitingRead]


class ClaimRead(Shown):
    """What became of it: a stall, or a place on the waiting list."""

    outcome: Literal["stall", "waiting"]
    assignment: AssignmentRead | None
    waiting: WaitingRead | None


class Noted(Given):
    """What an officer noted about one group, with an identifier made on the phone."""

    id: UUID
    assignment: UUID
    presence: Presence
    noted_at: datetime
    reason: Annotated[str, Field(max_length=500)] = ""


class AttendancePut(Given):
    """Notes of a date, in any order, also repeated: each counts once."""

    notes: Annotated[list[Noted], Field(min_length=1, max_length=500)]


class NoteRefused(Shown):
    """A note that was not kept, and why."""

    id: UUID
    assignment: UUID
    code: Literal[
        "already_stands",
        "hour_without_zone",
        "not_confirmed",
        "not_of_this_date",
        "stall_taken",
        "unknown_assignment",
    ]
    detail: str


class AttendanceRead(Shown):
    """What became of the notes. Those that are refused need not be sent again; all others were kept."""

    counted: int
    repeated: int
    refused: list[NoteRefused]
    items: list[AssignmentRead]


class Payment(Given):
    """The municipal cashier's receipt."""

    receipt: Annotated[str, Field(min_length=1, max_length=60, examples=["R-000123"]), AS_LINE]


class Waiver(Given):
    """Why a stall is free this time."""

    reason: Reason


class FeeRead(Shown):
    """What a stall costs, and whether it was paid."""

    id: UUID
    assignment_id: UUID
    organisation_id: UUID
    amount: Money
    state: FeeState
    due_on: date
    receipt: str
    reason: str
    version: int
    actions: list[str]


class SanctionCreate(Given):
    """Days without a stall, with a reason that the group reads."""

    id: Id = None
    organiser: UUID
    organisation: UUID
    from_on: date
    until_on: date
    reason: Reason


class Lifting(Given):
    """Why a sanction ends early."""

    reason: Reason


class SanctionRead(Shown):
    """Days without a stall. Read by the group and the organiser."""

    id: UUID
    organiser_id: UUID
    organisation_id: UUID
    from_on: date
    until_on: date
    reason: str
    lifted_at: datetime | None
    lifted_why: str


class SanctionList(Shown):
    """Sanctions of an organiser, the latest first."""

    items: list[SanctionRead]
