"""The buyer's yes to a named plan: from here stock is held and producers are asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx, write
from app.kernel.errors import ForbiddenError, NotFoundError
from app.orders import rules
from app.orders.errors import (
    EmptyPlanError,
    PlanChangedError,
    PlanExpiredError,
    PlanNotNewestError,
    PlanNotReleasedError,
    TooManyOrdersError,
    UnverifiedBuyerError,
)
from app.orders.queries import orders, plans
from app.orders.queries.orders import ORDER, PLAN
from app.orders.rules import OrderState, PlanState
from app.orders.service import offers
from app.orders.service.draft import wrong_state
from app.orders.service.offers import Offering
from app.orders.service.plans import make, record_plan

MOST_WAITING = 50  # orders of one buyer that wait for producers at once

_ACCEPT = (
    sa.update(ORDER)
    .where(
        ORDER.c.id == given("order"),
        ORDER.c.state == OrderState.PROPOSED,
        ORDER.c.plan_id == given("plan"),
    )
    .values(
        state=OrderState.AWAITING_PRODUCERS,
        accepted_at=given("now"),
        cutoff_at=given("until"),
        has_hole=False,
        version=ORDER.c.version + 1,
    )
)
_ACCEPT_PLAN = (
    sa.update(PLAN)
    .where(PLAN.c.id == given("plan"))
    .values(state=PlanState.ACCEPTED, version=PLAN.c.version + 1)
)
_WAITING = (
    sa.select(sa.func.count().label("orders"))
    .select_from(ORDER)
    .where(ORDER.c.buyer_id == given("buyer"), ORDER.c.state == OrderState.AWAITING_PRODUCERS)
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
    tries: int = 0

    async def prepare(self, db: Database) -> Offering:
        """The named plan, or after a stale lot a new one that is as good.

        Raises NotFoundError, ForbiddenError, WrongStateError, PlanNotNewestError, PlanNotReleasedError,
        PlanExpiredError, EmptyPlanError, UnverifiedBuyerError, TooManyOrdersError, PlanChangedError.
        """
        order, plan = await self._check(db)
        lines = await orders.lines(db, self.order_id)
        if self.tries:
            plan = await self._again(db, order, lines, plan)
        self.tries += 1
        policy = await orders.policy(db, order["coordinator_id"])
        evening = rules.deadline(self.now, offers.zone_of(order), hours=policy["answer_hours"])
        until = max(plan["answer_until"] or evening, evening)
        contacts = await offers.phones(db, plan["shares"])
        return Offering(order, lines, plan["id"], plan["lines"], plan["shares"], contacts, until)

    async def hold(self, tx: Tx, offering: Offering) -> Row:
        """Accept: order, plan, stock, offers and messages in one transaction. Raises StaleLotError."""
        order_id = self.order_id
        if not await tx.run(
            _ACCEPT, order=order_id, plan=offering.plan_id, now=self.now, until=offering.until
        ):
            raise wrong_state(await orders.raw(tx, order_id))
        await tx.run(_ACCEPT_PLAN, plan=offering.plan_id)
        await offers.offer(tx, offering, caller=self.caller, now=self.now)
        await journal.record(
            tx, self.caller, self.now, "order.accepted", ("order", order_id), plan=str(offering.plan_id)
        )
        return await orders.order(tx, self.caller, order_id)

    async def give_up(self, db: Database) -> PlanChangedError:
        """After the last try: a new plan is recorded, to be read before another acceptance."""
        order = await orders.raw(db, self.order_id)
        lines = await orders.lines(db, self.order_id)
        plan = await plans.raw(db, self.plan_id)
        return PlanChangedError(await self._record(db, order, lines, plan))

    async def _check(self, db: Database) -> tuple[Row, Row]:
        order = await orders.row(db, self.caller, self.order_id)
        if not orders.buys(self.caller, order):
            raise ForbiddenError
        plan = await plans.raw(db, self.plan_id)
        if plan["order_id"] != self.order_id:
            raise NotFoundError
        if order["plan_id"] != self.plan_id and not self.tries and order["plan_id"]:
            raise PlanNotNewestError(order["plan_id"])
        if plan["state"] == PlanState.DRAFTED:
            raise PlanNotReleasedError
        if order["state"] != OrderState.PROPOSED:
            raise wrong_state(order)
        if order["valid_until"] < self.now:
            raise PlanExpiredError
        if not plan["shares"]:
            raise EmptyPlanError
        if order["buyer_verified_at"] is None:
            raise UnverifiedBuyerError
        if await db.value(_WAITING, buyer=order["buyer_id"]) >= MOST_WAITING:
            raise TooManyOrdersError
        return order, plan

    async def _again(self, db: Database, order: Row, lines: list[Row], plan: Row) -> Row:
        made = await make(
            db, order, lines, changes=plan["changes"], answer_until=plan["answer_until"], now=self.now
        )
        if not _is_as_good(plan, {"lines": made.plan_lines, "shares": made.shares}):
            raise PlanChangedError(await self._record(db, order, lines, plan))
        await write(db, partial(record_plan, made=made, caller=self.caller, now=self.now))
        return {**plan, "id": made.id, "lines": made.plan_lines, "shares": made.shares}

    async def _record(self, db: Database, order: Row, lines: list[Row], plan: Row) -> UUID:
        made = await make(
            db, order, lines, changes=plan["changes"], answer_until=plan["answer_until"], now=self.now
        )
        return await write(db, partial(record_plan, made=made, caller=self.caller, now=self.now))


def _is_as_good(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Fill, price and every share that the buyer saw are unchanged or better for the buyer."""
    quantities = {(share["line"], share["producer"]): share["quantity_base"] for share in new["shares"]}
    return all(
        quantities.get((share["line"], share["producer"]), 0) >= share["quantity_base"]
        for share in old["shares"]
    ) and rules.is_as_good(*([_figures(line) for line in plan["lines"]] for plan in (old, new)))


def _figures(line: Mapping[str, Any]) -> dict[str, int]:
    return {"fill": line["fill_base"], "amount": line["amount_minor"]}
