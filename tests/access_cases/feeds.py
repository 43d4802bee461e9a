"""Feeds of fairs: public; private addresses are of who answers for the group or keeps its profile."""

from tests.access_cases import OK, Case, only, public
from tests.access_cases.world import World
from tests.factories import fairs, places


async def _fair(world: World) -> None:
    square = await places.place(world.db, world.id("network"), "Plaza")
    world.names["fair"] = str((await fairs.row(world.db, world.id("network"), square))[0])


async def _address(world: World) -> None:
    made = await world.callers["coordinator"].post(_TOKENS.format(**world.names))
    world.names["token"] = made.json()["url"].rpartition("/")[2]
    world.names["address"] = made.json()["id"]


_TOKENS = "/v1/organisations/{group}/feed-tokens"
_ANSWERING = ("coordinator", "secretary")

CASES = {
    "read_fair_feed": Case("GET", "/v1/fairs/{fair}/feed.ics", public(), None, _fair),
    "read_feed": Case("GET", "/v1/feeds/fairs.ics", public()),
    "read_organiser_feed": Case("GET", "/v1/organisers/{network}/feed.rss", public()),
    "read_network_feed": Case("GET", "/v1/networks/{network}/feed.geojson", public()),
    "read_stall_feed": Case("GET", "/v1/feeds/stalls/{token}", public(), None, _address),
    "create_feed_token": Case("POST", _TOKENS, only(*_ANSWERING, hidden=(), key=OK)),
    "list_feed_tokens": Case("GET", _TOKENS, only(*_ANSWERING, key=OK)),
    "revoke_feed_token": Case(
        "POST", "/v1/feed-tokens/{address}/revocation", only(*_ANSWERING, key=OK), None, _address
    ),
}
