"""The parts of producers, as each side may read them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.orders import rules, sentences
from app.orders.models import AllocationTake
from app.orders.queries import orders
from app.orders.queries.orders import ALLOCATION, BUYER, COORDINATOR, LINE, ORDER, PLAN, PRODUCT
from app.orders.rules import AllocationState
from app.people.models import Organisation

TAKE = table(AllocationTake)
PRODUCER = table(Organisation).alias("producer")

_COLUMNS = (
    ALLOCATION,
    ORDER.c.code.label("order_code"),
    ORDER.c.state.label("order_state"),
    ORDER.c.currency,
    ORDER.c.coordinator_id,
    ORDER.c.buyer_id,
    ORDER.c.cutoff_at,
    ORDER.c.is_demo,
    LINE.c.number,
    LINE.c.due_on,
    LINE.c.variant,
    LINE.c.product_id,
    PRODUCT.c.code.label("product_code"),
    PRODUCT.c.name.label("product_name"),
    PRODUCT.c.unit,
    PRODUCT.c.base_unit,
    PRODUCT.c.step_base,
    PRODUCT.c.price_unit_base,
    PRODUCER.c.name.label("producer_name"),
    PRODUCER.c.phone.label("producer_phone"),
    BUYER.c.name.label("buyer_name"),
    COORDINATOR.c.name.label("coordinator_name"),
    COORDINATOR.c.country.label("coordinator_country"),
)
_JOINED = (
    ALLOCATION.join(ORDER, ORDER.c.id == ALLOCATION.c.order_id)
    .join(LINE, LINE.c.id == ALLOCATION.c.line_id)
    .join(PRODUCT, PRODUCT.c.id == LINE.c.product_id)
    .join(PRODUCER, PRODUCER.c.id == ALLOCATION.c.producer_id)
    .join(BUYER, BUYER.c.id == ORDER.c.buyer_id)
    .outerjoin(COORDINATOR, COORDINATOR.c.id == ORDER.c.coordinator_id)
)
_ONE = sa.select(*_COLUMNS).select_from(_JOINED).where(ALLOCATION.c.id == given("id"))
_OF_ORDER = (
    sa.select(*_COLUMNS)
    .select_from(_JOINED)
    .where(ALLOCATION.c.order_id == given("order"))
    .order_by(LINE.c.number, PRODUCER.c.name_folded, ALLOCATION.c.id)
)
_MINE = given("mine", expanding=True, type_=ALLOCATION.c.producer_id.type)
_LIST = Query(
    sa.select(*_COLUMNS)
    .select_from(_JOINED)
    .where(ALLOCATION.c.producer_id.in_(_MINE))
    .order_by(ALLOCATION.c.id.desc())
    .limit(given("limit", type_=sa.Integer)),
    state=ALLOCATION.c.state == given("state", type_=ALLOCATION.c.state.type),
    after=ALLOCATION.c.id < given("after", type_=ALLOCATION.c.id.type),
)
_PLAN = sa.select(PLAN.c.lines, PLAN.c.shares, PLAN.c.records).where(PLAN.c.id == given("plan"))
_TAKES = (
    sa.select(TAKE)
    .where(TAKE.c.allocation_id == given("allocation"))
    .order_by(TAKE.c.position, TAKE.c.source)
)


async def raw(db: Database, allocation_id: UUID) -> Row:
    """The part's row with what surrounds it. Raises NotFoundError."""
    found = await db.one(_ONE, id=allocation_id)
    if found is None:
        raise NotFoundError
    return found


async def row(db: Database, caller: Caller, allocation_id: UUID) -> Row:
    """As `raw`, for its producer, its producer's network, its coordinating organisation or its buyer."""
    found = await raw(db, allocation_id)
    if not (caller.is_admin or caller.may("read", found["producer_id"]) or orders.sees(caller, found)):
        raise NotFoundError
    return found


async def takes(db: Database, allocation_id: UUID) -> list[Row]:
    """What the part comes from, FEFO."""
    return await db.all(_TAKES, allocation=allocation_id)


async def of_order(db: Database, order_id: UUID) -> list[Row]:
    """Every part of an order, by line and name."""
    return await db.all(_OF_ORDER, order=order_id)


async def allocation(db: Database, caller: Caller, allocation_id: UUID, lang: str) -> Row:
    """The part as this caller may read it: its producer sees why, and the table when the network shows it."""
    found = await row(db, caller, allocation_id)
    plan = await plan_of(db, found)
    policy = await orders.policy(db, found["coordinator_id"])
    table_rows = await _table(db, found, plan, lang) if policy["show_table"] else None
    return shown(found, caller, text=why_of(found, plan, lang), table_rows=table_rows)


async def plan_of(db: Database, found: Row) -> Row:
    """The lines, shares and records of the plan behind a part."""
    return await db.one(_PLAN, plan=found["plan_id"]) or {"lines": [], "shares": [], "records": []}


