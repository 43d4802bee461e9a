"""The planned one-line orders that the bench accepts: half of them from one hot lot, half from a thousand lots. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from app.orders.models import Order, OrderLine, Plan
from app.orders.rules import OrderState, PlanState
from bench import world


def everything() -> list[world.Rows]:
    """Orders, their lines and released plans."""
    return [
        world.Rows(Order, world.ORDERS, orders),
        world.Rows(OrderLine, world.ORDERS, order_lines),
        world.Rows(Plan, world.ORDERS, plans),
    ]


def lot_of_order(order: int) -> int:
    """Odd orders all take from one lot, the others from a thousand. Every other order is like the one before last."""
    return 0 if order % 2 else 1 + world.chance(order // 4, world.SPREAD - 1)


def _quantity_base(order: int) -> int:
    return 1_000 * (2 + order // 4 % 9)


def orders() -> Iterator[world.Row]:
    for n in range(world.ORDERS):
        yield {
            "id": world.identifier("order", n),
            "code": f"B{n:05d}",
            "buyer_id": world.identifier("buyer", n // world.ORDERS_PER_BUYER),
            "coordinator_id": world.identifier("network", 0),
            "currency": "PEN",
            "state": OrderState.PROPOSED,
            "plan_id": world.identifier("plan", n),
            "valid_until": world.START + timedelta(days=36_500),
            "created_by": "bench",
            "created_at": world.START,
        }


def order_lines() -> Iterator[world.Row]:
    for n in range(world.ORDERS):
        yield {
            "id": world.identifier("line", n),
            "order_id": world.identifier("order", n),
            "number": 1,
            "product_id": world.identifier("product", lot_of_order(n)),
            "quantity_base": _quantity_base(n),
            "due_on": world.START.date() + timedelta(days=36_500),  # as its order: it can always be accepted
            "seals": [],
            "regions": [],
        }


def plans() -> Iterator[world.Row]:
    for n in range(world.ORDERS):
        share = _share(n)
        yield {
            "id": world.identifier("plan", n),
            "order_id": world.identifier("order", n),
            "number": 1,
            "kind": "first",
            "state": PlanState.RELEASED,
            "rule": "minka-1",
            "input_digest": f"{n:064x}",
            "document": {},
            "changes": [],
            "lines": [_plan_line(n, share)],
            "shares": [share],
            "records": [],
            "total_minor": share["amount_minor"],
            "made_by": "bench",
            "made_at": world.START,
            "released_at": world.START,
        }


def _share(order: int) -> world.Row:
    """What the rule would give: all of it from one group of three people."""
    lot, quantity_base = lot_of_order(order), _quantity_base(order)
    lot_id = str(world.identifier("lot", lot))
    take: world.Row = {
        "source": lot_id,
        "lot_id": lot_id,
        "week_on": None,
        "quantity_base": quantity_base,
        "price_minor": world.price_minor(lot),
        "expiry_day": None,
        "version": 1,
        "seals": [],
    }
    return {
        "people": 3,
        "bound": "level",
        "recent": 0,
        "reason": None,
        "line": 1,
        "producer": str(world.identifier("producer", world.chance(lot, world.PRODUCERS))),
        "quantity_base": quantity_base,
        "amount_minor": quantity_base * world.price_minor(lot) // 1_000,
        "takes": [take],
    }


def _plan_line(order: int, share: world.Row) -> world.Row:
    return {
        "line": 1,
        "wanted_base": _quantity_base(order),
        "fill_base": _quantity_base(order),
        "missing_base": 0,
        "amount_minor": share["amount_minor"],
        "level": str(_quantity_base(order)),
        "in_measure": False,
        "relaxations": [],
        "tier": "T0",
        "fill_optimal": True,
        "fair_optimal": True,
        "groups": 1,
        "people": 3,
        "reasons": {},
    }
