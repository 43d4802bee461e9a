"""What the rule `stalls-1` is given for a date, and what its runs answered. A final run is public."""

from collections.abc import Sequence
from datetime import date as day_of
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import LIVE, AllocationRun
from app.fairs.queries.assignments import ASSIGNMENT, WAITING
from app.fairs.queries.calls import APPLICATION, CALL, GROUP
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.states import ApplicationState, AssignmentState, CallState, WaitState
from app.kernel.db import Database, Row
from app.kernel.schema import table

RUN = table(AllocationRun)
STOOD = (*LIVE, AssignmentState.NO_SHOW)
_CALL_FOR = (
    sa.select(CALL.c.id)
    .where(
        CALL.c.fair_id.in_(given("fairs", expanding=True)),
        CALL.c.state == CallState.FINAL,
        CALL.c.from_on <= given("day", type_=CALL.c.from_on.type),
        CALL.c.until_on >= given("day", type_=CALL.c.until_on.type),
    )
    .order_by(CALL.c.id.desc())
    .limit(1)
)
_NAMED = (
    sa.select(APPLICATION.c.organisation_id, GROUP.c.name.label("organisation_name"))
    .join(GROUP, GROUP.c.id == APPLICATION.c.organisation_id)
    .where(APPLICATION.c.call_id == given("call"))
    .order_by(APPLICATION.c.number)
)
_PAST = (
    sa.select(
        ASSIGNMENT.c.occurrence_id,
        ASSIGNMENT.c.organisation_id,
        ASSIGNMENT.c.quality,
        OCCURRENCE.c.starts_at,
    )
    .join(OCCURRENCE, OCCURRENCE.c.id == ASSIGNMENT.c.occurrence_id)
    .where(
        OCCURRENCE.c.fair_id.in_(given("fairs", expanding=True)),
        OCCURRENCE.c.starts_at < given("before"),
        ASSIGNMENT.c.state.in_(STOOD),
        ASSIGNMENT.c.is_substitute.is_(False),
    )
    .order_by(OCCURRENCE.c.starts_at, ASSIGNMENT.c.organisation_id)
)
_IN_VAIN = (
    sa.select(WAITING.c.occurrence_id, WAITING.c.organisation_id)
    .join(OCCURRENCE, OCCURRENCE.c.id == WAITING.c.occurrence_id)
    .outerjoin(APPLICATION, APPLICATION.c.id == WAITING.c.application_id)
    .where(
        OCCURRENCE.c.fair_id.in_(given("fairs", expanding=True)),
        OCCURRENCE.c.starts_at < given("before"),
        WAITING.c.state == WaitState.WAITING,
        sa.or_(APPLICATION.c.id.is_(None), APPLICATION.c.state != ApplicationState.WAITLISTED),
    )
)
_BEFORE = sa.select(FAIR.c.supersedes_id).where(FAIR.c.id == given("fair"))
_NEWEST = sa.select(RUN).where(RUN.c.occurrence_id == given("date")).order_by(RUN.c.number.desc()).limit(1)
_IS_FINAL = sa.select(sa.func.count()).where(RUN.c.occurrence_id == given("date"), RUN.c.is_final.is_(True))
_MOST_BACK = 50


async def call_for(db: Database, fairs: Sequence[UUID], date: Row) -> UUID | None:
    """The newest final call of these fairs that gives stalls for a date; None where there is none."""
    day = day_of.fromisoformat(date["starts_local"][:10])
    found: UUID | None = await db.value(_CALL_FOR, fairs=list(fairs), day=day)
    return found


async def named(db: Database, call_id: UUID) -> list[Row]:
    """Every group that applied to a call, by name, whatever became of it since."""
    return await db.all(_NAMED, call=call_id)


async def chain(db: Database, fair_id: UUID) -> list[UUID]:
    """A fair and those it supersedes: one history."""
    found = [fair_id]
    while len(found) < _MOST_BACK:
        before: UUID | None = await db.value(_BEFORE, fair=found[-1])
        if before is None:
            break
        found.append(before)
    return found


async def past(db: Database, fairs: Sequence[UUID], before: object) -> tuple[list[Row], list[Row]]:
    """Who stood where on the dates before an instant, in order, and who of the admitted waited in vain."""
    return (
        await db.all(_PAST, fairs=list(fairs), before=before),
        await db.all(_IN_VAIN, fairs=list(fairs), before=before),
    )


async def is_final(db: Database, date_id: UUID) -> bool:
    """Whether the stalls of a date were given by the rule."""
    return bool(await db.value(_IS_FINAL, date=date_id))


async def newest(db: Database, date_id: UUID) -> Row | None:
    """The latest run for a date, as stored; None before the first."""
    return await db.one(_NEWEST, date=date_id)