async def record(db: Database, caller: Caller, allocation_id: UUID, lang: str) -> Row:
    """The explanation record of a part. For its producer's side and the coordinating one. Raises NotFoundError."""
    found = await row(db, caller, allocation_id)
    plan = await db.one(_PLAN, plan=found["plan_id"])
    if plan is None or not (caller.may("read", found["producer_id"]) or orders.coordinates(caller, found)):
        raise NotFoundError
    producer, line = str(found["producer_id"]), str(found["number"])
    kept = next(r for r in plan["records"] if (r["producer"], r["line"]) == (producer, line))
    return {"allocation_id": allocation_id, "text": why_of(found, plan, lang), "record": kept}


async def page(
    db: Database, caller: Caller, *, limit: int, after: list[Any] | None, state: AllocationState | None
) -> list[Row]:
    """Up to limit + 1 parts of the groups that the caller may answer for, newest first."""
    mine = sorted(organisation for organisation, acts in caller.acts.items() if "answer" in acts)
    if not mine:
        return []
    found = await db.all(
        _LIST, mine=mine, limit=limit + 1, state=state, after=UUID(after[0]) if after else None
    )
    return [summary(line) for line in found]


def why_of(found: Row, plan: Row, lang: str) -> str:
    """The sentence on what decided the part."""
    share, line = share_of(found, plan)
    return sentences.why(share, line, found, lang) if share and line else ""


def summary(found: Row) -> Row:
    """The wire form of a part in a list."""
    return {
        "id": found["id"],
        "order_id": found["order_id"],
        "order_code": found["order_code"],
        "state": found["state"],
        "producer": {"id": found["producer_id"], "name": found["producer_name"]},
        "product": product_of(found),
        "quantity": quantity_of(found, found["quantity_base"]),
        "amount": wire.amount(found["amount_minor"], found["currency"]),
        "answer_until": found["answer_until"],
        "is_demo": found["is_demo"],
    }


def shown(found: Row, caller: Caller, *, text: str, table_rows: list[Row] | None) -> Row:
    """The wire form of a part."""
    late = found["late_base"]
    return {
        **summary(found),
        "coordinator": {"id": found["coordinator_id"], "name": found["coordinator_name"]},
        "buyer": {"id": found["buyer_id"], "name": found["buyer_name"]},
        "variant": found["variant"],
        "offered": quantity_of(found, found["offered_base"]),
        "due_on": found["due_on"],
        "answered_at": found["answered_at"],
        "answer_channel": found["answer_channel"],
        "spoke": found["spoke"],
        "reason": found["reason"],
        "late": quantity_of(found, late) if late is not None else None,
        "text": text,
        "table": table_rows,
        "actions": actions(found, caller),
        "version": found["version"],
    }


def actions(found: Row, caller: Caller) -> list[str]:
    """What this caller may do to the part now."""
    if found["order_state"] not in rules.RUNNING:
        return []
    doable = []
    state = AllocationState(found["state"])
    if may_answer(caller, found):
        if state is AllocationState.OFFERED:
            doable += ["confirm", "decline"]
        elif state in (AllocationState.CONFIRMED, AllocationState.PARTIALLY_CONFIRMED):
            doable += ["lower", "decline"]
        elif state in rules.LATE:
            doable.append("confirm")
    if state is AllocationState.OFFERED and orders.coordinates(caller, found):
        doable.append("extend")
    return doable


def may_answer(caller: Caller, found: Row) -> bool:
    """Whether the caller speaks for the group, or runs the order and enters what the group said."""
    return caller.may("answer", found["producer_id"]) or orders.coordinates(caller, found)


def quantity_of(found: Row, base: int) -> dict[str, str]:
    """A quantity of the part's product on the wire."""
    return wire.quantity(base, found["unit"], found["price_unit_base"])


def product_of(found: Row) -> Row:
    """The part's product, in short."""
    return {"id": found["product_id"], "code": found["product_code"], "name": found["product_name"]}


def share_of(found: Row, plan: Row) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """What the plan gave this part's producer, and the plan's line."""
    producer, number = str(found["producer_id"]), found["number"]
    share = next((s for s in plan["shares"] if (s["producer"], s["line"]) == (producer, number)), None)
    return share, next((line for line in plan["lines"] if line["line"] == number), None)


async def _table(db: Database, found: Row, plan: Row, lang: str) -> list[Row]:
    rows = []
    for other in await of_order(db, found["order_id"]):
        if other["line_id"] == found["line_id"] and other["state"] in rules.LIVE:
            share, line = share_of(other, plan)
            rows.append(
                {
                    "producer": other["producer_name"],
                    "people": share["people"] if share else 1,
                    "quantity": quantity_of(other, other["quantity_base"]),
                    "why": sentences.why(share, line, other, lang) if share and line else "",
                }
            )
    return rows
