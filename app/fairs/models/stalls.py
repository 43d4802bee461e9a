"""Tables of where people stand: layouts and their stalls."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import Json, belongs_to


class StallLayout(SQLModel, table=True):
    """One version of how the stalls stand. A new one replaces it for the dates that nobody has been given yet."""

    __tablename__ = "stall_layout"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "number"),
        sa.CheckConstraint("gap_cm between 0 and 10000", name="gap_bounded"),
    )
    id: UUID = Field(primary_key=True)
    fair_id: UUID = belongs_to("fair.id", ondelete="CASCADE")
    number: int  # 1, 2, 3: the highest is the one in use
    gap_cm: int = 150  # sides at most this far apart are neighbours
    aisles: Any = Field(sa_type=Json)  # [{x, y, w, d}] in cm
    created_at: datetime


class Stall(SQLModel, table=True):
    """A place to sell, by its code. Coordinates are for those who have a map; sizes and positions in cm."""

    __tablename__ = "stall"
    __table_args__ = (
        sa.UniqueConstraint("layout_id", "code"),
        sa.UniqueConstraint("layout_id", "number"),
        sa.CheckConstraint(
            "(x_cm is null) = (y_cm is null) and (x_cm is null) = (w_cm is null) and (x_cm is null) = (d_cm is null)",
            name="box_is_whole",
        ),
        sa.CheckConstraint("quality between 0 and 100", name="quality_bounded"),
    )
    id: UUID = Field(primary_key=True)
    layout_id: UUID = belongs_to("stall_layout.id", ondelete="CASCADE")
    code: str = Field(max_length=20)
    number: int  # its order: without coordinates, neighbours are those whose numbers follow
    x_cm: int | None = None
    y_cm: int | None = None
    w_cm: int | None = None
    d_cm: int | None = None
    has_power: bool = False
    has_water: bool = False
    has_roof: bool = False
    is_accessible: bool = False
    quality: int = 50  # 0..100: how good a place it is to sell from
    fixed_holder_id: UUID | None = belongs_to("organisation.id", default=None)
