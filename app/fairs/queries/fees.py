"""Fees: read by the group that owes and the organiser that is owed."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries.assignments import FEE
from app.fairs.rules import FEE_MOVES
from app.fairs.states import FeeState
from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.errors import ForbiddenError, NotFoundError

_ONE = sa.select(FEE).where(FEE.c.id == given("id"))
_OF = sa.select(FEE).where(FEE.c.assignment_id == given("stand"))
_RECEIPT_OF_ANOTHER = sa.select(sa.func.count()).where(
    FEE.c.organiser_id == given("organiser"),
    FEE.c.receipt == given("receipt"),
    FEE.c.organisation_id != given("group"),
)
_ACTS = {FeeState.PAID: "payment", FeeState.WAIVED: "waiver"}


async def row(db: Database, fee_id: UUID) -> Row:
    """A fee as stored. Raises NotFoundError."""
    found = await db.one(_ONE, id=fee_id)
    if found is None:
        raise NotFoundError
    return found


async def of_assignment(db: Database, stand_id: UUID) -> Row | None:
    """What a stall costs, as stored; None when it is free."""
    return await db.one(_OF, stand=stand_id)


async def is_receipt_of_another(db: Database, fee: Row, receipt: str) -> bool:
    """Whether another group paid the same organiser with this receipt; one group may pay several stalls with one."""
    sides = {"organiser": fee["organiser_id"], "group": fee["organisation_id"]}
    return bool(await db.value(_RECEIPT_OF_ANOTHER, receipt=receipt, **sides))


async def kept(db: Database, caller: Caller, fee_id: UUID) -> Row:
    """A fee for the organiser's cashier. Raises NotFoundError, ForbiddenError."""
    found = await row(db, fee_id)
    if caller.is_admin or caller.may("money", found["organiser_id"]):
        return found
    raise ForbiddenError if _reads(caller, found) else NotFoundError


async def fee(db: Database, caller: Caller, fee_id: UUID) -> Row:
    """A fee for its two sides. Raises NotFoundError."""
    found = await row(db, fee_id)
    if not _reads(caller, found):
        raise NotFoundError
    return shown(found, caller)


def shown(found: Row, caller: Caller) -> Row:
    """The wire form of a fee."""
    keeps = caller.is_admin or caller.may("money", found["organiser_id"])
    moves = sorted(FEE_MOVES[FeeState(found["state"])])
    kept_names = ("id", "assignment_id", "organisation_id", "state", "due_on", "receipt", "reason", "version")
    return {name: found[name] for name in kept_names} | {
        "amount": wire.amount(found["amount_minor"], found["currency"]),
        "actions": [_ACTS[to] for to in moves if to in _ACTS] if keeps else [],
    }


def _reads(caller: Caller, found: Row) -> bool:
    sides = (found["organiser_id"], found["organisation_id"])
    return caller.is_admin or any(caller.may("read", side) for side in sides)
