"""What crosses the door about what groups bring to a date."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.fairs.schemas.occurrences import OccurrenceSummary
from app.kernel.bodies import Given, Shown


class AnnouncementIn(Given):
    """One product that a group brings."""

    product: UUID
    note: Annotated[str, Field(max_length=200, examples=["Recién cosechada, por kilo y por arroba"])] = ""
    is_own_production: bool = Field(default=True, description="False: bought from others and resold")


class AnnouncementsPut(Given):
    """Everything that a group brings to a date; what it said before is replaced."""

    items: list[AnnouncementIn] = Field(min_length=1, max_length=50)


class AnnouncementRead(Shown):
    """A group brings a product to a date."""

    organisation_id: UUID
    organisation_name: str
    stall: str | None = Field(description="The code of its confirmed stall on that date, when it has one")
    product_id: UUID
    product_name: str
    note: str
    is_own_production: bool = Field(description="False: resale, listed after what people make themselves")


class GroupAnnouncements(Shown):
    """What one group brings to a date."""

    occurrence_id: UUID
    items: list[AnnouncementRead]


class AnnouncementPage(Shown):
    """What groups bring to a date: own production first, then by name of the group."""

    items: list[AnnouncementRead]
    next_cursor: str | None


class FoundDate(OccurrenceSummary):
    """A date with who brings what was asked for."""

    distance_km: float | None = Field(description="From the point that was asked for")
    brings: list[AnnouncementRead] = Field(description="At most 20, own production first")
    brings_count: int


class FoundDatePage(Shown):
    """A page of dates, the next ones first and, of those that start together, the nearest."""

    items: list[FoundDate]
    next_cursor: str | None
