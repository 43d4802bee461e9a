"""A stall that becomes free goes to the next on the waiting list, exactly once: in the transaction that freed it.

Whoever frees it (an answer, the sweeper, the officer) changes its assignment by a conditional update; only the one
whose update touched the row passes the stall on. A worker that dies before the commit has passed on nothing.
Who is next is decided as in the allocation, while the date is locked: no quota is exceeded by two at once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import seats
from app.fairs.allocation import Passed, Waits, next_for
from app.fairs.allocation.sentences import why_passed
from app.fairs.queries import assignments, candidates, layouts, occurrences
from app.fairs.queries.assignments import ASSIGNMENT, WAITING
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.service import notices, standing
from app.fairs.states import AssignmentState, FairState, OccurrenceState, WaitState
from app.kernel import ids, journal
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Database, Query, Row, Tx
from app.messages import service as messages

OFFER_HOURS = 48
_EXPIRED = (
    sa.select(ASSIGNMENT.c.id)
    .where(ASSIGNMENT.c.state == AssignmentState.OFFERED, ASSIGNMENT.c.expires_at < given("now"))
    .order_by(ASSIGNMENT.c.expires_at, ASSIGNMENT.c.id)
    .limit(1_000)
)
_WAITED_FOR = Query(
    sa.select(OCCURRENCE.c.id)
    .where(OCCURRENCE.c.state == OccurrenceState.SCHEDULED, OCCURRENCE.c.starts_at > given("now"))
    .order_by(OCCURRENCE.c.id),
    fair=sa.and_(
        OCCURRENCE.c.fair_id == given("fair"),
        sa.exists().where(WAITING.c.occurrence_id == OCCURRENCE.c.id, WAITING.c.state == WaitState.WAITING),
    ),
    group=OCCURRENCE.c.id.in_(
        sa.select(WAITING.c.occurrence_id).where(
            WAITING.c.organisation_id == given("group"), WAITING.c.state == WaitState.WAITING
        )
    ),
)


async def due(db: Database, now: datetime) -> Sequence[UUID]:
    """Offers whose time is over."""
    return [found["id"] for found in await db.all(_EXPIRED, now=now)]


async def expire(tx: Tx, assignment_id: UUID, now: datetime) -> None:
    """«Sin respuesta»: the stall goes to the next one. Nothing happens to an offer that somebody handled meanwhile."""
    found, date = await locked(tx, assignment_id)
    if found["state"] != AssignmentState.OFFERED or found["expires_at"] >= now:
        return
    await standing.move(tx, found, AssignmentState.EXPIRED, now=now)
    await standing.settle(tx, found, WaitState.PASSED, now)
    await messages.cancel(tx, notices.SUBJECT, [assignment_id], caller=WORKER, now=now)
    await journal.record(tx, WORKER, now, "assignment.expired", ("assignment", assignment_id))
    await pass_on(tx, date, found["stall_id"], caller=WORKER, now=now)


async def locked(tx: Tx, assignment_id: UUID) -> tuple[Row, Row]:
    """An assignment and its date, once nobody else gives or takes stalls of that date. Raises NotFoundError."""
    known = await assignments.row(tx, assignment_id)
    date = await occurrences.locked(tx, known["occurrence_id"])
    return await assignments.row(tx, assignment_id), date


async def pass_on(
    tx: Tx, date: Row, stall_id: UUID, *, caller: Caller, now: datetime, among: Collection[UUID] | None = None
) -> UUID | None:
    """Offer a free stall of a locked date to the next who may stand there; returns the assignment, None without anybody.

    Whoever was before keeps their place and learns why. Nothing is offered of a date that has begun, was cancelled,
    or whose fair is suspended. `among`: only these groups are asked.
    """
    if (
        date["state"] != OccurrenceState.SCHEDULED
        or date["starts_at"] <= now
        or date["fair_state"] != FairState.PUBLISHED
    ):
        return None
    present = await assignments.present(tx, date["id"])
    groups = {found["organisation_id"] for found in present}
    listed = await assignments.waiting_rows(tx, date["id"])
    entries = [
        entry
        for entry in listed
        if entry["organisation_id"] not in groups and (among is None or entry["organisation_id"] in among)
    ]
    asked = await candidates.these(
        tx, [entry["application_id"] for entry in entries if entry["application_id"]]
    )
    stall = await layouts.stall(tx, stall_id)
    found = next_for(seats.stall(stall), await _waits(tx, date, entries, asked), map(seats.present, present))
    for place, passed in found.passed.items():
        await _pass_over(tx, entries[place], date, passed, caller=caller, now=now)
    if found.place is None:
        return None
    entry = entries[found.place]
    await standing.take_next(tx, entry, now)
    application = asked.get(entry["application_id"])
    return await offer(tx, date, stall, entry["organisation_id"], application, caller=caller, now=now)


async def look_again(
    tx: Tx, *, caller: Caller, now: datetime, fair: UUID | None = None, group: UUID | None = None
) -> None:
    """Pass on what is free of the dates to come of a fair, or of those a group waits for: more may be had than before."""
    for found in await tx.all(_WAITED_FOR, now=now, fair=fair, group=group):
        await pass_on_all(tx, await occurrences.locked(tx, found["id"]), caller=caller, now=now)


async def pass_on_all(
    tx: Tx, date: Row, *, caller: Caller, now: datetime, among: Collection[UUID] | None = None
) -> None:
    """Pass on every free stall of a locked date."""
    layout = await layouts.of_date(tx, date["id"], date["fair_id"])
    for stall in await layouts.stalls_of(tx, layout["id"]):
        if stall["id"] not in {each["stall_id"] for each in await assignments.present(tx, date["id"])}:
            await pass_on(tx, date, stall["id"], caller=caller, now=now, among=among)


async def offer(
    tx: Tx,
    date: Row,
    stall: Row,
    group: UUID,
    asked: Row | None,
    *,
    caller: Caller,
    now: datetime,
    run_id: UUID | None = None,
) -> UUID:
    """Offer a stall of a date to a group and tell it. `run_id`: the run of the rule that gave it, if one did."""
    identifier = ids.uuid7()
    hours = asked["offer_hours"] if asked else OFFER_HOURS
    expires_at = min(now + timedelta(hours=hours), date["starts_at"])
    await tx.run(
        standing.ADD,
        id=identifier,
        occurrence_id=date["id"],
        stall_id=stall["id"],
        organisation_id=group,
        application_id=asked["id"] if asked else None,
        run_id=run_id,
        state=AssignmentState.OFFERED,
        category=asked["category"] if asked else "",
        attendants=asked["attendants"] if asked else [],
        quality=stall["quality"],
        expires_at=expires_at,
        created_at=now,
        updated_at=now,
    )
    await notices.offered(tx, await assignments.row(tx, identifier), date, caller=caller, now=now)
    await journal.record(
        tx, caller, now, "assignment.offered", ("assignment", identifier), stall=stall["code"]
    )
    return identifier


async def _waits(tx: Tx, date: Row, entries: Sequence[Row], asked: dict[UUID, Row]) -> list[Waits]:
    papers = await candidates.papers_of(tx, list(asked))
    barred = await candidates.barred(tx, date, list(asked.values()), papers)
    return [
        seats.waits(found, barred[found["id"]])
        if (found := asked.get(entry["application_id"]))
        else Waits(seats.nobody(entry["organisation_id"]))
        for entry in entries
    ]


async def _pass_over(tx: Tx, entry: Row, date: Row, passed: Passed, *, caller: Caller, now: datetime) -> None:
    """Keep why, and tell it once: the same reason again is no news."""
    before, kept = entry["passed_over"], msgspec.to_builtins(passed)
    if before == kept:
        return
    await standing.pass_over(tx, entry, kept, now)
    if before is None or before["why"] != kept["why"]:
        await notices.passed_over(tx, entry, date, why_passed(kept, "es"), caller=caller, now=now)
