"""Where a visitor finds quinua: dates by what groups announced for them, the soonest first, then the nearest."""

import math
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import near
from app.fairs.models import Occurrence
from app.fairs.near import Point
from app.fairs.queries import announcements, occurrences
from app.fairs.queries.announcements import ANNOUNCEMENT, WORD
from app.fairs.queries.fairs import FAIR, located
from app.fairs.queries.occurrences import JOINED, LATITUDE, LONGITUDE, OCCURRENCE, SUMMARY
from app.fairs.states import OccurrenceState
from app.kernel import search
from app.kernel.db import Database, Query, Row
from app.kernel.schema import table
from app.places.models import Place

_LONGEST = timedelta(
    days=7
)  # what ends after an instant started at most this much before: the index is on the start
_DATE, _PLACE = table(Occurrence).alias("in_box"), table(Place).alias("place_in_box")


def _wide(name: str) -> sa.BindParameter[int]:
    return given(name, type_=sa.BigInteger)


_NORTHWARDS = sa.cast(LATITUDE, sa.BigInteger) - _wide("from_latitude")
_EASTWARDS = (sa.cast(LONGITUDE, sa.BigInteger) - _wide("from_longitude")) * _wide("shrink")
# Orders dates that start together: squared hundred-millionths of a degree on a plane around the point, within 1 % of the
# truth at 100 km. What is shown, and what is left out, is the haversine's.
_FARNESS = _NORTHWARDS * _NORTHWARDS * 10_000 + _EASTWARDS * _EASTWARDS


def _within(places: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(
        places.c.latitude_e6.between(_wide("south"), _wide("north")),
        places.c.longitude_e6.between(_wide("west"), _wide("east")),
    )


# By the index on coordinates: dates of fairs in the box that stay there, and dates moved to a place in it.
_IN_BOX = sa.union_all(
    sa.select(_DATE.c.id).where(
        _DATE.c.place_id.is_(None), _DATE.c.fair_id.in_(sa.select(FAIR.c.id).where(_within(FAIR)))
    ),
    sa.select(_DATE.c.id).where(_DATE.c.place_id.in_(sa.select(_PLACE.c.id).where(_within(_PLACE)))),
)
_DATES = (
    sa.select(*SUMMARY)
    .select_from(JOINED)
    .where(
        OCCURRENCE.c.is_published.is_(True),
        OCCURRENCE.c.state != OccurrenceState.CANCELLED,
        OCCURRENCE.c.ends_at > given("since"),
        OCCURRENCE.c.starts_at > given("earliest"),
    )
    .limit(given("limit", type_=sa.Integer))
)
_FILTERS: dict[str, sa.ColumnElement[bool]] = {
    "until": OCCURRENCE.c.starts_at < given("until"),
    "country": OCCURRENCE.c.country == given("country"),
    "region": OCCURRENCE.c.region == given("region"),
    "anything": OCCURRENCE.c.id.in_(
        sa.select(ANNOUNCEMENT.c.occurrence_id).where(given("anything", type_=sa.Boolean))
    ),
} | {
    name: OCCURRENCE.c.id.in_(sa.select(ANNOUNCEMENT.c.occurrence_id).where(named))
    for name, named in search.filters(ANNOUNCEMENT.c.product_id, WORD).items()
}
_AFTER = (given("after_at", type_=OCCURRENCE.c.starts_at.type), given("after_id", type_=OCCURRENCE.c.id.type))
_ANYWHERE = Query(
    _DATES.order_by(OCCURRENCE.c.starts_at, OCCURRENCE.c.id),
    **_FILTERS,
    after_id=sa.tuple_(OCCURRENCE.c.starts_at, OCCURRENCE.c.id) > sa.tuple_(*_AFTER),
)
_NEAR = Query(
    _DATES.add_columns(_FARNESS.label("farness"))
    .where(OCCURRENCE.c.id.in_(_IN_BOX))
    .order_by(OCCURRENCE.c.starts_at, _FARNESS, OCCURRENCE.c.id),
    **_FILTERS,
    after_id=sa.tuple_(OCCURRENCE.c.starts_at, _FARNESS, OCCURRENCE.c.id)
    > sa.tuple_(_AFTER[0], _wide("after_farness"), _AFTER[1]),
)


async def page(
    db: Database,
    *,
    limit: int,
    after: list[Any] | None,
    since: datetime,
    q: str | None,
    point: Point | None,
    km: float,
    **filters: Any,
) -> list[Row]:
    """Up to limit + 1 dates that are not over at `since`, with who brings what was asked for."""
    words: dict[str, Any] = search.parameters(q) or {"anything": True}
    asked = {"since": since, "earliest": since - _LONGEST, **located(filters), **words}
    if point is None:
        rows = await db.slow(_ANYWHERE, limit=limit + 1, **asked, **_keyset(after))
    else:
        rows = await _near(db, point, km, wanted=limit + 1, after=after, asked=asked)
    brings = await announcements.of_dates(db, [row["id"] for row in rows], q)
    return [_shown(row, point, brings.get(row["id"], ([], 0))) for row in rows]


async def _near(
    db: Database, point: Point, km: float, *, wanted: int, after: list[Any] | None, asked: dict[str, Any]
) -> list[Row]:
    """Dates within the circle: the database looks in its box, a fifth of which lies outside."""
    kept: list[Row] = []
    place = {
        **near.around(point, km),
        "from_latitude": round(point.latitude * 1_000_000),
        "from_longitude": round(point.longitude * 1_000_000),
        "shrink": round(math.cos(math.radians(point.latitude)) * 100),
    }
    while True:
        found = await db.slow(_NEAR, limit=wanted, **asked, **place, **_keyset(after))
        kept += [row for row in found if near.distance_km(point, _of(row)) <= km]
        if len(kept) >= wanted or len(found) < wanted:
            return kept[:wanted]
        after = [found[-1]["starts_at"].isoformat(), str(found[-1]["id"]), found[-1]["farness"]]


def _keyset(after: list[Any] | None) -> dict[str, Any]:
    if not after:
        return {}
    keyset = {"after_at": datetime.fromisoformat(after[0]), "after_id": UUID(after[1])}
    return keyset | ({"after_farness": after[2]} if after[2] is not None else {})


def _of(row: Row) -> Point:
    return Point(row["latitude_e6"] / 1_000_000, row["longitude_e6"] / 1_000_000)


def _shown(row: Row, point: Point | None, brings: tuple[list[Row], int]) -> Row:
    row["distance_km"] = None if point is None else round(near.distance_km(point, _of(row)), 1)
    row.setdefault("farness", None)
    row["brings"], row["brings_count"] = brings
    return occurrences.line(row)
