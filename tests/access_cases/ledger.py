"""The ledger: the group's account with the buyer, read by both sides and by the network that answers for the group."""

from tests.access_cases import OK, Case, only, somebody
from tests.access_cases.world import World
from tests.factories import ledger


async def _account(world: World) -> None:
    await ledger.fee_due(world.db, world.id("group"), world.id("buyer"))
    found = await world.callers["coordinator"].get(
        "/v1/accounts", params={"owner": world.names["group"], "kind": "receivable"}
    )
    world.names["account"] = found.json()["items"][0]["id"]


CASES = {
    "list_accounts": Case("GET", "/v1/accounts?owner={group}", somebody(), headers={}),
    "list_account_entries": Case(
        "GET",
        "/v1/accounts/{account}/entries",
        only("member", "coordinator", "secretary", "buyer", hidden=("stranger",), key=OK),
        None,
        _account,
    ),
}
