"""A stall that becomes free goes to the next on the waiting list, exactly once: in the transaction that freed it.

Whoever frees it (an answer, the sweeper, the officer) changes its assignment by a conditional update; only the one
whose update touched the row passes the stall on. A worker that dies before the commit has passed on nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import seats
from app.fairs.allocation import may_use
from app.fairs.models import Application, Call
from app.fairs.queries import assignments, layouts, occurrences
from app.fairs.queries.assignments import ASSIGNMENT, WAITING
from app.fairs.service import notices
from app.fairs.states import ApplicationState, AssignmentState, FairState, OccurrenceState, WaitState
from app.kernel import ids, journal
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.schema import table

OFFER_HOURS = 48
APPLICATION, CALL = table(Application), table(Call)
ADD = sa.insert(ASSIGNMENT)
_EXPIRED = (
    sa.select(ASSIGNMENT.c.id)
    .where(ASSIGNMENT.c.state == AssignmentState.OFFERED, ASSIGNMENT.c.expires_at < given("now"))
    .order_by(ASSIGNMENT.c.expires_at, ASSIGNMENT.c.id)
    .limit(1_000)
)
_EXPIRE = (
    sa.update(ASSIGNMENT)
    .where(
        ASSIGNMENT.c.id == given("id"),
        ASSIGNMENT.c.state == AssignmentState.OFFERED,
        ASSIGNMENT.c.expires_at < given("now"),
    )
    .values(state=AssignmentState.EXPIRED, updated_at=given("now"), version=ASSIGNMENT.c.version + 1)
)
_TAKE_NEXT = (
    sa.update(WAITING)
    .where(WAITING.c.id == given("id"), WAITING.c.state == WaitState.WAITING)
    .values(state=WaitState.OFFERED, updated_at=given("now"))
)
_SETTLE = (
    sa.update(WAITING)
    .where(
        WAITING.c.occurrence_id == given("date"),
        WAITING.c.organisation_id == given("group"),
        WAITING.c.state.in_((WaitState.WAITING, WaitState.OFFERED)),
    )
    .values(state=given("to"), updated_at=given("now"))
)
_NEEDS = (
    sa.select(
        APPLICATION.c.id,
        APPLICATION.c.organisation_id,
        APPLICATION.c.category,
        APPLICATION.c.state,
        APPLICATION.c.attendants,
        APPLICATION.c.needs_power,
        APPLICATION.c.needs_water,
        APPLICATION.c.needs_access,
        APPLICATION.c.width_cm,
        CALL.c.offer_hours,
    )
    .join(CALL, CALL.c.id == APPLICATION.c.call_id)
    .where(APPLICATION.c.id.in_(given("ids", expanding=True)))
)
_APPROVE = (
    sa.update(APPLICATION)
    .where(APPLICATION.c.id == given("id"), APPLICATION.c.state == ApplicationState.WAITLISTED)
    .values(
        state=ApplicationState.APPROVED,
        decided_at=given("now"),
        updated_at=given("now"),
        version=APPLICATION.c.version + 1,
    )
)


async def due(db: Database, now: datetime) -> Sequence[UUID]:
    """Offers whose time is over."""
    return [found["id"] for found in await db.all(_EXPIRED, now=now)]


async def expire(tx: Tx, assignment_id: UUID, now: datetime) -> None:
    """«Sin respuesta»: the stall goes to the next one. Nothing happens to an offer that somebody handled meanwhile."""
    if not await tx.run(_EXPIRE, id=assignment_id, now=now):
        return
    found = await assignments.row(tx, assignment_id)
    await settle(tx, found, WaitState.PASSED, now)
    await journal.record(tx, WORKER, now, "assignment.expired", ("assignment", assignment_id))
    await pass_on(tx, found["occurrence_id"], found["stall_id"], caller=WORKER, now=now)


async def settle(tx: Tx, found: Row, to: WaitState, now: datetime) -> None:
    """What became of a group's place on the waiting list, if it had one."""
    await tx.run(_SETTLE, date=found["occurrence_id"], group=found["organisation_id"], to=to, now=now)


async def pass_on(tx: Tx, date_id: UUID, stall_id: UUID, *, caller: Caller, now: datetime) -> UUID | None:
    """Offer a free stall to the first who waits and whom it fits; returns the new assignment, None if nobody waits.

    Nothing is offered of a date that has begun, was cancelled, or whose fair is suspended.
    """
    date = await occurrences.row(tx, date_id)
    if (
        date["state"] != OccurrenceState.SCHEDULED
        or date["starts_at"] <= now
        or date["fair_state"] != FairState.PUBLISHED
    ):
        return None
    waiting = await assignments.waiting_rows(tx, date_id)
    needs = await _needs(tx, waiting)
    stall = seats.stall(await layouts.stall(tx, stall_id))
    for entry in waiting:
        asked = needs.get(entry["application_id"])
        if asked is not None and not may_use(seats.applicant(asked), stall):
            continue
        if await tx.run(_TAKE_NEXT, id=entry["id"], now=now):
            return await offer(tx, date, stall_id, entry["organisation_id"], asked, caller=caller, now=now)
    return None


async def offer(
    tx: Tx, date: Row, stall_id: UUID, group: UUID, asked: Row | None, *, caller: Caller, now: datetime
) -> UUID:
    """Offer a stall of a date to a group and tell it."""
    identifier = ids.uuid7()
    stall = await layouts.stall(tx, stall_id)
    hours = asked["offer_hours"] if asked else OFFER_HOURS
    expires_at = min(now + timedelta(hours=hours), date["starts_at"])
    await tx.run(
        ADD,
        id=identifier,
        occurrence_id=date["id"],
        stall_id=stall_id,
        organisation_id=group,
        application_id=asked["id"] if asked else None,
        run_id=None,
        state=AssignmentState.OFFERED,
        category=asked["category"] if asked else "",
        attendants=asked["attendants"] if asked else [],
        quality=stall["quality"],
        expires_at=expires_at,
        created_at=now,
        updated_at=now,
    )
    if asked:
        await tx.run(_APPROVE, id=asked["id"], now=now)
    await notices.offered(tx, await assignments.row(tx, identifier), date, caller=caller, now=now)
    await journal.record(
        tx, caller, now, "assignment.offered", ("assignment", identifier), stall=stall["code"]
    )
    return identifier


async def _needs(tx: Tx, waiting: Sequence[Row]) -> dict[UUID, Row]:
    ids_ = [entry["application_id"] for entry in waiting if entry["application_id"]]
    return {found["id"]: found for found in await tx.all(_NEEDS, ids=ids_)} if ids_ else {}
