import asyncio
from typing import Any
from uuid import UUID

from app.kernel.db import Database
from app.people.models import Role
from app.people.queries import affiliations as queries
from tests.client import Client, problem
from tests.factories import people


async def _both(client: Client, db: Database) -> tuple[UUID, Client, UUID, Client]:
    group, network = await people.organisation(db), await people.network(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    secretary = client.signed_in((await people.member(db, network, Role.OPERATOR, "Carmen")).token)
    return group, rosa, network, secretary


async def _ask(client: Client, group: UUID, network: UUID, **scopes: bool) -> Any:
    body = {"group": str(group), "network": str(network)} | scopes
    return (await client.post("/v1/affiliations", json=body)).json()


async def test_a_group_asks_and_the_network_accepts(client: Client, db: Database) -> None:
    group, rosa, network, secretary = await _both(client, db)
    profile = {"json": {"place": "Pisac"}, "headers": {"if-match": '"1"'}}

    asked = await _ask(rosa, group, network, answer_for=True)
    path = f"/v1/affiliations/{asked['id']}"
    too_early = await secretary.patch(f"/v1/organisations/{group}", **profile)
    by_asker = await rosa.post(f"{path}/acceptance")
    accepted = await secretary.post(f"{path}/acceptance")
    now_it_may = await secretary.patch(f"/v1/organisations/{group}", **profile)

    assert asked | {"group": None, "network": None} == {
        "id": asked["id"],
        "group": None,
        "network": None,
        "state": "asked",
        "asked_by_group": True,
        "see_stock": True,
        "answer_for": True,
        "invoice_for": False,
        "asked_at": "2026-03-02T15:00:00Z",
        "accepted_at": None,
        "ended_at": None,
        "version": 1,
        "actions": ["end", "update"],
    }
    assert (asked["group"]["name"], asked["network"]["name"]) == ("Grupo Sumaq Tika", "Red Ayni Sur")
    assert problem(too_early) == (403, "forbidden")
    assert problem(by_asker) == (409, "affiliation_move")
    assert by_asker.json()["allowed"] == ["end", "update"]
    assert (accepted.json()["state"], accepted.json()["actions"]) == ("accepted", ["end"])
    assert now_it_may.status_code == 200


async def test_a_network_invites_and_the_group_refuses(client: Client, db: Database) -> None:
    group, rosa, network, secretary = await _both(client, db)

    invited = await _ask(secretary, group, network)
    refused = await rosa.post(f"/v1/affiliations/{invited['id']}/refusal")
    again = await rosa.post(f"/v1/affiliations/{invited['id']}/acceptance")
    anew = await _ask(secretary, group, network)

    assert (invited["asked_by_group"], invited["actions"]) == (False, ["end"])
    assert refused.json()["state"] == "refused"
    assert problem(again) == (409, "affiliation_move")
    assert again.json()["detail"].endswith("Para pertenecer de nuevo, pídalo otra vez.")
    assert anew["state"] == "asked"


async def test_either_side_ends_it_and_it_ends_at_once(client: Client, db: Database) -> None:
    group, rosa, network, secretary = await _both(client, db)
    affiliation = await people.affiliate(db, group, network)

    sees = await secretary.get(f"/v1/organisations/{group}/members")
    ended = await rosa.post(f"/v1/affiliations/{affiliation}/end")
    sees_no_more = await secretary.get(f"/v1/organisations/{group}/members")

    assert sees.status_code == 200
    assert (ended.json()["state"], ended.json()["ended_at"]) == ("ended", "2026-03-02T15:00:00Z")
    assert problem(sees_no_more) == (404, "not_found")


async def test_only_the_group_changes_what_the_network_may(client: Client, db: Database) -> None:
    group, rosa, network, secretary = await _both(client, db)
    path = f"/v1/affiliations/{await people.affiliate(db, group, network)}"

    by_network = await secretary.patch(path, json={"invoice_for": True}, headers={"if-match": '"1"'})
    less = await rosa.patch(path, json={"answer_for": False}, headers={"if-match": '"1"'})
    stale = await rosa.patch(path, json={"see_stock": False}, headers={"if-match": '"1"'})
    sees = await secretary.get(f"/v1/organisations/{group}/members")

    assert problem(by_network) == (403, "forbidden")
    assert (less.json()["answer_for"], less.json()["version"]) == (False, 2)
    assert problem(stale) == (412, "stale_version")
    assert problem(await rosa.patch(path, json={})) == (428, "version_required")
    assert problem(sees) == (404, "not_found")


async def test_an_affiliation_is_for_its_two_sides(client: Client, db: Database) -> None:
    group, rosa, network, secretary = await _both(client, db)
    affiliation = await people.affiliate(db, group, network)
    stranger = client.signed_in((await people.person(db, "Ana")).token)

    for side in (rosa, secretary):
        listed = await side.get("/v1/affiliations", params={"state": "accepted"})
        assert [item["id"] for item in listed.json()["items"]] == [str(affiliation)]
    assert (await stranger.get("/v1/affiliations")).json()["items"] == []
    assert problem(await stranger.get(f"/v1/affiliations/{affiliation}")) == (404, "not_found")
    assert problem(await stranger.post(f"/v1/affiliations/{affiliation}/end")) == (404, "not_found")


async def test_one_live_affiliation_and_only_with_networks(client: Client, db: Database) -> None:
    group, rosa, network, _ = await _both(client, db)
    await people.affiliate(db, group, network)

    async def asked(**body: object) -> Any:
        return await rosa.post("/v1/affiliations", json={"group": str(group), "network": str(network)} | body)

    twice = await asked()
    no_network = await asked(network=str(await people.organisation(db)))
    itself = await asked(network=str(group))
    foreign = await asked(group=str(await people.organisation(db)))
    unknown = await asked(network=str(UUID(int=7)))

    assert problem(twice) == (409, "affiliation_live")
    assert [e["code"] for e in no_network.json()["errors"]] == ["not_a_network"]
    assert [e["code"] for e in itself.json()["errors"]] == ["belongs_to_itself"]
    assert problem(foreign) == (403, "forbidden")
    assert problem(unknown) == (404, "not_found")


async def test_a_network_never_belongs_to_itself_by_way_of_others(client: Client, db: Database) -> None:
    low, middle, top = [await people.network(db, name) for name in ("Red Baja", "Red Media", "Red Alta")]
    group = await people.organisation(db)
    await people.affiliate(db, group, low)
    await people.affiliate(db, low, middle)
    await people.affiliate(db, middle, top)
    admin = client.signed_in((await people.person(db, is_admin=True)).token)

    circle = await admin.post("/v1/affiliations", json={"group": str(top), "network": str(low)})

    assert problem(circle) == (409, "affiliation_cycle")
    assert await queries.groups_below(db, top) == sorted([low, middle, group])
    assert await queries.networks_above(db, group) == sorted([low, middle, top])


async def test_two_networks_cannot_close_a_circle_at_once(client: Client, db: Database) -> None:
    admin = client.signed_in((await people.person(db, is_admin=True)).token)
    for _ in range(5):
        a, b, c, d = [await people.network(db, f"Red {name}") for name in "ABCD"]
        await people.affiliate(db, b, c)
        await people.affiliate(db, d, a)

        answers = await asyncio.gather(
            *(
                admin.post("/v1/affiliations", json={"group": str(group), "network": str(network)})
                for group, network in ((a, b), (c, d))
            )
        )

        assert sorted(answer.status_code for answer in answers) == [201, 409]
