"""Orders as their buyer and their coordinating organisation see them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row, Tx
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.orders import rules
from app.orders.models import Allocation, CoordinationPolicy, Order, OrderLine, Plan
from app.orders.rules import AllocationState, OrderState
from app.people.models import Organisation
from app.products.models import Product

ORDER, LINE, PLAN, ALLOCATION = table(Order), table(OrderLine), table(Plan), table(Allocation)
POLICY, PRODUCT = table(CoordinationPolicy), table(Product)
BUYER = table(Organisation).alias("buyer")
COORDINATOR = table(Organisation).alias("coordinator")

_NAMES = (
    BUYER.c.name.label("buyer_name"),
    BUYER.c.verified_at.label("buyer_verified_at"),
    BUYER.c.country.label("buyer_country"),
    BUYER.c.region.label("buyer_region"),
    COORDINATOR.c.name.label("coordinator_name"),
    COORDINATOR.c.country.label("coordinator_country"),
    COORDINATOR.c.region.label("coordinator_region"),
)
JOINED = ORDER.join(BUYER, BUYER.c.id == ORDER.c.buyer_id).outerjoin(
    COORDINATOR, COORDINATOR.c.id == ORDER.c.coordinator_id
)
COLUMNS = (*ORDER.c, *_NAMES)
_ONE = sa.select(*COLUMNS).select_from(JOINED).where(ORDER.c.id == given("id"))
_LOCKED = _ONE.with_for_update(of=ORDER)


def _in_state(states: tuple[AllocationState, ...]) -> sa.ColumnElement[int]:
    amount = sa.case((ALLOCATION.c.state.in_(states), ALLOCATION.c.quantity_base), else_=0)
    return sa.func.coalesce(sa.func.sum(amount), 0)


_PRODUCT = (
    PRODUCT.c.code.label("product_code"),
    PRODUCT.c.name.label("product_name"),
    PRODUCT.c.base_unit,
    PRODUCT.c.unit,
    PRODUCT.c.price_unit_base,
    PRODUCT.c.step_base,
)
_LINES = (
    sa.select(
        LINE,
        *_PRODUCT,
        sa.cast(_in_state((AllocationState.OFFERED,)), sa.BigInteger).label("offered_base"),
        sa.cast(_in_state(rules.AGREED), sa.BigInteger).label("agreed_base"),
    )
    .select_from(
        LINE.join(PRODUCT, PRODUCT.c.id == LINE.c.product_id).outerjoin(
            ALLOCATION, ALLOCATION.c.line_id == LINE.c.id
        )
    )
    .where(LINE.c.order_id == given("order"))
    .group_by(LINE.c.id, PRODUCT.c.id)
    .order_by(LINE.c.number)
)
_ASKED = (
    sa.select(LINE, *_PRODUCT)
    .join(PRODUCT, PRODUCT.c.id == LINE.c.product_id)
    .where(LINE.c.order_id == given("order"))
    .order_by(LINE.c.number)
)
_MINE = given("mine", expanding=True, type_=ORDER.c.buyer_id.type)
_LIST = Query(
    sa.select(ORDER.c.id, ORDER.c.code, ORDER.c.state, ORDER.c.buyer_id, ORDER.c.coordinator_id, *_NAMES)
    .add_columns(ORDER.c.created_at, ORDER.c.is_demo)
    .select_from(JOINED)
    .where(sa.or_(ORDER.c.buyer_id.in_(_MINE), ORDER.c.coordinator_id.in_(_MINE)))
    .order_by(ORDER.c.id.desc())
    .limit(given("limit", type_=sa.Integer)),
    state=ORDER.c.state == given("state", type_=ORDER.c.state.type),
    after=ORDER.c.id < given("after", type_=ORDER.c.id.type),
)
_POLICY = sa.select(POLICY).where(POLICY.c.organisation_id == given("organisation"))
_EXISTS = sa.select(BUYER.c.id).where(BUYER.c.id == given("id"))
DEFAULT_POLICY: Row = {
    "release_at_once": False,
    "repair_at_once": True,
    "show_table": True,
    "answer_hours": rules.ANSWER_HOURS,
    "weight_cap": 8,
    "history_days": 90,
    "version": 0,
}


def sees(caller: Caller, order: Row) -> bool:
    """Whether the caller is on the order's buying or coordinating side."""
    return (
        caller.is_admin
        or caller.may("read", order["buyer_id"])
        or (order["coordinator_id"] is not None and caller.may("read", order["coordinator_id"]))
    )


def coordinates(caller: Caller, order: Row) -> bool:
    """Whether the caller runs the order."""
    coordinator = order["coordinator_id"]
    return caller.is_admin or (coordinator is not None and caller.may("coordinate", coordinator))


def buys(caller: Caller, order: Row) -> bool:
    """Whether the caller acts for the buyer."""
    return caller.is_admin or caller.may("buy", order["buyer_id"])


async def raw(db: Database, order_id: UUID) -> Row:
    """The order's row with names. Raises NotFoundError."""
    found = await db.one(_ONE, id=order_id)
    if found is None:
        raise NotFoundError
    return found


async def row(db: Database, caller: Caller, order_id: UUID) -> Row:
    """As `raw`, for a caller who may see it. Raises NotFoundError."""
    return _seen(await raw(db, order_id), caller)


async def locked(tx: Tx, order_id: UUID) -> Row:
    """As `raw`, held until the commit: what happens to an order and its parts happens one after the other."""
    found = await tx.one(_LOCKED, id=order_id)
    if found is None:
        raise NotFoundError
    return found


