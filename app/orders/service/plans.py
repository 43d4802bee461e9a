"""A plan: made from the order, its supply and its groups; recorded; released to the buyer. It reserves nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.aggregation.model import RULE, Answer, RefusedChangeError
from app.inventory import queries as inventory
from app.kernel import ids, journal, wire
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError
from app.orders import proposal, rules
from app.orders.errors import ChangeRefusedError, PlanNotNewestError
from app.orders.proposal import Inputs
from app.orders.queries import orders, plans, supply
from app.orders.queries.orders import ORDER, PLAN
from app.orders.rules import OrderState, PlanState
from app.orders.schemas import ChangeIn, PlanCreate
from app.orders.service.draft import wrong_state
from app.places.countries import COUNTRIES

_LARGE = 300  # lots from which the rule runs off the event loop

_ADD = sa.insert(PLAN)
_NAME_NEWEST = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"), ORDER.c.state.in_((*rules.OPEN_TO_PLANS, *rules.RUNNING)))
    .values(plan_id=given("plan"))
)
_NUMBER = sa.select((sa.func.coalesce(sa.func.max(PLAN.c.number), 0) + 1).label("number")).where(
    PLAN.c.order_id == given("order")
)
_CHANGES_OF = sa.select(PLAN.c.changes, PLAN.c.answer_until).where(PLAN.c.id == given("plan"))
_RELEASE = (
    sa.update(PLAN)
    .where(PLAN.c.id == given("plan"), PLAN.c.state == PlanState.DRAFTED)
    .values(state=PlanState.RELEASED, released_at=given("now"), version=PLAN.c.version + 1)
)
_VOID_OTHERS = (
    sa.update(PLAN)
    .where(
        PLAN.c.order_id == given("order"),
        PLAN.c.id != given("plan"),
        PLAN.c.state.in_((PlanState.DRAFTED, PlanState.RELEASED)),
    )
    .values(state=PlanState.VOID, version=PLAN.c.version + 1)
)
_PROPOSE = (
    sa.update(ORDER)
    .where(
        ORDER.c.id == given("order"), ORDER.c.plan_id == given("plan"), ORDER.c.state.in_(rules.OPEN_TO_PLANS)
    )
    .values(state=OrderState.PROPOSED, valid_until=given("until"), version=ORDER.c.version + 1)
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that is made and not yet written."""

    order: Row
    lines: list[Row]
    policy: Row
    found: Inputs
    answer: Answer
    changes: list[dict[str, Any]]
    answer_until: datetime | None
    shares: list[dict[str, Any]]
    plan_lines: list[dict[str, Any]]
    kind: str = "first"
    id: UUID = field(default_factory=ids.uuid7)

    @property
    def total_minor(self) -> int:
        """What the buyer pays the producers, in minor units."""
        return sum(share["amount_minor"] for share in self.shares)


async def propose(
    db: Database, order_id: UUID, *, caller: Caller, asked: PlanCreate, now: datetime
) -> Proposal:
    """Make a plan; nothing is written or held.

    Raises NotFoundError, ForbiddenError (changes by anybody but the coordinating organisation), WrongStateError,
    InvalidError, ChangeRefusedError.
    """
    order = await orders.row(db, caller, order_id)
    coordinates = orders.coordinates(caller, order)
    if not (coordinates or orders.buys(caller, order)):
        raise ForbiddenError
    wants_change = asked.changes is not None or asked.answer_until or asked.answer_in_days
    if wants_change and not coordinates:
        raise ForbiddenError
    if order["state"] not in rules.OPEN_TO_PLANS:
        raise wrong_state(order)
    lines = await orders.lines(db, order_id)
    changes, answer_until = await _changes(db, order, lines, asked, now)
    return await make(db, order, lines, changes=changes, answer_until=answer_until, now=now)


async def make(
    db: Database,
    order: Row,
    lines: list[Row],
    *,
    changes: list[dict[str, Any]],
    answer_until: datetime | None,
    now: datetime,
) -> Proposal:
    """Run the rule on what there is now, with these changes. Raises ChangeRefusedError."""
    found, policy, versions = await gather(db, order, lines, changes=changes, now=now)
    try:
        answer = await off_loop(found, partial(proposal.plan, found))
    except RefusedChangeError as refused:
        at = found.order.changes.index(refused.change)
        error = ChangeRefusedError()
        error.faults = [Fault(f"#/changes/{at}/quantity", refused.code)]
        raise error from refused
    shares = proposal.shares_of(found, answer, {}, versions)
    return Proposal(
        order=order,
        lines=lines,
        policy=policy,
        found=found,
        answer=answer,
        changes=changes,
        answer_until=answer_until,
        shares=shares,
        plan_lines=await off_loop(found, partial(proposal.lines_of, found, answer, shares)),
    )


async def gather(
    db: Database, order: Row, lines: list[Row], *, changes: Sequence[Mapping[str, Any]], now: datetime
) -> tuple[Inputs, Row, dict[str, Row]]:
    """The rule's inputs as they are now, the network's policy, and the supply by source."""
    country = order["coordinator_country"] or "PE"
    today = local_date(now, COUNTRIES[country].zone if country in COUNTRIES else "UTC")
    policy = await orders.policy(db, order["coordinator_id"])
    groups = await supply.groups(db, order["coordinator_id"])
    products = sorted({line["product_id"] for line in lines})
    found_supply = await inventory.supply_for(
        db,
        product_ids=products,
        currency=order["currency"],
        producer_ids=[group["producer_id"] for group in groups],
        due_on=max(line["due_on"] for line in lines),
        today=today,
    )
    references = proposal.reference_prices(lines, _medians(found_supply))
    groups = await supply.with_history(
        db, groups, order, products, references=references, today=today, days=policy["history_days"]
    )
    found = proposal.inputs(
        order,
        lines,
        found_supply,
        groups,
        changes=changes,
        references=references,
        weight_cap=policy["weight_cap"],
    )
    return found, policy, {row["source"]: row for row in found_supply}


