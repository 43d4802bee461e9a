"""Reads of key dates. They are public."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar import rules
from app.calendar.models import KeyDate
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table

KEY_DATE = table(KeyDate)
_SHOWN = (
    *("id", "country", "year", "code", "name_es", "name_en", "on_date", "notice_weeks", "note"),
    *("is_demo", "version"),
)
_COLUMNS = sa.select(*(KEY_DATE.c[name] for name in _SHOWN)).where(KEY_DATE.c.removed_at.is_(None))
_ONE = _COLUMNS.where(KEY_DATE.c.id == given("id"))
_LIST = Query(
    _COLUMNS.order_by(KEY_DATE.c.on_date, KEY_DATE.c.id).limit(given("limit", type_=sa.Integer)),
    country=KEY_DATE.c.country == given("country"),
    year=KEY_DATE.c.year == given("year"),
    since=KEY_DATE.c.on_date >= given("since"),
    after_date=sa.tuple_(KEY_DATE.c.on_date, KEY_DATE.c.id)
    > sa.tuple_(
        given("after_date", type_=KEY_DATE.c.on_date.type), given("after_id", type_=KEY_DATE.c.id.type)
    ),
)
# Removed ones too: what somebody took out is not put back.
_CODES = sa.select(KEY_DATE.c.code).where(
    KEY_DATE.c.country == given("country"), KEY_DATE.c.year == given("year")
)


class Work(NamedTuple):
    """What somebody wants to make for a key date: his notice instead of its own, and pieces at so many a week."""

    notice_weeks: int | None = None
    pieces: int = 0
    pieces_per_week: int = 1


async def row(db: Database, key_date_id: UUID) -> Row:
    """A key date with its columns. Raises NotFoundError."""
    found = await db.one(_ONE, id=key_date_id)
    if found is None:
        raise NotFoundError
    return found


async def key_date(db: Database, key_date_id: UUID, lang: str) -> Row:
    """A key date as people read it. Raises NotFoundError."""
    return shown(await row(db, key_date_id), lang)


async def page(
    db: Database,
    *,
    limit: int,
    after: list[Any] | None,
    country: str | None,
    year: int | None,
    since: date | None,
    work: Work,
    lang: str,
) -> list[Row]:
    """Up to limit + 1 key dates, the earliest first."""
    keyset = {"after_date": date.fromisoformat(after[0]), "after_id": UUID(after[1])} if after else {}
    found = await db.all(_LIST, limit=limit + 1, country=country, year=year, since=since, **keyset)
    return [shown(line, lang, work) for line in found]


async def codes(db: Database, country: str, year: int) -> set[str]:
    """The codes that a country's year has, or had before somebody removed them."""
    return {line["code"] for line in await db.all(_CODES, country=country, year=year)}


def shown(found: Mapping[str, Any], lang: str, work: Work = Work()) -> Row:  # noqa: B008 - a value
    """The wire form of a key date, with the day by which to start."""
    notice = found["notice_weeks"] if work.notice_weeks is None else work.notice_weeks
    start = rules.start_by(
        found["on_date"], notice_weeks=notice, pieces=work.pieces, pieces_per_week=work.pieces_per_week
    )
    return {**found, "name": found[f"name_{lang}"], "start_by": start}
