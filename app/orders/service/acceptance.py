"""The buyer's yes to a named plan: from here stock is held and producers are asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.aggregation.model import RefusedChangeError
from app.inventory.service import LotChangedError, StaleLotError
from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Database, Row, Tx, write
from app.kernel.errors import ForbiddenError, NotFoundError, StaleError
from app.orders import rules
from app.orders.errors import (
    EmptyPlanError,
    FixedShareGoneError,
    PlanChangedError,
    PlanExpiredError,
    PlanNotNewestError,
    PlanNotReleasedError,
    TooManyOrdersError,
    UnverifiedBuyerError,
)
from app.orders.queries import orders
from app.orders.queries.orders import ORDER, PLAN, POLICY
from app.orders.rules import OrderState, PlanState
from app.orders.service import offers
from app.orders.service.draft import wrong_state
from app.orders.service.gathering import Gathered, Ground, gather, gather_locked, ground_of, may_be_locked
from app.orders.service.offers import Offering
from app.orders.service.plans import Proposal, add_plan, record_plan, share

MOST_WAITING = 50  # orders of one buyer that wait for producers at once

_OTHERS = ORDER.alias("others")
_WAITING = (
    sa.select(sa.func.count())
    .select_from(_OTHERS)
    .where(_OTHERS.c.buyer_id == ORDER.c.buyer_id, _OTHERS.c.state == OrderState.AWAITING_PRODUCERS)
    .correlate(ORDER)
    .scalar_subquery()
)
_NAMED = (
    sa.select(
        *orders.COLUMNS,
        PLAN.c.state.label("plan_state"),
        PLAN.c.lines.label("plan_lines"),
        PLAN.c.shares.label("plan_shares"),
        PLAN.c.changes.label("plan_changes"),
        PLAN.c.answer_until,
        sa.func.coalesce(POLICY.c.answer_hours, rules.ANSWER_HOURS).label("answer_hours"),
        _WAITING.label("waiting"),
    )
    .select_from(
        orders.JOINED.join(PLAN, PLAN.c.order_id == ORDER.c.id).outerjoin(
            POLICY, POLICY.c.organisation_id == ORDER.c.coordinator_id
        )
    )
    .where(ORDER.c.id == given("order"), PLAN.c.id == given("plan"))
)
_ACCEPT = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"), ORDER.c.version == given("expected"))
    .values(
        state=OrderState.AWAITING_PRODUCERS,
        accepted_at=given("now"),
        cutoff_at=given("until"),
        version=ORDER.c.version + 1,
    )
)
_ACCEPT_PLAN = (
    sa.update(PLAN)
    .where(PLAN.c.id == given("plan"))
    .values(state=PlanState.ACCEPTED, version=PLAN.c.version + 1)
)


class Again(NamedTuple):
    """What another plan is made of, in place of one whose supply has moved; `made` where that took too long to lock."""

    order: Row
    ground: Ground
    until: datetime
    made: Proposal | None


@dataclass
class Acceptance:
    """One acceptance, which may need several tries: stock moves between a plan and its yes.

    `prepare` and `hold` are given to `kernel.db.write`. After a stale lot the next try plans again from supply that it
    has locked, so that nobody takes it meanwhile. A new plan that gives the buyer at least what the named one promised
    is accepted in its place, any other is recorded by `give_up` and answered 409.
    """

    order_id: UUID
    plan_id: UUID
    caller: Caller
    now: datetime
    is_stale: bool = False
    made: Proposal | None = None  # the new plan that was not as good

    async def prepare(self, db: Database) -> Offering | Again:
        """The named plan, or after a stale lot what a new one is made of.

        Raises NotFoundError, ForbiddenError, WrongStateError, PlanNotNewestError, PlanNotReleasedError,
        PlanExpiredError, EmptyPlanError, UnverifiedBuyerError, TooManyOrdersError, FixedShareGoneError.
        """
        order = await self._named(db)
        lines = await orders.asked(db, self.order_id)
        until = self._until(order, min(line["due_on"] for line in lines))
        if self.is_stale:
            ground = await ground_of(db, order, lines, now=self.now)
            made = None if await may_be_locked(db, ground) else await self._plan(ground, gather, db)
            return Again(order, ground, until, made)
        shares = order["plan_shares"]
        contacts = await offers.phones(db, shares)
        return Offering(order, lines, self.plan_id, order["plan_lines"], shares, contacts, until)

    def _until(self, order: Row, due_on: date) -> datetime:
        """Until when the producers answer. Raises PlanExpiredError when the first delivery's day is over."""
        zone = offers.zone_of(order)
        if due_on < local_date(self.now, zone):
            raise PlanExpiredError
        evening = rules.deadline(self.now, zone, hours=order["answer_hours"], due_on=due_on)
        return max(order["answer_until"] or evening, evening)

    async def hold(self, tx: Tx, found: Offering | Again) -> Row:
        """Accept: order, plan, stock, offers and messages in one transaction.

        Raises StaleError, StaleLotError; LotChangedError when the new plan is not as good, FixedShareGoneError.
        """
        offering = found if isinstance(found, Offering) else await self._planned(tx, found)
        order, now = offering.order, self.now
        if not await tx.run(
            _ACCEPT, order=self.order_id, expected=order["version"], now=now, until=offering.until
        ):
            raise StaleError
        await tx.must(_ACCEPT_PLAN, plan=offering.plan_id)
        try:
            await offers.offer(tx, offering, caller=self.caller, now=now)
        except StaleLotError:
            self.is_stale = True
            raise
        subject, plan = ("order", self.order_id), str(offering.plan_id)
        await journal.record(tx, self.caller, now, "order.accepted", subject, plan=plan)
        return orders.shown(_accepted(offering, now), _offered(offering), self.caller)

    async def give_up(self, db: Database) -> PlanChangedError:
        """After the last try: the new plan is recorded, to be read before another acceptance."""

        async def record(tx: Tx, made: Proposal) -> UUID:
            return await record_plan(tx, made, caller=self.caller, now=self.now)

        return PlanChangedError(await write(db, record, self._last))

    async def _last(self, db: Database) -> Proposal:
        """The plan that was not as good, else one of what there is now."""
        made, self.made = self.made, None
        if made is None:
            order = await self._named(db)
            ground = await ground_of(db, order, await orders.asked(db, self.order_id), now=self.now)
            made = await self._plan(ground, gather, db)
        return made

    async def _planned(self, tx: Tx, again: Again) -> Offering:
        """Another plan that is as good, written; its supply is locked, after its order as everybody locks them."""
        locked = await orders.locked(tx, self.order_id)
        if locked["version"] != again.order["version"]:
            raise StaleError
        made = again.made or await self._plan(again.ground, gather_locked, tx)
        if not _is_as_good(again.order, made):
            self.made = made
            raise LotChangedError
        await add_plan(tx, made, caller=self.caller, now=self.now)
        order = again.order | await orders.raw(tx, self.order_id)
        contacts = await offers.phones(tx, made.shares)
        return Offering(order, made.lines, made.id, made.plan_lines, made.shares, contacts, again.until)

    async def _plan(self, ground: Ground, look: Callable[..., Awaitable[Gathered]], db: Database) -> Proposal:
        """The rule on what `look` gathers, with the named plan's decisions."""
        order = ground.order
        changes, until = order["plan_changes"], order["answer_until"]
        try:
            return await share(
                ground, await look(db, ground, changes=changes), changes=changes, answer_until=until
            )
        except RefusedChangeError as refused:
            raise FixedShareGoneError from refused

    async def _named(self, db: Database) -> Row:
        """The order with the named plan, checked."""
        found = await db.one(_NAMED, order=self.order_id, plan=self.plan_id)
        if found is None or not orders.sees(self.caller, found):
            raise NotFoundError
        if not orders.buys(self.caller, found):
            raise ForbiddenError
        self._check(found)
        return found

    def _check(self, found: Row) -> None:
        if found["state"] not in rules.OPEN_TO_PLANS:
            raise wrong_state(found)
        if found["plan_id"] != self.plan_id:
            raise PlanNotNewestError(found["plan_id"])
        if found["plan_state"] == PlanState.DRAFTED:
            raise PlanNotReleasedError
        if found["state"] != OrderState.PROPOSED:
            raise wrong_state(found)
        if found["valid_until"] is not None and found["valid_until"] < self.now:
            raise PlanExpiredError
        if not found["plan_shares"]:
            raise EmptyPlanError
        if found["buyer_verified_at"] is None:
            raise UnverifiedBuyerError
        if found["waiting"] >= MOST_WAITING:
            raise TooManyOrdersError


