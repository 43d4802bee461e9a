"""Changes of key dates. They are common to all, so the platform's administrators keep them."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar import queries, rules
from app.calendar.queries import KEY_DATE
from app.calendar.schemas import KeyDateCreate, KeyDateUpdate
from app.kernel import ids, journal, wire
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Row, Tx, when_broken
from app.kernel.errors import ConflictError, Fault, InvalidError, StaleVersionError
from app.kernel.text import clean, clean_line

_CHANGED = ("name_es", "name_en", "on_date", "notice_weeks", "note")
_ADD = sa.insert(KEY_DATE)
_THIS = (KEY_DATE.c.id == given("key_date"), KEY_DATE.c.version == given("expected"))
_NEXT = {"version": KEY_DATE.c.version + 1}
_CHANGE = sa.update(KEY_DATE).where(*_THIS).values({name: given(name) for name in _CHANGED} | _NEXT)
_REMOVE = sa.update(KEY_DATE).where(*_THIS).values({"removed_at": given("now")} | _NEXT)
# Somebody adds again what was removed: the row that kept it from coming back makes room.
_FORGET = sa.delete(KEY_DATE).where(
    KEY_DATE.c.country == given("country"),
    KEY_DATE.c.year == given("year"),
    KEY_DATE.c.code == given("code"),
    KEY_DATE.c.removed_at.is_not(None),
)


class KeyDateTakenError(ConflictError):
    """The country has a key date of this code in that year."""


when_broken("uq_key_date_country_year_code", KeyDateTakenError)


async def create(
    tx: Tx, *, caller: Caller, key_date: KeyDateCreate, now: datetime, lang: str, is_demo: bool = False
) -> Row:
    """Add a key date. Raises KeyDateTakenError, InvalidError."""
    identifier = wire.read_id(key_date.id, now)
    year = key_date.on_date.year
    await tx.run(_FORGET, country=key_date.country, year=year, code=key_date.code)
    await tx.run(
        _ADD,
        id=identifier,
        country=key_date.country,
        year=year,
        code=key_date.code,
        is_demo=is_demo,
        created_at=now,
        **_read({name: getattr(key_date, name) for name in _CHANGED}),
    )
    await journal.record(
        tx, caller, now, "key_date.created", ("key_date", identifier), code=key_date.code, year=year
    )
    return await queries.key_date(tx, identifier, lang)


async def update(
    tx: Tx,
    key_date_id: UUID,
    *,
    caller: Caller,
    change: KeyDateUpdate,
    expected: int,
    now: datetime,
    lang: str,
) -> Row:
    """Change a key date within its year. Raises NotFoundError, StaleVersionError, InvalidError."""
    found = await queries.row(tx, key_date_id)
    asked = change.model_dump(exclude_none=True)
    values = _read({name: asked.get(name, found[name]) for name in _CHANGED})
    if values["on_date"].year != found["year"]:
        raise InvalidError(Fault("#/on_date", "other_year", year=found["year"]))
    if not await tx.run(_CHANGE, key_date=key_date_id, expected=expected, **values):
        raise StaleVersionError
    await journal.record(tx, caller, now, "key_date.changed", ("key_date", key_date_id), version=expected + 1)
    return await queries.key_date(tx, key_date_id, lang)


async def remove(tx: Tx, key_date_id: UUID, *, caller: Caller, expected: int, now: datetime) -> None:
    """Take a key date out of its year, for good. Raises NotFoundError, StaleVersionError."""
    await queries.row(tx, key_date_id)
    if not await tx.run(_REMOVE, key_date=key_date_id, expected=expected, now=now):
        raise StaleVersionError
    await journal.record(tx, caller, now, "key_date.removed", ("key_date", key_date_id))


async def fill_year(tx: Tx, country: str, year: int, *, now: datetime) -> int:
    """Add the key dates that the project knows and the year does not have; returns how many.

    What somebody changed or removed stays as it is.
    """
    present = await queries.codes(tx, country, year)
    missing = [entry for code, entry in rules.of_year(country, year).items() if code not in present]
    for known, day in missing:
        identifier = ids.uuid7()
        await tx.run(_ADD, **_row(known, identifier, country, day), created_at=now)
        await journal.record(
            tx, WORKER, now, "key_date.created", ("key_date", identifier), code=known.code, year=year
        )
    return len(missing)


def _row(known: rules.KnownDate, identifier: UUID, country: str, day: date) -> dict[str, object]:
    return {
        "id": identifier,
        "country": country,
        "year": day.year,
        "code": known.code,
        "name_es": known.name_es,
        "name_en": known.name_en,
        "on_date": day,
        "notice_weeks": known.notice_weeks,
        "note": known.note,
    }


def _read(values: Row) -> Row:
    return values | {
        "name_es": clean_line(values["name_es"]),
        "name_en": clean_line(values["name_en"]),
        "note": clean(values["note"]),
    }
