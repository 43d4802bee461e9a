"""Key dates for tests."""

from datetime import date
from typing import Any
from uuid import UUID

from app.calendar.models import KeyDate
from app.kernel import ids
from app.kernel.db import Database
from tests.factories.people import LONG_AGO, add


async def key_date(
    db: Database,
    on_date: date = date(2026, 5, 10),
    *,
    code: str = "dia-de-la-madre",
    country: str = "PE",
    notice_weeks: int = 6,
    **values: Any,
) -> UUID:
    row = {
        "name_es": "Día de la Madre",
        "name_en": "Mother's Day",
        "note": "",
        "created_at": LONG_AGO,
    } | values
    return await add(
        db,
        KeyDate,
        id=ids.uuid7(),
        country=country,
        year=on_date.year,
        code=code,
        on_date=on_date,
        notice_weeks=notice_weeks,
        **row,
    )
