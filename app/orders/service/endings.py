"""How orders and offers end by themselves or by somebody's word: cancelled, expired, «sin respuesta», «no avisado»."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.service import release
from app.kernel import journal, said
from app.kernel.caller import WORKER, Caller
from app.kernel.clock import local_date
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError
from app.messages import queries as told
from app.messages import service as messages
from app.orders import rules
from app.orders.errors import ConsentNeededError, WrongStateError
from app.orders.queries import allocations, orders
from app.orders.queries.orders import ALLOCATION, ORDER, PLAN, POLICY
from app.orders.rules import AllocationState, OrderState, PlanState
from app.orders.service import ended, notices, standing
from app.orders.service.draft import void_plans
from app.orders.service.offers import HOLDER, contacts_of, zone_of

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
_EXTEND_ORDER = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"))
    .values(cutoff_at=given("until"), version=ORDER.c.version + 1)
)
_ACCEPTED = sa.select(PLAN.c.id).where(PLAN.c.order_id == given("order"), PLAN.c.state == PlanState.ACCEPTED)
_PROPOSALS_DUE = sa.select(ORDER.c.id).where(
    ORDER.c.state == OrderState.PROPOSED, ORDER.c.valid_until < given("now")
)
_OFFERS_DUE = (
    sa.select(ALLOCATION.c.order_id)
    .where(ALLOCATION.c.state == AllocationState.OFFERED, ALLOCATION.c.answer_until < given("now"))
    .distinct()
)
_REPAIRS_AT_ONCE = sa.func.coalesce(POLICY.c.repair_at_once, orders.DEFAULT_POLICY["repair_at_once"])
_WITH_POLICY = ORDER.outerjoin(POLICY, POLICY.c.organisation_id == ORDER.c.coordinator_id)
_HOLES = (
    sa.select(ORDER.c.id)
    .select_from(_WITH_POLICY)
    .where(ORDER.c.state == OrderState.AWAITING_PRODUCERS, ORDER.c.has_hole.is_(True), _REPAIRS_AT_ONCE)
)
_IS_OPEN = sa.exists().where(
    ALLOCATION.c.order_id == ORDER.c.id, ALLOCATION.c.state == AllocationState.OFFERED
)
_CLOSINGS = (
    sa.select(ORDER.c.id)
    .select_from(_WITH_POLICY)
    .where(
        ORDER.c.state == OrderState.AWAITING_PRODUCERS,
        ORDER.c.cutoff_at < given("now"),
        ~_IS_OPEN,
        ~sa.and_(ORDER.c.has_hole.is_(True), _REPAIRS_AT_ONCE),
    )
)


async def cancel(tx: Tx, order_id: UUID, *, caller: Caller, reason: str, now: datetime) -> Row:
    """End an order: what is held is free, plans are void, and everybody who was told is told.

    The buyer may until the first yes; once it runs the coordinating organisation may, with its reason, and the buyer is
    told.
    Raises NotFoundError, ForbiddenError, ConsentNeededError, WrongStateError.
    """
    order = await orders.locked_row(tx, caller, order_id)
    state = OrderState(order["state"])
    every = await allocations.of_order(tx, order_id)
    parts = [part for part in every if part["state"] in rules.LIVE]
    coordinates = orders.coordinates(caller, order) and state in rules.RUNNING
    if not (coordinates or orders.buys(caller, order)):
        raise ForbiddenError
    if OrderState.CANCELLED not in rules.ORDER_TRANSITIONS[state]:
        raise WrongStateError(state)
    if not coordinates and any(part["state"] in rules.AGREED for part in parts):
        raise ConsentNeededError
    know = await _withdraw(tx, parts, reason, caller=caller, now=now)
    await ended.tell_groups(tx, order, [*ended.waiting_of(every), *know], reason, caller=caller, now=now)
    await void_plans(tx, order_id, caller=caller, now=now)
    accepted = [plan["id"] for plan in await tx.all(_ACCEPTED, order=order_id)]
    await messages.cancel(tx, notices.PLAN_SUBJECT, accepted, caller=caller, now=now)
    await ended.close(tx, order, OrderState.CANCELLED, reason)
    facts = {"parts": len(parts), "before": order["state"]}
    await journal.record(tx, caller, now, "order.cancelled", ("order", order_id), **facts)
    if order["state"] in rules.RUNNING and not orders.buys(caller, order):
        phone = (await contacts_of(tx, [order["buyer_id"]]))[order["buyer_id"]]
        await messages.post(tx, [notices.to_buyer(order, phone, reason, now)], caller=caller, now=now)
    return await orders.order(tx, caller, order_id)


async def extend(
    tx: Tx, allocation_id: UUID, *, until: datetime, reason: str, caller: Caller, now: datetime
) -> UUID:
    """Give one group more time, until the evening of that day; it is told again.

    Raises NotFoundError, ForbiddenError, InvalidError, WrongStateError.
    """
    seen = await allocations.row(tx, caller, allocation_id)
    if not orders.coordinates(caller, seen):
        raise ForbiddenError
    order = await orders.locked(tx, seen["order_id"])
    part = await allocations.raw(tx, allocation_id)
    if part["state"] != AllocationState.OFFERED:
        raise WrongStateError(AllocationState(part["state"]))
    until = rules.evening(until, zone_of(order))
    if until <= max(part["answer_until"], now):
        after = partial(said.moment, max(part["answer_until"], now), zone=zone_of(order), now=now)
        raise InvalidError(Fault("#/until", "too_early", after=after))
    if local_date(until, zone_of(order)) >= part["due_on"]:
        raise InvalidError(Fault("#/until", "after_delivery"))
    await tx.must(_EXTEND, allocation=allocation_id, until=until)
    await tx.must(_EXTEND_ORDER, order=order["id"], until=max(until, order["cutoff_at"]))
    subject, facts = (HOLDER, allocation_id), {"until": until.isoformat(), "reason": reason}
    await journal.record(tx, caller, now, "allocation.extended", subject, **facts)
    draft = notices.more_time(part, order, until, reason, now)
    await messages.post(tx, [draft], caller=caller, now=now)
    return allocation_id


async def proposals_due(db: Database, now: datetime) -> Sequence[UUID]:
    """Orders whose released plan nobody accepted in time."""
    return [row["id"] for row in await db.all(_PROPOSALS_DUE, now=now)]


async def expire_proposal(tx: Tx, order_id: UUID, now: datetime) -> None:
    """End a proposal that nobody accepted; its buyer is told."""
    order = await orders.locked(tx, order_id)
    if order["state"] == OrderState.PROPOSED and order["valid_until"] and order["valid_until"] < now:
        await void_plans(tx, order_id, caller=WORKER, now=now)
        await ended.run_out(tx, order, "nobody_accepted", caller=WORKER, now=now)
        await journal.record(tx, WORKER, now, "order.expired", ("order", order_id), before=order["state"])


async def offers_due(db: Database, now: datetime) -> Sequence[UUID]:
    """Orders with offers past their deadline."""
    return [row["order_id"] for row in await db.all(_OFFERS_DUE, now=now)]


async def expire_offers(tx: Tx, order_id: UUID, now: datetime) -> None:
    """Close what was not answered in time: «sin respuesta» where the group was told, «no avisado» where it was not.

    An offer that nobody told does not expire before the order's cut-off. What was held is free, the hole is due.
    """
    order = await orders.locked(tx, order_id)
    parts = [
        part
        for part in await allocations.of_order(tx, order_id)
        if part["state"] == AllocationState.OFFERED and part["answer_until"] < now
    ]
    heard = await told.board(tx, [part["id"] for part in parts])
    over: list[tuple[Row, AllocationState]] = []
    for part in parts:
        told_at = heard.get(part["id"], told.Told()).told_at
        if told_at and told_at <= part["answer_until"]:
            over.append((part, AllocationState.EXPIRED))
        elif order["cutoff_at"] < now:
            over.append((part, AllocationState.NOT_TOLD))
    if not over:
        return
    await release(tx, [part["id"] for part, _ in over], now=now, why="expired")
    for part, state in over:
        await _end(tx, part, state, reason=None, caller=WORKER, now=now)
    await messages.cancel(tx, HOLDER, [part["id"] for part, _ in over], caller=WORKER, now=now)
    await standing.settle(tx, order, hole=True, caller=WORKER, now=now)


async def holes_due(db: Database, now: datetime) -> Sequence[UUID]:  # noqa: ARG001 - a job's form
    """Waiting orders with a hole that their network lets the worker repair."""
    return [row["id"] for row in await db.all(_HOLES)]


async def closings_due(db: Database, now: datetime) -> Sequence[UUID]:
    """Orders past their cut-off that wait for nobody: with nothing, or with a hole that their network did not repair."""
    return [row["id"] for row in await db.all(_CLOSINGS, now=now)]


async def close(tx: Tx, order_id: UUID, now: datetime) -> None:
    """At its cut-off an order is what its producers give: in part, or expired."""
    order = await orders.locked(tx, order_id)
    if order["state"] == OrderState.AWAITING_PRODUCERS and order["cutoff_at"] < now:
        await standing.settle(tx, order, hole=False, caller=WORKER, now=now)


async def _end(
    tx: Tx, part: Row, state: AllocationState, *, reason: str | None, caller: Caller, now: datetime
) -> None:
    await tx.must(_END, allocation=part["id"], state=state, reason=reason)
    await journal.record(tx, caller, now, f"allocation.{state}", (HOLDER, part["id"]), before=part["state"])


async def _withdraw(tx: Tx, parts: list[Row], reason: str, *, caller: Caller, now: datetime) -> list[Row]:
    """End what stands; returns the parts of which their groups know."""
    heard = await told.board(tx, [part["id"] for part in parts])
    await release(tx, [part["id"] for part in parts], now=now, why="cancelled")
    for part in parts:
        await _end(tx, part, AllocationState.WITHDRAWN, reason=reason, caller=caller, now=now)
    await messages.cancel(tx, HOLDER, [part["id"] for part in parts], caller=caller, now=now)
    return [p for p in parts if p["state"] in rules.AGREED or (p["id"] in heard and heard[p["id"]].told_at)]