def _is_as_good(old: Mapping[str, Any], new: Proposal) -> bool:
    """Fill, price and every share that the buyer saw are unchanged or better for the buyer."""
    quantities = {(share["line"], share["producer"]): share["quantity_base"] for share in new.shares}
    return all(
        quantities.get((share["line"], share["producer"]), 0) >= share["quantity_base"]
        for share in old["plan_shares"]
    ) and rules.is_as_good(
        *([_figures(line) for line in lines] for lines in (old["plan_lines"], new.plan_lines))
    )


def _figures(line: Mapping[str, Any]) -> dict[str, int]:
    return {"fill": line["fill_base"], "amount": line["amount_minor"]}


def _accepted(offering: Offering, now: datetime) -> Row:
    """The order's row as this transaction leaves it."""
    order = offering.order
    return {
        **order,
        "state": OrderState.AWAITING_PRODUCERS,
        "plan_id": offering.plan_id,
        "accepted_at": now,
        "cutoff_at": offering.until,
        "version": order["version"] + 1,
    }


def _offered(offering: Offering) -> list[Row]:
    """Its lines with what is offered now."""
    fills = {line["line"]: line["fill_base"] for line in offering.plan_lines}
    return [{**line, "offered_base": fills.get(line["number"], 0)} for line in offering.lines]
