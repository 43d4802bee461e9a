"""Editing a product's variants, packs and local measures."""

from typing import Any
from uuid import UUID

import pytest

from app.kernel.db import Database
from app.people.models import Role
from tests.client import Client, problem
from tests.factories import inventory, people, products

KILOS_46 = {"value": "46", "unit": "KGM"}
FIRST = {"if-match": '"1-es"'}
PARTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("variants/roja", {"name": "Roja"}, {"code": "roja", "name": "Roja"}),
    (
        "packs/saco",
        {"name": "Saco de 46 kg", "quantity": KILOS_46},
        {"code": "saco", "name": "Saco de 46 kg", "quantity": KILOS_46},
    ),
    ("local-units/saco", {"quantity": KILOS_46}, {"code": "saco", "quantity": KILOS_46}),
]


async def _keeper(client: Client, db: Database) -> tuple[Client, str]:
    """The platform's administrator and the path of a product that the platform keeps."""
    administrator = client.signed_in((await people.person(db, is_admin=True)).token)
    return administrator, f"/v1/products/{await products.product(db)}"


@pytest.mark.parametrize(("part", "body", "shown"), PARTS)
async def test_a_part_is_added_and_removed(client: Client, db: Database, part, body, shown) -> None:
    administrator, path = await _keeper(client, db)
    plural = part.partition("/")[0].replace("-", "_")

    added = await administrator.put(f"{path}/{part}", json=body, headers=FIRST)
    removed = await administrator.delete(f"{path}/{part}", headers={"if-match": added.headers["etag"]})

    assert (added.status_code, added.json()[plural], added.json()["version"]) == (200, [shown], 2)
    assert (removed.status_code, removed.json()[plural], removed.json()["version"]) == (200, [], 3)
    assert (await client.get(path)).json() == removed.json()


@pytest.mark.parametrize(("part", "body", "shown"), PARTS)
async def test_a_part_is_changed_in_place(client: Client, db: Database, part, body, shown) -> None:
    administrator, path = await _keeper(client, db)
    other = {"name": "Otra", "quantity": {"value": "50", "unit": "KGM"}}
    changed = {name: other[name] for name in body}
    await administrator.put(f"{path}/{part}", json=body, headers=FIRST)

    answer = await administrator.put(f"{path}/{part}", json=changed, headers={"if-match": '"2-es"'})

    assert answer.json()[part.partition("/")[0].replace("-", "_")] == [shown | changed]


@pytest.mark.parametrize(("part", "body", "shown"), PARTS)
async def test_only_the_keeper_changes_parts(client: Client, db: Database, part, body, shown) -> None:
    network = await people.network(db)
    owned = await products.product(db, "Kiwicha", owner_id=network)
    keeper = client.signed_in((await people.member(db, network)).token)
    seller = client.signed_in((await people.member(db, network, Role.SELLER)).token)
    other = client.signed_in((await people.member(db, await people.network(db, "Otra"))).token)
    path = f"/v1/products/{owned}/{part}"

    assert problem(await client.put(path, json=body, headers=FIRST)) == (401, "sign_in_required")
    for foreign in (seller, other):
        assert problem(await foreign.put(path, json=body, headers=FIRST)) == (403, "forbidden")
        assert problem(await foreign.delete(path, headers=FIRST)) == (403, "forbidden")
    assert (await keeper.put(path, json=body, headers=FIRST)).status_code == 200


@pytest.mark.parametrize(("part", "body", "shown"), PARTS)
async def test_a_part_needs_the_products_version(client: Client, db: Database, part, body, shown) -> None:
    administrator, path = await _keeper(client, db)
    stale = {"if-match": '"7-es"'}

    assert problem(await administrator.put(f"{path}/{part}", json=body)) == (428, "version_required")
    assert problem(await administrator.delete(f"{path}/{part}")) == (428, "version_required")
    refused = await administrator.put(f"{path}/{part}", json=body, headers=stale)
    assert problem(refused) == (412, "stale_version")
    assert problem(await administrator.delete(f"{path}/{part}", headers=FIRST)) == (404, "not_found")
    assert (await client.get(path)).json()["version"] == 1
    nothing = f"/v1/products/{UUID(int=7)}/{part}"
    assert problem(await administrator.put(nothing, json=body, headers=FIRST)) == (404, "not_found")


async def test_a_variant_with_stock_is_renamed_but_not_removed(client: Client, db: Database) -> None:
    administrator = client.signed_in((await people.person(db, is_admin=True)).token)
    product = await products.product(db, variants=("roja", "blanca"))
    await inventory.lot(db, await people.organisation(db), product, 5, variant="roja")
    path = f"/v1/products/{product}/variants"

    kept = await administrator.delete(f"{path}/roja", headers=FIRST)
    renamed = await administrator.put(f"{path}/roja", json={"name": "Roja ayrampo"}, headers=FIRST)
    removed = await administrator.delete(f"{path}/blanca", headers={"if-match": '"2-es"'})

    assert problem(kept) == (409, "variant_in_use")
    assert renamed.json()["variants"][1] == {"code": "roja", "name": "Roja ayrampo"}
    assert removed.json()["variants"] == [{"code": "roja", "name": "Roja ayrampo"}]


@pytest.mark.parametrize(
    ("part", "body", "fault"),
    [
        ("variants/ROJA", {"name": "Roja"}, ("path/code", "string_pattern_mismatch")),
        ("variants/roja", {"name": "R"}, ("#/name", "string_too_short")),
        (
            "packs/caja",
            {"name": "Caja", "quantity": {"value": "12", "unit": "H87"}},
            ("#/quantity", "other_measure"),
        ),
        ("packs/caja", {"name": "Caja", "quantity": {"value": "0", "unit": "KGM"}}, ("#/quantity", "zero")),
        ("local-units/saco", {"quantity": {"value": "0.0001", "unit": "KGM"}}, ("#/quantity", "not_whole")),
        ("local-units/kilos", {"quantity": KILOS_46}, ("path/code", "not_a_local_unit")),
        ("local-units/vara", {"quantity": KILOS_46}, ("path/code", "unknown_unit")),
    ],
)
async def test_a_fault_of_a_part_is_named(client: Client, db: Database, part, body, fault) -> None:
    administrator, path = await _keeper(client, db)

    refused = await administrator.put(f"{path}/{part}", json=body, headers=FIRST)

    assert problem(refused) == (422, "invalid")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [fault]


async def test_a_product_has_fifty_variants_at_most(client: Client, db: Database) -> None:
    administrator = client.signed_in((await people.person(db, is_admin=True)).token)
    product = await products.product(db, variants=tuple(f"v{n}" for n in range(50)))
    path = f"/v1/products/{product}/variants"

    one_more = await administrator.put(f"{path}/roja", json={"name": "Roja"}, headers=FIRST)
    renamed = await administrator.put(f"{path}/v7", json={"name": "Siete"}, headers=FIRST)

    assert problem(one_more) == (422, "invalid")
    assert renamed.status_code == 200
