"""Filling a hole after a no, a lower yes or silence: everybody keeps what it has, the rest is shared anew."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.aggregation.share import repair
from app.inventory.service import StaleLotError
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
from app.orders.service.gathering import (
    Gathered,
    Ground,
    gather,
    gather_locked,
    ground_of,
    may_be_locked,
    off_loop,
)
from app.orders.service.offers import Offering
from app.orders.service.plans import Proposal, add_plan, described

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
_NO_MORE = (AllocationState.DECLINED, AllocationState.PARTIALLY_CONFIRMED, AllocationState.EXPIRED)


class Hole(NamedTuple):
    """What a running order lacks, and what a repair of it is made of; `made` where it was too much to lock."""

    ground: Ground
    parts: list[Row]
    takes: list[Row]
    closed: dict[str, list[str]]
    changes: list[Change]
    until: datetime
    made: Proposal | None = None


class Answered(NamedTuple):
    """What the answers leave for a repair: who gets no more, by line, and what came too late and may be asked for."""

    closed: dict[str, list[str]]
    late: list[Change]


@dataclass
class Repair:
    """One repair, which may need several tries: stock moves between its making and its offers.

    `prepare` and `fill` are given to `kernel.db.write`. After a stale lot the next try shares what it has locked, so that
    nobody takes it meanwhile.
    """

    order_id: UUID
    caller: Caller
    now: datetime
    is_stale: bool = False

    async def prepare(self, db: Database) -> Hole:
        """The hole shared anew; after a stale lot the hole alone. Raises NotFoundError, ForbiddenError, WrongStateError."""
        hole = await self._hole(db)
        if self.is_stale and await may_be_locked(db, hole.ground):
            return hole
        return hole._replace(made=await _shared(hole, gather, db))

    async def fill(self, tx: Tx, hole: Hole) -> UUID:
        """Offer the hole to those who can fill it, as a plan that names the one before; settles the order when nobody can.

        Raises StaleError when the order changed since the repair was made, StaleLotError when its supply did.
        """
        order = await orders.locked(tx, self.order_id)
        if order["version"] != hole.ground.order["version"]:
            raise StaleError
        made = hole.made or await _shared(hole, gather_locked, tx)
        if made.shares:
            await self._offer(tx, order, hole, made)
        await standing.settle(tx, order, hole=False, caller=self.caller, now=self.now)
        return self.order_id

    async def _hole(self, db: Database) -> Hole:
        order = await orders.row(db, self.caller, self.order_id)
        if not orders.coordinates(self.caller, order):
            raise ForbiddenError
        if order["state"] not in rules.RUNNING:
            raise wrong_state(order)
        lines = await orders.asked(db, self.order_id)
        parts = await allocations.of_order(db, self.order_id)
        takes = await supply.held(db, self.order_id)
        answered = answers_of(parts)
        changes = [*(await db.value(_ACCEPTED_CHANGES, order=self.order_id) or []), *answered.late]
        ground = await ground_of(db, order, lines, now=self.now)
        return Hole(ground, parts, takes, answered.closed, changes, _until(ground, self.now))

    async def _offer(self, tx: Tx, order: Row, hole: Hole, made: Proposal) -> None:
        """Write the plan, hold its stock, ask its producers; `order` gets the new cut-off."""
        caller, now = self.caller, self.now
        await add_plan(tx, made, caller=caller, now=now)
        order["cutoff_at"] = max(hole.until, order["cutoff_at"])
        await tx.must(_EXTEND, order=self.order_id, until=order["cutoff_at"])
        await _use_late(tx, made)
        contacts = await offers.phones(tx, made.shares)
        offering = Offering(order, made.lines, made.id, made.plan_lines, made.shares, contacts, hole.until)
        try:
            await offers.offer(tx, offering, caller=caller, now=now)
        except StaleLotError:
            self.is_stale = True
            raise
        subject = ("order", self.order_id)
        await journal.record(tx, caller, now, "order.repaired", subject, offers=len(made.shares))


def _until(ground: Ground, now: datetime) -> datetime:
    """Until when the hole's producers answer: before the first line that can still be offered is due."""
    zone = offers.zone_of(ground.order)
    today = local_date(now, zone)
    due_on = min((line["due_on"] for line in ground.lines if line["due_on"] > today), default=today)
    return rules.deadline(now, zone, hours=ground.policy["answer_hours"], due_on=due_on)


async def _shared(hole: Hole, look: Callable[..., Awaitable[Gathered]], db: Database) -> Proposal:
    """The hole, shared by the rule among what `look` gathers: everybody keeps what it has."""
    ground, parts = hole.ground, hole.parts
    order, lines = ground.order, ground.lines
    kept_rows = [_stays(take, order["currency"]) for take in hole.takes]
    found, rows = await look(db, ground, changes=hole.changes, kept=kept_rows)
    kept = _kept(found, lines, hole.takes)
    closed = _with_lines_due(hole.closed, lines, found, local_date(hole.until, offers.zone_of(order)))
    answer = await off_loop(
        found, partial(repair, found.order, found.lots, found.producers, kept=kept, closed=closed)
    )
    shares = _with_agreed(proposal.shares_of(found, answer, kept, rows), parts)
    plan_lines = await off_loop(found, partial(proposal.lines_of, found, answer, shares, _amounts(parts)))
    return Proposal(
        order=order,
        lines=lines,
        policy=ground.policy,
        found=found,
        answer=answer,
        changes=hole.changes,
        answer_until=None,
        shares=shares,
        plan_lines=described(plan_lines, lines),
        kind=PlanKind.REPAIR,
    )


def answers_of(parts: Sequence[Row]) -> Answered:
    """What each producer's newest word on each line means for a repair.

    Whoever gave less, no, or no answer gets no more; whoever said yes too late gets at most that much more. Whoever was
    not told is asked like anybody else; twice not told, the line does not wait for it any longer. Pure.
    """
    closed: dict[str, set[str]] = {}
    late: list[Change] = []
    for (line, producer), own in _by_place(parts).items():
        last_no = max((_said_at(part) for part in _closed_of(own)), default=None)
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


def _closed_of(own: list[Row]) -> list[Row]:
    """A group's parts of a line after which it is asked no more."""
    answers = [part for part in own if part["late_base"] is None]
    untold = [part for part in answers if part["state"] == AllocationState.NOT_TOLD]
    return [part for part in answers if part["state"] in _NO_MORE] + (untold if len(untold) > 1 else [])


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
