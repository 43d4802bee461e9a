"""What groups sold, in ranges: told to the group alone, and to the fair's keepers as sums of five groups and more."""

from collections import Counter
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.errors import DateNotBegunError, DidNotStandError
from app.fairs.models import SalesDeclaration
from app.fairs.queries import assignments, fairs, occurrences
from app.fairs.queries.occurrences import ASSIGNMENT
from app.fairs.states import AssignmentState, SalesRange
from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.schema import table

FEWEST = 5  # so many declarations at least are told together
_SALES = table(SalesDeclaration)
_STOOD = (AssignmentState.CONFIRMED, AssignmentState.CHECKED_IN, AssignmentState.COMPLETED)
_ONE = sa.select(_SALES).where(_SALES.c.assignment_id == given("assignment"))
_ADD = sa.insert(_SALES)
_CHANGE = (
    sa.update(_SALES)
    .where(_SALES.c.assignment_id == given("assignment"))
    .values(sold=given("new"), declared_at=given("now"))
)
_OF_DATE = (
    sa.select(_SALES.c.sold)
    .join(ASSIGNMENT, ASSIGNMENT.c.id == _SALES.c.assignment_id)
    .where(ASSIGNMENT.c.occurrence_id == given("date"))
    .order_by(_SALES.c.declared_at, _SALES.c.assignment_id)
)


async def declare(tx: Tx, assignment_id: UUID, *, caller: Caller, sold: SalesRange, now: datetime) -> Row:
    """Say how much a group sold on a date that has begun; again replaces it.

    Raises NotFoundError, ForbiddenError, DateNotBegunError, DidNotStandError.
    """
    found = await assignments.row(tx, assignment_id)
    _own(caller, found, "answer")
    date = await occurrences.row(tx, found["occurrence_id"])
    if now < date["starts_at"]:
        raise DateNotBegunError
    if found["state"] not in _STOOD:
        raise DidNotStandError
    if not await tx.run(_CHANGE, assignment=assignment_id, new=sold, now=now):
        await tx.run(_ADD, assignment_id=assignment_id, sold=sold, declared_at=now)
    await journal.record(tx, caller, now, "assignment.sales_declared", ("assignment", assignment_id))
    return await declared(tx, caller, assignment_id)


async def declared(db: Database, caller: Caller, assignment_id: UUID) -> Row:
    """What a group declared, for the group. Raises NotFoundError, ForbiddenError."""
    _own(caller, await assignments.row(db, assignment_id), "read")
    found = await db.one(_ONE, assignment=assignment_id)
    if found is None:
        raise NotFoundError
    return found


async def summed(db: Database, caller: Caller, date_id: UUID) -> Row:
    """Declarations of a date by range, for the fair's keepers. Raises NotFoundError, ForbiddenError.

    The first five, ten, fifteen … are counted: one more declaration never shows as one more.
    """
    date = await occurrences.row(db, date_id)
    await fairs.require(db, caller, await fairs.row(db, date["fair_id"]), "read")
    found = [row["sold"] for row in await db.all(_OF_DATE, date=date_id)]
    counted = Counter(found[: len(found) - len(found) % FEWEST])
    if not counted:
        return {"occurrence_id": date_id, "groups": None, "ranges": None}
    ranges = {kind: counted[kind] for kind in SalesRange}
    return {"occurrence_id": date_id, "groups": counted.total(), "ranges": ranges}


def _own(caller: Caller, found: Row, capability: str) -> None:
    """Raises ForbiddenError for everybody but the group and its network, administrators included."""
    if not caller.may(capability, found["organisation_id"]):
        raise ForbiddenError
