"""What stalls cost: due when a stall is confirmed, paid at the municipal cashier, waived with a reason, credited once."""

from collections.abc import Sequence
from datetime import date as day_of
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import rules
from app.fairs.errors import ReceiptUsedError
from app.fairs.queries import fairs
from app.fairs.queries import fees as queries
from app.fairs.queries.assignments import FEE
from app.fairs.schemas.standing import Payment, Waiver
from app.fairs.states import FeeState
from app.kernel import ids, journal
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import StaleError
from app.kernel.text import clean, clean_line
from app.ledger import service as ledger
from app.ledger.models import AccountKind
from app.ledger.service import AccountKey, Side

SUBJECT = "stall_fee"
_ADD = sa.insert(FEE)
_MOVE = (
    sa.update(FEE)
    .where(FEE.c.id == given("id"), FEE.c.state == given("was"))
    .values(
        state=given("to"),
        receipt=given("receipt"),
        reason=given("why"),
        updated_at=given("now"),
        version=FEE.c.version + 1,
    )
)
_LATE = (
    sa.select(FEE.c.id)
    .where(FEE.c.state == FeeState.DUE, FEE.c.due_on < given("today"))
    .order_by(FEE.c.due_on, FEE.c.id)
    .limit(1_000)
)


async def charge(tx: Tx, stand: Row, date: Row, *, caller: Caller, now: datetime) -> None:
    """A confirmed stall of a fair that is not free is to be paid by its date."""
    fair = await fairs.row(tx, date["fair_id"])
    if not fair["fee_minor"]:
        return
    identifier = ids.uuid7()
    fee = {
        "id": identifier,
        "assignment_id": stand["id"],
        "organiser_id": fair["organiser_id"],
        "organisation_id": stand["organisation_id"],
        "amount_minor": fair["fee_minor"],
        "currency": fair["currency"],
        "state": FeeState.DUE,
        "due_on": day_of.fromisoformat(date["starts_local"][:10]),
        "created_at": now,
        "updated_at": now,
    }
    await tx.run(_ADD, **fee)
    owed, income = _receivable(fee), _income(fee)
    await _post(
        tx,
        fee,
        "fee_due",
        [(owed, fee["amount_minor"]), (income, -fee["amount_minor"])],
        caller=caller,
        now=now,
    )


async def pay(tx: Tx, fee_id: UUID, *, caller: Caller, payment: Payment, now: datetime) -> Row:
    """Note the cashier's receipt. Raises NotFoundError, ForbiddenError, WrongStateError, ReceiptUsedError."""
    fee = await queries.kept(tx, caller, fee_id)
    receipt = clean_line(payment.receipt)
    if fee["state"] == FeeState.PAID and fee["receipt"] == receipt:
        return queries.shown(fee, caller)
    if await queries.is_receipt_of_another(tx, fee, receipt):
        raise ReceiptUsedError
    await _move(tx, fee, FeeState.PAID, caller=caller, now=now, receipt=receipt)
    sides = [(_cash(fee), fee["amount_minor"]), (_receivable(fee), -fee["amount_minor"])]
    await _post(tx, fee, "fee_paid", sides, caller=caller, now=now, reference=receipt)
    return queries.shown(await queries.row(tx, fee_id), caller)


async def waive(tx: Tx, fee_id: UUID, *, caller: Caller, waiver: Waiver, now: datetime) -> Row:
    """The stall is free this time, for a reason. Raises NotFoundError, ForbiddenError, WrongStateError."""
    fee = await queries.kept(tx, caller, fee_id)
    await _move(tx, fee, FeeState.WAIVED, caller=caller, now=now, why=clean(waiver.reason))
    sides = [(_waived(fee), fee["amount_minor"]), (_receivable(fee), -fee["amount_minor"])]
    await _post(tx, fee, "fee_waived", sides, caller=caller, now=now)
    return queries.shown(await queries.row(tx, fee_id), caller)


async def credit(tx: Tx, stand_id: UUID, *, caller: Caller, now: datetime, why: str) -> None:
    """Nothing is owed for a stall any more; what was paid is owed to the group. Again changes nothing."""
    fee = await queries.of_assignment(tx, stand_id)
    if fee is None or fee["state"] == FeeState.CREDITED:
        return
    against = {FeeState.PAID: _credit_owed, FeeState.WAIVED: _waived}.get(FeeState(fee["state"]), _receivable)
    await _move(tx, fee, FeeState.CREDITED, caller=caller, now=now, why=why, receipt=fee["receipt"])
    sides = [(_income(fee), fee["amount_minor"]), (against(fee), -fee["amount_minor"])]
    await _post(tx, fee, "fee_credited", sides, caller=caller, now=now)


async def end(
    tx: Tx, stand_id: UUID, *, is_given_back: bool, caller: Caller, now: datetime, why: str
) -> None:
    """Nothing more is owed for a stall that its group does not keep. What was paid is owed to the group if the stall was
    taken from it; if the group gave it back, what was paid stays paid.
    """  # noqa: D205
    fee = await queries.of_assignment(tx, stand_id)
    if fee is not None and not (is_given_back and fee["state"] == FeeState.PAID):
        await credit(tx, stand_id, caller=caller, now=now, why=why)


async def due(db: Database, now: datetime) -> Sequence[UUID]:
    """Fees whose day is over, unpaid."""
    return [found["id"] for found in await db.all(_LATE, today=now.date())]


async def call_overdue(tx: Tx, fee_id: UUID, now: datetime) -> None:
    """Its day is over and nobody paid; nothing when somebody did meanwhile."""
    fee = await queries.row(tx, fee_id)
    if fee["state"] == FeeState.DUE and fee["due_on"] < now.date():
        await _move(tx, fee, FeeState.OVERDUE, caller=WORKER, now=now)


async def _move(
    tx: Tx, fee: Row, to: FeeState, *, caller: Caller, now: datetime, receipt: str = "", why: str = ""
) -> None:
    was = FeeState(fee["state"])
    rules.check_move(rules.FEE_MOVES, was, to)
    if not await tx.run(_MOVE, id=fee["id"], was=was, to=to, receipt=receipt, why=why, now=now):
        raise StaleError
    await journal.record(tx, caller, now, f"fee.{to}", ("stall_fee", fee["id"]), was=was)


async def _post(
    tx: Tx, fee: Row, reason: str, sides: list[Side], *, caller: Caller, now: datetime, reference: str = ""
) -> None:
    await ledger.post(
        tx,
        reason=reason,
        subject=(SUBJECT, fee["id"]),
        sides=sides,
        reference=reference,
        caller=caller,
        now=now,
    )


def _receivable(fee: Row) -> AccountKey:
    return AccountKey(fee["organiser_id"], AccountKind.RECEIVABLE, fee["currency"], fee["organisation_id"])


def _credit_owed(fee: Row) -> AccountKey:
    return AccountKey(fee["organiser_id"], AccountKind.CREDIT_OWED, fee["currency"], fee["organisation_id"])


def _income(fee: Row) -> AccountKey:
    return AccountKey(fee["organiser_id"], AccountKind.INCOME, fee["currency"])


def _cash(fee: Row) -> AccountKey:
    return AccountKey(fee["organiser_id"], AccountKind.CASH, fee["currency"])


def _waived(fee: Row) -> AccountKey:
    return AccountKey(fee["organiser_id"], AccountKind.WAIVED, fee["currency"])
