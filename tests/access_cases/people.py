"""Organisations, their people, signing in."""

from typing import Any

import sqlalchemy as sa

from app.kernel.schema import table
from app.people.models import Affiliation, OrganisationKind, Role
from tests.access_cases import OK, Case, only, persons, public
from tests.access_cases.world import KINDS, World
from tests.factories import people

_GROUP = "/v1/organisations/{group}"
PIN = {"pin": "482915", "device_name": "Teléfono"}


async def _invitation(world: World) -> None:
    made = await world.callers["coordinator"].post(
        f"/v1/organisations/{world.names['group']}/invitations",
        json={"roles": ["seller"], "display_name": "Sol"},
    )
    world.names |= {"invitation": made.json()["id"], "code": made.json()["code"]}


async def _device(world: World) -> None:
    await _invitation(world)
    signed_in: dict[str, Any] = (
        await world.callers["anonymous"].post(
            "/v1/auth/first-sign-in", json=PIN | {"code": world.names["code"]}
        )
    ).json()
    world.names |= {"secret": signed_in["device_secret"], "refresh": signed_in["refresh_token"]}


async def _invited(world: World) -> None:
    """The network invites another group, that the same people act for."""
    second = await people.organisation(world.db, "Segundo Grupo")
    affiliation = await people.affiliate(world.db, second, world.id("network"))
    for kind, role in (("coordinator", Role.COORDINATOR), ("member", Role.MEMBER)):
        await people.join(world.db, second, world.id(kind), role)
    invited = sa.update(table(Affiliation)).where(table(Affiliation).c.id == sa.bindparam("which"))
    async with world.db.tx() as tx:
        await tx.run(invited.values(state="asked", asked_by_group=False, accepted_at=None), which=affiliation)
    world.names["asked"] = str(affiliation)


async def _second_network(world: World) -> None:
    world.names["second"] = str(await people.network(world.db, "Segunda Red"))


async def _new_buyer(world: World) -> None:
    found = await people.organisation(world.db, "Tienda", kind=OrganisationKind.SHOP)
    world.names["shop"] = str(found)


async def _verified_buyer(world: World) -> None:
    await _new_buyer(world)
    await world.callers["secretary"].post(
        f"/v1/organisations/{world.names['shop']}/verification", json={"by": world.names["network"]}
    )


async def _key(world: World) -> None:
    made = await world.callers["coordinator"].post(
        f"/v1/organisations/{world.names['group']}/keys", json={"name": "Otra", "scopes": ["read"]}
    )
    world.names["a_key"] = made.json()["id"]


async def _signed_in(world: World) -> None:
    """The coordinator on a phone."""
    await _device(world)
    tokens = await world.callers["anonymous"].post(
        "/v1/auth/pin", json={"device_secret": world.names["secret"], "pin": PIN["pin"]}
    )
    world.callers["coordinator"] = world.callers["anonymous"].signed_in(tokens.json()["access_token"])
    seen = (await world.callers["coordinator"].get("/v1/me/sessions")).json()
    world.names |= {"session": seen["sessions"][0]["id"], "device": seen["devices"][0]["id"]}


_OWN_ONLY = dict.fromkeys(KINDS, 404) | {"anonymous": 401, "key": 403, "coordinator": OK}
_MAKES_ACCOUNTS = only("coordinator", "secretary")
_ASKS = only("coordinator", hidden=())

