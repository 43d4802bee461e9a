"""Dates as the public and their organisers read them: by organiser, by time, by region, near a point."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import Assignment, Occurrence
from app.fairs.queries import fairs
from app.fairs.queries.fairs import FAIR, ORGANISER
from app.fairs.rules import OCCURRENCE_MOVES
from app.fairs.states import FairState, OccurrenceState
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row, Tx
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.places.models import Place

OCCURRENCE, ASSIGNMENT = table(Occurrence), table(Assignment)
_PLACE = table(Place).alias("at_place")
JOINED = (
    OCCURRENCE.join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id)
    .join(ORGANISER, ORGANISER.c.id == OCCURRENCE.c.organiser_id)
    .join(_PLACE, _PLACE.c.id == sa.func.coalesce(OCCURRENCE.c.place_id, FAIR.c.place_id))
)


def _rounded(degrees_e6: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """As `places.rules.public_coordinate` rounds; shifted, since databases differ on the rest of a negative number."""
    shifted = degrees_e6 + 180_005_000
    return shifted - shifted % 10_000 - 180_000_000


def _at(part: str) -> sa.ColumnElement[int]:
    """Where a date is, as it may be public: what its fair copied, or that of the place it was moved to."""
    place = _PLACE.c[part]
    elsewhere = sa.case((_PLACE.c.location_consent_at.is_not(None), place), else_=_rounded(place))
    return sa.case((OCCURRENCE.c.place_id.is_(None), FAIR.c[part]), else_=elsewhere)


LATITUDE, LONGITUDE = _at("latitude_e6"), _at("longitude_e6")
SUMMARY = (
    OCCURRENCE.c.id,
    OCCURRENCE.c.fair_id,
    FAIR.c.code.label("fair_code"),
    FAIR.c.name.label("fair_name"),
    FAIR.c.kind,
    FAIR.c.state.label("fair_state"),
    OCCURRENCE.c.organiser_id,
    ORGANISER.c.name.label("organiser_name"),
    _PLACE.c.name.label("place_name"),
    OCCURRENCE.c.country,
    OCCURRENCE.c.region,
    FAIR.c.territory_code,
    LATITUDE.label("latitude_e6"),
    LONGITUDE.label("longitude_e6"),
    FAIR.c.zone,
    OCCURRENCE.c.starts_at,
    OCCURRENCE.c.ends_at,
    OCCURRENCE.c.starts_local,
    OCCURRENCE.c.state,
    OCCURRENCE.c.reason,
    OCCURRENCE.c.moved_from,
    FAIR.c.is_demo,
    OCCURRENCE.c.version,
)
_ONE = (
    sa.select(
        *SUMMARY,
        OCCURRENCE.c.recurrence_key,
        OCCURRENCE.c.is_extra,
        OCCURRENCE.c.note,
        OCCURRENCE.c.updated_at,
        sa.func.coalesce(OCCURRENCE.c.place_id, FAIR.c.place_id).label("place_id"),
        _PLACE.c.address.label("place_address"),
        _PLACE.c.reference.label("place_reference"),
        _PLACE.c.infrastructure.label("place_infrastructure"),
    )
    .select_from(JOINED)
    .where(OCCURRENCE.c.id == given("id"))
)
_ROW = (
    sa.select(
        OCCURRENCE,
        FAIR.c.state.label("fair_state"),
        FAIR.c.name.label("fair_name"),
        FAIR.c.zone,
        FAIR.c.duration_minutes,
        FAIR.c.place_id.label("fair_place_id"),
    )
    .join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id)
    .where(OCCURRENCE.c.id == given("id"))
)
_LOCKED = _ROW.with_for_update(of=OCCURRENCE, key_share=True)
_LIST = Query(
    sa.select(*SUMMARY)
    .select_from(JOINED)
    .order_by(OCCURRENCE.c.starts_at, OCCURRENCE.c.id)
    .limit(given("limit", type_=sa.Integer)),
    published=OCCURRENCE.c.is_published == given("published", type_=sa.Boolean),
    since=OCCURRENCE.c.starts_at >= given("since"),
    until=OCCURRENCE.c.starts_at < given("until"),
    organiser=OCCURRENCE.c.organiser_id == given("organiser"),
    fair=OCCURRENCE.c.fair_id == given("fair"),
    country=OCCURRENCE.c.country == given("country"),
    region=OCCURRENCE.c.region == given("region"),
    kind=FAIR.c.kind == given("kind"),
    territory=FAIR.c.territory_code == given("territory"),
    south=FAIR.c.latitude_e6 >= given("south", type_=sa.Integer),
    north=FAIR.c.latitude_e6 <= given("north", type_=sa.Integer),
    west=FAIR.c.longitude_e6 >= given("west", type_=sa.Integer),
    east=FAIR.c.longitude_e6 <= given("east", type_=sa.Integer),
    after_at=sa.tuple_(OCCURRENCE.c.starts_at, OCCURRENCE.c.id)
    > sa.tuple_(
        given("after_at", type_=OCCURRENCE.c.starts_at.type), given("after_id", type_=OCCURRENCE.c.id.type)
    ),
)
_OF_FAIR = (
    sa.select(OCCURRENCE)
    .where(OCCURRENCE.c.fair_id == given("fair"), OCCURRENCE.c.starts_at >= given("since"))
    .order_by(OCCURRENCE.c.starts_at, OCCURRENCE.c.id)
)
_COMING = (
    sa.select(OCCURRENCE.c.starts_at, OCCURRENCE.c.ends_at, OCCURRENCE.c.starts_local)
    .where(
        OCCURRENCE.c.fair_id == given("fair"),
        OCCURRENCE.c.starts_at >= given("since"),
        OCCURRENCE.c.starts_at < given("until"),
        OCCURRENCE.c.state != OccurrenceState.CANCELLED,
    )
    .order_by(OCCURRENCE.c.starts_at, OCCURRENCE.c.id)
)
_THEN = (
    OCCURRENCE.c.is_published.is_(True),
    OCCURRENCE.c.state != OccurrenceState.CANCELLED,
    OCCURRENCE.c.fair_id != given("besides"),
    OCCURRENCE.c.ends_at > given("since"),
    OCCURRENCE.c.starts_at < given("until"),
)
_TIMES = sa.select(OCCURRENCE.c.starts_at, OCCURRENCE.c.ends_at, OCCURRENCE.c.fair_id).where(*_THEN)
# Each by its own index: with one condition for both, every date of every fair was read, 218 ms of 395,000.
_BESIDE = sa.union_all(
    _TIMES.where(OCCURRENCE.c.place_id == given("place")),
    _TIMES.where(
        OCCURRENCE.c.place_id.is_(None),
        OCCURRENCE.c.fair_id.in_(
            sa.select(FAIR.c.id).where(FAIR.c.place_id == given("place"), FAIR.c.state != FairState.DRAFT)
        ),
    ),
).order_by("starts_at", "fair_id")


async def row(db: Database, occurrence_id: UUID) -> Row:
    """A date with every column and what its fair says, for whoever asks. Raises NotFoundError."""
    found = await db.one(_ROW, id=occurrence_id)
    if found is None:
        raise NotFoundError
    return found


async def locked(tx: Tx, occurrence_id: UUID) -> Row:
    """As `row`; nobody else changes who stands there before this transaction ends. Raises NotFoundError.

    FOR NO KEY UPDATE: rows that refer to the date may still be added by those who do not ask for the lock.
    """
    found = await tx.one(_LOCKED, id=occurrence_id)
    if found is None:
        raise NotFoundError
    return found


async def kept(db: Database, caller: Caller, occurrence_id: UUID, capability: str = "publish") -> Row:
    """A date for those who keep its fair. Raises NotFoundError, or ForbiddenError where others see it."""
    found = await row(db, occurrence_id)
    await fairs.require(db, caller, await fairs.row(db, found["fair_id"]), capability)
    return found


async def occurrence(db: Database, caller: Caller, occurrence_id: UUID) -> Row:
    """One date as this caller reads it. Raises NotFoundError."""
    found = await db.one(_ONE, id=occurrence_id)
    if found is None:
        raise NotFoundError
    of_fair = {"id": found["fair_id"], "organiser_id": found["organiser_id"]}
    if found["fair_state"] == FairState.DRAFT and not await fairs.holds(db, caller, of_fair, "read"):
        raise NotFoundError
    found["place"] = fairs.where(found, found.pop("place_id"))
    for part in ("place_address", "place_reference", "place_infrastructure"):
        del found[part]
    shown = line(found)
    shown["actions"] = _actions(shown) if await fairs.holds(db, caller, of_fair) else []
    shown["warnings"] = None
    return shown


async def page(
    db: Database,
    *,
    limit: int,
    after: list[Any] | None,
    published: bool | None = True,
    box: dict[str, int] | None = None,
    **filters: Any,
) -> list[Row]:
    """Up to limit + 1 dates in order of their start; `published=None` lists those of drafts too."""
    keyset = {"after_at": datetime.fromisoformat(after[0]), "after_id": UUID(after[1])} if after else {}
    asked = fairs.located(filters)
    found = await db.all(_LIST, limit=limit + 1, published=published, **(box or {}), **asked, **keyset)
    return [line(one) for one in found]


async def of_fair(db: Database, fair_id: UUID, since: datetime) -> list[Row]:
    """Every date of a fair from an instant on, with every column."""
    return await db.all(_OF_FAIR, fair=fair_id, since=since)


async def times(db: Database, fair_id: UUID, *, since: datetime, until: datetime) -> list[Row]:
    """When a fair is held within a time, published or not."""
    return await db.all(_COMING, fair=fair_id, since=since, until=until)


async def beside(
    db: Database, place_id: UUID, *, besides: UUID, since: datetime, until: datetime
) -> list[Row]:
    """Published dates of other fairs at a place within a time."""
    return await db.all(_BESIDE, place=place_id, besides=besides, since=since, until=until)


def line(found: Row) -> Row:
    """The wire form of a date in lists."""
    found["location"] = fairs.location(found)
    del found["latitude_e6"], found["longitude_e6"]
    return found


_ACTS = {OccurrenceState.CANCELLED: "cancellation", OccurrenceState.REPORTED: "report"}


def _actions(found: Row) -> list[str]:
    moves = OCCURRENCE_MOVES[OccurrenceState(found["state"])]
    named = [_ACTS[to] for to in sorted(moves) if to in _ACTS]
    return ["update", *named] if OccurrenceState.CANCELLED in moves else named
