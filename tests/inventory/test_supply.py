from datetime import timedelta

from app.inventory import queries, rules
from app.inventory.models import LotStatus
from app.kernel.db import Database
from tests.client import Client
from tests.factories import inventory, people, products, seals
from tests.factories.inventory import MONDAY

DUE = MONDAY + timedelta(weeks=4)


async def _supply(db: Database, product, *producers, due_on=DUE):
    return await queries.supply_for(
        db, product_ids=[product], producer_ids=producers, due_on=due_on, today=MONDAY
    )


async def test_supply_states_the_terms_of_each_lot(db: Database) -> None:
    producer, product = await people.organisation(db), await products.product(db, variants=("roja",))
    for code, until in (("spg", DUE), ("organico", DUE), ("justo", DUE - timedelta(days=1))):
        await seals.grant(db, producer, await seals.scheme(db, code), valid_until=until)
    lot = await inventory.lot(
        db,
        producer,
        product,
        5_000,
        variant="roja",
        reserved_base=0,
        pack_base=500,
        price_minor=750,
        expires_on=MONDAY + timedelta(days=30),
        grade=2,
        seals=("spg", "organico", "justo"),
    )

    assert await _supply(db, product, producer) == [
        {
            "source": str(lot),
            "lot_id": lot,
            "week_on": None,
            "bucket": None,
            "producer_id": producer,
            "product_id": product,
            "variant": "roja",
            "free_base": 5_000,
            "pack_base": 500,
            "price_minor": 750,
            "currency": "PEN",
            "ready_day": rules.day_number(MONDAY),
            "expiry_day": rules.day_number(MONDAY) + 30,
            "seals": ["organico", "spg"],
            "grade": 2,
            "point_id": None,
            "version": 1,
            "kind": "stock",
        }
    ]


async def test_supply_leaves_out_what_nobody_can_take(db: Database) -> None:
    ours, theirs = await people.organisation(db), await people.organisation(db, "Otro")
    product, other = await products.product(db), await products.product(db, "Kiwicha")
    taken = await inventory.lot(db, ours, product, 10)
    await inventory.lot(db, ours, product, 10, status=LotStatus.PAUSED)
    await inventory.lot(db, ours, product, 0)
    await inventory.lot(db, ours, other, 10)
    await inventory.lot(db, theirs, product, 10)

    assert [row["lot_id"] for row in await _supply(db, product, ours)] == [taken]
    assert await _supply(db, product) == []


async def test_supply_of_a_capacity_is_its_weeks_after_notice_and_before_the_day(db: Database) -> None:
    producer = await people.organisation(db)
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    loom = await inventory.capacity(db, producer, notice_weeks=1, per_week_base=10)
    lot = await inventory.capacity_lot(db, producer, scarf, loom)
    second, third = MONDAY + timedelta(weeks=1), MONDAY + timedelta(weeks=2)

    found = await _supply(db, scarf, producer, due_on=third + timedelta(days=6))
    later = found[2:]
    found = found[:2]

    assert [(row["source"], row["free_base"], row["bucket"], row["kind"]) for row in found] == [
        (f"{lot}@{second}", 10, None, "capacity"),
        (f"{lot}@{third}", 10, None, "capacity"),
    ]
    assert [row["ready_day"] for row in found] == [rules.day_number(second) + 6, rules.day_number(third) + 6]
    shorter = await _supply(db, scarf, producer, due_on=third + timedelta(days=5))
    assert [row["week_on"] for row in shorter][:2] == [second, third]  # the third is not ready by then
    assert [row["week_on"] for row in later] == [MONDAY + timedelta(weeks=week) for week in range(3, 10)]
    assert min(row["ready_day"] for row in later) > rules.day_number(third + timedelta(days=6))


async def test_supply_names_the_bucket_that_products_share(db: Database) -> None:
    producer = await people.organisation(db)
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    poncho = await products.product(db, "Poncho", base_unit="H87", unit="H87", price_unit_base=1)
    loom = await inventory.capacity(db, producer)
    for product in (scarf, poncho):
        await inventory.capacity_lot(db, producer, product, loom)
    due = MONDAY + timedelta(weeks=1, days=6)

    both = await queries.supply_for(
        db, product_ids=[scarf, poncho], producer_ids=[producer], due_on=due, today=MONDAY
    )
    alone = await _supply(db, scarf, producer, due_on=due)

    assert {row["bucket"] for row in both} == {f"{loom}@{row['week_on']}" for row in alone}
    assert {row["bucket"] for row in alone} == {None}


async def test_a_revoked_seal_makes_what_was_planned_with_it_stale(db: Database, client: Client) -> None:
    producer, product = await people.organisation(db), await products.product(db)
    certifier = await seals.certifier(db)
    grant = await seals.grant(db, producer, await seals.scheme(db), issuer_id=certifier)
    sealed = await inventory.lot(db, producer, product, 5_000, seals=("organico",))
    plain = await inventory.lot(db, producer, product, 5_000)
    inspector = client.signed_in((await people.member(db, certifier)).token)
    planned = await _supply(db, product, producer)

    revoked = await inspector.post(f"/v1/seal-grants/{grant}/revocation", json={"reason": "Ya no se cumple"})

    grower = client.signed_in((await people.member(db, producer)).token)
    shown = (await grower.get(f"/v1/lots/{sealed}")).json()

    assert revoked.status_code == 200, revoked.text
    assert shown["seals"] == []
    assert {row["lot_id"]: (row["version"], row["seals"]) for row in planned} == {
        sealed: (1, ["organico"]),
        plain: (1, []),
    }
    assert {
        row["lot_id"]: (row["version"], row["seals"]) for row in await _supply(db, product, producer)
    } == {
        sealed: (2, []),
        plain: (1, []),
    }