CASES = {
    # organisations
    "create_organisation": Case(
        "POST", "/v1/organisations", persons(), {"name": "Nueva", "kind": "producer_group", "country": "PE"}
    ),
    "read_organisation": Case("GET", _GROUP, public()),
    "update_organisation": Case(
        "PATCH", _GROUP, only("coordinator", "secretary", hidden=(), key=OK), {"place": "Pisac"}
    ),
    "verify_organisation": Case(
        "POST", "/v1/organisations/{shop}/verification", only(hidden=()), {}, _new_buyer
    ),
    "revoke_verification": Case(
        "POST",
        "/v1/organisations/{shop}/verification/revocation",
        only("secretary", hidden=()),
        {"reason": "Cerró"},
        _verified_buyer,
    ),
    # members
    "list_members": Case("GET", _GROUP + "/members", only("member", "coordinator", "secretary", key=OK)),
    "set_member_roles": Case(
        "POST", _GROUP + "/members/{spare}/roles", only("coordinator"), {"roles": ["treasurer"]}
    ),
    "remove_member": Case("POST", _GROUP + "/members/{spare}/removal", only("coordinator")),
    "hand_over_organisation": Case("POST", _GROUP + "/handover", only("coordinator"), {"to": "{spare}"}),
    # invitations
    "list_invitations": Case("GET", _GROUP + "/invitations", _MAKES_ACCOUNTS),
    "create_invitation": Case(
        "POST",
        _GROUP + "/invitations",
        only("coordinator", "secretary", hidden=()),
        {"roles": ["seller"]},
    ),
    "accept_invitation": Case(
        "POST", "/v1/invitations/acceptance", persons(), {"code": "{code}"}, _invitation
    ),
    "revoke_invitation": Case(
        "POST", "/v1/invitations/{invitation}/revocation", _MAKES_ACCOUNTS, None, _invitation
    ),
    # accounts
    "create_person": Case(
        "POST", _GROUP + "/people", only("coordinator", "secretary", hidden=()), {"display_name": "Sol"}
    ),
    "create_sign_in_code": Case("POST", _GROUP + "/people/{spare}/sign-in-codes", _MAKES_ACCOUNTS),
    "replace_lost_phone": Case("POST", _GROUP + "/people/{spare}/lost-phone", _MAKES_ACCOUNTS),
    # affiliations
    "read_affiliation": Case(
        "GET", "/v1/affiliations/{affiliation}", only("member", "coordinator", "secretary", key=OK)
    ),
    "create_affiliation": Case(
        "POST", "/v1/affiliations", _ASKS, {"group": "{group}", "network": "{second}"}, _second_network
    ),
    "accept_affiliation": Case(
        "POST",
        "/v1/affiliations/{asked}/acceptance",
        only("coordinator", "secretary"),
        None,
        _invited,
    ),
    "refuse_affiliation": Case(
        "POST", "/v1/affiliations/{asked}/refusal", only("coordinator", "secretary"), None, _invited
    ),
    "end_affiliation": Case("POST", "/v1/affiliations/{affiliation}/end", only("coordinator", "secretary")),
    "update_affiliation": Case(
        "PATCH", "/v1/affiliations/{affiliation}", only("coordinator"), {"invoice_for": False}
    ),
    # keys
    "list_keys": Case("GET", _GROUP + "/keys", only("coordinator")),
    "create_key": Case(
        "POST", _GROUP + "/keys", only("coordinator", hidden=()), {"name": "Otra", "scopes": ["read"]}
    ),
    "revoke_key": Case("POST", "/v1/keys/{a_key}/revocation", only("coordinator"), None, _key),
    # signing in: whoever holds the code, the device or the token
    "sign_in_first": Case("POST", "/v1/auth/first-sign-in", public(), PIN | {"code": "{code}"}, _invitation),
    "sign_in_by_pin": Case(
        "POST", "/v1/auth/pin", public(), {"device_secret": "{secret}", "pin": PIN["pin"]}, _device
    ),
    "sign_in_by_password": Case(
        "POST",
        "/v1/auth/password",
        dict.fromkeys(KINDS, 401),  # nobody has this password
        {"who": "AAAA2222", "password": "no es", "device_name": "Cabina"},
    ),
    "refresh_tokens": Case("POST", "/v1/auth/refresh", public(), {"refresh_token": "{refresh}"}, _device),
    "change_pin": Case(
        "POST",
        "/v1/auth/pin-change",
        public(),
        {"device_secret": "{secret}", "pin": PIN["pin"], "new_pin": "730164"},
        _device,
    ),
    "sign_out": Case("POST", "/v1/auth/sign-out", persons()),
    # one's own account
    "update_me": Case("PATCH", "/v1/me", persons(), {"lang": "es"}),
    "erase_me": Case("DELETE", "/v1/me", persons()),
    "set_password": Case("POST", "/v1/me/password", persons(), {"password": "quinua con leche"}),
    "revoke_session": Case("POST", "/v1/me/sessions/{session}/revocation", _OWN_ONLY, None, _signed_in),
    "revoke_device": Case("POST", "/v1/me/devices/{device}/revocation", _OWN_ONLY, None, _signed_in),
}
