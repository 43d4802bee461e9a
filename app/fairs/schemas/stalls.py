"""What crosses the door about layouts and stalls. Measures in centimetres."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, Given, Shown

Centimetres = Annotated[int, Field(ge=0, le=1_000_000)]
Side = Annotated[int, Field(ge=10, le=100_000)]
StallCode = Annotated[
    str, Field(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f\x7f<>]+$", examples=["A-12"]), AS_LINE
]


class Box(Given):
    """A rectangle: its left upper corner, width and depth."""

    x: Centimetres
    y: Centimetres
    w: Side
    d: Side


class StallIn(Given):
    """One stall. Only its code is needed."""

    code: StallCode
    box: Box | None = Field(default=None, description="Where it stands; for all stalls or for none")
    has_power: bool = False
    has_water: bool = False
    has_roof: bool = False
    is_accessible: bool = False
    quality: int = Field(default=50, ge=0, le=100, description="How good a place it is to sell from")
    fixed_holder: UUID | None = Field(default=None, description="A group that always stands there")


class LayoutPut(Given):
    """All stalls of a fair: so many numbered ones, or each by its code."""

    count: Annotated[int, Field(ge=1, le=2000)] | None = Field(
        default=None, description="Numbered 1 to so many"
    )
    stalls: Annotated[list[StallIn], Field(min_length=1, max_length=2000)] | None = None
    gap: Annotated[int, Field(ge=0, le=10_000)] = Field(
        default=150, description="Stalls whose sides are at most this far apart are neighbours"
    )
    aisles: list[Box] = Field(default=[], max_length=200, description="No neighbours across an aisle")


class StallRead(Shown):
    """One stall."""

    id: UUID
    code: str
    number: int
    box: Box | None
    has_power: bool
    has_water: bool
    has_roof: bool
    is_accessible: bool
    quality: int
    fixed_holder_id: UUID | None


class Overlap(Shown):
    """Two stalls on the same ground."""

    code: str
    stalls: tuple[str, str]
    message: str


class LayoutRead(Shown):
    """How the stalls stand."""

    id: UUID
    fair_id: UUID
    number: int = Field(description="1 for the first layout of the fair, 2 for the next …")
    gap: int
    aisles: list[Box]
    stalls: list[StallRead]
    neighbours: list[tuple[str, str]] = Field(description="Codes of the stalls that stand side by side")
    warnings: list[Overlap] | None = Field(default=None, description="Only in answers to a change")
    created_at: datetime
    version: int
