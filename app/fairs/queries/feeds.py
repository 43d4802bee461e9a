"""What feeds show, as rows: fairs and those of their dates that are not as the rule says; copies and private addresses."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import Assignment, FeedCopy, FeedStamp, FeedToken, Stall
from app.fairs.models.series import CHANGED
from app.fairs.queries.fairs import FAIR, JOINED, ORGANISER, PLACE, WORD, held_by
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.states import AssignmentState, FairState
from app.kernel import search
from app.kernel.db import Database, Query, Row
from app.kernel.schema import table
from app.people.queries.affiliations import BELOW
from app.places.models import Place

STAMP, COPY, TOKEN = table(FeedStamp), table(FeedCopy), table(FeedToken)
_ASSIGNMENT, _STALL = table(Assignment), table(Stall)
_OTHER_PLACE = table(Place).alias("other_place")
CURRENT = (FairState.PUBLISHED, FairState.SUSPENDED)
EVER = (*CURRENT, FairState.ENDED)
_STANDS = (
    AssignmentState.OFFERED,
    AssignmentState.CONFIRMED,
    AssignmentState.CHECKED_IN,
    AssignmentState.NO_SHOW,
    AssignmentState.COMPLETED,
    AssignmentState.CANCELLED,
)

_KEPT = (
    sa.select(STAMP.c.stamp, STAMP.c.changed_at, COPY.c.etag, COPY.c.body)
    .select_from(
        STAMP.outerjoin(
            COPY,
            sa.and_(
                COPY.c.address == given("address"),
                COPY.c.scope == STAMP.c.scope,
                COPY.c.built_stamp == STAMP.c.stamp,
            ),
        )
    )
    .where(STAMP.c.scope == given("of"))
)
_STAMP = sa.select(STAMP.c.stamp).where(STAMP.c.scope == given("of"))
_SHOWN_FAIR = (
    FAIR.c.id,
    FAIR.c.uid,
    FAIR.c.code,
    FAIR.c.name,
    FAIR.c.kind,
    FAIR.c.state,
    FAIR.c.description,
    FAIR.c.reason,
    FAIR.c.is_demo,
    FAIR.c.zone,
    FAIR.c.rule,
    FAIR.c.starts_minute,
    FAIR.c.duration_minutes,
    FAIR.c.first_on,
    FAIR.c.until_on,
    FAIR.c.sequence,
    FAIR.c.updated_at,
    FAIR.c.latitude_e6,
    FAIR.c.longitude_e6,
    ORGANISER.c.name.label("organiser_name"),
    ORGANISER.c.code.label("organiser_code"),
    PLACE.c.name.label("place_name"),
    PLACE.c.address.label("place_address"),
)
_SHOWN_DATE = (
    OCCURRENCE.c.id,
    OCCURRENCE.c.fair_id,
    OCCURRENCE.c.recurrence_key,
    OCCURRENCE.c.is_extra,
    OCCURRENCE.c.starts_local,
    OCCURRENCE.c.starts_at,
    OCCURRENCE.c.ends_at,
    OCCURRENCE.c.state,
    OCCURRENCE.c.reason,
    OCCURRENCE.c.note,
    OCCURRENCE.c.moved_from,
    OCCURRENCE.c.sequence,
    OCCURRENCE.c.updated_at,
    OCCURRENCE.c.place_id,
    _OTHER_PLACE.c.name.label("place_name"),
    _OTHER_PLACE.c.address.label("place_address"),
    _OTHER_PLACE.c.latitude_e6,
    _OTHER_PLACE.c.longitude_e6,
    _OTHER_PLACE.c.location_consent_at,
)
_DATED = OCCURRENCE.join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id).outerjoin(
    _OTHER_PLACE, _OTHER_PLACE.c.id == OCCURRENCE.c.place_id
)
_FILTERS: dict[str, sa.ColumnElement[bool]] = {
    "states": FAIR.c.state.in_(given("states", expanding=True)),
    "fair": FAIR.c.id == given("fair"),
    "organiser": held_by(lambda holder: holder == given("organiser", type_=FAIR.c.organiser_id.type)),
    "organisation": held_by(
        lambda holder: sa.or_(
            holder == given("organisation", type_=FAIR.c.organiser_id.type),
            holder.in_(sa.select(BELOW.c.id)),
        )
    ),
    "kind": FAIR.c.kind == given("kind"),
    "country": FAIR.c.country == given("country"),
    "region": FAIR.c.region == given("region"),
    "territory": FAIR.c.territory_code == given("territory"),
    **search.filters(FAIR.c.id, WORD),
}
_FAIRS = Query(sa.select(*_SHOWN_FAIR).select_from(JOINED).order_by(FAIR.c.id), **_FILTERS)
_DATES = Query(
    sa.select(*_SHOWN_DATE)
    .select_from(_DATED)
    .where(sa.text(CHANGED))
    .order_by(OCCURRENCE.c.fair_id, OCCURRENCE.c.recurrence_key),
    **_FILTERS,
)
_STALLS_OF = (
    sa.select(*_SHOWN_DATE, _ASSIGNMENT.c.state.label("standing"), _STALL.c.code.label("stall"))
    .select_from(
        _DATED.join(_ASSIGNMENT, _ASSIGNMENT.c.occurrence_id == OCCURRENCE.c.id).join(
            _STALL, _STALL.c.id == _ASSIGNMENT.c.stall_id
        )
    )
    .where(_ASSIGNMENT.c.organisation_id == given("group"), _ASSIGNMENT.c.state.in_(_STANDS))
    .order_by(OCCURRENCE.c.fair_id, OCCURRENCE.c.recurrence_key, _ASSIGNMENT.c.created_at, _ASSIGNMENT.c.id)
)
_THESE = sa.select(*_SHOWN_FAIR).select_from(JOINED).where(FAIR.c.id.in_(given("fairs", expanding=True)))
_GROUP_OF = sa.select(TOKEN.c.organisation_id).where(
    TOKEN.c.digest == given("digest"), TOKEN.c.revoked_at.is_(None)
)


class Kept(NamedTuple):
    """A scope's stamp, and the copy that is fresh by it, if there is one."""

    stamp: int
    changed_at: datetime
    etag: str | None
    body: bytes | None


async def kept(db: Database, address: str, scope: str) -> Kept | None:
    """What is known of a feed, by one statement; None while nothing of its scope was ever changed."""
    found = await db.one(_KEPT, address=address, of=scope)
    return Kept(**found) if found else None


async def stamp(db: Database, scope: str) -> int | None:
    """How often what a scope shows has changed."""
    found: int | None = await db.value(_STAMP, of=scope)
    return found


async def fairs(db: Database, *, q: str | None = None, **filters: Any) -> tuple[list[Row], list[Row]]:
    """The fairs of a feed, and every date of theirs that was changed or added."""
    asked = filters | search.parameters(q)
    return await db.slow(_FAIRS, **asked), await db.slow(_DATES, **asked)


async def stalls_of(db: Database, group_id: UUID) -> tuple[list[Row], list[Row]]:
    """The fairs at which a group stands, and the dates with its stalls."""
    dates = await db.all(_STALLS_OF, group=group_id)
    wanted = sorted({found["fair_id"] for found in dates})
    return (await db.all(_THESE, fairs=wanted) if wanted else []), dates


async def group_of(db: Database, digest: str) -> UUID | None:
    """Whose private address this is, while it is not revoked."""
    found: UUID | None = await db.value(_GROUP_OF, digest=digest)
    return found
