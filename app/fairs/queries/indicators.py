"""What an organiser's fairs came to in a quarter, from what was noted there; its own people read it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import ASSIGNMENT, OCCURRENCE
from app.fairs.states import AssignmentState, OccurrenceState
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.schema import table
from app.people import access
from app.people.queries import organisations
from app.producers.models import ProducerProfile

_PROFILE = table(ProducerProfile)
_STOOD = ASSIGNMENT.c.state.in_((AssignmentState.CHECKED_IN, AssignmentState.COMPLETED))
_HELD = (OccurrenceState.CLOSED, OccurrenceState.REPORTED)
_DAY = timedelta(days=1)
_TERRITORY = FAIR.c.territory_code == given("territory")
_THEN = sa.and_(
    OCCURRENCE.c.organiser_id == given("organiser"),
    OCCURRENCE.c.starts_at.between(
        given("earliest"), given("latest")
    ),  # for the index; the local day decides
    OCCURRENCE.c.starts_local >= given("first"),
    OCCURRENCE.c.starts_local < given("next"),
    OCCURRENCE.c.is_published.is_(True),
)
_DATES = Query(
    sa.select(
        sa.func.count().filter(OCCURRENCE.c.state.in_(_HELD)).label("occurrences_held"),
        sa.func.count()
        .filter(OCCURRENCE.c.state == OccurrenceState.CANCELLED)
        .label("occurrences_cancelled"),
    )
    .select_from(OCCURRENCE.join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id))
    .where(_THEN),
    territory=_TERRITORY,
)
_BEFORE, _EARLIER = ASSIGNMENT.alias("before"), OCCURRENCE.alias("earlier")
_HAD_STOOD = (
    sa.exists()
    .where(
        _BEFORE.c.organisation_id == ASSIGNMENT.c.organisation_id,
        _BEFORE.c.state.in_((AssignmentState.CHECKED_IN, AssignmentState.COMPLETED)),
        _EARLIER.c.id == _BEFORE.c.occurrence_id,
        _EARLIER.c.organiser_id == given("organiser"),
        _EARLIER.c.starts_local < given("first"),
    )
    .correlate(ASSIGNMENT)
)
_GROUPS = Query(
    sa.select(
        ASSIGNMENT.c.organisation_id,
        sa.func.count().label("stalls"),
        _PROFILE.c.women_led,
        sa.func.coalesce(_PROFILE.c.women + _PROFILE.c.men, _PROFILE.c.active).label("people"),
        _HAD_STOOD.label("had_stood"),
    )
    .select_from(
        ASSIGNMENT.join(OCCURRENCE, OCCURRENCE.c.id == ASSIGNMENT.c.occurrence_id)
        .join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id)
        .outerjoin(_PROFILE, _PROFILE.c.organisation_id == ASSIGNMENT.c.organisation_id)
    )
    .where(_THEN, _STOOD, OCCURRENCE.c.state != OccurrenceState.CANCELLED)
    .group_by(
        ASSIGNMENT.c.organisation_id,
        _PROFILE.c.women_led,
        _PROFILE.c.women,
        _PROFILE.c.men,
        _PROFILE.c.active,
    ),
    territory=_TERRITORY,
)


async def indicators(
    db: Database, caller: Caller, organiser_id: UUID, *, quarter: str, territory: str | None
) -> Row:
    """A quarter («2027-Q1») in numbers. Raises NotFoundError, ForbiddenError."""
    organiser = await organisations.row(db, organiser_id)
    access.require(caller, "read", organiser_id)
    asked = {"organiser": organiser_id, "territory": territory, **_days(quarter)}
    dates = await db.one(_DATES, **asked) or {}
    groups = await db.slow(_GROUPS, **asked)
    led = sum(bool(group["women_led"]) for group in groups)
    return {
        "organiser_id": organiser_id,
        "organiser_name": organiser["name"],
        "is_demo": organiser["is_demo"],
        "quarter": quarter,
        "territory": territory,
        **dates,
        "stalls_used": sum(group["stalls"] for group in groups),
        "groups": len(groups),
        "first_timers": sum(not group["had_stood"] for group in groups),
        "women_led": led,
        "women_led_percent": (200 * led + len(groups)) // (2 * len(groups)) if groups else None,
        "people": sum(group["people"] or 0 for group in groups),
        "groups_without_people": sum(group["people"] is None for group in groups),
    }


def _days(quarter: str) -> Row:
    """The first local day of a quarter and of the next, and the instants between which all of its days lie."""
    year, number = int(quarter[:4]), int(quarter[-1])
    first = date(year, number * 3 - 2, 1)
    next_one = date(year + number // 4, number % 4 * 3 + 1, 1)
    return {
        "first": first.isoformat(),
        "next": next_one.isoformat(),
        "earliest": datetime(first.year, first.month, 1, tzinfo=UTC) - _DAY,
        "latest": datetime(next_one.year, next_one.month, 1, tzinfo=UTC) + _DAY,
    }
