"""Which stall is free for whom, and who waits when none is."""

from datetime import date as day_of
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import seats
from app.fairs.allocation import may_use
from app.fairs.errors import AlreadyStandsError
from app.fairs.models import Application, Call
from app.fairs.queries import assignments, layouts
from app.fairs.queries.assignments import WAITING
from app.fairs.states import ApplicationState, CallState, WaitState
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.schema import table

APPLICATION, CALL = table(Application), table(Call)
_ADMITTED = (
    sa.select(APPLICATION)
    .join(CALL, CALL.c.id == APPLICATION.c.call_id)
    .where(
        CALL.c.fair_id == given("fair"),
        CALL.c.state == CallState.FINAL,
        CALL.c.from_on <= given("day", type_=CALL.c.from_on.type),
        CALL.c.until_on >= given("day", type_=CALL.c.until_on.type),
        APPLICATION.c.organisation_id == given("group"),
        APPLICATION.c.state.in_((ApplicationState.APPROVED, ApplicationState.WAITLISTED)),
    )
    .order_by(APPLICATION.c.id.desc())
    .limit(1)
)
_LAST = sa.select(sa.func.max(WAITING.c.position)).where(WAITING.c.occurrence_id == given("date"))
ADD = sa.insert(WAITING)
_AGAIN = (
    sa.update(WAITING)
    .where(
        WAITING.c.id == given("id"), WAITING.c.state.in_((WaitState.PASSED, WaitState.LEFT, WaitState.TAKEN))
    )
    .values(state=WaitState.WAITING, position=given("place"), updated_at=given("now"))
)


async def admitted(tx: Tx, date: Row, group: UUID) -> Row | None:
    """The application by which a group may stand on a date; None when no final call admits it."""
    day = day_of.fromisoformat(date["starts_local"][:10])
    return await tx.one(_ADMITTED, fair=date["fair_id"], day=day, group=group)


async def free_stall(tx: Tx, date: Row, asked: Row | None, code: str | None) -> Row | None:
    """The first free stall that fits, or the named one if it is free; None otherwise."""
    layout = await layouts.newest(tx, date["fair_id"])
    taken = await assignments.taken(tx, date["id"])
    needs = seats.applicant(asked) if asked else None
    for stall in await layouts.stalls_of(tx, layout["id"]):
        is_asked = code is None or stall["code"].casefold() == code.strip().casefold()
        if stall["id"] in taken or not is_asked or stall["fixed_holder_id"]:
            continue
        if needs is None or may_use(needs, seats.stall(stall)):
            return stall
    return None


async def join(tx: Tx, date: Row, asked: Row, *, caller: Caller, now: datetime) -> Row:
    """Wait for a stall of a locked date; whoever waits already keeps its place. Raises AlreadyStandsError."""
    group: UUID = asked["organisation_id"]
    mine = await assignments.my_place(tx, date["id"], group)
    if mine is None or mine["state"] not in (WaitState.WAITING, WaitState.OFFERED):
        place = (await tx.value(_LAST, date=date["id"]) or 0) + 1
        if mine is None:
            await tx.run(
                ADD,
                id=ids.uuid7(),
                occurrence_id=date["id"],
                organisation_id=group,
                application_id=asked["id"],
                position=place,
                updated_at=now,
            )
        else:
            await tx.run(_AGAIN, id=mine["id"], place=place, now=now)
        await journal.record(tx, caller, now, "waitlist.joined", ("occurrence", date["id"]), group=str(group))
    listed = await assignments.waiting(tx, date["id"])
    found = next((entry for entry in listed if entry["organisation_id"] == group), None)
    if found is None:
        raise AlreadyStandsError
    return found
