"""The buyer's yes to a named plan: from here stock is held and producers are asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.aggregation.model import RefusedChangeError
from app.inventory.service import StaleLotError
from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
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
from app.orders.service.offers import Offering
from app.orders.service.plans import Proposal, make, record_plan

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


@dataclass
class Acceptance:
    """One acceptance, which may need several tries: stock moves between a plan and its yes.

    `prepare` and `hold` are given to `kernel.db.write`. A stale lot makes `prepare` plan again; a new plan that gives
    the buyer at least what the named one promised is accepted in its place, any other is recorded and answered 409.
    """

    order_id: UUID
    plan_id: UUID
    caller: Caller
    now: datetime
    newest_id: UUID | None = None  # the last plan made here, in place of the one that was named
    is_stale: bool = False

    async def prepare(self, db: Database) -> Offering:
        """The named plan, or after a stale lot a new one that is as good.

        Raises NotFoundError, ForbiddenError, WrongStateError, PlanNotNewestError, PlanNotReleasedError,
        PlanExpiredError, EmptyPlanError, UnverifiedBuyerError, TooManyOrdersError, PlanChangedError,
        FixedShareGoneError.
        """
        order = await self._named(db)
        lines = await orders.asked(db, self.order_id)
        plan = {"id": self.plan_id, "lines": order["plan_lines"], "shares": order["plan_shares"]}
        if self.newest_id or self.is_stale:
            made = await self._again(db, order, lines)
            plan = {"id": made.id, "lines": made.plan_lines, "shares": made.shares}
            order = await self._named(db)
        evening = rules.deadline(self.now, offers.zone_of(order), hours=order["answer_hours"])
        until = max(order["answer_until"] or evening, evening)
        contacts = await offers.phones(db, plan["shares"])
        return Offering(order, lines, plan["id"], plan["lines"], plan["shares"], contacts, until)

    async def hold(self, tx: Tx, offering: Offering) -> Row:
        """Accept: order, plan, stock, offers and messages in one transaction. Raises StaleError, StaleLotError."""
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
        """After the last try: a new plan is recorded, to be read before another acceptance."""
        order = await self._named(db)
        made = await self._make(db, order, await orders.asked(db, self.order_id))
        return PlanChangedError(await self._record(db, made))

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
        if found["plan_id"] != (self.newest_id or self.plan_id):
            raise PlanNotNewestError(found["plan_id"])
        if self.newest_id is None and found["plan_state"] == PlanState.DRAFTED:
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

    async def _again(self, db: Database, order: Row, lines: list[Row]) -> Proposal:
        """Another plan, recorded. Raises PlanChangedError when it is not as good as the one that was named."""
        made = await self._make(db, order, lines)
        await self._record(db, made)
        if not _is_as_good(order, made):
            raise PlanChangedError(made.id)
        return made

    async def _make(self, db: Database, order: Row, lines: list[Row]) -> Proposal:
        until = order["answer_until"]
        try:
            return await make(
                db, order, lines, changes=order["plan_changes"], answer_until=until, now=self.now
            )
        except RefusedChangeError as refused:
            raise FixedShareGoneError from refused

    async def _record(self, db: Database, made: Proposal) -> UUID:
        async with db.tx() as tx:
            await record_plan(tx, made, caller=self.caller, now=self.now)
        self.newest_id = made.id
        return made.id


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
