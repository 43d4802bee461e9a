"""Filling a hole after a no, a lower yes or silence: everybody keeps what it has, the rest is shared anew."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.aggregation.share import repair
from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ForbiddenError, StaleError
from app.orders import proposal, rules, sentences
from app.orders.proposal import Inputs
from app.orders.queries import allocations, orders, supply
from app.orders.queries.orders import ALLOCATION, ORDER, PLAN
from app.orders.rules import AllocationState, PlanKind, PlanState
from app.orders.service import offers, standing
from app.orders.service.decisions import Change
from app.orders.service.draft import wrong_state
from app.orders.service.offers import Offering
from app.orders.service.plans import Proposal, described, gather, off_loop, record_plan

_ACCEPTED_CHANGES = (
    sa.select(PLAN.c.changes)
    .where(PLAN.c.order_id == given("order"), PLAN.c.state == PlanState.ACCEPTED)
    .order_by(PLAN.c.number)
    .limit(1)
)
_EXTEND = sa.update(ORDER).where(ORDER.c.id == given("order")).values(cutoff_at=given("until"))
_USE_LATE = (
    sa.update(ALLOCATION)
    .where(
        ALLOCATION.c.line_id == given("line"),
        ALLOCATION.c.producer_id == given("producer"),
        ALLOCATION.c.late_base.is_not(None),
    )
    .values(late_base=None, version=ALLOCATION.c.version + 1)
)
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


class Answered(NamedTuple):
    """What the answers leave for a repair: who gets no more, by line, and what came too late and may be asked for."""

    closed: dict[str, list[str]]
    late: list[Change]


async def propose_repair(db: Database, order_id: UUID, *, caller: Caller, now: datetime) -> Repair:
    """Share the hole of a running order anew. Raises NotFoundError, ForbiddenError, WrongStateError."""
    order = await orders.row(db, caller, order_id)
    if not orders.coordinates(caller, order):
        raise ForbiddenError
    if order["state"] not in rules.RUNNING:
        raise wrong_state(order)
    lines = await orders.asked(db, order_id)
    parts = await allocations.of_order(db, order_id)
    takes = await supply.held(db, order_id)
    answered = answers_of(parts)
    changes = [*(await db.value(_ACCEPTED_CHANGES, order=order_id) or []), *answered.late]
    kept_rows = [_stays(take, order["currency"]) for take in takes]
    found, policy, rows = await gather(db, order, lines, changes=changes, now=now, kept=kept_rows)
    until = rules.deadline(now, offers.zone_of(order), hours=policy["answer_hours"])
    kept = _kept(found, lines, takes)
    last_day = local_date(until, offers.zone_of(order))
    closed = _with_lines_due(answered.closed, lines, found, last_day)
    answer = await off_loop(
        found, partial(repair, found.order, found.lots, found.producers, kept=kept, closed=closed)
    )
    shares = _with_agreed(proposal.shares_of(found, answer, kept, rows), parts)
    plan_lines = await off_loop(found, partial(proposal.lines_of, found, answer, shares, _amounts(parts)))
    made = Proposal(
        order=order,
        lines=lines,
        policy=policy,
        found=found,
        answer=answer,
        changes=changes,
        answer_until=None,
        shares=shares,
        plan_lines=described(plan_lines, lines),
        kind=PlanKind.REPAIR,
    )
    return Repair(made, until, await offers.phones(db, shares))


async def record_repair(tx: Tx, repaired: Repair, *, caller: Caller, now: datetime) -> UUID:
    """Offer the hole to those who can fill it, as a plan that names the one before; settles the order when nobody can.

    Raises StaleError when the order changed since the repair was made, StaleLotError when its supply did.
    """
    made = repaired.made
    order_id: UUID = made.order["id"]
    order = await orders.locked(tx, order_id)
    if order["version"] != made.order["version"]:
        raise StaleError
    if made.shares:
        await record_plan(tx, made, caller=caller, now=now)
        order["cutoff_at"] = max(repaired.until, order["cutoff_at"])
        await tx.must(_EXTEND, order=order_id, until=order["cutoff_at"])
        await _use_late(tx, made)
        offering = Offering(
            order, made.lines, made.id, made.plan_lines, made.shares, repaired.contacts, repaired.until
        )
        await offers.offer(tx, offering, caller=caller, now=now)
        await journal.record(tx, caller, now, "order.repaired", ("order", order_id), offers=len(made.shares))
    await standing.settle(tx, order, hole=False, caller=caller, now=now)
    return order_id


def answers_of(parts: Sequence[Row]) -> Answered:
    """What each producer's newest word on each line means for a repair.

    Whoever gave less, no, or no answer gets no more; whoever said yes too late gets at most that much more. Pure.
    """
    closed: dict[str, set[str]] = {}
    late: list[Change] = []
    for (line, producer), own in _by_place(parts).items():
        last_no = max((_said_at(part) for part in own if _is_closed(part)), default=None)
        yes = [part for part in own if part["late_base"] is not None]
        if yes and (last_no is None or max(map(_said_at, yes)) >= last_no):
            has = sum(part["quantity_base"] for part in own if part["state"] in rules.LIVE)
            late.append(_cap(producer, line, has + sum(part["late_base"] for part in yes)))
        elif last_no is not None:
            closed.setdefault(str(line), set()).add(producer)
    return Answered({line: sorted(names) for line, names in closed.items()}, late)


def _by_place(parts: Sequence[Row]) -> dict[tuple[int, str], list[Row]]:
    found: dict[tuple[int, str], list[Row]] = {}
    for part in parts:
        found.setdefault((part["number"], str(part["producer_id"])), []).append(part)
    return found


def _is_closed(part: Row) -> bool:
    return part["state"] in _NO_MORE and part["late_base"] is None


def _said_at(part: Row) -> datetime:
    """When the answer came; silence speaks at the deadline."""
    said: datetime = part["answered_at"] or part["answer_until"]
    return said


def _cap(producer: str, line: int, quantity: int) -> Change:
    reason = sentences.plain("late_offer", "es")
    return {"act": "cap", "producer": producer, "line": line, "quantity_base": quantity, "reason": reason}


def _stays(take: Row, currency: str) -> Row:
    """A source that a part is taken from, as a row of supply that offers nothing more."""
    nothing = dict.fromkeys(("ready_day", "expiry_day", "grade", "point_id", "bucket", "version"))
    return {**take, **nothing, "currency": currency, "free_base": 0, "pack_base": 1}


def _kept(found: Inputs, lines: list[Row], takes: list[Row]) -> dict[tuple[str, str, str], int]:
    """What stands, in the rule's names: (line, producer, lot) -> base units."""
    by_id = {line["id"]: line for line in lines}
    names = {lot.id for lot in found.lots}
    kept: dict[tuple[str, str, str], int] = {}
    for take in takes:
        line = by_id[take["line_id"]]
        shared = f"{take['source']}#{proposal.product_key(line['product_id'], line['variant'])}"
        name = shared if shared in names else take["source"]
        place = (str(line["number"]), str(take["producer_id"]), name)
        kept[place] = kept.get(place, 0) + take["quantity_base"]
    return kept


