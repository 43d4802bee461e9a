from typing import Any

from app.kernel.db import Database
from app.people.models import Role
from tests.client import Client, problem
from tests.factories import people, places

POINT = {
    "kind": "collection_point",
    "name": "Centro de acopio Pisac",
    "country": "PE",
    "territory_code": "PE-080406",
    "address": "Jr. Bolognesi s/n",
    "reference": "Frente a la posta",
    "location": {"latitude": -13.421234, "longitude": -71.848765},
    "contact_name": "Rosa",
    "contact_phone": "951 234 567",
}


async def _created(client: Client, db: Database, **more: Any) -> tuple[Client, dict[str, Any]]:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    created = await rosa.post("/v1/places", json=POINT | {"owner": str(group)} | more)
    assert created.status_code == 201, created.text
    return rosa, created.json()


async def test_the_public_reads_about_where_and_not_whom_to_call(client: Client, db: Database) -> None:
    rosa, created = await _created(client, db)

    seen = (await client.get(f"/v1/places/{created['id']}")).json()
    own = (await rosa.get(f"/v1/places/{created['id']}")).json()

    assert seen == {
        "id": created["id"],
        "owner_id": created["owner_id"],
        "kind": "collection_point",
        "name": "Centro de acopio Pisac",
        "country": "PE",
        "region": "PE-CUS",
        "territory_code": "PE-080406",
        "address": "Jr. Bolognesi s/n",
        "reference": "Frente a la posta",
        "infrastructure": [],
        "location": {"latitude": -13.42, "longitude": -71.85, "is_exact": False},
        "is_open": True,
        "is_demo": False,
        "version": 1,
    }
    assert own == created
    assert (own["contact_phone"], own["location"]) == (
        "+51951234567",
        {"latitude": -13.421234, "longitude": -71.848765, "is_exact": True},
    )


async def test_exactly_where_is_shown_by_a_dated_consent_for_that_spot(client: Client, db: Database) -> None:
    rosa, created = await _created(client, db)
    path = f"/v1/places/{created['id']}"

    agreed = await rosa.patch(path, json={"location_is_public": True}, headers={"if-match": '"1"'})
    exact = (await client.get(path)).json()["location"]
    moved = {"location": {"latitude": -13.5, "longitude": -71.9}}
    await rosa.patch(path, json=moved, headers={"if-match": '"2"'})
    rounded = (await client.get(path)).json()["location"]

    assert agreed.json()["location_consent_at"] == "2026-03-02T15:00:00Z"
    assert exact == {"latitude": -13.421234, "longitude": -71.848765, "is_exact": True}
    assert rounded == {"latitude": -13.5, "longitude": -71.9, "is_exact": False}


async def test_a_change_keeps_what_is_absent_and_empties_what_is_null(client: Client, db: Database) -> None:
    rosa, created = await _created(client, db)
    path = f"/v1/places/{created['id']}"

    changed = await rosa.patch(
        path, json={"contact_name": None, "is_open": False}, headers={"if-match": '"1"'}
    )
    nameless = await rosa.patch(path, json={"name": None}, headers={"if-match": '"2"'})

    assert changed.json() == created | {"contact_name": None, "is_open": False, "version": 2}
    assert problem(nameless) == (422, "invalid")
    assert problem(await rosa.patch(path, json={})) == (428, "version_required")
    assert problem(await rosa.patch(path, json={}, headers={"if-match": '"1"'})) == (412, "stale_version")


async def test_what_cannot_be_is_named(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    await places.territory(db, "PE-080406", "Pisac")

    for wrong, expected in (
        ({"territory_code": "PE-080499"}, ("#/territory_code", "unknown_territory")),
        ({"territory_code": "BO-010101"}, ("#/territory_code", "of_another_country")),
        ({"territory_code": None, "region": "PE-ZZZ"}, ("#/region", "unknown_region")),
        ({"country": "ZZ"}, ("#/country", "unknown_country")),
        ({"contact_phone": "no tiene"}, ("#/contact_phone", "phone_invalid")),
        ({"location": {"latitude": 91, "longitude": 0}}, ("#/location/latitude", "less_than_equal")),
    ):
        refused = await rosa.post("/v1/places", json=POINT | {"owner": str(group)} | wrong)
        assert problem(refused) == (422, "invalid"), wrong
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [expected]


async def test_places_are_kept_by_their_owners_people(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    seller = client.signed_in((await people.member(db, group, Role.SELLER)).token)
    stranger = client.signed_in((await people.person(db, "Ana")).token)
    body = POINT | {"owner": str(group)}

    assert problem(await seller.post("/v1/places", json=body)) == (403, "forbidden")
    assert problem(await stranger.post("/v1/places", json=body)) == (403, "forbidden")
    assert problem(await client.post("/v1/places", json=body)) == (401, "sign_in_required")


async def test_places_are_listed_by_owner_kind_and_region(client: Client, db: Database) -> None:
    first, second = await people.organisation(db), await people.organisation(db, "Otro")
    await places.place(db, first, "Acopio Pisac", region="PE-CUS")
    await places.place(db, first, "Plaza", kind="venue", region="PE-CUS")
    await places.place(db, second, "Acopio Juliaca", region="PE-PUN", contact_phone="+51951000000")

    async def names(**asked: Any) -> list[str]:
        answer = await client.get("/v1/places", params=asked)
        return [item["name"] for item in answer.json()["items"]]

    assert await names() == ["Acopio Juliaca", "Acopio Pisac", "Plaza"]
    assert await names(owner=str(first), kind="venue") == ["Plaza"]
    assert await names(country="PE", region="PE-PUN") == ["Acopio Juliaca"]
    page = (await client.get("/v1/places", params={"limit": 2})).json()
    rest = await names(limit=2, cursor=page["next_cursor"])
    assert ([item["name"] for item in page["items"]], rest) == (["Acopio Juliaca", "Acopio Pisac"], ["Plaza"])
    assert "951000000" not in str(page)
