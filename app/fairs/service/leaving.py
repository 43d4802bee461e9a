"""A group leaves a call: its stalls of dates to come go to the next ones, its places on waiting lists close."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries.assignments import ASSIGNMENT
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.service import fees, notices, passing, standing
from app.fairs.states import AssignmentState, OccurrenceState
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.messages import service as messages

_TO_COME = (
    sa.select(ASSIGNMENT.c.id)
    .join(OCCURRENCE, OCCURRENCE.c.id == ASSIGNMENT.c.occurrence_id)
    .where(
        ASSIGNMENT.c.application_id == given("application"),
        ASSIGNMENT.c.state.in_((AssignmentState.OFFERED, AssignmentState.CONFIRMED)),
        OCCURRENCE.c.state == OccurrenceState.SCHEDULED,
        OCCURRENCE.c.starts_at > given("now"),
    )
    .order_by(ASSIGNMENT.c.occurrence_id)  # dates are locked in one order
)
_BECOMES = {
    AssignmentState.OFFERED: AssignmentState.DECLINED,
    AssignmentState.CONFIRMED: AssignmentState.RELEASED,
}


async def leave(
    tx: Tx, application: Row, *, is_given_back: bool, caller: Caller, now: datetime, why: str
) -> None:
    """Give up what is to come, end what was to be paid for it, and pass it on. `is_given_back`: by the group itself."""
    await standing.wait_no_more(tx, application["id"], now)
    for known in await tx.all(_TO_COME, application=application["id"], now=now):
        stand, date = await passing.locked(tx, known["id"])
        to = _BECOMES.get(AssignmentState(stand["state"]))
        if to is None:
            continue
        await standing.move(tx, stand, to, now=now, reason=why)
        await fees.end(tx, stand["id"], is_given_back=is_given_back, caller=caller, now=now, why=why)
        await messages.cancel(tx, notices.SUBJECT, [stand["id"]], caller=caller, now=now)
        if not is_given_back:
            await notices.withdrawn(tx, stand, date, why, caller=caller, now=now)
        await passing.pass_on(tx, date, stand["stall_id"], caller=caller, now=now)
