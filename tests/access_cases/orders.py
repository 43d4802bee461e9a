"""Orders: the buyer and the network that runs them; a group sees its own part."""

from tests.access_cases import OK, Case, only, somebody
from tests.access_cases.world import World
from tests.factories import inventory, products
from tests.factories.orders import Market

_ORDER, _PART = "/v1/orders/{order}", "/v1/allocations/{part}"
_HIDDEN = ("stranger", "member", "coordinator", "key")  # groups do not see the orders that they give to
_BOTH = only("buyer", "secretary", hidden=_HIDDEN, key=404)
_BUYER = only("buyer", hidden=_HIDDEN, key=404)
_NETWORK = only("secretary", hidden=_HIDDEN, key=404)
_LINE = {"product": "{product}", "quantity": {"value": "90", "unit": "KGM"}, "due_in_days": 30}
_DRAFT = {"buyer": "{buyer}", "coordinator": "{network}", "currency": "PEN", "lines": [_LINE]}


async def _market(world: World) -> Market:
    product = await products.product(world.db, f"Quinua {world.names['new_id']}")
    world.names["product"] = str(product)
    await inventory.lot(world.db, world.id("group"), product, 100_000)
    return Market(
        network=world.id("network"),
        buyer=world.id("buyer"),
        product=product,
        secretary=world.callers["secretary"],
        purchaser=world.callers["buyer"],
    )


async def _product(world: World) -> None:
    await _market(world)


async def _draft(world: World) -> None:
    market = await _market(world)
    world.names["order"] = (await market.purchaser.post("/v1/orders", json=market.order())).json()["id"]


async def _submitted(world: World) -> None:
    world.names["order"] = await (await _market(world)).submitted()


async def _planned(world: World) -> None:
    market = await _market(world)
    world.names["order"] = await market.submitted()
    world.names["plan"] = (await market.planned(world.names["order"]))["id"]


async def _released(world: World) -> None:
    market = await _market(world)
    world.names["order"] = await market.submitted()
    world.names["plan"] = await market.released(world.names["order"])


async def _offered(world: World) -> None:
    world.names["order"] = await (await _market(world)).accepted()
    parts = (await world.callers["coordinator"].get("/v1/allocations")).json()["items"]
    world.names["part"] = parts[0]["id"]


_SEES_PART = only("buyer", "member", "coordinator", "secretary", hidden=("stranger",), key=OK)
_ANSWERS = only("coordinator", "secretary", hidden=("stranger",), key=OK)

CASES = {
    "create_order": Case(
        "POST",
        "/v1/orders",
        only("buyer", hidden=()),
        _DRAFT,
        _product,
    ),
    "read_order": Case("GET", _ORDER, _BOTH, None, _draft),
    "update_order": Case("PATCH", _ORDER, _BUYER, {"note": "Para mayo"}, _draft),
    "submit_order": Case("POST", _ORDER + "/submission", _BUYER, None, _draft),
    "cancel_order": Case("POST", _ORDER + "/cancellation", _BUYER, {"reason": "Ya no hace falta"}, _draft),
    "list_plans": Case("GET", _ORDER + "/plans", _BOTH, None, _planned),
    "create_plan": Case("POST", _ORDER + "/plans", _BOTH, {}, _submitted),
    "read_plan": Case("GET", "/v1/plans/{plan}", _BOTH, None, _planned),
    "read_plan_document": Case("GET", "/v1/plans/{plan}/document", _NETWORK, None, _planned),
    "release_plan": Case("POST", "/v1/plans/{plan}/release", _NETWORK, None, _planned),
    "accept_plan": Case("POST", _ORDER + "/acceptance", _BUYER, {"plan_id": "{plan}"}, _released),
    "preview_plan": Case("POST", "/v1/plans/preview", somebody(), {}),
    "repair_order": Case("POST", _ORDER + "/repairs", _NETWORK, {}, _offered),
    "read_board": Case("GET", _ORDER + "/board", _NETWORK, None, _offered),
    "read_allocation": Case("GET", _PART, _SEES_PART, None, _offered),
    "read_allocation_record": Case("GET", _PART + "/record", _SEES_PART | {"buyer": 403}, None, _offered),
    "confirm_allocation": Case("POST", _PART + "/confirmation", _ANSWERS, {}, _offered),
    "decline_allocation": Case("POST", _PART + "/decline", _ANSWERS, {}, _offered),
    "extend_allocation": Case(
        "POST",
        _PART + "/extension",
        only("secretary", hidden=("stranger",)),
        {"in_days": 3, "reason": "Está de viaje"},
        _offered,
    ),
    "read_policy": Case("GET", "/v1/organisations/{network}/policy", somebody()),
    "set_order_policy": Case("PUT", "/v1/organisations/{network}/policy", only("secretary", hidden=()), {}),
}
