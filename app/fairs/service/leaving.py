"""A group leaves a call: its stalls of dates to come go to the next ones, its places on waiting lists close."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries.assignments import ASSIGNMENT, WAITING
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.service import fees, passing
from app.fairs.states import AssignmentState, OccurrenceState, WaitState
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.messages import service as messages

_TO_COME = (
    sa.select(ASSIGNMENT)
    .join(OCCURRENCE, OCCURRENCE.c.id == ASSIGNMENT.c.occurrence_id)
    .where(
        ASSIGNMENT.c.application_id == given("application"),
        ASSIGNMENT.c.state.in_((AssignmentState.OFFERED, AssignmentState.CONFIRMED)),
        OCCURRENCE.c.state == OccurrenceState.SCHEDULED,
        OCCURRENCE.c.starts_at > given("now"),
    )
    .order_by(ASSIGNMENT.c.id)
)
_RELEASE = (
    sa.update(ASSIGNMENT)
    .where(ASSIGNMENT.c.id == given("id"), ASSIGNMENT.c.state == given("was"))
    .values(
        state=AssignmentState.RELEASED,
        reason=given("why"),
        updated_at=given("now"),
        version=ASSIGNMENT.c.version + 1,
    )
)
_WAIT_NO_MORE = (
    sa.update(WAITING)
    .where(WAITING.c.application_id == given("application"), WAITING.c.state == WaitState.WAITING)
    .values(state=WaitState.LEFT, updated_at=given("now"))
)


async def leave(tx: Tx, application: Row, *, caller: Caller, now: datetime, why: str) -> None:
    """Release what is to come, credit what was to be paid for it, and pass it on."""
    await tx.run(_WAIT_NO_MORE, application=application["id"], now=now)
    for stand in await tx.all(_TO_COME, application=application["id"], now=now):
        if not await tx.run(_RELEASE, id=stand["id"], was=stand["state"], why=why, now=now):
            continue
        await fees.credit(tx, stand["id"], caller=caller, now=now, why=why)
        await messages.cancel(tx, "assignment", [stand["id"]], caller=caller, now=now)
        await passing.pass_on(tx, stand["occurrence_id"], stand["stall_id"], caller=caller, now=now)
