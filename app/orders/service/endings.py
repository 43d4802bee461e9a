"""How orders and offers end by themselves or by somebody's word: cancelled, expired, «sin respuesta», «no avisado»."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.service import release
from app.kernel import journal
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError
from app.messages import queries as told
from app.messages import service as messages
from app.messages.models import MessageKind
from app.orders import rules, sentences
from app.orders.errors import ConsentNeededError
from app.orders.queries import allocations, orders
from app.orders.queries.orders import ALLOCATION, ORDER
from app.orders.rules import AllocationState, OrderState
from app.orders.service import standing
from app.orders.service.draft import VOID_PLANS, wrong_state
from app.orders.service.offers import HOLDER

_CLOSE = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"))
    .values(state=given("state"), close_reason=given("reason"), has_hole=False, version=ORDER.c.version + 1)
)
_END = (
    sa.update(ALLOCATION)
    .where(ALLOCATION.c.id == given("allocation"))
    .values(state=given("state"), quantity_base=0, amount_minor=0, reason=given("reason"),
            version=ALLOCATION.c.version + 1)
)  # fmt: skip
_EXTEND = (
    sa.update(ALLOCATION)
    .where(ALLOCATION.c.id == given("allocation"))
    .values(answer_until=given("until"), version=ALLOCATION.c.version + 1)
)
_EXTEND_ORDER = sa.update(ORDER).where(ORDER.c.id == given("order")).values(cutoff_at=given("until"))
_PROPOSALS_DUE = sa.select(ORDER.c.id).where(
    ORDER.c.state == OrderState.PROPOSED, ORDER.c.valid_until < given("now")
)
_OFFERS_DUE = (
    sa.select(ALLOCATION.c.order_id)
    .where(ALLOCATION.c.state == AllocationState.OFFERED, ALLOCATION.c.answer_until < given("now"))
    .distinct()
)
_HOLES = sa.select(ORDER.c.id, ORDER.c.coordinator_id).where(
    ORDER.c.state.in_(rules.RUNNING), ORDER.c.has_hole.is_(True)
)


async def cancel(tx: Tx, order_id: UUID, *, caller: Caller, reason: str, now: datetime) -> Row:
    """End an order: what is held is free, plans are void, and everybody who was told is told.

    The buyer may until the first yes; afterwards the coordinating organisation, with its reason.
    Raises NotFoundError, ForbiddenError, ConsentNeededError, WrongStateError.
    """
    await orders.row(tx, caller, order_id)
    order = await standing.lock(tx, order_id)
    coordinates = orders.coordinates(caller, order)
    if not (coordinates or orders.buys(caller, order)):
        raise ForbiddenError
    if OrderState.CANCELLED not in rules.ORDER_TRANSITIONS[OrderState(order["state"])]:
        raise wrong_state(order)
    parts = [part for part in await allocations.of_order(tx, order_id) if part["state"] in rules.LIVE]
    if not coordinates and any(part["state"] in rules.AGREED for part in parts):
        raise ConsentNeededError
    await _withdraw(tx, parts, order, reason, caller=caller, now=now)
    await tx.run(VOID_PLANS, order=order_id)
    await tx.must(_CLOSE, order=order_id, state=OrderState.CANCELLED, reason=reason)
    await journal.record(tx, caller, now, "order.cancelled", ("order", order_id), parts=len(parts))
    return await orders.order(tx, caller, order_id)


async def extend(
    tx: Tx, allocation_id: UUID, *, until: datetime, reason: str, caller: Caller, now: datetime
) -> UUID:
    """Give one group more time. Raises NotFoundError, ForbiddenError, InvalidError, WrongStateError."""
    found = await allocations.row(tx, caller, allocation_id)
    if not orders.coordinates(caller, found):
        raise ForbiddenError
    order = await standing.lock(tx, found["order_id"])
    found = await allocations.raw(tx, allocation_id)
    if found["state"] != AllocationState.OFFERED:
        raise wrong_state(order)
    if until <= max(found["answer_until"], now):
        raise InvalidError(Fault("#/until", "too_early"))
    await tx.must(_EXTEND, allocation=allocation_id, until=until)
    await tx.must(_EXTEND_ORDER, order=order["id"], until=max(until, order["cutoff_at"]))
    await journal.record(
        tx,
        caller,
        now,
        "allocation.extended",
        ("allocation", allocation_id),
        until=until.isoformat(),
        reason=reason,
    )
    return allocation_id


async def proposals_due(db: Database, now: datetime) -> Sequence[UUID]:
    """Orders whose released plan nobody accepted in time."""
    return [row["id"] for row in await db.all(_PROPOSALS_DUE, now=now)]


async def expire_proposal(tx: Tx, order_id: UUID, now: datetime) -> None:
    """End a proposal that nobody accepted."""
    order = await standing.lock(tx, order_id)
    if order["state"] == OrderState.PROPOSED and order["valid_until"] < now:
        await tx.run(VOID_PLANS, order=order_id)
        await tx.must(_CLOSE, order=order_id, state=OrderState.EXPIRED, reason=None)
        await journal.record(tx, WORKER, now, "order.expired", ("order", order_id))


async def offers_due(db: Database, now: datetime) -> Sequence[UUID]:
    """Orders with offers past their deadline."""
    return [row["order_id"] for row in await db.all(_OFFERS_DUE, now=now)]


async def expire_offers(tx: Tx, order_id: UUID, now: datetime) -> None:
    """Close what was not answered in time: «sin respuesta» where the group was told, «no avisado» where it was not.

    An offer that nobody told does not expire before the order's cut-off. What was held is free, the hole is due.
    """
    order = await standing.lock(tx, order_id)
    parts = [
        part
        for part in await allocations.of_order(tx, order_id)
        if part["state"] == AllocationState.OFFERED and part["answer_until"] < now
    ]
    heard = await told.board(tx, [part["id"] for part in parts])
    ended: list[tuple[Row, AllocationState]] = []
    for part in parts:
        if part["id"] in heard and heard[part["id"]].told_at:
            ended.append((part, AllocationState.EXPIRED))
        elif order["cutoff_at"] < now:
            ended.append((part, AllocationState.NOT_TOLD))
    if not ended:
        return
    await release(tx, [part["id"] for part, _ in ended], now=now, why="expired")
    for part, state in ended:
        await tx.must(_END, allocation=part["id"], state=state, reason=None)
        await journal.record(tx, WORKER, now, f"allocation.{state}", ("allocation", part["id"]))
    await messages.cancel(tx, HOLDER, [part["id"] for part, _ in ended], caller=WORKER, now=now)
    await standing.settle(tx, order, hole=True, caller=WORKER, now=now)


async def holes_due(db: Database, now: datetime) -> Sequence[UUID]:  # noqa: ARG001 - a job's form
    """Running orders with a hole that their network lets the worker repair."""
    found = []
    for row in await db.all(_HOLES):
        policy = await orders.policy(db, row["coordinator_id"])
        if policy["repair_at_once"]:
            found.append(row["id"])
    return found


async def _withdraw(
    tx: Tx, parts: list[Row], order: Row, reason: str, *, caller: Caller, now: datetime
) -> None:
    heard = await told.board(tx, [part["id"] for part in parts])
    await release(tx, [part["id"] for part in parts], now=now, why="cancelled")
    for part in parts:
        await tx.must(_END, allocation=part["id"], state=AllocationState.WITHDRAWN, reason=reason)
        await journal.record(tx, caller, now, "allocation.withdrawn", ("allocation", part["id"]))
    await messages.cancel(tx, HOLDER, [part["id"] for part in parts], caller=caller, now=now)
    know = [p for p in parts if p["state"] in rules.AGREED or (p["id"] in heard and heard[p["id"]].told_at)]
    drafts = [_goodbye(part, order, reason, now) for part in know]
    if drafts:
        await messages.post(tx, drafts, caller=caller, now=now)


def _goodbye(part: Row, order: Row, reason: str, now: datetime) -> messages.Draft:
    facts = {"order": order["code"], "reason": reason.rstrip(".") + ".", "product": part["product_name"]}
    return messages.Draft(
        to=part["producer_id"],
        by=order["coordinator_id"],
        kind=MessageKind.WITHDRAWN,
        subject=(HOLDER, part["id"]),
        topic_id=order["id"],
        phone=part["producer_phone"],
        text=sentences.plain("changed", "es", **facts),
        short=sentences.plain("changed_short", "es", **facts),
        act_by=now + timedelta(days=3),
    )
