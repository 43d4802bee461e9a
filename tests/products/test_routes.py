from uuid import UUID

import pytest

from app.kernel.db import Database
from tests.client import Client, problem
from tests.counting import counted_reads
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
        ("#/step/value", "not_a_number"),
        ("#/colour", "extra_forbidden"),
    }


async def test_an_unknown_product_is_not_found(client: Client) -> None:
    assert problem(await client.get(f"/v1/products/{UUID(int=7)}")) == (404, "not_found")


async def test_what_has_not_changed_is_not_sent_again(client: Client, db: Database) -> None:
    product = await products.product(db)
    administrator = await _administrator(client, db)

    for path in (f"/v1/products/{product}", "/v1/products", "/v1/categories"):
        first = await client.get(path)
        again = await client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        english = await client.get(
            path, headers={"if-none-match": first.headers["etag"], "accept-language": "en"}
        )
        assert english.status_code == 200, path
    etag = (await client.get(f"/v1/products/{product}")).headers["etag"]
    await administrator.patch(
        f"/v1/products/{product}", json={"quality": "Lavada"}, headers={"if-match": etag}
    )

    changed = await client.get(f"/v1/products/{product}", headers={"if-none-match": etag})
    assert (changed.status_code, changed.json()["quality"]) == (200, "Lavada")


async def test_three_products_take_as_many_reads_as_one(client: Client, db: Database) -> None:
    reads = []
    for name in ("Oca", "Papa", "Quinua"):
        await products.product(db, name, variants=("roja", "blanca"))
        with counted_reads() as count:
            await client.get("/v1/products")
            await client.get("/v1/categories")
        reads.append(count.reads)

    assert reads == [2, 2, 2]


async def test_a_code_or_an_id_is_taken_once(client: Client, db: Database) -> None:
    await products.category(db, "granos")
    administrator = await _administrator(client, db)
    identifier = {"id": "019caf10-3180-7000-8000-000000000001"}  # made on the day of the tests' clock
    created = await administrator.post("/v1/products", json=QUINUA | identifier)
    await administrator.post("/v1/products", json=QUINUA | {"code": "otra"})

    same_code = await administrator.post("/v1/products", json=QUINUA)
    same_id = await administrator.post("/v1/products", json=QUINUA | identifier | {"code": "nueva"})
    category = {"code": "granos", "name_es": "Granos", "name_en": "Grains"}

    assert created.json()["id"] == identifier["id"]
    assert problem(same_code) == (409, "product_code_taken")
    assert problem(same_id) == (409, "id_taken")
    assert problem(await administrator.post("/v1/categories", json=category)) == (
        409,
        "category_code_taken",
    )


async def test_a_category_is_added_by_the_platform(client: Client, db: Database) -> None:
    administrator = await _administrator(client, db)
    secretary = client.signed_in((await people.member(db, await people.network(db))).token)
    category = {"code": "miel", "name_es": "Miel y derivados", "name_en": "Honey"}

    assert problem(await client.post("/v1/categories", json=category)) == (401, "sign_in_required")
    assert problem(await secretary.post("/v1/categories", json=category)) == (403, "forbidden")
    created = await administrator.post("/v1/categories", json=category)
    assert (created.status_code, created.json()) == (201, {"code": "miel", "name": "Miel y derivados"})


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"category": "nada"}, ("#/category", "unknown_category")),
        ({"unit": "saco"}, ("#/unit", "string_pattern_mismatch")),
        ({"unit": "ZZZ"}, ("#/unit", "unknown_unit")),
        ({"step": {"value": "1", "unit": "H87"}}, ("#/step", "other_measure")),
        ({"variants": [{"code": "a", "name": "Aa"}] * 2}, ("#/variants", "repeated_code")),
        (
            {"local_units": [{"code": "vara", "quantity": QUINUA["step"]}]},
            ("#/local_units/0/code", "unknown_unit"),
        ),
        ({"id": str(UUID(int=7))}, ("#/id", "uuid_version")),
    ],
)
async def test_a_fault_of_a_product_is_named(client: Client, db: Database, change, fault) -> None:
    await products.category(db, "granos")
    administrator = await _administrator(client, db)

    refused = await administrator.post("/v1/products", json=QUINUA | change)

    assert problem(refused) == (422, "invalid")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [fault]


async def test_a_network_mends_its_own_product_only(client: Client, db: Database) -> None:
    network = await people.network(db)
    own, platforms = await products.product(db, "Oca", owner_id=network), await products.product(db, "Papa")
    secretary = client.signed_in((await people.member(db, network)).token)
    headers = {"if-match": '"1-es"'}

    mended = await secretary.patch(f"/v1/products/{own}", json={"name": "Oca rosada"}, headers=headers)
    refused = await secretary.patch(f"/v1/products/{platforms}", json={"name": "Otra"}, headers=headers)

    assert (mended.status_code, mended.json()["name"]) == (200, "Oca rosada")
    assert problem(refused) == (403, "forbidden")
