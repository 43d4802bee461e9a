"""The parts of producers, as each side may read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.queries import sees_stock
from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.schema import table
from app.orders import rules, sentences, withheld
from app.orders.models import AllocationTake
from app.orders.queries import orders, supply
from app.orders.queries.orders import ALLOCATION, BUYER, COORDINATOR, LINE, ORDER, PLAN, PRODUCT
from app.orders.rules import AllocationState, PlanState
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
    ORDER.c.close_reason,
    ORDER.c.version.label("order_version"),
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
    PRODUCER.c.country.label("producer_country"),
    BUYER.c.name.label("buyer_name"),
    COORDINATOR.c.name.label("coordinator_name"),
    COORDINATOR.c.country.label("coordinator_country"),
    COORDINATOR.c.region.label("coordinator_region"),
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
_PLANS = sa.select(PLAN.c.id, PLAN.c.lines, PLAN.c.shares).where(
    PLAN.c.order_id == given("order"), PLAN.c.state == PlanState.ACCEPTED
)
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


async def allocation(db: Database, caller: Caller, allocation_id: UUID, *, lang: str, now: datetime) -> Row:
    """The part as this caller may read it.

    Its producer's side sees why, and the table of all shares where the network shows it; the coordinating organisation
    sees both; the buyer neither, nor who spoke or why somebody gives less.
    """
    found = await row(db, caller, allocation_id)
    doable = await actions(db, found, caller, now)
    if not reads_inside(caller, found):
        return shown(found, text=None, table_rows=None, actions=doable) | dict.fromkeys(_INSIDE)
    text = why_of(found, await plan_of(db, found), lang)
    coordinates = orders.coordinates(caller, found)
    shows = coordinates or (await orders.policy(db, found["coordinator_id"]))["show_table"]
    rows = await table_of(db, found, lang, with_reasons=coordinates) if shows else None
    listed = [{name: each[name] for name in ("producer", "people", "quantity", "why")} for each in rows or ()]
    return shown(found, text=text, table_rows=listed if shows else None, actions=doable)


def reads_inside(caller: Caller, found: Row) -> bool:
    """Whether the caller stands on the producer's or the coordinating side of a part."""
    return caller.may("read", found["producer_id"]) or orders.coordinates(caller, found)


async def speaks_for(db: Database, caller: Caller, found: Row) -> bool:
    """Whether the caller may answer for the group of a part.

    Its own sellers may, and whoever it lets: a network directly, or one above that runs the order.
    """
    if caller.may("answer", found["producer_id"]):
        return True
    if not orders.coordinates(caller, found):
        return False
    return await supply.answers_for(db, found["coordinator_id"], found["producer_id"])


async def plan_of(db: Database, found: Row) -> Row:
    """The lines, shares and records of the plan behind a part."""
    return await db.one(_PLAN, plan=found["plan_id"]) or {"lines": [], "shares": [], "records": []}


async def record(db: Database, caller: Caller, allocation_id: UUID, lang: str) -> Row:
    """The explanation record of a part, for its producer's side and, as far as that lets it see stock, the network.

    Raises NotFoundError, ForbiddenError.
    """
    found = await row(db, caller, allocation_id)
    if not reads_inside(caller, found):
        raise ForbiddenError
    plan = await plan_of(db, found)
    producer, line = str(found["producer_id"]), str(found["number"])
    kept = next(r for r in plan["records"] if (r["producer"], r["line"]) == (producer, line))
    if not sees_stock(caller, found["producer_id"]):
        kept = withheld.record(kept)
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


def shown(found: Row, *, text: str | None, table_rows: list[Row] | None, actions: list[str]) -> Row:
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
        "spoke_at": found["spoke_at"],
        "reason": found["reason"],
        "late": quantity_of(found, late) if late is not None else None,
        "text": text,
        "table": table_rows,
        "actions": actions,
        "order_version": found["order_version"],
        "version": found["version"],
    }


_INSIDE = ("answer_channel", "spoke", "spoke_at", "reason", "late")


async def actions(db: Database, found: Row, caller: Caller, now: datetime) -> list[str]:
    """What this caller may do to the part now."""
    state = AllocationState(found["state"])
    if found["order_state"] not in rules.RUNNING or (state in rules.AGREED and now > found["answer_until"]):
        return []
    doable = list(_ANSWERS.get(state, ())) if await speaks_for(db, caller, found) else []
    if state is AllocationState.OFFERED and orders.coordinates(caller, found):
        doable.append("extend")
    return doable


_ANSWERS = {
    AllocationState.OFFERED: ("confirm", "decline"),
    **dict.fromkeys((AllocationState.CONFIRMED, AllocationState.PARTIALLY_CONFIRMED), ("lower", "decline")),
    **dict.fromkeys(rules.LATE, ("confirm",)),
}


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


async def table_of(db: Database, found: Row, lang: str, *, with_reasons: bool = False) -> list[Row]:
    """What each group gives on the part's line, by name: its people, its quantity, and what decided it.

    The network's reason about a group is for that group and the network (`with_reasons`) alone.
    """
    plans = {plan["id"]: plan for plan in await db.all(_PLANS, order=found["order_id"])}
    rows: dict[UUID, Row] = {}
    for part in await of_order(db, found["order_id"]):
        if part["line_id"] != found["line_id"] or part["state"] not in rules.LIVE:
            continue
        share, line = share_of(part, plans[part["plan_id"]])
        if share and not with_reasons and part["producer_id"] != found["producer_id"]:
            share = {**share, "reason": ""}
        known = rows.setdefault(
            part["producer_id"],
            {
                "producer_id": part["producer_id"],
                "producer": part["producer_name"],
                "people": share["people"] if share else 1,
                "quantity_base": 0,
                "why": sentences.why(share, line, part, lang) if share and line else "",
            },
        )
        known["quantity_base"] += part["quantity_base"]
        known["quantity"] = quantity_of(part, known["quantity_base"])
    return list(rows.values())
