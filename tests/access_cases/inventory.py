"""Stock: a group's own, seen by the network that it lets see it."""

from tests.access_cases import OK, Case, only
from tests.access_cases.world import World
from tests.factories import inventory, products


async def _lot(world: World) -> None:
    product = await products.product(world.db, f"Quinua {world.names['new_id']}")
    world.names["lot"] = str(await inventory.lot(world.db, world.id("group"), product, 100_000))


async def _capacity(world: World) -> None:
    world.names["capacity"] = str(await inventory.capacity(world.db, world.id("group")))


_SEES = only("member", "coordinator", "secretary", key=OK)
_CHANGES = only("coordinator", "secretary", key=OK)
_ADDS = only("coordinator", "secretary", hidden=(), key=OK)
_PRICE = {"amount": "8.00", "currency": "PEN", "per": {"value": "1", "unit": "KGM"}}
_FIVE = {"value": "5", "unit": "H87"}

CASES = {
    "create_lot": Case(
        "POST", "/v1/lots", _ADDS, {"producer": "{group}", "product": "{new_id}", "price": _PRICE}
    ),
    "read_lot": Case("GET", "/v1/lots/{lot}", _SEES, None, _lot),
    "update_lot": Case("PATCH", "/v1/lots/{lot}", _CHANGES, {"note": "En el almacén"}, _lot),
    "close_lot": Case("POST", "/v1/lots/{lot}/closure", _CHANGES, None, _lot),
    "create_movement": Case(
        "POST",
        "/v1/lots/{lot}/movements",
        _CHANGES,
        {"reason": "sold", "quantity": {"value": "5", "unit": "KGM"}},
        _lot,
    ),
    "list_movements": Case("GET", "/v1/lots/{lot}/movements", _SEES, None, _lot),
    "list_lot_holders": Case("GET", "/v1/lots/{lot}/holders", _SEES, None, _lot),
    "create_capacity": Case(
        "POST", "/v1/capacities", _ADDS, {"producer": "{group}", "name": "telar", "per_week": _FIVE}
    ),
    "read_capacity": Case("GET", "/v1/capacities/{capacity}", _SEES, None, _capacity),
    "update_capacity": Case("PATCH", "/v1/capacities/{capacity}", _CHANGES, {"per_week": _FIVE}, _capacity),
    "set_capacity_week": Case(
        "PUT", "/v1/capacities/{capacity}/weeks/2026-03-09", _CHANGES, {"is_off": True}, _capacity
    ),
}