async def locked_row(tx: Tx, caller: Caller, order_id: UUID) -> Row:
    """As `row`, held until the commit. Raises NotFoundError."""
    return _seen(await locked(tx, order_id), caller)


def _seen(found: Row, caller: Caller) -> Row:
    if not sees(caller, found):
        raise NotFoundError
    return found


async def asked(db: Database, order_id: UUID) -> list[Row]:
    """The order's lines with their product's units, as they stand before anybody is asked: nothing offered or agreed."""
    return [{**line, "offered_base": 0, "agreed_base": 0} for line in await db.all(_ASKED, order=order_id)]


async def lines(db: Database, order_id: UUID) -> list[Row]:
    """The order's lines with their product's units and how far they are."""
    return await db.all(_LINES, order=order_id)


async def order(db: Database, caller: Caller, order_id: UUID) -> Row:
    """The order as people read it. Raises NotFoundError."""
    found = await row(db, caller, order_id)
    its_lines = await lines(db, order_id)
    return shown(found, its_lines, caller)


async def page(
    db: Database, caller: Caller, *, limit: int, after: list[Any] | None, state: OrderState | None
) -> list[Row]:
    """Up to limit + 1 orders of the caller's organisations, newest first."""
    mine = sorted(organisation for organisation, acts in caller.acts.items() if "read" in acts)
    if not mine:
        return []
    found = await db.all(
        _LIST, mine=mine, limit=limit + 1, state=state, after=UUID(after[0]) if after else None
    )
    return [
        {
            "id": line["id"],
            "code": line["code"],
            "state": line["state"],
            **_sides(line),
            "created_at": line["created_at"],
            "is_demo": line["is_demo"],
        }
        for line in found
    ]


async def policy(db: Database, organisation_id: UUID | None) -> Row:
    """How a network runs its orders; the defaults where it has said nothing."""
    found = await db.one(_POLICY, organisation=organisation_id) if organisation_id else None
    return found or {"organisation_id": organisation_id, **DEFAULT_POLICY}


async def policy_of(db: Database, organisation_id: UUID) -> Row:
    """How an organisation runs its orders. Raises NotFoundError for an organisation that does not exist."""
    if await db.one(_EXISTS, id=organisation_id) is None:
        raise NotFoundError
    return await policy(db, organisation_id)


def shown(found: Row, its_lines: list[Row], caller: Caller) -> Row:
    """The wire form of an order."""
    first = its_lines[0]
    most = found["max_share_base"]
    return {
        "id": found["id"],
        "code": found["code"],
        "state": found["state"],
        **_sides(found),
        "currency": found["currency"],
        "note": found["note"],
        "delivery": found["delivery"],
        "max_share": wire.quantity(most, first["unit"], first["price_unit_base"])
        if most is not None
        else None,
        "lines": [line_shown(line, found["currency"]) for line in its_lines],
        "plan_id": found["plan_id"],
        "accepted_at": found["accepted_at"],
        "valid_until": found["valid_until"],
        "cutoff_at": found["cutoff_at"],
        "close_reason": found["close_reason"],
        "created_at": found["created_at"],
        "actions": actions(found, its_lines, caller),
        "is_demo": found["is_demo"],
        "version": found["version"],
    }


def line_shown(line: Row, currency: str) -> Row:
    """The wire form of a line."""

    def quantity(base: int) -> dict[str, str]:
        return wire.quantity(base, line["unit"], line["price_unit_base"])

    price, under = line["max_price_minor"], line["under_base"]
    return {
        "id": line["id"],
        "number": line["number"],
        "product": {"id": line["product_id"], "code": line["product_code"], "name": line["product_name"]},
        "variant": line["variant"],
        "quantity": quantity(line["quantity_base"]),
        "over_tolerance": quantity(line["over_base"]),
        "under_tolerance": quantity(under) if under is not None else None,
        "max_price": wire.price(price, currency, line["unit"]) if price is not None else None,
        "min_grade": line["min_grade"],
        "due_on": line["due_on"],
        "min_shelf_days": line["min_shelf_days"],
        "seals": line["seals"],
        "regions": line["regions"],
        "offered": quantity(line["offered_base"]),
        "agreed": quantity(line["agreed_base"]),
        "missing": quantity(max(0, line["quantity_base"] - line["offered_base"] - line["agreed_base"])),
    }


def actions(found: Row, its_lines: list[Row], caller: Caller) -> list[str]:
    """What this caller may do to the order now."""
    state = OrderState(found["state"])
    doable: set[str] = set()
    if buys(caller, found):
        doable |= _BUYERS.get(state, frozenset())
        if state is OrderState.PROPOSED and found["valid_until"] is not None:
            doable.add("accept")
        if state is OrderState.AWAITING_PRODUCERS and not any(line["agreed_base"] for line in its_lines):
            doable.add("cancel")
    if coordinates(caller, found):
        doable |= _COORDINATORS.get(state, frozenset())
    return sorted(doable)


_BUYERS = {
    OrderState.DRAFT: frozenset({"edit", "cancel", "submit"}),
    OrderState.SUBMITTED: frozenset({"edit", "cancel", "plan"}),
    OrderState.PROPOSED: frozenset({"edit", "cancel", "plan"}),
}
_COORDINATORS = {
    **dict.fromkeys(rules.OPEN_TO_PLANS, frozenset({"plan"})),
    **dict.fromkeys(rules.RUNNING, frozenset({"board", "repair", "cancel"})),
}


def _sides(found: Row) -> Row:
    coordinator = found["coordinator_id"]
    return {
        "buyer": {"id": found["buyer_id"], "name": found["buyer_name"]},
        "coordinator": {"id": coordinator, "name": found["coordinator_name"]} if coordinator else None,
    }
