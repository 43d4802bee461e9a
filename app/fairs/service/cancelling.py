"""What a cancelled or moved date means for those who had a stall: told, credited, their place kept where it moved."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries import assignments, occurrences
from app.fairs.queries.assignments import ASSIGNMENT, WAITING
from app.fairs.service import fees, notices
from app.fairs.states import AssignmentState, WaitState
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.messages import service as messages

_CANCEL = (
    sa.update(ASSIGNMENT)
    .where(
        ASSIGNMENT.c.occurrence_id == given("date"),
        ASSIGNMENT.c.state.in_(
            (AssignmentState.OFFERED, AssignmentState.CONFIRMED, AssignmentState.CHECKED_IN)
        ),
    )
    .values(
        state=AssignmentState.CANCELLED,
        reason=given("why"),
        updated_at=given("now"),
        version=ASSIGNMENT.c.version + 1,
    )
)
_NOBODY_WAITS = (
    sa.update(WAITING)
    .where(
        WAITING.c.occurrence_id == given("date"), WAITING.c.state.in_((WaitState.WAITING, WaitState.OFFERED))
    )
    .values(state=WaitState.LEFT, updated_at=given("now"))
)
_SHIFT_OFFERS = (
    sa.update(ASSIGNMENT)
    .where(
        ASSIGNMENT.c.occurrence_id == given("date"),
        ASSIGNMENT.c.state == AssignmentState.OFFERED,
        ASSIGNMENT.c.expires_at > given("latest"),
    )
    .values(expires_at=given("latest"), updated_at=given("now"))
)


async def everybody(tx: Tx, found: Row, *, caller: Caller, now: datetime) -> None:
    """A date was cancelled: nobody stands there, what was paid is credited once, all are told."""
    date = await occurrences.row(tx, found["id"])
    stands = await assignments.rows_of_date(tx, date["id"])
    await tx.run(_CANCEL, date=date["id"], why=date["reason"], now=now)
    await tx.run(_NOBODY_WAITS, date=date["id"], now=now)
    for stand in stands:
        await fees.credit(tx, stand["id"], caller=caller, now=now, why=date["reason"])
    ids = [stand["id"] for stand in stands]
    await messages.cancel(tx, notices.SUBJECT, ids, caller=caller, now=now)
    await notices.cancelled(tx, stands, date, caller=caller, now=now)


async def tell_moved(tx: Tx, date_id: UUID, *, caller: Caller, now: datetime) -> None:
    """A date was moved: whoever has a stall keeps it and is told; no offer lasts beyond the new start."""
    date = await occurrences.row(tx, date_id)
    await tx.run(_SHIFT_OFFERS, date=date["id"], latest=date["starts_at"], now=now)
    stands = await assignments.rows_of_date(tx, date["id"])
    await notices.moved(tx, stands, date, caller=caller, now=now)
