"""What a producer says to its part: yes, less, «esta vez no podemos»; by itself or through somebody it told."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import queries as inventory
from app.inventory.service import Take, release, reserve
from app.kernel import journal, units
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError
from app.messages import service as messages
from app.orders import rules
from app.orders.errors import MoreThanOfferedError, TooLateError, WrongStateError
from app.orders.queries import allocations, orders
from app.orders.queries.orders import ALLOCATION
from app.orders.rules import ALLOCATION_TRANSITIONS, AllocationState, Channel
from app.orders.service import holding, notices, standing
from app.orders.service.offers import HOLDER

_STATE = AllocationState

_HOW = {
    "answered_at": given("now"),
    "answer_channel": given("channel"),
    "answered_by": given("by"),
    "spoke": given("spoke"),
    "spoke_at": given("spoke_at"),
    "reason": given("reason"),
    "version": ALLOCATION.c.version + 1,
}
_ANSWER = (
    sa.update(ALLOCATION)
    .where(ALLOCATION.c.id == given("allocation"))
    .values(
        **_HOW,
        state=given("state"),
        quantity_base=given("quantity"),
        amount_minor=given("amount"),
        late_base=None,
    )
)
_KEEP_LATE = (
    sa.update(ALLOCATION)
    .where(ALLOCATION.c.id == given("allocation"))
    .values(**_HOW, late_base=given("late"))
)


@dataclass(frozen=True, slots=True)
class Said:
    """How an answer came: through which channel, and by whom when somebody else enters it."""

    channel: Channel = Channel.APP
    spoke: str | None = None
    spoke_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """A part and its order, held until the commit, and who answers how."""

    part: Row
    order: Row
    said: Said
    caller: Caller
    now: datetime

    @property
    def state(self) -> AllocationState:
        """Where the part stands."""
        return _STATE(self.part["state"])

    @property
    def is_theirs(self) -> bool:
        """Whether the group itself answers."""
        return _is_theirs(self.said, self.caller, self.part)


async def confirm(
    tx: Tx, allocation_id: UUID, *, quantity_base: int | None, said: Said, caller: Caller, now: datetime
) -> UUID:
    """Yes: to all of it, or to `quantity_base` of it. May be repeated, and lowered until the deadline.

    A late yes counts while nobody else has been given the amount and the stock is free; else it is kept as
    availability for the next repair. Raises NotFoundError, ForbiddenError, InvalidError, MoreThanOfferedError,
    WrongStateError, TooLateError.
    """
    answering = await _answering(tx, allocation_id, said, caller, now)
    part, state = answering.part, answering.state
    if state in rules.LATE:
        quantity = part["offered_base"] if quantity_base is None else quantity_base
        _check_quantity(part, quantity, most=part["offered_base"])
        await _agree_late(tx, answering, quantity)
    elif state in (_STATE.OFFERED, _STATE.CONFIRMED, _STATE.PARTIALLY_CONFIRMED):
        quantity = part["quantity_base"] if quantity_base is None else quantity_base
        _check_quantity(part, quantity, most=part["quantity_base"])
        await _agree(tx, answering, quantity)
    else:
        raise WrongStateError(state)
    return allocation_id


async def decline(tx: Tx, allocation_id: UUID, *, said: Said, caller: Caller, now: datetime) -> UUID:
    """«Esta vez no podemos»: what was held is free again, and the hole is offered to the others.

    What the group was asked for on top of it, and has not answered, is answered by the same no.
    Raises NotFoundError, ForbiddenError, InvalidError, WrongStateError, TooLateError.
    """
    answering = await _answering(tx, allocation_id, said, caller, now)
    state = answering.state
    if state is _STATE.DECLINED:
        return allocation_id
    if _STATE.DECLINED not in ALLOCATION_TRANSITIONS[state]:
        raise WrongStateError(state)
    if state is not _STATE.OFFERED and now > answering.part["answer_until"]:
        raise TooLateError
    tops = await _on_top_of(tx, answering.part)
    await release(tx, [allocation_id, *(top["id"] for top in tops)], now=now, why="declined")
    for top in tops:
        await _note(tx, replace(answering, part=top), _STATE.DECLINED, quantity=0, amount=0)
    await _write(tx, answering, _STATE.DECLINED, quantity=0, amount=0)
    await standing.settle(tx, answering.order, hole=True, caller=caller, now=now)
    return allocation_id


async def _on_top_of(tx: Tx, part: Row) -> list[Row]:
    """The group's later parts of the same line that wait for its answer."""
    place = (part["line_id"], part["producer_id"])
    return [
        other
        for other in await allocations.of_order(tx, part["order_id"])
        if (other["line_id"], other["producer_id"]) == place
        and other["state"] == _STATE.OFFERED
        and other["id"] > part["id"]
    ]


