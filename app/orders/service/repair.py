"""Filling a hole after a no, a lower yes or silence: everybody keeps what it has, the rest is shared anew."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.aggregation.share import repair
from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ForbiddenError, StaleError
from app.orders import proposal, rules
from app.orders.queries import allocations, orders
from app.orders.queries.allocations import TAKE
from app.orders.queries.orders import ALLOCATION, ORDER, PLAN
from app.orders.rules import AllocationState
from app.orders.service import offers, standing
from app.orders.service.draft import wrong_state
from app.orders.service.offers import Offering
from app.orders.service.plans import Proposal, gather, off_loop, record_plan

_ACCEPTED_CHANGES = (
    sa.select(PLAN.c.changes)
    .where(PLAN.c.order_id == given("order"), PLAN.c.state == "accepted")
    .order_by(PLAN.c.number)
    .limit(1)
)
_TAKES = (
    sa.select(
        TAKE.c.source, TAKE.c.lot_id, TAKE.c.week_on, TAKE.c.quantity_base, TAKE.c.price_minor, TAKE.c.seals,
        ALLOCATION.c.line_id, ALLOCATION.c.producer_id,
    )
    .select_from(TAKE.join(ALLOCATION, ALLOCATION.c.id == TAKE.c.allocation_id))
    .where(
        ALLOCATION.c.order_id == given("order"),
        ALLOCATION.c.state.in_(rules.LIVE),
        TAKE.c.quantity_base > 0,
    )
    .order_by(TAKE.c.allocation_id, TAKE.c.position)
)  # fmt: skip
_EXTEND = sa.update(ORDER).where(ORDER.c.id == given("order")).values(cutoff_at=given("until"))
_NO_MORE = (
    AllocationState.DECLINED,
    AllocationState.PARTIALLY_CONFIRMED,
    AllocationState.EXPIRED,
    AllocationState.NOT_TOLD,
)


class Repair(NamedTuple):
    """A repair that is made and not yet written; without shares nobody can fill the hole."""

    made: Proposal
    until: datetime
    contacts: dict[str, str | None]


async def propose_repair(db: Database, order_id: UUID, *, caller: Caller, now: datetime) -> Repair:
    """Share the hole of a running order anew. Raises NotFoundError, ForbiddenError, WrongStateError."""
    order = await orders.row(db, caller, order_id)
    if not orders.coordinates(caller, order):
        raise ForbiddenError
    if order["state"] not in rules.RUNNING:
        raise wrong_state(order)
    lines = await orders.lines(db, order_id)
    changes: list[dict[str, Any]] = await db.value(_ACCEPTED_CHANGES, order=order_id) or []
    found, policy, supply = await gather(db, order, lines, changes=changes, now=now)
    until = rules.deadline(now, offers.zone_of(order), hours=policy["answer_hours"])
    kept, held_supply = _kept(found, lines, await db.all(_TAKES, order=order_id), supply, order)
    whole = proposal.with_lots(found, held_supply)
    closed = _closed(await allocations.of_order(db, order_id), lines, until)
    answer = await off_loop(
        whole, partial(repair, whole.order, whole.lots, whole.producers, kept=kept, closed=closed)
    )
    shares = proposal.shares_of(whole, answer, kept, supply)
    made = Proposal(
        order=order,
        lines=lines,
        policy=policy,
        found=whole,
        answer=answer,
        changes=changes,
        answer_until=None,
        shares=shares,
        plan_lines=await off_loop(whole, partial(proposal.lines_of, whole, answer, shares)),
        kind="repair",
    )
    return Repair(made, until, await offers.phones(db, shares))


async def record_repair(tx: Tx, repaired: Repair, *, caller: Caller, now: datetime) -> UUID:
    """Offer the hole to those who can fill it, as a plan that names the one before; settles the order when nobody can.

    Raises StaleError when the order changed since the repair was made, StaleLotError when its supply did.
    """
    made = repaired.made
    order_id: UUID = made.order["id"]
    order = await standing.lock(tx, order_id)
    if order["version"] != made.order["version"]:
        raise StaleError
    if made.shares:
        await record_plan(tx, made, caller=caller, now=now)
        await tx.run(_EXTEND, order=order_id, until=max(repaired.until, order["cutoff_at"] or repaired.until))
        offering = Offering(
            order, made.lines, made.id, made.plan_lines, made.shares, repaired.contacts, repaired.until
        )
        await offers.offer(tx, offering, caller=caller, now=now)
        await journal.record(tx, caller, now, "order.repaired", ("order", order_id), offers=len(made.shares))
    await standing.settle(tx, order, hole=False, caller=caller, now=now)
    return order_id


def _kept(
    found: proposal.Inputs, lines: list[Row], takes: list[Row], supply: Mapping[str, Row], order: Row
) -> tuple[dict[tuple[str, str, str], int], list[Row]]:
    """What stands, in the rule's names, and rows for kept sources that offer nothing more."""
    by_id = {line["id"]: line for line in lines}
    kept: dict[tuple[str, str, str], int] = {}
    missing: dict[str, Row] = {}
    for take in takes:
        line = by_id[take["line_id"]]
        key = proposal.product_key(line["product_id"], line["variant"])
        name = f"{take['source']}#{key}"
        if not any(lot.id == name for lot in found.lots):
            name = take["source"]
        if take["source"] not in supply:
            missing[take["source"]] = _empty(take, line, order)
        place = (str(line["number"]), str(take["producer_id"]), name)
        kept[place] = kept.get(place, 0) + take["quantity_base"]
    return kept, list(missing.values())


def _empty(take: Row, line: Row, order: Row) -> Row:
    """A source that is kept from and has nothing more, as a row of the supply."""
    return {
        "source": take["source"],
        "lot_id": take["lot_id"],
        "week_on": take["week_on"],
        "producer_id": take["producer_id"],
        "key": proposal.product_key(line["product_id"], line["variant"]),
        "price_minor": take["price_minor"],
        "currency": order["currency"],
        "seals": take["seals"],
    }


def _closed(parts: list[Row], lines: list[Row], until: datetime) -> dict[str, list[str]]:
    """By line: who gets no more. A line due before anybody could answer is closed to all."""
    closed: dict[str, set[str]] = {str(line["number"]): set() for line in lines}
    for part in parts:
        late = part["late_base"] is not None
        if part["due_on"] <= until.date() or (part["state"] in _NO_MORE and not late):
            closed[str(part["number"])].add(str(part["producer_id"]))
    return {line: sorted(names) for line, names in closed.items()}
