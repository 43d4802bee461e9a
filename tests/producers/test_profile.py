from typing import Any
from uuid import UUID

import pytest

from app.kernel.db import Database
from app.people.models import Role
from app.producers import queries
from app.producers.queries.forms import Members
from tests.client import Client, problem
from tests.factories import people, producers
from tests.factories.people import Person

VERSION = {"if-match": '"1-es"'}


async def _network_and_group(db: Database, **affiliation: Any) -> tuple[UUID, UUID, Person]:
    network = await people.network(db)
    group = await producers.producer(
        db, women=6, men=3, active=8, organisation_values={"phone": "+51951234567"}
    )
    await people.affiliate(db, group, network, **affiliation)
    return network, group, await people.member(db, network)


async def test_a_member_reads_and_changes_the_whole_form(client: Client, db: Database) -> None:
    await producers.line(db)
    network, group, _ = await _network_and_group(db)
    member = client.signed_in((await people.member(db, group)).token)
    path = f"/v1/producers/{group}/profile"

    read = await member.get(path)
    changed = await member.patch(
        path,
        headers={"if-match": read.headers["etag"]},
        json={
            "women": 5,
            "men": 2,
            "active": 6,
            "women_led": True,
            "founded_year": 2014,
            "story": "Tres  generaciones",
            "needs": "Sacos",
            "strengths": "Cumplen",
            "invoiced_by": str(network),
            "lines": ["textiles"],
            "location": {"latitude": -15.6641234, "longitude": -70.325},
        },
    )

    assert changed.status_code == 200, changed.text
    assert changed.json() == {
        "id": str(group),
        "code": read.json()["code"],
        "name": "Grupo Sumaq Tika",
        "kind": "producer_group",
        "legal_status": "informal",
        "women": 5,
        "men": 2,
        "active": 6,
        "verified": 0,
        "verified_at": None,
        "verified_by": None,
        "women_led": True,
        "founded_year": 2014,
        "story": "Tres generaciones",
        "needs": "Sacos",
        "strengths": "Cumplen",
        "invoiced_by": {"id": str(network), "name": "Red Ayni Sur"},
        "lines": [{"code": "textiles", "name": "tejidos"}],
        "networks": [{"id": str(network), "name": "Red Ayni Sur"}],
        "location": {"latitude": -15.664123, "longitude": -70.325, "is_exact": True},
        "location_consent_at": None,
        "is_listed": True,
        "updated_at": "2026-03-02T15:00:00Z",
        "version": 2,
        "actions": ["update"],
    }
    assert (await client.get(f"/v1/producers/{group}")).json()["location"] == {
        "latitude": -15.66,
        "longitude": -70.32,
        "is_exact": False,
    }
    assert (await client.get("/v1/producers?q=tejidos")).json()["items"][0]["id"] == str(group)


async def test_absent_fields_stay_and_null_empties(client: Client, db: Database) -> None:
    await producers.line(db)
    group = await producers.producer(db, "Tika", "textiles", founded_year=2014, needs="Sacos")
    member = client.signed_in((await people.member(db, group)).token)
    path = f"/v1/producers/{group}/profile"

    changed = await member.patch(path, headers=VERSION, json={"founded_year": None, "lines": None})

    shown = changed.json()
    assert (shown["founded_year"], shown["lines"]) == (None, [])
    assert (shown["women"], shown["men"], shown["active"], shown["needs"]) == (4, 1, 5, "Sacos")


async def test_consent_to_show_the_exact_place_is_dated_and_withdrawn(client: Client, db: Database) -> None:
    group = await producers.producer(db, latitude_e6=-15_664_123, longitude_e6=-70_325_000)
    member = client.signed_in((await people.member(db, group)).token)
    path = f"/v1/producers/{group}/profile"

    given = await member.patch(path, headers=VERSION, json={"location_is_public": True})
    exact = (await client.get(f"/v1/producers/{group}")).json()["location"]
    withdrawn = await member.patch(path, headers={"if-match": '"2-es"'}, json={"location_is_public": False})
    rounded = (await client.get(f"/v1/producers/{group}")).json()["location"]

    assert given.json()["location_consent_at"] == "2026-03-02T15:00:00Z"
    assert exact == {"latitude": -15.664123, "longitude": -70.325, "is_exact": True}
    assert withdrawn.json()["location_consent_at"] is None
    assert rounded["is_exact"] is False


