import asyncio
from uuid import UUID

from app.kernel.db import Database
from app.people.models import Role
from tests.client import Client, problem
from tests.factories import people


async def _roles(client: Client, organisation: UUID) -> dict[str, list[str]]:
    listed = (await client.get(f"/v1/organisations/{organisation}/members")).json()["items"]
    return {member["display_name"]: member["roles"] for member in listed}


async def test_an_invitation_makes_a_member_once(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    first, second = [client.signed_in((await people.person(db, name)).token) for name in ("Ana", "Luz")]

    made = await rosa.post(
        f"/v1/organisations/{group}/invitations", json={"roles": ["seller"], "display_name": "Ana"}
    )
    code = made.json()["code"]
    accepted = await first.post(
        "/v1/invitations/acceptance", json={"code": f" {code[:4].lower()}-{code[4:]} "}
    )
    again = await second.post("/v1/invitations/acceptance", json={"code": code})
    listed = await rosa.get(f"/v1/organisations/{group}/invitations")

    assert (made.status_code, len(code), made.json()["link"]) == (
        201,
        8,
        f"http://127.0.0.1:8000/entrar#{code}",
    )
    assert accepted.json() == {
        "organisation_id": str(group),
        "organisation": "Grupo Sumaq Tika",
        "roles": ["seller"],
    }
    assert problem(again) == (404, "code_invalid")
    assert await _roles(first, group) == {"Ana": ["seller"], "Rosa": ["coordinator"]}
    assert "code" not in listed.json()["items"][0]
    assert listed.json()["items"][0]["accepted_at"] == "2026-03-02T15:00:00Z"


async def test_an_invitation_ends_by_time_and_by_whoever_made_it(client: Client, db: Database, clock) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    ana = client.signed_in((await people.person(db, "Ana")).token)
    path = f"/v1/organisations/{group}/invitations"

    withdrawn = (await rosa.post(path, json={"roles": ["seller"]})).json()
    late = (await rosa.post(path, json={"roles": ["seller"], "days": 1})).json()
    revoked = await rosa.post(f"/v1/invitations/{withdrawn['id']}/revocation")
    clock.advance(days=1)

    assert revoked.status_code == 204
    for code in (withdrawn["code"], late["code"], "AAAA2222"):
        refused = await ana.post("/v1/invitations/acceptance", json={"code": code})
        assert problem(refused) == (404, "code_invalid")


async def test_a_code_works_once_for_many_at_the_same_time(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    code = (await rosa.post(f"/v1/organisations/{group}/invitations", json={"roles": ["seller"]})).json()[
        "code"
    ]
    others = [client.signed_in((await people.person(db, f"Persona {n}")).token) for n in range(8)]

    answers = await asyncio.gather(
        *(other.post("/v1/invitations/acceptance", json={"code": code}) for other in others)
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 7
    assert len(await _roles(rosa, group)) == 2


async def test_guessing_codes_is_slowed_down(client: Client, db: Database) -> None:
    ana = client.signed_in((await people.person(db, "Ana")).token)

    answers = [await ana.post("/v1/invitations/acceptance", json={"code": "AAAA2222"}) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 600


async def test_roles_change_and_members_leave_but_not_the_last_coordinator(
    client: Client, db: Database
) -> None:
    group = await people.organisation(db)
    first, second = await people.member(db, group), await people.member(db, group, Role.SELLER, "Ana")
    rosa, ana = client.signed_in(first.token), client.signed_in(second.token)
    path = f"/v1/organisations/{group}/members"

    alone = await rosa.post(f"{path}/{first.id}/removal")
    demoted = await rosa.post(f"{path}/{first.id}/roles", json={"roles": ["member"]})
    by_seller = await ana.post(f"{path}/{first.id}/removal")
    both = await rosa.post(f"{path}/{second.id}/roles", json={"roles": ["treasurer", "coordinator"]})
    left = await rosa.post(f"{path}/{first.id}/removal")
    outside = await rosa.get(path)
    unknown = await ana.post(f"{path}/{first.id}/removal")

    assert problem(alone) == problem(demoted) == (409, "last_coordinator")
    assert problem(by_seller) == (403, "forbidden")
    assert both.json()["items"][0]["roles"] == ["coordinator", "treasurer"]
    assert left.status_code == 204
    assert problem(outside) == problem(unknown) == (404, "not_found")
    assert await _roles(ana, group) == {"Ana": ["coordinator", "treasurer"]}


async def test_two_coordinators_who_remove_each_other_leave_one(client: Client, db: Database) -> None:
    for _ in range(5):
        group = await people.organisation(db)
        both = [await people.member(db, group, name=name) for name in ("Rosa", "Ana")]
        paths = [f"/v1/organisations/{group}/members/{person.id}/removal" for person in both]

        await asyncio.gather(
            client.signed_in(both[0].token).post(paths[1]), client.signed_in(both[1].token).post(paths[0])
        )

        async with db.tx() as tx:
            from app.people.queries.members import coordinators

            assert len(await coordinators(tx, group)) == 1


async def test_handing_over_makes_another_coordinate(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    first, second = await people.member(db, group), await people.member(db, group, Role.SELLER, "Ana")
    rosa = client.signed_in(first.token)
    stranger = await people.person(db, "Luz")
    path = f"/v1/organisations/{group}/handover"

    foreign = await rosa.post(path, json={"to": str(stranger.id)})
    done = await rosa.post(path, json={"to": str(second.id)})
    again = await rosa.post(path, json={"to": str(first.id)})

    assert (problem(foreign), done.status_code) == ((404, "not_found"), 204)
    assert problem(again) == (403, "forbidden")
    assert await _roles(rosa, group) == {"Ana": ["coordinator", "seller"], "Rosa": ["member"]}


async def test_a_network_brings_in_no_more_than_it_may_itself(client: Client, db: Database) -> None:
    network, group, empty = (
        await people.network(db),
        await people.organisation(db),
        await people.organisation(db),
    )
    await people.member(db, group)
    await people.affiliate(db, group, network)
    await people.affiliate(db, empty, network)
    secretary = client.signed_in((await people.member(db, network, Role.OPERATOR)).token)

    seller = await secretary.post(f"/v1/organisations/{group}/invitations", json={"roles": ["seller"]})
    coordinator = await secretary.post(
        f"/v1/organisations/{group}/invitations", json={"roles": ["coordinator"]}
    )
    first = await secretary.post(f"/v1/organisations/{empty}/invitations", json={"roles": ["coordinator"]})

    assert (seller.status_code, first.status_code) == (201, 201)
    assert problem(coordinator) == (403, "forbidden")


async def test_contacts_are_for_those_who_make_accounts(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    ana = await people.person(db, "Ana", phone="+51951000111")
    await people.join(db, group, ana.id, Role.SELLER)

    seen = await rosa.get(f"/v1/organisations/{group}/members")
    hidden = await client.signed_in(ana.token).get(f"/v1/organisations/{group}/members")

    assert [m["phone"] for m in seen.json()["items"]] == ["+51951000111", None]
    assert {(m["phone"], m["account"]) for m in hidden.json()["items"]} == {(None, None)}


async def test_a_name_of_spaces_is_no_name(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)

    for name in ("   ", "\u200b\u200b", " A "):
        answer = await rosa.post(
            f"/v1/organisations/{group}/invitations", json={"roles": ["seller"], "display_name": name}
        )
        assert problem(answer) == (422, "invalid")
        assert [fault["code"] for fault in answer.json()["errors"]] == ["string_too_short"]
