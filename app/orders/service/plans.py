"""A plan: made from the order, its supply and its groups; recorded; released to the buyer. It reserves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.aggregation.model import RULE, Answer, RefusedChangeError
from app.kernel import ids, journal, money
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ForbiddenError, StaleError
from app.messages import service as messages
from app.messages.models import MessageKind
from app.messages.queries import MESSAGE
from app.orders import proposal, rules
from app.orders.errors import ChangeRefusedError, FixedShareGoneError, PlanNotNewestError, TotalTooLargeError
from app.orders.proposal import Inputs
from app.orders.queries import orders, plans
from app.orders.queries.orders import LINE, ORDER, PLAN
from app.orders.rules import OrderState, PlanKind, PlanState
from app.orders.schemas.plans import PlanCreate
from app.orders.service import notices
from app.orders.service.decisions import Change, decided, is_decision
from app.orders.service.draft import void_plans, wrong_state
from app.orders.service.gathering import Gathered, Ground, gather, ground_of, off_loop
from app.orders.service.offers import contacts_of, zone_of

_MEASURE = ("product_code", "product_name", "unit", "base_unit", "price_unit_base")

_ADD = sa.insert(PLAN)
_NAME_NEWEST = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"), ORDER.c.version == given("expected"))
    .values(plan_id=given("plan"), valid_until=None, version=ORDER.c.version + 1)
)
_NUMBER = sa.select((sa.func.coalesce(sa.func.max(PLAN.c.number), 0) + 1).label("number")).where(
    PLAN.c.order_id == given("order")
)
_RELEASE = (
    sa.update(PLAN)
    .where(PLAN.c.id == given("plan"))
    .values(state=PlanState.RELEASED, released_at=given("now"), version=PLAN.c.version + 1)
)
_PROPOSE = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"))
    .values(state=OrderState.PROPOSED, valid_until=given("until"), version=ORDER.c.version + 1)
)
_FIRST_DUE = sa.select(sa.func.min(LINE.c.due_on)).where(LINE.c.order_id == given("order"))
_ANSWERED = (
    sa.select(PLAN.c.id)
    .select_from(
        ORDER.join(PLAN, PLAN.c.order_id == ORDER.c.id).join(MESSAGE, MESSAGE.c.subject_id == PLAN.c.id)
    )
    .where(
        ORDER.c.state == OrderState.AWAITING_PRODUCERS,
        PLAN.c.state == PlanState.ACCEPTED,
        MESSAGE.c.kind == MessageKind.PLAN_READY,
        MESSAGE.c.answered_at.is_(None),
        MESSAGE.c.cancelled_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that is made and not yet written. `order` is its row as it was read: the plan is for that version."""

    order: Row
    lines: list[Row]
    policy: Row
    found: Inputs
    answer: Answer
    changes: list[Change]
    answer_until: datetime | None
    shares: list[dict[str, Any]]
    plan_lines: list[dict[str, Any]]
    kind: PlanKind = PlanKind.FIRST
    id: UUID = field(default_factory=ids.uuid7)

    @property
    def total_minor(self) -> int:
        """What the buyer pays the producers, in minor units."""
        return sum(line["amount_minor"] for line in self.plan_lines)


async def propose(
    db: Database, order_id: UUID, *, caller: Caller, asked: PlanCreate, now: datetime
) -> Proposal:
    """Make a plan; nothing is written or held.

    Raises NotFoundError, ForbiddenError (changes by anybody but the coordinating organisation), WrongStateError,
    InvalidError, ChangeRefusedError, FixedShareGoneError.
    """
    order = await orders.row(db, caller, order_id)
    coordinates = orders.coordinates(caller, order)
    if not (coordinates or orders.buys(caller, order)) or (is_decision(asked) and not coordinates):
        raise ForbiddenError
    if order["state"] not in rules.OPEN_TO_PLANS:
        raise wrong_state(order)
    lines = await orders.asked(db, order_id)
    changes, answer_until = await decided(db, order, lines, asked, now)
    try:
        return await make(db, order, lines, changes=changes, answer_until=answer_until, now=now)
    except RefusedChangeError as refused:
        if asked.changes is None:
            raise FixedShareGoneError from refused
        raise ChangeRefusedError(_position(refused, asked), refused.code) from refused


async def make(
    db: Database,
    order: Row,
    lines: list[Row],
    *,
    changes: list[Change],
    answer_until: datetime | None,
    now: datetime,
) -> Proposal:
    """Run the rule on what there is now, with these changes. Raises RefusedChangeError, TotalTooLargeError."""
    ground = await ground_of(db, order, lines, now=now)
    gathered = await gather(db, ground, changes=changes)
    return await share(ground, gathered, changes=changes, answer_until=answer_until)