async def test_the_form_is_for_the_group_and_who_answers_for_it(client: Client, db: Database) -> None:
    _, group, secretary = await _network_and_group(db)
    watching = await people.network(db, "Otra red")
    await people.affiliate(db, group, watching, answer_for=False)
    reader = await people.member(db, group, Role.MEMBER)
    path, change = f"/v1/producers/{group}/profile", {"needs": "Sacos"}

    for person, reads, writes in (
        (secretary, 200, 200),
        (reader, 200, 403),
        (await people.member(db, watching), 403, 403),
        (await people.person(db), 403, 403),
    ):
        caller = client.signed_in(person.token)
        assert (await caller.get(path)).status_code == reads
        assert (await caller.patch(path, headers=VERSION, json=change)).status_code == writes
    assert problem(await client.get(path)) == (401, "sign_in_required")
    assert problem(await client.patch(path, headers=VERSION, json=change)) == (401, "sign_in_required")


async def test_a_change_needs_the_version_it_read(client: Client, db: Database) -> None:
    group = await producers.producer(db)
    member = client.signed_in((await people.member(db, group)).token)
    path = f"/v1/producers/{group}/profile"

    assert problem(await member.patch(path, json={"needs": "x"})) == (428, "version_required")
    assert problem(await member.patch(path, json={}, headers={"if-match": '"9-es"'})) == (
        412,
        "stale_version",
    )
    unknown = await member.patch(f"/v1/producers/{UUID(int=7)}/profile", json={}, headers=VERSION)
    assert problem(unknown) == (404, "not_found")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"active": 6}, ("#/active", "more_than_members")),
        ({"women": None}, ("#/women", "missing")),
        ({"men": None}, ("#/men", "missing")),
        ({"lines": ["oro"]}, ("#/lines/0", "unknown_production_line")),
        ({"invoiced_by": str(UUID(int=7))}, ("#/invoiced_by", "may_not_invoice")),
        ({"women": -1}, ("#/women", "greater_than_equal")),
        ({"founded_year": 1200}, ("#/founded_year", "greater_than_equal")),
        ({"location": {"latitude": 91, "longitude": 0}}, ("#/location/latitude", "less_than_equal")),
        ({"verified": 5}, ("#/verified", "extra_forbidden")),
    ],
)
async def test_a_fault_in_the_form_is_named(client: Client, db: Database, change, fault) -> None:
    group = await producers.producer(db)
    member = client.signed_in((await people.member(db, group)).token)

    refused = await member.patch(f"/v1/producers/{group}/profile", headers=VERSION, json=change)

    assert problem(refused) == (422, "invalid")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [fault]


async def test_a_network_counts_the_members_of_its_group(client: Client, db: Database, clock) -> None:
    network, group, secretary = await _network_and_group(db)
    caller = client.signed_in(secretary.token)
    path = f"/v1/producers/{group}/member-verification"

    counted = await caller.post(path, json={"network": str(network), "verified": 7})
    form = (await caller.get(f"/v1/producers/{group}/profile")).json()

    assert (counted.status_code, counted.json()) == (
        200,
        {
            "producer_id": str(group),
            "network_id": str(network),
            "active": 8,
            "verified": 7,
            "verified_at": "2026-03-02T15:00:00Z",
        },
    )
    assert (form["verified"], form["verified_by"]) == (7, {"id": str(network), "name": "Red Ayni Sur"})
    unknown = UUID(int=7)
    assert await queries.numbers(db, [group, unknown]) == {group: Members(8, 7), unknown: Members(0, 0)}
    assert clock() is not None


