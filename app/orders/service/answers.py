"""What a producer says to its part: yes, less, «esta vez no podemos»; by itself or through somebody it told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import queries as inventory
from app.inventory.service import Take, lower, release, reserve
from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError
from app.messages import service as messages
from app.orders import rules, sentences
from app.orders.errors import MoreThanOfferedError, TooLateError, WrongStateError
from app.orders.queries import allocations, orders
from app.orders.queries.allocations import TAKE
from app.orders.queries.orders import ALLOCATION
from app.orders.rules import ALLOCATION_TRANSITIONS, AllocationState, Channel
from app.orders.service import standing
from app.orders.service.offers import HOLDER

_STATE = AllocationState

_ANSWER = (
    sa.update(ALLOCATION)
    .where(ALLOCATION.c.id == given("allocation"))
    .values(
        state=given("state"),
        quantity_base=given("quantity"),
        amount_minor=given("amount"),
        answered_at=given("now"),
        answer_channel=given("channel"),
        answered_by=given("by"),
        spoke=given("spoke"),
        spoke_at=given("spoke_at"),
        reason=given("reason"),
        late_base=None,
        version=ALLOCATION.c.version + 1,
    )
)
_KEEP_LATE = (
    sa.update(ALLOCATION)
    .where(ALLOCATION.c.id == given("allocation"))
    .values(late_base=given("late"), version=ALLOCATION.c.version + 1)
)
_SET_TAKE = (
    sa.update(TAKE)
    .where(TAKE.c.allocation_id == given("allocation"), TAKE.c.source == given("source_key"))
    .values(quantity_base=given("quantity"))
)


@dataclass(frozen=True, slots=True)
class Said:
    """How an answer came: through which channel, and by whom when somebody else enters it."""

    channel: Channel = Channel.APP
    spoke: str | None = None
    spoke_at: datetime | None = None
    reason: str | None = None


async def confirm(
    tx: Tx, allocation_id: UUID, *, quantity_base: int | None, said: Said, caller: Caller, now: datetime
) -> UUID:
    """Yes: to all of it, or to `quantity_base` of it. May be repeated, and lowered until the deadline.

    A late yes counts while nobody else has been given the amount and the stock is free; else it is kept as
    availability for the next repair. Raises NotFoundError, ForbiddenError, InvalidError, MoreThanOfferedError,
    WrongStateError, TooLateError.
    """
    found, order = await _locked(tx, allocation_id, caller)
    state = _STATE(found["state"])
    quantity = found["offered_base"] if quantity_base is None else quantity_base
    _check_quantity(found, quantity)
    if state in rules.LATE:
        await _confirm_late(tx, found, order, quantity, said, caller=caller, now=now)
    elif state is _STATE.OFFERED:
        await _agree(tx, found, order, quantity, said, caller=caller, now=now)
    else:
        await _again(tx, found, order, quantity_base, said, caller=caller, now=now)
    return allocation_id


async def decline(tx: Tx, allocation_id: UUID, *, said: Said, caller: Caller, now: datetime) -> UUID:
    """«Esta vez no podemos»: what was held is free again, and the hole is offered to the others.

    Raises NotFoundError, ForbiddenError, WrongStateError, TooLateError.
    """
    found, order = await _locked(tx, allocation_id, caller)
    state = _STATE(found["state"])
    if state is _STATE.DECLINED:
        return allocation_id
    if _STATE.DECLINED not in ALLOCATION_TRANSITIONS[state]:
        raise _wrong(found)
    if state is not _STATE.OFFERED and now > found["answer_until"]:
        raise TooLateError
    await release(tx, [allocation_id], now=now, why="declined")
    await _write(tx, found, _STATE.DECLINED, quantity=0, amount=0, said=said, caller=caller, now=now)
    await standing.settle(tx, order, hole=True, caller=caller, now=now)
    return allocation_id


async def _locked(tx: Tx, allocation_id: UUID, caller: Caller) -> tuple[Row, Row]:
    """The part and its order, held until the commit, for a caller who may answer."""
    seen = await allocations.row(tx, caller, allocation_id)
    if not allocations.may_answer(caller, seen):
        raise ForbiddenError
    order = await standing.lock(tx, seen["order_id"])
    found = await allocations.raw(tx, allocation_id)
    if order["state"] not in rules.RUNNING:
        raise TooLateError
    return found, order


def _check_quantity(found: Row, quantity: int) -> None:
    if quantity > found["offered_base"]:
        raise MoreThanOfferedError(offered=sentences.quantity(found["offered_base"], found, "es"))
    if quantity <= 0 or (quantity % found["step_base"] and quantity != found["offered_base"]):
        raise InvalidError(
            Fault("#/quantity", "not_a_multiple", step=found["step_base"], unit=found["base_unit"])
        )


async def _agree(
    tx: Tx, found: Row, order: Row, quantity: int, said: Said, *, caller: Caller, now: datetime
) -> None:
    amount = await _keep_of(tx, found, quantity, now)
    state = rules.agreed_state(quantity, found["offered_base"])
    await _write(tx, found, state, quantity=quantity, amount=amount, said=said, caller=caller, now=now)
    hole = order["has_hole"] or quantity < found["quantity_base"]
    await standing.settle(tx, order, hole=hole, caller=caller, now=now)


async def _again(
    tx: Tx, found: Row, order: Row, asked: int | None, said: Said, *, caller: Caller, now: datetime
) -> None:
    """A yes after a yes: the same changes nothing, less lowers it until the deadline, more is not on offer."""
    if found["state"] not in (_STATE.CONFIRMED, _STATE.PARTIALLY_CONFIRMED):
        raise _wrong(found)
    quantity = found["quantity_base"] if asked is None else asked
    if quantity > found["quantity_base"]:
        raise MoreThanOfferedError(offered=sentences.quantity(found["quantity_base"], found, "es"))
    if quantity == found["quantity_base"]:
        return
    if now > found["answer_until"]:
        raise TooLateError
    await _agree(tx, found, order, quantity, said, caller=caller, now=now)


async def _confirm_late(
    tx: Tx, found: Row, order: Row, quantity: int, said: Said, *, caller: Caller, now: datetime
) -> None:
    takes = _first(await allocations.takes(tx, found["id"]), quantity)
    line = next(line for line in await orders.lines(tx, order["id"]) if line["id"] == found["line_id"])
    room = line["quantity_base"] + line["over_base"] - line["offered_base"] - line["agreed_base"]
    wanted = [_take(found["id"], take) for take in takes]
    if room < quantity or not await inventory.still_free(tx, wanted):
        await tx.must(_KEEP_LATE, allocation=found["id"], late=quantity)
        await messages.mark_answered(tx, (HOLDER, found["id"]), caller=caller, now=now)
        await journal.record(
            tx, caller, now, "allocation.late", ("allocation", found["id"]), quantity_base=quantity
        )
        await standing.settle(tx, order, hole=room > 0, caller=caller, now=now)
        return
    await reserve(tx, wanted, holder_kind=HOLDER, now=now)
    await _set_takes(tx, found["id"], {take["source"]: take["quantity_base"] for take in takes})
    amount = _amount(takes, found)
    state = rules.agreed_state(quantity, found["offered_base"])
    await _write(tx, found, state, quantity=quantity, amount=amount, said=said, caller=caller, now=now)
    await standing.settle(tx, order, hole=room > quantity, caller=caller, now=now)


async def _keep_of(tx: Tx, found: Row, quantity: int, now: datetime) -> int:
    """Hold only this much of the part; returns what it is paid."""
    takes = await allocations.takes(tx, found["id"])
    if quantity < found["quantity_base"]:
        kept = await lower(tx, found["id"], to_base=quantity, now=now, why="less")
        for take in takes:
            take["quantity_base"] = kept.get((take["lot_id"], take["week_on"]), 0)
        await _set_takes(tx, found["id"], {take["source"]: take["quantity_base"] for take in takes})
    return _amount(takes, found)


async def _set_takes(tx: Tx, allocation_id: UUID, quantities: dict[str, int]) -> None:
    await tx.many(
        _SET_TAKE,
        [
            {"allocation": allocation_id, "source_key": source, "quantity": quantity}
            for source, quantity in sorted(quantities.items())
        ],
    )


def _first(takes: list[Row], quantity: int) -> list[Row]:
    """The takes, FEFO, until this much is reached."""
    left, found = quantity, []
    for take in takes:
        part = min(left, take["quantity_base"])
        left -= part
        if part:
            found.append({**take, "quantity_base": part})
    return found


def _amount(takes: list[Row], found: Row) -> int:
    return rules.amount(
        [(take["quantity_base"], take["price_minor"]) for take in takes], found["price_unit_base"]
    )


def _take(allocation_id: UUID, take: Row) -> Take:
    return Take(
        lot_id=take["lot_id"],
        week_on=take["week_on"],
        quantity_base=take["quantity_base"],
        holder_id=allocation_id,
        expected_price_minor=take["price_minor"],
    )


async def _write(
    tx: Tx,
    found: Row,
    state: AllocationState,
    *,
    quantity: int,
    amount: int,
    said: Said,
    caller: Caller,
    now: datetime,
) -> None:
    allocation_id = found["id"]
    await tx.must(
        _ANSWER,
        allocation=allocation_id,
        state=state,
        quantity=quantity,
        amount=amount,
        now=now,
        channel=said.channel,
        by=caller.name,
        spoke=said.spoke,
        spoke_at=said.spoke_at or (now if said.spoke else None),
        reason=said.reason,
    )
    await messages.mark_answered(tx, (HOLDER, allocation_id), caller=caller, now=now)
    await journal.record(
        tx,
        caller,
        now,
        f"allocation.{state}",
        ("allocation", allocation_id),
        order=str(found["order_id"]),
        quantity_base=quantity,
        offered_base=found["offered_base"],
        channel=said.channel,
    )


def _wrong(found: Row) -> WrongStateError:
    state = _STATE(found["state"])
    return WrongStateError(state, sorted(ALLOCATION_TRANSITIONS[state]))
