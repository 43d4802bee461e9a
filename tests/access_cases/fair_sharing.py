"""What people bring, exchange and declare at a date: by the group, or its network for it; public to read."""

from tests.access_cases import Case, only, public
from tests.access_cases.world import World
from tests.factories import fairs, places, products

_SPEAKS = only("coordinator", "secretary", "key", hidden=(), key="ok")


async def _fair(world: World) -> None:
    square = await places.place(world.db, world.id("network"), "Plaza")
    fair, date = await fairs.row(world.db, world.id("network"), square)
    world.names |= {"fair": str(fair), "date": str(date)}


async def _with_product(world: World) -> None:
    await _fair(world)
    found = await products.product(world.db, f"Quinua {world.names['new_id']}")
    world.names["product"] = str(found)


async def _announced(world: World) -> None:
    await _with_product(world)
    path = "/v1/occurrences/{date}/announcements/{group}".format_map(world.names)
    said = {"items": [{"product": world.names["product"]}]}
    answer = await world.callers["admin"].put(path, json=said)
    assert answer.status_code == 200, answer.text


_DATE = "/v1/occurrences/{date}"
CASES = {
    "list_announcements": Case("GET", f"{_DATE}/announcements", public(), None, _fair),
    "put_announcements": Case(
        "PUT",
        f"{_DATE}/announcements/{{group}}",
        _SPEAKS,
        {"items": [{"product": "{product}"}]},
        _with_product,
    ),
    "remove_announcements": Case("DELETE", f"{_DATE}/announcements/{{group}}", _SPEAKS, None, _announced),
}