async def _answering(tx: Tx, allocation_id: UUID, said: Said, caller: Caller, now: datetime) -> Answering:
    """The part and its order for a caller who may answer; the order is held before the part is read."""
    seen = await allocations.row(tx, caller, allocation_id)
    if not await allocations.speaks_for(tx, caller, seen):
        raise ForbiddenError
    _check_said(said, caller, seen, now)
    order = await orders.locked(tx, seen["order_id"])
    if order["state"] not in rules.RUNNING:
        raise TooLateError
    return Answering(await allocations.raw(tx, allocation_id), order, said, caller, now)


def _check_said(said: Said, caller: Caller, part: Row, now: datetime) -> None:
    """Whoever is not of the group says who spoke for it, and how."""
    if not _is_theirs(said, caller, part) and said.spoke is None:
        raise InvalidError(Fault("#/spoke", "spoke_needed"))
    if said.spoke_at is not None and said.spoke_at > now:
        raise InvalidError(Fault("#/spoke/at", "in_the_future"))
    if said.spoke_at is not None and said.spoke_at < part["created_at"].replace(second=0, microsecond=0):
        raise InvalidError(Fault("#/spoke/at", "before_the_offer"))


def _is_theirs(said: Said, caller: Caller, part: Row) -> bool:
    return part["producer_id"] in caller.own or said.channel is Channel.ONE_TAP


def _check_quantity(part: Row, quantity: int, *, most: int) -> None:
    if quantity > most:
        raise MoreThanOfferedError(most, part["unit"])
    if quantity <= 0:
        raise InvalidError(Fault("#/quantity", "zero"))
    if quantity % part["step_base"] and quantity != most:
        step = partial(units.display, part["step_base"], part["unit"])
        raise InvalidError(Fault("#/quantity", "not_a_multiple", step=step))


async def _agree(tx: Tx, answering: Answering, quantity: int) -> None:
    """A yes. After another yes the same changes nothing, and less lowers it until the deadline."""
    part, order, now = answering.part, answering.order, answering.now
    if answering.state is not _STATE.OFFERED:
        if quantity == part["quantity_base"]:
            return
        if now > part["answer_until"]:
            raise TooLateError
    amount = await holding.keep_of(tx, part, quantity, now=now, why="less")
    state = rules.agreed_state(quantity, part["offered_base"])
    await _write(tx, answering, state, quantity=quantity, amount=amount)
    hole = order["has_hole"] or quantity < part["quantity_base"]
    await standing.settle(tx, order, hole=hole, caller=answering.caller, now=now)


