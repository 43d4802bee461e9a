"""Official territories: imported from the countries' lists, found by name."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import search, sheets
from app.kernel.db import Database, Query, Row, Tx
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.kernel.text import fold, nearest
from app.places import countries, formats
from app.places.formats import Found, Reading
from app.places.models import Territory, TerritoryWord

TERRITORY, WORD = table(Territory), table(TerritoryWord)
_COLUMNS = (
    TERRITORY.c.code,
    TERRITORY.c.country,
    TERRITORY.c.region,
    TERRITORY.c.level,
    TERRITORY.c.name,
    TERRITORY.c.parent_name,
)
_ONE = sa.select(*_COLUMNS).where(TERRITORY.c.code == given("code"))
_ANY_OF = sa.select(TERRITORY.c.code).where(TERRITORY.c.country == given("country")).limit(1)
_LIST = Query(
    sa.select(*_COLUMNS, TERRITORY.c.name_folded)
    .order_by(TERRITORY.c.name_folded, TERRITORY.c.code)
    .limit(given("limit", type_=sa.Integer)),
    country=TERRITORY.c.country == given("country"),
    region=TERRITORY.c.region == given("region"),
    after_name=sa.tuple_(TERRITORY.c.name_folded, TERRITORY.c.code)
    > sa.tuple_(
        given("after_name", type_=TERRITORY.c.name_folded.type),
        given("after_code", type_=TERRITORY.c.code.type),
    ),
    **search.filters(TERRITORY.c.code, WORD),
)
_NAMED = sa.select(TERRITORY.c.code, TERRITORY.c.region, TERRITORY.c.name_folded).where(
    TERRITORY.c.name_folded.in_(given("names"))
)
_OF_REGIONS = sa.select(TERRITORY.c.region, TERRITORY.c.name, TERRITORY.c.name_folded).where(
    TERRITORY.c.region.in_(given("regions"))
)
_OF_COUNTRY = sa.select(*_COLUMNS).where(TERRITORY.c.country == given("country"))
_ADD, _ADD_WORD = sa.insert(TERRITORY), sa.insert(WORD)
_CHANGED = ("region", "level", "name", "name_folded", "parent_name")
_CHANGE = (
    sa.update(TERRITORY)
    .where(TERRITORY.c.code == given("territory"))
    .values({name: given(name) for name in _CHANGED})
)
_DROP_WORDS = sa.delete(WORD).where(WORD.c.subject_id == given("territory"))
_BATCH = 200
_AT_ONCE = 1_000
_MOST_ROWS, _MOST_COLUMNS = 20_000, 60


class Outcome(NamedTuple):
    """What an import did."""

    country: str
    added: int
    changed: int
    unchanged: int
    wrong: list[tuple[int, str]]


async def territory(db: Database, code: str) -> Row:
    """One territory. Raises NotFoundError."""
    found = await db.one(_ONE, code=code)
    if found is None:
        raise NotFoundError
    return found


async def codes_named(db: Database, names: Collection[str]) -> dict[tuple[str, str], str]:
    """Codes by (region, folded name) of the territories with these folded names; two of a name in a region are left out."""
    found: dict[tuple[str, str], list[str]] = {}
    asked = sorted(set(names))
    for start in range(0, len(asked), _AT_ONCE):
        for row in await db.all(_NAMED, names=asked[start : start + _AT_ONCE]):
            found.setdefault((row["region"], row["name_folded"]), []).append(row["code"])
    return {where: codes[0] for where, codes in found.items() if len(codes) == 1}


async def names_meant(db: Database, named: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The official name that each (region, folded name) may be a slip of, where its region has none of just that name."""
    if not named:
        return {}
    names: dict[str, dict[str, str]] = {}
    for row in await db.all(_OF_REGIONS, regions=sorted({region for region, _ in named})):
        names.setdefault(row["region"], {})[row["name_folded"]] = row["name"]
    return await asyncio.to_thread(_meant, names, named)


async def region_of(db: Database, code: str) -> str | None:
    """The region of a territory, None when there is none of that code.

    While a country's list has not been imported, its codes are believed: their region is read from their first digits.
    """
    if found := await db.one(_ONE, code=code):
        return str(found["region"])
    country, _, official = code.partition("-")
    if await db.one(_ANY_OF, country=country):
        return None
    region = countries.subdivision_of(country, official)
    return region.code if region else None


async def page(
    db: Database,
    *,
    limit: int,
    after: list[Any] | None,
    country: str | None,
    region: str | None,
    q: str | None,
) -> list[Row]:
    """Up to limit + 1 territories by name."""
    keyset = {"after_name": after[0], "after_code": after[1]} if after else {}
    return await db.slow(
        _LIST, limit=limit + 1, country=country, region=region, **keyset, **search.parameters(q)
    )


def read(path: Path) -> Reading:
    """The territories in a file, with Chile's provinces from beside it.

    Raises SheetError, UnknownFormatError, OSError.
    """
    beside = path.with_name("cl_provinces.csv")
    provinces = formats.provinces(_sheet(beside)) if beside.is_file() else {}
    return formats.read(_sheet(path), provinces)


async def keep(tx: Tx, reading: Reading, *, each: Callable[[int], None] = lambda _: None) -> Outcome:
    """Add what is new and mend what changed; a second time nothing changes. `each(rows)` tells how far it is."""
    kept = {row["code"]: row for row in await tx.all(_OF_COUNTRY, country=reading.country)}
    new = [found for found in reading.found if found.code not in kept]
    changed = [found for found in reading.found if found.code in kept and _differs(found, kept[found.code])]
    for start in range(0, len(new), _BATCH):
        batch = new[start : start + _BATCH]
        await tx.many(_ADD, [_row(found) for found in batch])
        await _add_words(tx, batch)
        each(len(batch))
    for found in changed:
        values = {name: value for name, value in _row(found).items() if name in _CHANGED}
        await tx.run(_CHANGE, territory=found.code, **values)
        await tx.run(_DROP_WORDS, territory=found.code)
        await _add_words(tx, [found])
        each(1)
    unchanged = len(reading.found) - len(new) - len(changed)
    each(unchanged)
    return Outcome(reading.country, len(new), len(changed), unchanged, reading.wrong)


def _meant(
    names: Mapping[str, Mapping[str, str]], named: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    found = {}
    for region, said in named:
        known = names.get(region, {})
        meant = None if said in known else nearest(said, known)
        if meant is not None:
            found[region, said] = known[meant]
    return found


def _sheet(path: Path) -> sheets.Sheet:
    return sheets.read(path.name, path.read_bytes(), max_rows=_MOST_ROWS, max_cols=_MOST_COLUMNS)


def _row(found: Found) -> dict[str, Any]:
    return {
        "code": found.code,
        "country": found.country,
        "region": found.region,
        "level": found.level,
        "name": found.name,
        "name_folded": fold(found.name)[:120],
        "parent_name": found.parent_name,
    }


def _differs(found: Found, kept: Row) -> bool:
    return any(getattr(found, name) != kept[name] for name in ("region", "level", "name", "parent_name"))


async def _add_words(tx: Tx, batch: list[Found]) -> None:
    await tx.many(
        _ADD_WORD,
        [
            {"subject_id": found.code, "word": word}
            for found in batch
            for word in search.words_of(found.name, found.parent_name)
        ],
    )