def _with_agreed(shares: list[dict[str, Any]], parts: Sequence[Row]) -> list[dict[str, Any]]:
    """Each share with how much of what it comes on top of has been agreed to."""
    places = _by_place([part for part in parts if part["state"] in rules.AGREED])
    agreed = {place: sum(part["quantity_base"] for part in own) for place, own in places.items()}
    return [{**share, "agreed_base": agreed.get((share["line"], share["producer"]), 0)} for share in shares]


def _with_lines_due(
    closed: Mapping[str, list[str]], lines: list[Row], found: Inputs, last_day: date
) -> dict[str, list[str]]:
    """A line that is due before anybody could answer is closed to all."""
    everybody = [producer.id for producer in found.producers]
    due = {str(line["number"]): everybody for line in lines if line["due_on"] <= last_day}
    return {**closed, **due}


def _amounts(parts: Sequence[Row]) -> dict[int, int]:
    """What the live parts of each line cost, by its number."""
    found: dict[int, int] = {}
    for part in parts:
        found[part["number"]] = found.get(part["number"], 0) + part["amount_minor"]
    return found


async def _use_late(tx: Tx, made: Proposal) -> None:
    """What came too late and is asked for now is no longer waiting."""
    by_number = {line["number"]: line["id"] for line in made.lines}
    await tx.many(
        _USE_LATE,
        [{"line": by_number[share["line"]], "producer": UUID(share["producer"])} for share in made.shares],
    )