async def _agree_late(tx: Tx, answering: Answering, quantity: int) -> None:
    """A yes after the deadline: it counts as far as the line has room and the stock is there, whole or not at all."""
    part, order, caller, now = answering.part, answering.order, answering.caller, answering.now
    takes = holding.first_of(await allocations.takes(tx, part["id"]), quantity)
    wanted = [_take(part["id"], take) for take in takes if take["quantity_base"]]
    room = await _room(tx, part)
    is_there = sum(take.quantity_base for take in wanted) == quantity
    if room < quantity or not is_there or not await inventory.still_free(tx, wanted):
        await tx.must(_KEEP_LATE, allocation=part["id"], late=quantity, **_how(answering))
        await journal.record(tx, caller, now, "allocation.late", (HOLDER, part["id"]), quantity_base=quantity)
        await messages.mark_answered(tx, (HOLDER, part["id"]), caller=caller, now=now)
        await _tell(tx, answering, "late", quantity, can_correct=False)
        await standing.settle(tx, order, hole=order["has_hole"] or room > 0, caller=caller, now=now)
        return
    await reserve(tx, wanted, holder_kind=HOLDER, now=now)
    await holding.set_takes(tx, part["id"], {take["source"]: take["quantity_base"] for take in takes})
    amount = holding.amount_of(takes, part)
    state = rules.agreed_state(quantity, part["offered_base"])
    await _write(tx, answering, state, quantity=quantity, amount=amount)
    await standing.settle(tx, order, hole=order["has_hole"], caller=caller, now=now)


async def _room(tx: Tx, part: Row) -> int:
    """How much the part's line can still be given."""
    lines = {line["id"]: line for line in await orders.lines(tx, part["order_id"])}
    line = lines[part["line_id"]]
    room: int = line["quantity_base"] + line["over_base"] - line["offered_base"] - line["agreed_base"]
    return room


def _take(allocation_id: UUID, take: Row) -> Take:
    return Take(
        lot_id=take["lot_id"],
        week_on=take["week_on"],
        quantity_base=take["quantity_base"],
        holder_id=allocation_id,
        expected_price_minor=take["price_minor"],
    )


async def _write(tx: Tx, answering: Answering, state: AllocationState, *, quantity: int, amount: int) -> None:
    """Note the answer, and tell the group what was noted."""
    await _note(tx, answering, state, quantity=quantity, amount=amount)
    is_yes = state in rules.AGREED
    can_correct = is_yes and answering.now <= answering.part["answer_until"]
    await _tell(tx, answering, "yes" if is_yes else "no", quantity, can_correct=can_correct)


async def _note(tx: Tx, answering: Answering, state: AllocationState, *, quantity: int, amount: int) -> None:
    part, caller, now = answering.part, answering.caller, answering.now
    subject = (HOLDER, part["id"])
    await tx.must(
        _ANSWER, allocation=part["id"], state=state, quantity=quantity, amount=amount, **_how(answering)
    )
    facts = {"quantity_base": quantity, "offered_base": part["offered_base"], "before": part["state"]}
    channel, order = answering.said.channel, str(part["order_id"])
    await journal.record(
        tx, caller, now, f"allocation.{state}", subject, order=order, channel=channel, **facts
    )
    await messages.mark_answered(tx, subject, caller=caller, now=now)


async def _tell(tx: Tx, answering: Answering, answer: str, quantity_base: int, *, can_correct: bool) -> None:
    """A group for which somebody else answered is told what was noted, once."""
    part, said, caller, now = answering.part, answering.said, answering.caller, answering.now
    if part["answered_at"] is not None:
        await messages.cancel(tx, HOLDER, [part["id"]], caller=caller, now=now)  # what was noted before
    if not answering.is_theirs and said.spoke is not None:
        draft = notices.noted(
            part,
            answering.order,
            answer,
            quantity_base=quantity_base,
            spoke=said.spoke,
            channel=said.channel,
            can_correct=can_correct,
            now=now,
        )
        await messages.post(tx, [draft], caller=caller, now=now)


def _how(answering: Answering) -> dict[str, Any]:
    said, now = answering.said, answering.now
    return {
        "now": now,
        "channel": said.channel,
        "by": answering.caller.name,
        "spoke": said.spoke,
        "spoke_at": said.spoke_at or (now if said.spoke else None),
        "reason": said.reason,
    }
