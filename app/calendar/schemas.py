"""What crosses the door about key dates."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, Given, Shown

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["PE"], description="ISO 3166-1")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,58}$", examples=["dia-de-la-madre"])]
Name = Annotated[str, Field(min_length=2, max_length=120, examples=["Día de la Madre"]), AS_LINE]
OnDate = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
NoticeWeeks = Annotated[int, Field(ge=0, le=52, description="How long before it buyers decide")]
Note = Annotated[str, Field(max_length=500, description="Its source, or why the dates differ")]


class KeyDateCreate(Given):
    """A peak of demand in one country and year: the year of its date."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    country: Country
    code: Code
    name_es: Name
    name_en: Name
    on_date: OnDate
    notice_weeks: NoticeWeeks = 2
    note: Note = ""


class KeyDateUpdate(Given):
    """What may change. A field that is absent stays."""

    name_es: Name | None = None
    name_en: Name | None = None
    on_date: OnDate | None = Field(default=None, description="In the same year")
    notice_weeks: NoticeWeeks | None = None
    note: Note | None = None


class KeyDateRead(Shown):
    """A peak of demand, and the day by which to start for it."""

    id: UUID
    country: str
    year: int
    code: str
    name: str
    name_es: str
    name_en: str
    on_date: date
    notice_weeks: int
    start_by: date = Field(description="The date less the notice and the weeks that the capacity needs")
    note: str
    is_demo: bool
    version: int


class KeyDatePage(Shown):
    """A page of key dates, the earliest first."""

    items: list[KeyDateRead]
    next_cursor: str | None
