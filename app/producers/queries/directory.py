"""The public directory: what everybody may read, never a phone or a place that was not agreed to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import search
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.places.countries import today_in
from app.places.rules import public_coordinate
from app.producers.queries.parts import (
    HAS_LINE,
    LINE,
    LINE_NAME,
    ORGANISATION,
    PROFILE,
    WORD,
    lines_of,
    named,
    networks_of,
)
from app.seals import queries as seals

_SUMMARY = (
    ORGANISATION.c.id,
    ORGANISATION.c.code,
    ORGANISATION.c.name,
    ORGANISATION.c.kind,
    ORGANISATION.c.country,
    ORGANISATION.c.region,
    ORGANISATION.c.place,
    PROFILE.c.women_led,
    ORGANISATION.c.is_demo,
    lines_of(),
    seals.valid_seals(ORGANISATION),
)
_LISTED = (
    sa.select(*_SUMMARY, ORGANISATION.c.name_folded)
    .join(PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id)
    .where(PROFILE.c.is_listed)
    .order_by(ORGANISATION.c.name_folded, ORGANISATION.c.id)
    .limit(given("limit", type_=sa.Integer))
)
_LOCATED = _LISTED.add_columns(
    PROFILE.c.latitude_e6, PROFILE.c.longitude_e6, PROFILE.c.location_consent_at
).where(PROFILE.c.latitude_e6.is_not(None))
_FILTERS: dict[str, sa.ColumnElement[bool]] = {
    "kinds": ORGANISATION.c.kind.in_(given("kinds")),
    "country": ORGANISATION.c.country == given("country"),
    "region": ORGANISATION.c.region == given("region"),
    "territory": ORGANISATION.c.territory_code.like(given("territory", type_=sa.Text) + "%"),
    "line": ORGANISATION.c.id.in_(
        sa.select(HAS_LINE.c.organisation_id).where(HAS_LINE.c.line_code == given("line"))
    ),
    "seal": ORGANISATION.c.id.in_(seals.holders_of("seal")),
    "women_led": PROFILE.c.women_led == given("women_led"),
    "after_name": sa.tuple_(ORGANISATION.c.name_folded, ORGANISATION.c.id)
    > sa.tuple_(
        given("after_name", type_=ORGANISATION.c.name_folded.type),
        given("after_id", type_=ORGANISATION.c.id.type),
    ),
    **search.filters(ORGANISATION.c.id, WORD),
}
_LIST, _MAP = Query(_LISTED, **_FILTERS), Query(_LOCATED, **_FILTERS)
_ONE = (
    sa.select(
        *_SUMMARY,
        ORGANISATION.c.acronym,
        ORGANISATION.c.territory_code,
        PROFILE.c.active.label("members"),
        PROFILE.c.founded_year,
        PROFILE.c.story,
        PROFILE.c.strengths,
        ORGANISATION.c.facts,
        ORGANISATION.c.website,
        sa.case((ORGANISATION.c.phone_consent_at.is_not(None), ORGANISATION.c.phone)).label("phone"),
        networks_of(),
        PROFILE.c.latitude_e6,
        PROFILE.c.longitude_e6,
        PROFILE.c.location_consent_at,
        PROFILE.c.is_listed,
    )
    .join(PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id)
    .where(ORGANISATION.c.id == given("id"))
)
_LINES = sa.select(LINE.c.code, LINE_NAME.label("name")).order_by(LINE.c.code)


async def lines(db: Database, lang: str) -> list[Row]:
    """Every line of production by code."""
    return await db.all(_LINES, lang=lang)


async def directory_page(
    db: Database, *, limit: int, after: list[Any] | None, lang: str, now: datetime, **filters: Any
) -> list[Row]:
    """Up to limit + 1 listed organisations by name. Filters: kinds, country, region, territory, line, seal, women_led, q."""
    return await db.slow(_LIST, **_parameters(limit=limit, after=after, lang=lang, now=now, **filters))


async def map_page(
    db: Database, *, limit: int, after: list[Any] | None, lang: str, now: datetime, **filters: Any
) -> list[Row]:
    """Up to limit + 1 features of listed organisations whose place is known; filters as in `directory_page`."""
    found = await db.slow(_MAP, **_parameters(limit=limit, after=after, lang=lang, now=now, **filters))
    return [_feature(row) for row in found]


async def producer(db: Database, caller: Caller, producer_id: UUID, *, lang: str, now: datetime) -> Row:
    """What anybody may read of one. Raises NotFoundError, also for one not listed unless the caller acts for it."""
    found = await db.one(_ONE, id=producer_id, lang=lang, today=_today(now))
    if found is None or not (found.pop("is_listed") or caller.may("read", producer_id) or caller.is_admin):
        raise NotFoundError
    found["location"] = location(found)
    found["networks"] = named(found["networks"])
    return found


def location(row: Row) -> Row | None:
    """Takes the coordinates out of a row; returns them as everybody may see them."""
    latitude, longitude = row.pop("latitude_e6"), row.pop("longitude_e6")
    exact = row.pop("location_consent_at") is not None
    if latitude is None:
        return None
    return {
        "latitude": public_coordinate(latitude, is_consented=exact),
        "longitude": public_coordinate(longitude, is_consented=exact),
        "is_exact": exact,
    }


def _feature(row: Row) -> Row:
    place = location(row) or {}
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]},
        "name_folded": row.pop("name_folded"),
        "properties": row,
    }


def _parameters(
    *, limit: int, after: Sequence[Any] | None, lang: str, now: datetime, q: str | None, **filters: Any
) -> Row:
    keyset = {"after_name": after[0], "after_id": UUID(after[1])} if after else {}
    return {
        "limit": limit + 1,
        "lang": lang,
        "today": _today(now),
        **keyset,
        **filters,
        **search.parameters(q),
    }


def _today(now: datetime) -> date:
    """By the westernmost clocks: a seal is not hidden on its last evening."""
    return today_in("PE", now)