async def share(
    ground: Ground, gathered: Gathered, *, changes: list[Change], answer_until: datetime | None
) -> Proposal:
    """Run the rule on what was gathered. Raises RefusedChangeError, TotalTooLargeError."""
    found, rows = gathered
    answer = await off_loop(found, partial(proposal.plan, found))
    shares = proposal.shares_of(found, answer, {}, rows)
    plan_lines = await off_loop(found, partial(proposal.lines_of, found, answer, shares, {}))
    return Proposal(
        order=ground.order,
        lines=ground.lines,
        policy=ground.policy,
        found=found,
        answer=answer,
        changes=changes,
        answer_until=answer_until,
        shares=shares,
        plan_lines=described(plan_lines, ground.lines),
    )


def described(plan_lines: list[dict[str, Any]], lines: list[Row]) -> list[dict[str, Any]]:
    """A plan's lines with what their numbers measure, so that it reads the same when the order has changed.

    Raises TotalTooLargeError.
    """
    if sum(line["amount_minor"] for line in plan_lines) > money.MAX_MINOR:
        raise TotalTooLargeError
    by_number = {line["number"]: line for line in lines}
    return [
        line | {name: by_number[line["line"]][name] for name in ("product_id", *_MEASURE)}
        for line in plan_lines
    ]


async def record_plan(tx: Tx, made: Proposal, *, caller: Caller, now: datetime) -> UUID:
    """Write a plan as `add_plan` does; it is released at once where the network's policy says so. Raises StaleError."""
    await add_plan(tx, made, caller=caller, now=now)
    if made.policy["release_at_once"]:
        plan = {"id": made.id, "total_minor": made.total_minor, "lines": made.plan_lines}
        await _release(tx, made.order, plan, caller=caller, now=now)
    return made.id


async def add_plan(tx: Tx, made: Proposal, *, caller: Caller, now: datetime) -> None:
    """Write a plan and name it the order's newest; the ones before are void, those accepted stay.

    The order's version rises by one. A repair counts as accepted. Raises StaleError when the order is no longer as it was
    when the plan was made.
    """
    order = made.order
    if not await tx.run(_NAME_NEWEST, order=order["id"], plan=made.id, expected=order["version"]):
        raise StaleError
    await void_plans(tx, order["id"], caller=caller, now=now)
    is_repair = made.kind is PlanKind.REPAIR
    await tx.run(
        _ADD,
        id=made.id,
        order_id=order["id"],
        number=await tx.value(_NUMBER, order=order["id"]),
        replaces_id=order["plan_id"],
        kind=made.kind,
        state=PlanState.ACCEPTED if is_repair else PlanState.DRAFTED,
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
    facts = {"fills": [line["fill_base"] for line in made.plan_lines], "changes": len(made.changes)}
    subject = ("plan", made.id)
    await journal.record(tx, caller, now, "plan.made", subject, order=str(order["id"]), **facts)


async def release(tx: Tx, plan_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Let the buyer read and accept a plan: the order is proposed, until the end of the day of delivery at most.

    Repeating it changes nothing.

    Raises NotFoundError, ForbiddenError, PlanNotNewestError, WrongStateError.
    """
    order_id = (await plans.raw(tx, plan_id))["order_id"]
    order = await orders.locked_row(tx, caller, order_id)
    if not orders.coordinates(caller, order):
        raise ForbiddenError
    if order["state"] not in rules.OPEN_TO_PLANS:
        raise wrong_state(order)
    if order["plan_id"] != plan_id:
        raise PlanNotNewestError(order["plan_id"])
    plan = await plans.raw(tx, plan_id)
    if plan["state"] == PlanState.DRAFTED:
        await _release(tx, order, plan, caller=caller, now=now)


async def answered_due(db: Database, now: datetime) -> Sequence[UUID]:  # noqa: ARG001 - a job's form
    """Plans that were accepted and whose buyer would still be told that they are ready."""
    return [row["id"] for row in await db.all(_ANSWERED)]


async def note_answered(tx: Tx, plan_id: UUID, now: datetime) -> None:
    """The acceptance was the answer. It is noted afterwards: the acceptance itself waits for nothing that can wait."""
    await messages.mark_answered(tx, (notices.PLAN_SUBJECT, plan_id), caller=WORKER, now=now)


async def _release(tx: Tx, order: Row, plan: Row, *, caller: Caller, now: datetime) -> None:
    """The buyer is told, unless it is who asks and reads the answer."""
    due_on = await tx.value(_FIRST_DUE, order=order["id"])
    until = rules.proposed_until(now, zone_of(order), due_on=due_on)
    await tx.must(_PROPOSE, order=order["id"], until=until)
    await tx.must(_RELEASE, plan=plan["id"], now=now)
    await journal.record(tx, caller, now, "plan.released", ("plan", plan["id"]), order=str(order["id"]))
    buyer = order["buyer_id"]
    if not caller.may("buy", buyer):
        phone = (await contacts_of(tx, [buyer]))[buyer]
        await messages.post(tx, [notices.plan_ready(order, plan, phone, until, now)], caller=caller, now=now)


def _position(refused: RefusedChangeError, asked: PlanCreate) -> int:
    """Where among the changes asked for the refused one stands."""
    changes = asked.changes or []
    return next(
        at
        for at, change in enumerate(changes)
        if change.act == "fix"
        and str(change.producer) == refused.change.producer
        and str(change.line or "") == (refused.change.line or "")
    )
