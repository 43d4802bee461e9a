"""Dates as public pages list them: by time, from an index, whoever holds them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries.fairs import FAIR, ORGANISER, located
from app.fairs.queries.occurrences import OCCURRENCE
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.people.models import Organisation
from app.places.models import Place

_PLACE = table(Place).alias("at_place")
_ORGANISATION = table(Organisation)
_DATES = Query(
    sa.select(
        OCCURRENCE.c.recurrence_key,
        OCCURRENCE.c.starts_at,
        OCCURRENCE.c.ends_at,
        OCCURRENCE.c.starts_local,
        OCCURRENCE.c.state,
        OCCURRENCE.c.reason,
        OCCURRENCE.c.note,
        OCCURRENCE.c.moved_from,
        OCCURRENCE.c.place_id,
        FAIR.c.code,
        FAIR.c.name,
        FAIR.c.zone,
        FAIR.c.state.label("fair_state"),
        FAIR.c.reason.label("fair_reason"),
        FAIR.c.is_demo,
        ORGANISER.c.name.label("organiser_name"),
        _PLACE.c.name.label("place_name"),
        _PLACE.c.address.label("place_address"),
    )
    .select_from(
        OCCURRENCE.join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id)
        .join(ORGANISER, ORGANISER.c.id == OCCURRENCE.c.organiser_id)
        .join(_PLACE, _PLACE.c.id == sa.func.coalesce(OCCURRENCE.c.place_id, FAIR.c.place_id))
    )
    .where(
        OCCURRENCE.c.is_published.is_(True),
        OCCURRENCE.c.starts_at >= given("since"),
        OCCURRENCE.c.starts_at < given("until"),
    )
    .order_by(OCCURRENCE.c.starts_at, OCCURRENCE.c.id)
    .limit(given("limit", type_=sa.Integer)),
    organiser=OCCURRENCE.c.organiser_id == given("organiser"),
    country=OCCURRENCE.c.country == given("country"),
    region=OCCURRENCE.c.region == given("region"),
    kind=FAIR.c.kind == given("kind"),
)
_ORGANISER = sa.select(
    _ORGANISATION.c.id,
    _ORGANISATION.c.code,
    _ORGANISATION.c.name,
    _ORGANISATION.c.place,
    _ORGANISATION.c.website,
    _ORGANISATION.c.is_demo,
)
_BY_CODE = _ORGANISER.where(_ORGANISATION.c.code == given("code"))
_BY_ID = _ORGANISER.where(_ORGANISATION.c.id == given("id"))


async def dates(
    db: Database, *, since: datetime, until: datetime, limit: int = 200, **filters: Any
) -> list[Row]:
    """Up to limit + 1 published dates between two instants, in order."""
    return await db.all(_DATES, since=since, until=until, limit=limit + 1, **located(filters))


async def organiser(db: Database, code: str) -> Row:
    """An organisation by its code or identifier, as everybody may know it. Raises NotFoundError."""
    found = await db.one(_BY_CODE, code=code)
    if found is None and (identifier := _identifier(code)):
        found = await db.one(_BY_ID, id=identifier)
    if found is None:
        raise NotFoundError
    return found


def _identifier(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