async def test_fewer_active_members_lower_those_verified(client: Client, db: Database) -> None:
    network, group, secretary = await _network_and_group(db)
    caller = client.signed_in(secretary.token)
    await caller.post(
        f"/v1/producers/{group}/member-verification", json={"network": str(network), "verified": 7}
    )

    changed = await caller.patch(
        f"/v1/producers/{group}/profile", headers={"if-match": '"2-es"'}, json={"active": 4}
    )

    assert (changed.json()["active"], changed.json()["verified"]) == (4, 4)


async def test_who_may_not_count_members(client: Client, db: Database) -> None:
    network, group, secretary = await _network_and_group(db)
    watching = await people.network(db, "Otra red")
    await people.affiliate(db, group, watching, answer_for=False)
    path = f"/v1/producers/{group}/member-verification"

    async def asked(person: Person | None, by: UUID, verified: int = 5) -> tuple[int, str]:
        caller = client.signed_in(person.token) if person else client
        return problem(await caller.post(path, json={"network": str(by), "verified": verified}))

    administrator = await people.person(db, is_admin=True)
    assert await asked(None, network) == (401, "sign_in_required")
    assert await asked(await people.person(db), network) == (403, "forbidden")
    assert await asked(await people.member(db, group), network) == (403, "forbidden")
    assert await asked(await people.member(db, network, Role.TREASURER), network) == (403, "forbidden")
    watcher = await people.member(db, watching)
    assert await asked(watcher, watching) == (403, "may_not_verify_members")
    assert await asked(administrator, watching) == (403, "may_not_verify_members")
    assert await asked(secretary, network, 9) == (422, "invalid")
    partial = await people.person(db, is_admin=True)
    await people.join(db, group, partial.id, Role.MEMBER)
    both = await people.member(db, network)
    await people.join(db, group, both.id, Role.MEMBER)
    for insider in (partial, both):
        assert await asked(insider, network) == (403, "own_group")
    elsewhere = client.signed_in(administrator.token)
    missing = await elsewhere.post(
        f"/v1/producers/{UUID(int=7)}/member-verification",
        json={"network": str(network), "verified": 1},
    )
    assert problem(missing) == (404, "not_found")


async def test_a_secretary_sees_whom_to_call(client: Client, db: Database) -> None:
    network, group, secretary = await _network_and_group(db)
    silent = await producers.producer(db, "Allin", organisation_values={"phone": "+51900000000"})
    await people.affiliate(db, silent, network, answer_for=False)
    await producers.producer(db, "De otra red")
    caller = client.signed_in(secretary.token)
    path = f"/v1/networks/{network}/producers"

    listed = (await caller.get(path)).json()

    assert [(row["name"], row["phone"], row["actions"]) for row in listed["items"]] == [
        ("Allin", None, []),
        ("Grupo Sumaq Tika", "+51951234567", ["verify_members"]),
    ]
    assert listed["items"][1] == {
        "id": str(group),
        "code": listed["items"][1]["code"],
        "name": "Grupo Sumaq Tika",
        "place": None,
        "legal_status": "informal",
        "phone": "+51951234567",
        "women": 6,
        "men": 3,
        "active": 8,
        "verified": 0,
        "verified_at": None,
        "needs": "",
        "answer_for": True,
        "invoice_for": True,
        "is_demo": False,
        "actions": ["verify_members"],
    }
    assert problem(await client.get(path)) == (401, "sign_in_required")
    for role in (Role.MEMBER, Role.TREASURER):
        other = client.signed_in((await people.member(db, network, role)).token)
        assert problem(await other.get(path)) == (403, "forbidden")
    first = (await caller.get(path, params={"limit": 1})).json()
    second = (await caller.get(path, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [page["items"][0]["name"] for page in (first, second)] == ["Allin", "Grupo Sumaq Tika"]
    assert second["next_cursor"] is None
