from typing import Any
from uuid import UUID

import pytest

from app.kernel.db import Database
from app.people.models import Role
from app.seals.rules import SchemeKind
from tests.client import Client, problem
from tests.counting import counted_reads
from tests.factories import people, seals
from tests.factories.people import Person


async def _signed(client: Client, person: Person) -> Client:
    return client.signed_in(person.token)


async def _world(db: Database) -> dict[str, Any]:
    """A certifier with its coordinator, a producer group, the seal «organico»."""
    issuer = await seals.certifier(db)
    return {
        "scheme": await seals.scheme(db),
        "issuer": issuer,
        "inspector": await people.member(db, issuer),
        "producer": await people.organisation(db, "Grupo Sumaq Tika"),
    }


def _seal(world: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "scheme": "organico",
        "producer": str(world["producer"]),
        "issuer": str(world["issuer"]),
        "number": "PE-BIO-118",
        "evidence": "Visita del 12 de febrero",
        "valid_from": "2026-03-01",
        "valid_until": "2027-02-28",
    } | changes


async def test_a_granted_seal_is_read_by_everybody_without_its_evidence(client: Client, db: Database) -> None:
    world = await _world(db)
    inspector = await _signed(client, world["inspector"])

    granted = await inspector.post("/v1/seal-grants", json=_seal(world))
    listed = await client.get(f"/v1/producers/{world['producer']}/seals")

    public = {
        "id": granted.json()["id"],
        "scheme": "organico",
        "name": "Organico",
        "kind": "third_party",
        "producer_id": str(world["producer"]),
        "producer_name": "Grupo Sumaq Tika",
        "issuer_id": str(world["issuer"]),
        "issuer_name": "Certifica Andina",
        "number": "PE-BIO-118",
        "valid_from": "2026-03-01",
        "valid_until": "2027-02-28",
        "state": "valid",
    }
    assert granted.status_code == 201, granted.text
    assert granted.json() == public | {
        "evidence": "Visita del 12 de febrero",
        "revoked_why": None,
        "version": 1,
    }
    assert listed.json() == {"items": [public]}


async def test_evidence_is_for_the_holder_and_the_issuer(client: Client, db: Database) -> None:
    world = await _world(db)
    grant = await seals.grant(
        db, world["producer"], world["scheme"], issuer_id=world["issuer"], evidence="Acta 7"
    )
    member = await people.member(db, world["producer"], Role.MEMBER)
    path = f"/v1/seal-grants/{grant}"

    for reader in (world["inspector"], member):
        answer = await (await _signed(client, reader)).get(path)
        assert (answer.status_code, answer.json()["evidence"]) == (200, "Acta 7")
        assert answer.headers["etag"] == '"1-es"'
    assert problem(await client.get(path)) == (401, "sign_in_required")
    stranger = await _signed(client, await people.person(db))
    assert problem(await stranger.get(path)) == (403, "forbidden")
    assert problem(await stranger.get(f"/v1/seal-grants/{UUID(int=7)}")) == (404, "not_found")


@pytest.mark.parametrize("kind", list(SchemeKind))
async def test_nobody_grants_to_a_group_they_belong_to(
    client: Client, db: Database, kind: SchemeKind
) -> None:
    world = await _world(db)
    await seals.scheme(db, "sello", kind, owner_id=world["issuer"])
    await people.join(db, world["producer"], world["inspector"].id, Role.MEMBER)
    inspector = await _signed(client, world["inspector"])

    refused = await inspector.post("/v1/seal-grants", json=_seal(world, scheme="sello"))

    assert problem(refused) == (403, "own_group")
    assert (await client.get(f"/v1/producers/{world['producer']}/seals")).json() == {"items": []}


async def test_the_platforms_administrator_does_not_vouch_for_her_own_group_either(
    client: Client, db: Database
) -> None:
    world = await _world(db)
    administrator = await people.person(db, is_admin=True)
    await people.join(db, world["producer"], administrator.id, Role.MEMBER)

    refused = await (await _signed(client, administrator)).post("/v1/seal-grants", json=_seal(world))

    assert problem(refused) == (403, "own_group")


