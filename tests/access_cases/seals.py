"""Seals: granted by whoever certifies, seen by the public as long as they count."""

from tests.access_cases import OK, Case, only, public
from tests.access_cases.world import World
from tests.factories import seals


async def _grant(world: World) -> None:
    scheme = await seals.scheme(world.db, f"organico-{world.names['new_id'][-12:]}")
    world.names["grant"] = str(await seals.grant(world.db, world.id("group"), scheme))


_CERTIFIERS = only(hidden=())  # none of the callers certifies

CASES = {
    "create_seal": Case(
        "POST",
        "/v1/seals",
        _CERTIFIERS,
        {"code": "justo", "name_es": "Comercio justo", "name_en": "Fair trade", "kind": "third_party"},
    ),
    "list_producer_seals": Case("GET", "/v1/producers/{group}/seals", public()),
    "create_seal_grant": Case(
        "POST",
        "/v1/seal-grants",
        _CERTIFIERS,
        {
            "scheme": "organico",
            "producer": "{group}",
            "issuer": "{network}",
            "valid_from": "2026-03-01",
            "valid_until": "2027-03-01",
        },
    ),
    "read_seal_grant": Case(
        "GET",
        "/v1/seal-grants/{grant}",
        only("member", "coordinator", "secretary", hidden=(), key=OK),
        None,
        _grant,
    ),
    "revoke_seal_grant": Case(
        "POST", "/v1/seal-grants/{grant}/revocation", _CERTIFIERS, {"reason": "No renovó"}, _grant
    ),
}
