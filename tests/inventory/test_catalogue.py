from datetime import timedelta

from app.inventory.models import LotStatus
from app.kernel.db import Database
from tests.client import Client
from tests.counting import counted_reads
from tests.factories import inventory, people, products
from tests.factories.inventory import MONDAY


def _kilos(value: str) -> dict[str, str]:
    return {"value": value, "unit": "KGM"}


def _price(amount: str, currency: str = "PEN") -> dict:
    return {"amount": amount, "currency": currency, "per": _kilos("1")}


async def test_the_catalogue_sums_what_everybody_offers(client: Client, db: Database) -> None:
    ours, theirs = await people.organisation(db), await people.organisation(db, "Otro")
    quinua, ajo = await products.product(db), await products.product(db, "Ajo chilote")
    later = MONDAY + timedelta(days=20)
    await inventory.lot(db, ours, quinua, 50_000, price_minor=800)
    await inventory.lot(db, ours, quinua, 5_000, price_minor=750)
    await inventory.lot(db, theirs, quinua, 2_500, price_minor=900)
    await inventory.lot(db, theirs, quinua, 30_000, kind="pledged", ready_on=later)
    await inventory.lot(db, theirs, quinua, 7_000, ready_on=later)
    await inventory.lot(db, theirs, quinua, 9_000, currency="USD", price_minor=300)
    await inventory.lot(db, ours, quinua, 1_000, status=LotStatus.PAUSED, price_minor=1)
    await inventory.lot(
        db, ours, quinua, 1_000, ready_on=MONDAY - timedelta(9), expires_on=MONDAY - timedelta(1)
    )

    found = (await client.get("/v1/catalogue")).json()

    assert found["next_cursor"] is None
    assert [item["code"] for item in found["items"]] == ["ajo-chilote", "quinua-blanca"]
    assert found["items"][0]["offers"] == []
    assert found["items"][1] == {
        "id": str(quinua),
        "code": "quinua-blanca",
        "category": "cat-quinua-blanca",
        "name": "Quinua blanca",
        "is_demo": False,
        "offers": [
            {
                "currency": "PEN",
                "producers": 2,
                "now": _kilos("57.5"),
                "coming": _kilos("37"),
                "per_week": _kilos("0"),
                "lowest": _price("7.50"),
                "highest": _price("9.00"),
            },
            {
                "currency": "USD",
                "producers": 1,
                "now": _kilos("9"),
                "coming": _kilos("0"),
                "per_week": _kilos("0"),
                "lowest": _price("3.00", "USD"),
                "highest": _price("3.00", "USD"),
            },
        ],
    }
    assert ajo


async def test_what_is_made_per_week_counts_once_for_variants_of_one_loom(
    client: Client, db: Database
) -> None:
    weaver, other = await people.organisation(db), await people.organisation(db, "Otro")
    scarf = await products.product(
        db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1, variants=("azul", "roja")
    )
    loom = await inventory.capacity(db, weaver, per_week_base=10)
    for variant in ("azul", "roja"):
        await inventory.capacity_lot(db, weaver, scarf, loom, variant=variant)
    await inventory.capacity_lot(db, other, scarf, await inventory.capacity(db, other, per_week_base=4))

    [item] = (await client.get("/v1/catalogue")).json()["items"]

    [offer] = item["offers"]
    assert (offer["producers"], offer["per_week"]) == (2, {"value": "14", "unit": "H87"})
    assert (offer["now"]["value"], offer["coming"]["value"]) == ("0", "0")


async def test_the_catalogue_goes_page_by_page_in_one_statement(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    category = await products.category(db, "granos")
    names = ["Ajo", "Oca", "Quinua", "Tarwi"]
    found = [await products.product(db, name, category_id=category) for name in names]
    await inventory.lot(db, group, found[2], 1_000)

    with counted_reads() as reads:
        first = (await client.get("/v1/catalogue", params={"limit": 3, "category": "granos"})).json()
    second = (
        await client.get(
            "/v1/catalogue", params={"limit": 3, "category": "granos", "cursor": first["next_cursor"]}
        )
    ).json()
    offered = (await client.get("/v1/catalogue", params={"offered": "true"})).json()

    assert [item["name"] for item in first["items"] + second["items"]] == names
    assert reads.reads == 1
    assert [item["name"] for item in offered["items"]] == ["Quinua"]
