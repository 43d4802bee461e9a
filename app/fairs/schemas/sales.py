"""What crosses the door about sales: ranges, never amounts."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.fairs.states import SalesRange
from app.kernel.bodies import Given, Shown


class SalesPut(Given):
    """How much a group sold on a date."""

    sold: SalesRange


class SalesRead(Shown):
    """What a group declared; only the group and its network read it."""

    assignment_id: UUID
    sold: SalesRange
    declared_at: datetime


class SalesSum(Shown):
    """How much all groups sold on a date, by ranges."""

    occurrence_id: UUID
    groups: int | None = Field(
        description="How many declarations are counted: in steps of five, so that nobody's is told; null: fewer than five"
    )
    ranges: dict[SalesRange, int] | None
