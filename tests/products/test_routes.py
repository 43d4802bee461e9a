from uuid import UUID

from app.kernel.db import Database
from tests.client import Client, problem
from tests.factories import people, products

QUINUA = {
    "code": "quinua-blanca",
    "category": "granos",
    "name": "Quinua blanca",
    "quality": "Grano entero, lavado, humedad hasta 12 %",
    "unit": "KGM",
    "step": {"value": "0.5", "unit": "KGM"},
    "variants": [{"code": "blanca", "name": "Blanca"}],
    "packs": [{"code": "saco", "name": "Saco de 46 kg", "quantity": {"value": "46", "unit": "KGM"}}],
    "local_units": [{"code": "saco", "quantity": {"value": "46", "unit": "KGM"}}],
}


async def _administrator(client: Client, db: Database) -> Client:
    return client.signed_in((await people.person(db, is_admin=True)).token)


async def test_a_created_product_is_read_back_by_anybody(client: Client, db: Database) -> None:
    await products.category(db, "granos")
    administrator = await _administrator(client, db)

    created = await administrator.post("/v1/products", json=QUINUA)
    read = await client.get(f"/v1/products/{created.json()['id']}")

    assert created.status_code == 201, created.text
    assert read.json() == {
        "id": created.json()["id"],
        "code": "quinua-blanca",
        "category": "granos",
        "name": "Quinua blanca",
        "quality": "Grano entero, lavado, humedad hasta 12 %",
        "base_unit": "GRM",
        "price_unit": {"value": "1", "unit": "KGM"},
        "step": {"value": "0.5", "unit": "KGM"},
        "variants": [{"code": "blanca", "name": "Blanca"}],
        "packs": [{"code": "saco", "name": "Saco de 46 kg", "quantity": {"value": "46", "unit": "KGM"}}],
        "local_units": [{"code": "saco", "quantity": {"value": "46", "unit": "KGM"}}],
        "is_demo": False,
        "version": 1,
    }
    assert read.headers["etag"] == '"1-es"'


async def test_search_ignores_accents_and_finds_stems_and_beginnings(client: Client, db: Database) -> None:
    await products.category(db, "granos")
    administrator = await _administrator(client, db)
    await administrator.post("/v1/products", json=QUINUA)

    for asked in ("quínua", "QUINUAS", "quin", "blanca quinua", "lavados"):
        found = await client.get("/v1/products", params={"q": asked})
        assert [item["code"] for item in found.json()["items"]] == ["quinua-blanca"], asked
    assert (await client.get("/v1/products", params={"q": "kiwicha"})).json()["items"] == []


async def test_pages_follow_each_other_without_gaps(client: Client, db: Database) -> None:
    for name in ("Kiwicha", "Cañihua", "Quinua", "Oca", "Papa"):
        await products.product(db, name)

    names, cursor = [], None
    while True:
        page = (
            await client.get("/v1/products", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).json()
        names += [item["name"] for item in page["items"]]
        if not (cursor := page["next_cursor"]):
            break

    assert names == ["Cañihua", "Kiwicha", "Oca", "Papa", "Quinua"]


async def test_a_cursor_of_another_list_is_refused(client: Client, db: Database) -> None:
    for name in ("Oca", "Papa"):
        await products.product(db, name)
    cursor = (await client.get("/v1/products?limit=1")).json()["next_cursor"]

    assert problem(await client.get("/v1/products", params={"cursor": cursor, "q": "papa"})) == (
        400,
        "cursor",
    )
    assert problem(await client.get("/v1/products", params={"cursor": "x"})) == (400, "cursor")


async def test_only_networks_and_the_platform_add_products(client: Client, db: Database) -> None:
    await products.category(db, "granos")
    network = await people.network(db)
    secretary = client.signed_in((await people.member(db, network)).token)
    stranger = client.signed_in((await people.person(db, "Ana")).token)

    assert problem(await client.post("/v1/products", json=QUINUA)) == (401, "sign_in_required")
    assert problem(await stranger.post("/v1/products", json=QUINUA)) == (403, "forbidden")
    created = await secretary.post("/v1/products", json=QUINUA | {"owner": str(network)})
    assert created.status_code == 201, created.text


async def test_a_change_needs_the_version_it_read(client: Client, db: Database) -> None:
    product = await products.product(db)
    administrator = await _administrator(client, db)
    path = f"/v1/products/{product}"

    assert problem(await administrator.patch(path, json={"name": "Quinua real"})) == (428, "version_required")
    changed = await administrator.patch(path, json={"name": "Quinua real"}, headers={"if-match": '"1-es"'})
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "Quinua real", 2)
    stale = await administrator.patch(path, json={"name": "Otra"}, headers={"if-match": '"1-es"'})
    assert problem(stale) == (412, "stale_version")


async def test_a_repeated_key_has_one_effect(client: Client, db: Database) -> None:
    await products.category(db, "granos")
    administrator = await _administrator(client, db)
    headers = {"idempotency-key": "0190-a"}

    first = await administrator.post("/v1/products", json=QUINUA, headers=headers)
    again = await administrator.post("/v1/products", json=QUINUA, headers=headers)
    other = await administrator.post("/v1/products", json=QUINUA | {"name": "Otra"}, headers=headers)

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    assert problem(other) == (422, "idempotency_key_reused")


async def test_bad_fields_are_named(client: Client, db: Database) -> None:
    await products.category(db, "granos")
    administrator = await _administrator(client, db)

    wrong = await administrator.post(
        "/v1/products", json=QUINUA | {"step": {"value": "NaN", "unit": "KGM"}, "colour": 1}
    )

    assert problem(wrong) == (422, "invalid")
    assert {(e["pointer"], e["code"]) for e in wrong.json()["errors"]} == {
        ("#/step/value", "string_pattern_mismatch"),
        ("#/colour", "extra_forbidden"),
    }


async def test_an_unknown_product_is_not_found(client: Client) -> None:
    assert problem(await client.get(f"/v1/products/{UUID(int=7)}")) == (404, "not_found")
