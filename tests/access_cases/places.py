"""Places and territories: public to about a kilometre, changed by their owner's people."""

from tests.access_cases import OK, Case, only, public
from tests.access_cases.world import World
from tests.factories import places

_CHANGES = only("coordinator", "secretary", hidden=(), key=OK)


async def _place(world: World) -> None:
    world.names["place"] = str(await places.place(world.db, world.id("group")))


async def _territory(world: World) -> None:
    await places.territory(world.db, "PE-080406", "Pisac")


CASES = {
    "create_place": Case(
        "POST",
        "/v1/places",
        _CHANGES,
        {"owner": "{group}", "kind": "collection_point", "name": "Acopio", "country": "PE"},
    ),
    "read_place": Case("GET", "/v1/places/{place}", public(), None, _place),
    "update_place": Case("PATCH", "/v1/places/{place}", _CHANGES, {"reference": "Frente a la posta"}, _place),
    "read_territory": Case("GET", "/v1/territories/PE-080406", public(), None, _territory),
}