async def test_an_unverified_certifier_grants_nothing(client: Client, db: Database) -> None:
    world = await _world(db)
    issuer = await seals.certifier(db, "Nueva", verified=False)
    inspector = await _signed(client, await people.member(db, issuer))
    administrator = await _signed(client, await people.person(db, is_admin=True))
    seal = _seal(world, issuer=str(issuer))

    assert problem(await inspector.post("/v1/seal-grants", json=seal)) == (403, "forbidden")
    assert problem(await administrator.post("/v1/seal-grants", json=seal)) == (403, "may_not_grant")


async def test_a_network_grants_participatory_seals_and_no_others(client: Client, db: Database) -> None:
    world = await _world(db)
    await seals.scheme(db, "spg", SchemeKind.PARTICIPATORY)
    network = await people.network(db)
    committee = await _signed(client, await people.member(db, network))
    seal = _seal(world, issuer=str(network))

    refused = await committee.post("/v1/seal-grants", json=seal)
    granted = await committee.post("/v1/seal-grants", json=seal | {"scheme": "spg"})

    assert problem(refused) == (403, "may_not_grant")
    assert (granted.status_code, granted.json()["kind"]) == (201, "participatory")


async def test_only_who_certifies_for_the_issuer_grants(client: Client, db: Database) -> None:
    world = await _world(db)
    treasurer = await people.member(db, world["issuer"], Role.TREASURER)
    other = await people.member(db, await seals.certifier(db, "Otra"))

    assert problem(await client.post("/v1/seal-grants", json=_seal(world))) == (401, "sign_in_required")
    for person in (treasurer, other):
        refused = await (await _signed(client, person)).post("/v1/seal-grants", json=_seal(world))
        assert problem(refused) == (403, "forbidden")


async def test_every_fault_of_a_grant_is_named(client: Client, db: Database) -> None:
    world = await _world(db)
    inspector = await _signed(client, world["inspector"])
    municipality = await people.organisation(db, "Municipalidad", kind="municipality")

    async def faults(**changes: Any) -> set[tuple[str, str]]:
        answer = await inspector.post("/v1/seal-grants", json=_seal(world, **changes))
        assert problem(answer) == (422, "invalid")
        return {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]}

    assert await faults(scheme="nada", producer=str(UUID(int=7)), valid_until="2026-02-28") == {
        ("#/scheme", "unknown_seal"),
        ("#/producer", "unknown_producer"),
        ("#/valid_until", "ends_before_it_begins"),
    }
    assert await faults(valid_until="2036-03-02", valid_from="2025-01-01") == {
        ("#/valid_until", "validity_too_long")
    }
    assert await faults(producer=str(municipality)) == {("#/producer", "unknown_producer")}
    assert await faults(id=str(UUID(int=7))) == {("#/id", "uuid_version")}
    assert await faults(id="0fffffff-ffff-7fff-8fff-ffffffffffff") == {("#/id", "uuid_ahead")}


async def test_a_revoked_seal_says_why_and_is_not_revoked_twice(client: Client, db: Database) -> None:
    world = await _world(db)
    grant = await seals.grant(db, world["producer"], world["scheme"], issuer_id=world["issuer"])
    inspector = await _signed(client, world["inspector"])
    member = await _signed(client, await people.member(db, world["producer"]))
    path, why = f"/v1/seal-grants/{grant}/revocation", {"reason": "Usó fertilizante sintético"}

    assert problem(await client.post(path, json=why)) == (401, "sign_in_required")
    assert problem(await member.post(path, json=why)) == (403, "forbidden")
    revoked = await inspector.post(path, json=why)
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert (revoked.json()["revoked_why"], revoked.json()["version"]) == (why["reason"], 2)
    assert problem(await inspector.post(path, json=why)) == (409, "already_revoked")
    missing = await inspector.post(f"/v1/seal-grants/{UUID(int=7)}/revocation", json=why)
    assert problem(missing) == (404, "not_found")


