"""What whoever keeps a fair should look at: other fairs at the same place and hour, public holidays. Refuses nothing."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.calendar import holidays
from app.fairs.queries import fairs, occurrences
from app.kernel import i18n
from app.kernel.db import Database, Row

_LOOK_AHEAD = timedelta(days=400)
_MOST = 20


async def of_fair(db: Database, fair_id: UUID, lang: str, now: datetime) -> list[Row]:
    """Up to twenty warnings about the dates of the next thirteen months, the earliest first."""
    fair = await fairs.row(db, fair_id)
    dates = await occurrences.times(db, fair_id, since=now, until=now + _LOOK_AHEAD)
    if not dates:
        return []
    found = [*await _overlaps(db, fair, dates, lang), *await _holidays(fair, dates, lang)]
    return sorted(found, key=lambda warning: (warning["on"], warning["code"]))[:_MOST]


async def _overlaps(db: Database, fair: Row, dates: list[Row], lang: str) -> list[Row]:
    others = await occurrences.beside(
        db,
        fair["place_id"],
        besides=fair["id"],
        since=dates[0]["starts_at"],
        until=dates[-1]["ends_at"],
    )
    found, at = [], 0
    for other in others:  # both in order of their start: one walk along the two
        while at < len(dates) and dates[at]["ends_at"] <= other["starts_at"]:
            at += 1
        if at < len(dates) and dates[at]["starts_at"] < other["ends_at"]:
            day = dates[at]["starts_local"][:10]
            found.append(_said("same_place", day, lang, with_fair_id=other["fair_id"]))
    return found


async def _holidays(fair: Row, dates: list[Row], lang: str) -> list[Row]:
    days = {date.fromisoformat(each["starts_local"][:10]) for each in dates}
    found = await holidays.names(days, fair["country"], fair["region"], lang=lang)
    return [_said("holiday", day.isoformat(), lang, name=name) for day, name in found.items()]


def _said(code: str, on: str, lang: str, *, with_fair_id: UUID | None = None, **facts: Any) -> Row:
    message = i18n.text(lang, "fair_warnings", code, **facts)
    return {"code": code, "on": on, "with_fair_id": with_fair_id, "message": message}
