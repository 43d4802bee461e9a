"""Producers' forms: the public reads the directory, the group and whoever answers for it the rest."""

from tests.access_cases import OK, Case, only, public
from tests.access_cases.world import World
from tests.factories import producers


async def _form(world: World) -> None:
    await producers.profile(world.db, world.id("group"), women=4, men=1, active=5)


CASES = {
    "list_network_producers": Case(
        "GET", "/v1/networks/{network}/producers", only("secretary", hidden=()), None, _form
    ),
    "read_producer": Case("GET", "/v1/producers/{group}", public(), None, _form),
    "read_producer_profile": Case(
        "GET",
        "/v1/producers/{group}/profile",
        only("member", "coordinator", "secretary", hidden=(), key=OK),
        None,
        _form,
    ),
    "update_producer_profile": Case(
        "PATCH",
        "/v1/producers/{group}/profile",
        only("coordinator", "secretary", hidden=(), key=OK),
        {"women": 5},
        _form,
    ),
    "verify_producer_members": Case(
        "POST",
        "/v1/producers/{group}/member-verification",
        only("secretary", hidden=()),
        {"network": "{network}", "verified": 5},
        _form,
    ),
}
