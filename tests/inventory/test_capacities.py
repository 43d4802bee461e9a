from datetime import timedelta
from uuid import UUID

from app.inventory import service
from app.inventory.service import Take
from app.kernel.db import Database
from app.kernel.ids import uuid7
from tests.client import Client, problem
from tests.factories import inventory, people, products
from tests.factories.inventory import MONDAY
from tests.inventory.stock import broken

NEXT = MONDAY + timedelta(weeks=1)


async def _weaver(client: Client, db: Database) -> tuple[Client, UUID]:
    group = await people.organisation(db)
    return client.signed_in((await people.member(db, group)).token), group


def _loom(group: UUID, **more) -> dict:
    return {"producer": str(group), "name": "telar", "per_week": {"value": "12", "unit": "H87"}} | more


async def _hold(db: Database, lot: UUID, week, quantity: int) -> None:
    async with db.tx() as tx:
        take = Take(lot, week, quantity, uuid7(), 800)
        await service.reserve(tx, [take], holder_kind="allocation", now=people.LONG_AGO)


async def test_a_capacity_has_half_a_year_of_weeks(client: Client, db: Database) -> None:
    weaver, group = await _weaver(client, db)

    created = await weaver.post("/v1/capacities", json=_loom(group))

    found = created.json()
    assert created.status_code == 201, created.text
    assert len(found.pop("weeks")) == 26
    assert found == {
        "id": found["id"],
        "producer_id": str(group),
        "name": "telar",
        "per_week": {"value": "12", "unit": "H87"},
        "notice_weeks": 1,
        "version": 1,
        "actions": ["update", "take_week_off"],
    }
    listed = (await weaver.get("/v1/capacities")).json()["items"]
    assert [item["id"] for item in listed] == [found["id"]]
    assert problem(await weaver.post("/v1/capacities", json=_loom(group))) == (409, "capacity_name_taken")


async def test_a_lot_made_on_order_has_a_capacity_of_its_own_or_shares_one(
    client: Client, db: Database
) -> None:
    weaver, group = await _weaver(client, db)
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    loom = (await weaver.post("/v1/capacities", json=_loom(group))).json()["id"]
    body = {
        "producer": str(group),
        "product": str(scarf),
        "kind": "capacity",
        "price": {"amount": "56", "currency": "PEN", "per": {"value": "1", "unit": "H87"}},
    }

    own = await weaver.post(
        "/v1/lots", json=body | {"per_week": {"value": "1", "unit": "DZN"}, "notice_weeks": 2}
    )
    shared = await weaver.post("/v1/lots", json=body | {"capacity": loom})
    both = await weaver.post(
        "/v1/lots", json=body | {"capacity": loom, "per_week": {"value": "1", "unit": "H87"}}
    )
    grams = await products.product(db)
    other = await weaver.post("/v1/lots", json=body | {"capacity": loom, "product": str(grams)})

    assert (own.status_code, shared.status_code) == (201, 201), own.text
    assert (own.json()["per_week"], own.json()["notice_weeks"]) == ({"value": "12", "unit": "H87"}, 2)
    assert shared.json()["capacity_id"] == loom
    assert shared.json()["available"] == {"value": "0", "unit": "H87"}
    assert shared.json()["actions"] == ["update", "close"]
    assert [e["code"] for e in both.json()["errors"]] == ["capacity_or_per_week"]
    assert [e["code"] for e in other.json()["errors"]] == ["price_not_exact"] or problem(other)[0] == 422
    moved = await weaver.post(
        f"/v1/lots/{shared.json()['id']}/movements",
        json={"reason": "received", "quantity": {"value": "1", "unit": "H87"}},
        headers={"idempotency-key": "k"},
    )
    assert problem(moved) == (409, "made_on_order")


async def test_a_new_amount_holds_for_weeks_to_come_and_keeps_what_is_promised(
    client: Client, db: Database
) -> None:
    weaver, group = await _weaver(client, db)
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    loom = await inventory.capacity(db, group, per_week_base=10, weeks=3)
    lot = await inventory.capacity_lot(db, group, scarf, loom)
    await _hold(db, lot, NEXT, 8)

    changed = await weaver.patch(
        f"/v1/capacities/{loom}",
        json={"per_week": {"value": "5", "unit": "H87"}},
        headers={"if-match": '"1-es.abc"'},
    )

    weeks = [(w["available"]["value"], w["reserved"]["value"]) for w in changed.json()["weeks"]]
    assert weeks == [("5", "0"), ("8", "8"), ("5", "0")]
    assert await broken(db) == []


async def test_a_week_off_offers_nothing_unless_something_is_promised(client: Client, db: Database) -> None:
    weaver, group = await _weaver(client, db)
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    loom = await inventory.capacity(db, group, per_week_base=10, weeks=3)
    lot = await inventory.capacity_lot(db, group, scarf, loom)
    await _hold(db, lot, NEXT, 1)
    path = f"/v1/capacities/{loom}/weeks"

    off = await weaver.put(f"{path}/{MONDAY}", json={"is_off": True})
    promised = await weaver.put(f"{path}/{NEXT}", json={"is_off": True})
    back = await weaver.put(f"{path}/{MONDAY}", json={"is_off": False})
    tuesday = await weaver.put(f"{path}/{MONDAY + timedelta(days=1)}", json={"is_off": True})

    assert off.json()["weeks"][0] == {
        "week_on": "2026-03-02",
        "available": {"value": "0", "unit": "H87"},
        "reserved": {"value": "0", "unit": "H87"},
        "free": {"value": "0", "unit": "H87"},
        "is_off": True,
    }
    assert problem(promised) == (409, "week_reserved")
    assert back.json()["weeks"][0]["available"]["value"] == "10"
    second = back.json()["weeks"][1]
    assert [second[name]["value"] for name in ("available", "reserved", "free")] == ["10", "1", "9"]
    assert problem(tuesday) == (422, "invalid")


async def test_capacities_are_for_their_group_and_its_networks(client: Client, db: Database) -> None:
    _, group = await _weaver(client, db)
    loom = await inventory.capacity(db, group)
    network = await people.network(db)
    await people.affiliate(db, group, network, answer_for=False)
    watcher = client.signed_in((await people.member(db, network)).token)
    stranger = client.signed_in((await people.person(db, "Ana")).token)

    seen = await watcher.get(f"/v1/capacities/{loom}")

    assert (seen.status_code, seen.json()["actions"]) == (200, [])
    assert problem(await watcher.put(f"/v1/capacities/{loom}/weeks/{NEXT}", json={"is_off": True})) == (
        403,
        "forbidden",
    )
    assert problem(await stranger.get(f"/v1/capacities/{loom}")) == (404, "not_found")
    assert problem(await stranger.post("/v1/capacities", json=_loom(group))) == (403, "forbidden")


async def test_week_is_named_by_its_monday(client: Client, db: Database) -> None:
    weaver, group = await _weaver(client, db)
    loom = (await weaver.post("/v1/capacities", json=_loom(group))).json()["id"]

    path = f"/v1/capacities/{loom}/weeks/{NEXT + timedelta(days=2)}"
    refused = await weaver.put(path, json={"is_off": True})

    assert refused.json()["errors"] == [
        {
            "pointer": "path/week_on",
            "code": "not_a_monday",
            "message": f"Cada semana se nombra por su lunes: {NEXT}.",
        }
    ]
