"""Table of the calendar: key dates. Rules of recurrence are values, kept by the rooms that use them."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

import app.kernel.schema  # noqa: F401 - constraints are named by its convention, which must be there first


class KeyDate(SQLModel, table=True):
    """A peak of demand («Día de la Madre») in one country and year. What matters to a group is when to start."""

    __tablename__ = "key_date"
    __table_args__ = (
        sa.UniqueConstraint("country", "year", "code"),
        sa.CheckConstraint("length(country) = 2", name="country_is_iso"),
        sa.CheckConstraint("notice_weeks between 0 and 52", name="notice_bounded"),
        sa.Index("ix_key_date_country_on_date_id", "country", "on_date", "id"),
    )
    id: UUID = Field(primary_key=True)
    country: str = Field(max_length=2)
    year: int
    code: str = Field(max_length=60)  # «dia-de-la-madre»: the same in every country and year
    name_es: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    on_date: date
    notice_weeks: int = 2  # how long before it buyers decide
    note: str = Field(default="", max_length=500)  # its source, or why the dates differ
    is_demo: bool = False
    created_at: datetime
    removed_at: datetime | None = None  # kept, so that filling the year does not bring it back
    version: int = 1
