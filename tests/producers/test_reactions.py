from app.kernel.db import Database
from tests.client import Client
from tests.factories import people


async def _found(client: Client, q: str) -> list[str]:
    return [item["name"] for item in (await client.get("/v1/directory", params={"q": q})).json()["items"]]


async def test_a_new_group_is_in_the_directory_and_is_found_by_its_new_name(
    client: Client, db: Database
) -> None:
    founder = client.signed_in((await people.person(db)).token)
    group = {"name": "Tejedoras Illari", "kind": "producer_group", "country": "PE"}

    created = await founder.post("/v1/organisations", json=group)
    found = await _found(client, "illari")
    own = client.signed_in((await people.person(db, is_admin=True)).token)
    renamed = await own.patch(
        f"/v1/organisations/{created.json()['id']}",
        json={"name": "Tejedoras Paqarina"},
        headers={"if-match": '"1-es"'},
    )

    assert (created.status_code, renamed.status_code) == (201, 200), renamed.text
    assert found == ["Tejedoras Illari"]
    assert await _found(client, "illari") == []
    assert await _found(client, "paqarina") == ["Tejedoras Paqarina"]


async def test_an_organisation_that_produces_nothing_gets_no_form(client: Client, db: Database) -> None:
    founder = client.signed_in((await people.person(db)).token)
    town = {"name": "Municipalidad de Villa Ayni", "kind": "municipality", "country": "PE"}

    created = await founder.post("/v1/organisations", json=town)

    assert created.status_code == 201
    assert await _found(client, "villa ayni") == []
