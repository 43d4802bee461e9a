"""What crosses the door about dates."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.fairs.schemas.shared import Id, LocalStart, Reason, Where
from app.fairs.states import FairKind, FairState, OccurrenceState
from app.kernel.bodies import Given, Shown
from app.places.schemas import LocationRead

Note = Annotated[str, Field(max_length=1000)]


class OccurrenceCreate(Given):
    """A date besides those of the rule."""

    id: Id = None
    starts_local: LocalStart
    ends_local: LocalStart | None = Field(default=None, description="As long as the fair lasts when absent")
    place: UUID | None = Field(default=None, description="The fair's when absent")
    note: Note = ""


class OccurrenceUpdate(Given):
    """Move a date, or say something about it. Moving needs a reason, which people read."""

    starts_local: LocalStart | None = None
    ends_local: LocalStart | None = None
    place: UUID | None = Field(default=None, description="Somewhere else this time")
    reason: Reason | None = None
    note: Note | None = None


class Cancellation(Given):
    """Why there is no fair that day; people read it."""

    reason: Reason


class OccurrenceSummary(Shown):
    """One date of a fair, in lists."""

    id: UUID
    fair_id: UUID
    fair_code: str
    fair_name: str
    kind: FairKind
    fair_state: FairState
    organiser_id: UUID
    organiser_name: str
    place_name: str
    country: str
    region: str | None
    territory_code: str | None
    location: LocationRead | None
    zone: str
    starts_at: datetime
    ends_at: datetime
    starts_local: str
    state: OccurrenceState
    reason: str
    moved_from: str | None
    is_demo: bool
    version: int


class OccurrencePage(Shown):
    """A page of dates, the next ones first."""

    items: list[OccurrenceSummary]
    next_cursor: str | None


class OccurrenceRead(OccurrenceSummary):
    """One date of a fair."""

    recurrence_key: str = Field(description="The local start that the rule gave it: never changes")
    is_extra: bool
    note: str
    place: Where
    updated_at: datetime
    actions: list[str]
    warnings: list[dict[str, Any]] | None = Field(default=None, description="Only in answers to a change")