async def record_plan(tx: Tx, made: Proposal, *, caller: Caller, now: datetime) -> UUID:
    """Write a plan and name it the order's newest; released at once where the network's policy says so.

    Raises WrongStateError when the order left the states in which it is planned.
    """
    order_id = made.order["id"]
    if not await tx.run(_NAME_NEWEST, order=order_id, plan=made.id):
        raise wrong_state(await orders.raw(tx, order_id))
    await tx.run(
        _ADD,
        id=made.id,
        order_id=order_id,
        number=await tx.value(_NUMBER, order=order_id),
        replaces_id=made.order["plan_id"],
        kind=made.kind,
        state=PlanState.ACCEPTED if made.kind == "repair" else PlanState.DRAFTED,
        rule=RULE,
        input_digest=made.answer.input_digest,
        document=made.found.document(),
        changes=made.changes,
        lines=made.plan_lines,
        shares=made.shares,
        records=proposal.records_of(made.answer),
        total_minor=made.total_minor,
        answer_until=made.answer_until,
        made_by=caller.name,
        made_at=now,
    )
    fills = [line["fill_base"] for line in made.plan_lines]
    await journal.record(
        tx,
        caller,
        now,
        "plan.made",
        ("plan", made.id),
        order=str(order_id),
        fills=fills,
        changes=len(made.changes),
    )
    if made.kind == "first" and made.policy["release_at_once"]:
        await _release(tx, order_id, made.id, caller=caller, now=now)
    return made.id


async def release(tx: Tx, plan_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Let the buyer read and accept a plan: the order is proposed, for 72 hours.

    Raises NotFoundError, ForbiddenError, PlanNotNewestError, WrongStateError.
    """
    plan = await plans.raw(tx, plan_id)
    order = await orders.row(tx, caller, plan["order_id"])
    if not orders.coordinates(caller, order):
        raise ForbiddenError
    if order["plan_id"] != plan_id:
        raise PlanNotNewestError(order["plan_id"])
    if order["state"] not in rules.OPEN_TO_PLANS:
        raise wrong_state(order)
    if plan["state"] == PlanState.DRAFTED:
        await _release(tx, order["id"], plan_id, caller=caller, now=now)


async def _release(tx: Tx, order_id: UUID, plan_id: UUID, *, caller: Caller, now: datetime) -> None:
    until = now + timedelta(hours=rules.PROPOSAL_HOURS)
    if not await tx.run(_PROPOSE, order=order_id, plan=plan_id, until=until):
        raise wrong_state(await orders.raw(tx, order_id))
    await tx.must(_RELEASE, plan=plan_id, now=now)
    await tx.run(_VOID_OTHERS, order=order_id, plan=plan_id)
    await journal.record(tx, caller, now, "plan.released", ("plan", plan_id), order=str(order_id))


def _medians(found_supply: Sequence[Row]) -> dict[str, int]:
    """Product id -> the median of its floor prices now, the lower of two."""
    prices: dict[str, list[int]] = {}
    for row in found_supply:
        prices.setdefault(str(row["product_id"]), []).append(row["price_minor"])
    return {product: sorted(listed)[(len(listed) - 1) // 2] for product, listed in prices.items()}


async def _changes(
    db: Database, order: Row, lines: list[Row], asked: PlanCreate, now: datetime
) -> tuple[list[dict[str, Any]], datetime | None]:
    """The coordinating organisation's decisions: those given, else those of the newest plan, and a later deadline."""
    newest = await db.one(_CHANGES_OF, plan=order["plan_id"]) if order["plan_id"] else None
    standing: list[dict[str, Any]] = newest["changes"] if newest else []
    until = newest["answer_until"] if newest else None
    changes = [change for change in standing if change["act"] == "extend"]
    if asked.changes is None:
        changes = list(standing)
    else:
        changes += [_change(change, lines, f"#/changes/{at}") for at, change in enumerate(asked.changes)]
    if asked.answer_until or asked.answer_in_days:
        until = asked.answer_until or now + timedelta(days=asked.answer_in_days or 0)
        if until < now + timedelta(hours=rules.ANSWER_HOURS):
            raise InvalidError(Fault("#/answer_until", "too_early"))
        if not asked.reason:
            raise InvalidError(Fault("#/reason", "reason_needed"))
        extension = {"act": "extend", "producer": None, "line": None, "quantity_base": None}
        changes = [change for change in changes if change["act"] != "extend"]
        changes.append({**extension, "until": until.isoformat(), "reason": asked.reason})
    return changes, until


def _change(change: ChangeIn, lines: list[Row], at: str) -> dict[str, Any]:
    by_number = {line["number"]: line for line in lines}
    if change.line is not None and change.line not in by_number:
        raise InvalidError(Fault(f"{at}/line", "unknown_line"))
    quantity = None
    if change.act != "leave_out":
        if change.quantity is None:
            raise InvalidError(Fault(f"{at}/quantity", "missing"))
        if change.line is None and len(lines) > 1:
            raise InvalidError(Fault(f"{at}/line", "line_needed"))
        line = by_number[change.line or lines[0]["number"]]
        quantity = wire.read_quantity(change.quantity, f"{at}/quantity", base=line["base_unit"])
    return {
        "act": change.act,
        "producer": str(change.producer),
        "line": change.line,
        "quantity_base": quantity,
        "reason": change.reason,
    }


async def off_loop(found: Inputs, compute: Any) -> Any:
    """Run the rule: where it is large, in a thread."""
    return await asyncio.to_thread(compute) if len(found.lots) > _LARGE else compute()