async def test_a_seal_ends_with_the_day_where_the_producer_is(client: Client, db: Database, clock) -> None:
    world = await _world(db)
    await seals.grant(
        db, world["producer"], world["scheme"], issuer_id=world["issuer"], valid_until=clock().date()
    )
    path = f"/v1/producers/{world['producer']}/seals"

    clock.advance(hours=13, minutes=59)  # 04:59 of the next day in UTC, 23:59 in Lima
    last_minute = (await client.get(path)).json()["items"][0]["state"]
    clock.advance(minutes=1)
    next_day = (await client.get(path)).json()["items"][0]["state"]

    assert (last_minute, next_day) == ("valid", "expired")


async def test_schemes_are_added_by_the_platform_and_listed_for_all(client: Client, db: Database) -> None:
    network = await people.network(db)
    administrator = await _signed(client, await people.person(db, is_admin=True))
    secretary = await _signed(client, await people.member(db, network))
    own = {
        "code": "red-ayni",
        "name_es": "Sello Ayni",
        "name_en": "Ayni seal",
        "kind": "own",
        "owner": str(network),
    }

    assert problem(await secretary.post("/v1/seals", json=own)) == (403, "forbidden")
    created = await administrator.post("/v1/seals", json=own)
    again = await administrator.post("/v1/seals", json=own)
    nobodys = await administrator.post("/v1/seals", json={k: v for k, v in own.items() if k != "owner"})
    strange = await administrator.post("/v1/seals", json=own | {"owner": str(UUID(int=7))})

    shown = {
        "id": created.json()["id"],
        "code": "red-ayni",
        "name": "Sello Ayni",
        "kind": "own",
        "owner_id": str(network),
    }
    assert (created.status_code, created.json()) == (201, shown)
    assert problem(again) == (409, "seal_code_taken")
    assert [fault["code"] for fault in nobodys.json()["errors"]] == ["missing"]
    assert [fault["code"] for fault in strange.json()["errors"]] == ["unknown_organisation"]
    listed = await client.get("/v1/seals", headers={"accept-language": "en"})
    assert listed.json() == {"items": [shown | {"name": "Ayni seal"}]}


async def test_an_issuer_sees_what_it_granted_the_soonest_to_end_first(client: Client, db: Database) -> None:
    world = await _world(db)
    inspector = await _signed(client, world["inspector"])
    for month in ("2026-09-30", "2026-05-31", "2026-07-31"):
        created = await inspector.post("/v1/seal-grants", json=_seal(world, valid_until=month))
        assert created.status_code == 201

    ends, cursor = [], None
    while True:
        params = {"issuer": str(world["issuer"]), "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await inspector.get("/v1/seal-grants", params=params)).json()
        ends += [item["valid_until"] for item in page["items"]]
        if not (cursor := page["next_cursor"]):
            break

    assert ends == ["2026-05-31", "2026-07-31", "2026-09-30"]
    stranger = await _signed(client, await people.person(db))
    foreign = await stranger.get("/v1/seal-grants", params={"issuer": str(world["issuer"])})
    assert problem(foreign) == (403, "forbidden")


async def test_seals_of_an_unknown_producer_are_not_found(client: Client) -> None:
    assert problem(await client.get(f"/v1/producers/{UUID(int=7)}/seals")) == (404, "not_found")


async def test_three_seals_take_as_many_reads_as_one(client: Client, db: Database) -> None:
    world = await _world(db)
    reads = []
    for asked in range(4):
        if asked:
            await seals.grant(db, world["producer"], world["scheme"], issuer_id=world["issuer"])
        if asked in {1, 3}:
            with counted_reads() as count:
                await client.get(f"/v1/producers/{world['producer']}/seals")
            reads.append(count.reads)

    assert reads == [1, 1]
