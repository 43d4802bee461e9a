"""What the rule `stalls-1` is given for a date, and what its runs answered. A final run is public."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import LIVE, AllocationRun, Application, ApplicationDocument, Call
from app.fairs.queries.assignments import ASSIGNMENT, WAITING
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.states import ApplicationState, AssignmentState, WaitState
from app.kernel.db import Database, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.people.models import Organisation
from app.producers.models import ProducerProfile

RUN, CALL, APPLICATION, DOCUMENT = (
    table(AllocationRun),
    table(Call),
    table(Application),
    table(ApplicationDocument),
)
_PROFILE, _GROUP = table(ProducerProfile), table(Organisation).alias("applying_group")
STOOD = (*LIVE, AssignmentState.NO_SHOW)
_CALL = sa.select(CALL).where(CALL.c.id == given("id"))
_APPLICANTS = (
    sa.select(
        APPLICATION,
        _GROUP.c.name.label("organisation_name"),
        _GROUP.c.territory_code,
        _PROFILE.c.women_led,
        _PROFILE.c.latitude_e6,
        _PROFILE.c.longitude_e6,
    )
    .join(_GROUP, _GROUP.c.id == APPLICATION.c.organisation_id)
    .outerjoin(_PROFILE, _PROFILE.c.organisation_id == APPLICATION.c.organisation_id)
    .where(
        APPLICATION.c.call_id == given("call"),
        APPLICATION.c.state.in_((ApplicationState.APPROVED, ApplicationState.WAITLISTED)),
    )
    .order_by(APPLICATION.c.number)
)
_NAMED = (
    sa.select(APPLICATION.c.organisation_id, _GROUP.c.name.label("organisation_name"))
    .join(_GROUP, _GROUP.c.id == APPLICATION.c.organisation_id)
    .where(APPLICATION.c.call_id == given("call"))
    .order_by(APPLICATION.c.number)
)
_DOCUMENTS = (
    sa.select(DOCUMENT.c.application_id, DOCUMENT.c.code, DOCUMENT.c.valid_until, DOCUMENT.c.is_accepted)
    .join(APPLICATION, APPLICATION.c.id == DOCUMENT.c.application_id)
    .where(APPLICATION.c.call_id == given("call"))
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
    .where(
        OCCURRENCE.c.fair_id.in_(given("fairs", expanding=True)),
        OCCURRENCE.c.starts_at < given("before"),
        WAITING.c.state == WaitState.WAITING,
    )
)
_BEFORE = sa.select(FAIR.c.supersedes_id).where(FAIR.c.id == given("fair"))
_NEWEST = sa.select(RUN).where(RUN.c.occurrence_id == given("date")).order_by(RUN.c.number.desc()).limit(1)
_MOST_BACK = 50


async def call(db: Database, call_id: UUID) -> Row:
    """A call as stored. Raises NotFoundError."""
    found = await db.one(_CALL, id=call_id)
    if found is None:
        raise NotFoundError
    return found


async def applicants(db: Database, call_id: UUID) -> list[Row]:
    """The admitted and the waitlisted of a call, with what the rule looks at."""
    return await db.all(_APPLICANTS, call=call_id)


async def named(db: Database, call_id: UUID) -> list[Row]:
    """Every group that applied to a call, by name, whatever became of it since."""
    return await db.all(_NAMED, call=call_id)


async def documents(db: Database, call_id: UUID) -> list[Row]:
    """Every paper brought to a call."""
    return await db.all(_DOCUMENTS, call=call_id)


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
    """Who stood where on the dates before an instant, in order, and who waited in vain."""
    return (
        await db.all(_PAST, fairs=list(fairs), before=before),
        await db.all(_IN_VAIN, fairs=list(fairs), before=before),
    )


async def newest(db: Database, date_id: UUID) -> Row | None:
    """The latest run for a date, as stored; None before the first."""
    return await db.one(_NEWEST, date=date_id)
