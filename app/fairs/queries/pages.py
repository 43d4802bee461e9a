"""Dates as public pages list them: by time, from an index, whoever holds them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import LIVE
from app.fairs.queries.announcements import ANNOUNCEMENT
from app.fairs.queries.announcements import WORD as PRODUCT_WORD
from app.fairs.queries.assignments import ASSIGNMENT, STALL
from app.fairs.queries.fairs import FAIR, ORGANISER, located
from app.fairs.queries.fairs import WORD as FAIR_WORD
from app.fairs.queries.feeds import CURRENT, EVER
from app.fairs.queries.occurrences import OCCURRENCE
from app.kernel import search
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.people.models import Organisation
from app.places.models import Place

_PLACE = table(Place).alias("at_place")
_ORGANISATION = table(Organisation)
_BROUGHT = search.filters(ANNOUNCEMENT.c.product_id, PRODUCT_WORD)
_DATES = Query(
    sa.select(
        OCCURRENCE.c.id,
        OCCURRENCE.c.country,
        OCCURRENCE.c.region,
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
    country=OCCURRENCE.c.country == given("country"),
    region=OCCURRENCE.c.region == given("region"),
    kind=FAIR.c.kind == given("kind"),
    **{
        name: sa.or_(
            of_fair, OCCURRENCE.c.id.in_(sa.select(ANNOUNCEMENT.c.occurrence_id).where(_BROUGHT[name]))
        )
        for name, of_fair in search.filters(FAIR.c.id, FAIR_WORD).items()
    },
)
_REGIONS = sa.select(FAIR.c.region).where(FAIR.c.state.in_(CURRENT), FAIR.c.region.is_not(None)).distinct()
_ORGANISER = sa.select(
    _ORGANISATION.c.id,
    _ORGANISATION.c.code,
    _ORGANISATION.c.name,
    _ORGANISATION.c.place,
    _ORGANISATION.c.website,
    _ORGANISATION.c.is_demo,
)
_STANDING = (
    sa.select(
        STALL.c.code.label("stall"),
        ASSIGNMENT.c.organisation_id,
        _ORGANISATION.c.name.label("organisation_name"),
        ASSIGNMENT.c.category,
        ASSIGNMENT.c.state,
        ASSIGNMENT.c.is_substitute,
    )
    .join(STALL, STALL.c.id == ASSIGNMENT.c.stall_id)
    .join(_ORGANISATION, _ORGANISATION.c.id == ASSIGNMENT.c.organisation_id)
    .where(ASSIGNMENT.c.occurrence_id == given("date"), ASSIGNMENT.c.state.in_(LIVE))
    .order_by(STALL.c.number, ASSIGNMENT.c.id)
)
_DATE = sa.select(OCCURRENCE.c.id).where(
    OCCURRENCE.c.fair_id == given("fair"), OCCURRENCE.c.recurrence_key == given("key")
)
_AFTER = (
    sa.select(FAIR.c.code, FAIR.c.name, FAIR.c.first_on)
    .where(FAIR.c.supersedes_id == given("fair"), FAIR.c.state.in_(EVER))
    .order_by(FAIR.c.id)
    .limit(1)
)
_EARLIER = sa.select(FAIR.c.code, FAIR.c.name, FAIR.c.until_on).where(
    FAIR.c.id == given("fair"), FAIR.c.state.in_(EVER)
)
_BY_CODE = _ORGANISER.where(_ORGANISATION.c.code == given("code"))
_BY_ID = _ORGANISER.where(_ORGANISATION.c.id == given("id"))


async def dates(
    db: Database, *, since: datetime, until: datetime, limit: int = 200, q: str = "", **filters: Any
) -> list[Row]:
    """Up to limit + 1 published dates between two instants, in order. `q`: words of the fair, or of what is brought to it."""
    asked = {"since": since, "until": until, "limit": limit + 1, **located(filters), **search.parameters(q)}
    return await (db.slow if q else db.all)(_DATES, **asked)


async def regions(db: Database) -> list[str]:
    """Where fairs are published, of those whose place says its region."""
    return [found["region"] for found in await db.all(_REGIONS)]


async def organiser(db: Database, code: str) -> Row:
    """An organisation by its code or identifier, as everybody may know it. Raises NotFoundError."""
    found = await db.one(_BY_CODE, code=code)
    if found is None and (identifier := _identifier(code)):
        found = await db.one(_BY_ID, id=identifier)
    if found is None:
        raise NotFoundError
    return found


async def date_id(db: Database, fair_id: UUID, key: str) -> UUID | None:
    """The row of a date by the local start that its rule gave it; None before it was rolled forward."""
    found: UUID | None = await db.value(_DATE, fair=fair_id, key=key)
    return found


async def after(db: Database, fair_id: UUID) -> Row | None:
    """The fair that goes on in place of this one, and from which day; None while there is none."""
    return await db.one(_AFTER, fair=fair_id)


async def earlier(db: Database, fair_id: UUID) -> Row | None:
    """A fair as one that took its place names it, with its last day."""
    return await db.one(_EARLIER, fair=fair_id)


async def standing(db: Database, date_id: UUID) -> list[Row]:
    """Who has a stall of a date, by stall: what everybody may know, without people or money."""
    return await db.all(_STANDING, date=date_id)


def _identifier(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
