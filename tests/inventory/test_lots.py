from uuid import UUID, uuid4

import pytest

from app.inventory import queries, service
from app.inventory.service import Take
from app.kernel import ids, journal
from app.kernel.db import Database
from app.people.models import Role
from tests.client import Client, problem
from tests.counting import counted_reads
from tests.factories import inventory, people, places, products, seals
from tests.inventory.stock import broken, quantities

PRICE = {"amount": "8.00", "currency": "PEN", "per": {"value": "1", "unit": "KGM"}}


async def _seller(client: Client, db: Database) -> tuple[Client, UUID]:
    group = await people.organisation(db)
    return client.signed_in((await people.member(db, group, Role.SELLER)).token), group


def _made_offline(number: int) -> str:
    """A UUIDv7 of 1 January 2026."""
    return str(UUID(int=int(people.LONG_AGO.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62 | number))


def _lot(producer: UUID, product: UUID, **more) -> dict:
    return {
        "producer": str(producer),
        "product": str(product),
        "quantity": {"value": "10", "unit": "arroba"},
        "price": PRICE,
    } | more


async def _post(caller: Client, path: str, body: dict):
    return await caller.post(path, json=body, headers={"idempotency-key": str(uuid4())})


async def _hold(db: Database, lot: UUID, quantity: int) -> UUID:
    holder = ids.uuid7()
    async with db.tx() as tx:
        await service.reserve(
            tx, [Take(lot, None, quantity, holder, 800)], holder_kind="allocation", now=people.LONG_AGO
        )
    return holder


async def test_a_lot_needs_only_product_quantity_and_price(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    product = await products.product(db)

    created = await seller.post("/v1/lots", json=_lot(group, product))

    assert created.status_code == 201, created.text
    lot = created.json()
    assert lot == {
        "id": lot["id"],
        "producer_id": str(group),
        "producer_name": "Grupo Sumaq Tika",
        "product_id": str(product),
        "product_code": "quinua-blanca",
        "product_name": "Quinua blanca",
        "variant": None,
        "code": lot["code"],
        "kind": "stock",
        "status": "open",
        "price": PRICE,
        "pack": {"value": "0.001", "unit": "KGM"},
        "available": {"value": "115", "unit": "KGM"},
        "reserved": {"value": "0", "unit": "KGM"},
        "free": {"value": "115", "unit": "KGM"},
        "capacity_id": None,
        "per_week": None,
        "notice_weeks": None,
        "ready_on": "2026-03-02",
        "expires_on": None,
        "grade": None,
        "point_id": None,
        "seals": [],
        "note": "",
        "is_demo": False,
        "actions": ["update", "move", "close"],
        "version": 1,
        "created_at": "2026-03-02T15:00:00Z",
        "updated_at": "2026-03-02T15:00:00Z",
    }
    assert (await seller.get(f"/v1/lots/{lot['id']}")).json() == lot
    moved = (await seller.get(f"/v1/lots/{lot['id']}/movements")).json()["items"]
    assert [(m["reason"], m["delta"]) for m in moved] == [("received", {"value": "115", "unit": "KGM"})]
    assert await broken(db) == []


async def test_a_pledge_in_days_with_seal_pack_and_price_per_arroba(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    product = await products.product(db, variants=("roja",), step_base=500)
    await seals.grant(db, group, await seals.scheme(db, "organico"))
    body = _lot(
        group,
        product,
        id=_made_offline(1),
        code="GRA-1",
        kind="pledged",
        variant="roja",
        price={"amount": "92.00", "currency": "PEN", "per": {"value": "1", "unit": "arroba"}},
        pack={"value": "0.5", "unit": "KGM"},
        ready_in_days=60,
        expires_in_days=400,
        seals=["organico"],
        grade=2,
    )

    created = (await seller.post("/v1/lots", json=body)).json()

    shown = {key: created[key] for key in ("id", "code", "kind", "variant", "price", "pack", "seals")}
    assert shown == {
        "id": body["id"],
        "code": "GRA-1",
        "kind": "pledged",
        "variant": "roja",
        "price": PRICE,
        "pack": {"value": "0.5", "unit": "KGM"},
        "seals": ["organico"],
    }
    assert (created["ready_on"], created["expires_on"]) == ("2026-05-01", "2027-04-06")
    assert created["actions"] == ["update", "move", "harvest", "close"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"quantity": {"value": "0", "unit": "KGM"}}, "#/quantity", "zero"),
        ({"quantity": {"value": "-5", "unit": "KGM"}}, "#/quantity", "negative"),
        ({"quantity": {"value": "999999999999", "unit": "KGM"}}, "#/quantity", "too_large"),
        ({"quantity": {"value": "1.2", "unit": "KGM"}}, "#/quantity", "not_a_multiple"),
        ({"quantity": {"value": "3", "unit": "H87"}}, "#/quantity", "other_measure"),
        ({"quantity": {"value": "3", "unit": "saco"}}, "#/quantity", "no_factor"),
        ({"quantity": {"value": "3", "unit": "zzz"}}, "#/quantity", "unknown_unit"),
        ({"quantity": None}, "#/quantity", "missing"),
        ({"price": PRICE | {"amount": "8.001"}}, "#/price", "too_many_decimals"),
        ({"price": PRICE | {"amount": "0"}}, "#/price/amount", "zero"),
        ({"price": PRICE | {"currency": "XXX"}}, "#/price", "unknown_currency"),
        ({"price": PRICE | {"per": {"value": "3", "unit": "KGM"}}}, "#/price", "price_not_exact"),
        ({"pack": {"value": "0.7", "unit": "KGM"}}, "#/pack", "not_a_multiple"),
        ({"variant": "azul"}, "#/variant", "no_variants"),
        ({"point": "0198c0de-0000-7000-8000-000000000000"}, "#/point", "unknown_place"),
        ({"seals": ["organico"]}, "#/seals/0", "seal_not_held"),
        ({"product": str(UUID(int=7))}, "#/product", "unknown_product"),
        ({"ready_on": "2026-03-09", "ready_in_days": 7}, "#/ready_in_days", "one_of_two"),
        ({"ready_on": "2026-03-09", "expires_on": "2026-03-08"}, "#/expires_on", "expires_before_ready"),
        ({"per_week": {"value": "3", "unit": "KGM"}}, "#/per_week", "only_for_capacity"),
        ({"kind": "capacity"}, "#/quantity", "not_for_capacity"),
        ({"id": str(uuid4())}, "#/id", "uuid_version"),
        ({"colour": "x"}, "#/colour", "extra_forbidden"),
    ],
)
async def test_what_is_wrong_with_a_lot_is_named(
    client: Client, db: Database, change: dict, pointer: str, code: str
) -> None:
    seller, group = await _seller(client, db)
    product = await products.product(db, step_base=500)

    refused = await seller.post("/v1/lots", json=_lot(group, product) | change)

    assert problem(refused) == (422, "invalid")
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in refused.json()["errors"]}
    assert (await seller.get("/v1/lots")).json()["items"] == []


async def test_lot_is_handed_over_at_a_place_that_exists(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    point = str(await places.place(db, group))
    made = await seller.post("/v1/lots", json=_lot(group, await products.product(db), point=point))
    path = f"/v1/lots/{made.json()['id']}"

    nowhere = await seller.patch(path, json={"point": str(UUID(int=7))}, headers={"if-match": '"1"'})
    unsaid = await seller.patch(path, json={"note": "Seca"}, headers={"if-match": '"1"'})
    none = await seller.patch(path, json={"point": None}, headers={"if-match": '"2"'})
    free = await seller.patch(path, json={"price": None}, headers={"if-match": '"3"'})

    assert [(each["pointer"], each["code"]) for each in free.json()["errors"]] == [("#/price", "missing")]
    assert nowhere.json()["errors"] == [
        {"pointer": "#/point", "code": "unknown_place", "message": "Ese lugar no existe. Vea /v1/places."}
    ]
    assert (made.json()["point_id"], unsaid.json()["point_id"], none.json()["point_id"]) == (
        point,
        point,
        None,
    )


async def test_codes_and_ids_are_taken_once(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    product = await products.product(db)
    first = _lot(group, product, code="GRA-1", id=_made_offline(1))
    await seller.post("/v1/lots", json=first)

    same_code = await seller.post("/v1/lots", json=first | {"id": _made_offline(2)})
    same_id = await seller.post("/v1/lots", json=first | {"code": "GRA-2"})

    assert problem(same_code) == (409, "lot_code_taken")
    assert problem(same_id) == (409, "id_taken")


async def test_lots_are_seen_by_their_group_and_the_networks_it_lets(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    other = await people.organisation(db, "Otro grupo")
    product = await products.product(db)
    lot = await inventory.lot(db, group, product)
    foreign = await inventory.lot(db, other, product)
    answering, watching = await people.network(db), await people.network(db, "Red que mira")
    await people.affiliate(db, group, answering)
    await people.affiliate(db, group, watching, answer_for=False)
    secretary = client.signed_in((await people.member(db, answering)).token)
    watcher = client.signed_in((await people.member(db, watching)).token)
    buyer = client.signed_in((await people.person(db, "Ana")).token)
    administrator = client.signed_in((await people.person(db, is_admin=True)).token)

    seen = {
        name: [item["id"] for item in (await caller.get("/v1/lots")).json()["items"]]
        for name, caller in {
            "seller": seller,
            "secretary": secretary,
            "watcher": watcher,
            "buyer": buyer,
            "administrator": administrator,
        }.items()
    }

    assert seen == {
        "seller": [str(lot)],
        "secretary": [str(lot)],
        "watcher": [str(lot)],
        "buyer": [],
        "administrator": [str(lot), str(foreign)],
    }
    assert problem(await buyer.get(f"/v1/lots/{lot}")) == (404, "not_found")
    assert problem(await seller.get(f"/v1/lots/{foreign}")) == (404, "not_found")
    assert problem(await client.get("/v1/lots")) == (401, "sign_in_required")
    assert (await watcher.get(f"/v1/lots/{lot}")).json()["actions"] == []
    assert problem(
        await watcher.patch(f"/v1/lots/{lot}", json={"note": "x"}, headers={"if-match": '"1-es"'})
    ) == (
        403,
        "forbidden",
    )
    assert problem(await buyer.post("/v1/lots", json=_lot(group, product))) == (403, "forbidden")
    assert (await secretary.post("/v1/lots", json=_lot(group, product))).status_code == 201


async def test_a_list_goes_page_by_page_with_as_many_reads_for_three_as_for_one(
    client: Client, db: Database
) -> None:
    seller, group = await _seller(client, db)
    product = await products.product(db)
    lots = [str(await inventory.lot(db, group, product))]
    await seller.get("/v1/lots")
    with counted_reads() as one:
        await seller.get("/v1/lots")
    lots += [str(await inventory.lot(db, group, product, kind="pledged")) for _ in range(2)]
    with counted_reads() as three:
        first = (await seller.get("/v1/lots", params={"limit": 2})).json()
    second = (await seller.get("/v1/lots", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    pledged = (await seller.get("/v1/lots", params={"kind": "pledged", "producer": str(group)})).json()

    assert [item["id"] for item in first["items"] + second["items"]] == lots
    assert second["next_cursor"] is None
    assert one.reads == three.reads
    assert [item["id"] for item in pledged["items"]] == lots[1:]


async def test_terms_change_with_the_version_that_was_read(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    lot = await inventory.lot(db, group, await products.product(db), grade=2)
    path = f"/v1/lots/{lot}"
    change = {"price": PRICE | {"amount": "9.50"}, "expires_in_days": 10, "grade": None, "status": "paused"}

    assert problem(await seller.patch(path, json=change)) == (428, "version_required")
    changed = await seller.patch(path, json=change, headers={"if-match": '"1-es.100.0"'})
    stale = await seller.patch(path, json=change, headers={"if-match": '"1-es"'})

    assert changed.status_code == 200, changed.text
    found = changed.json()
    assert (found["price"]["amount"], found["expires_on"], found["grade"]) == ("9.50", "2026-03-12", None)
    assert (found["status"], found["version"]) == ("paused", 2)
    assert problem(stale) == (412, "stale_version")


async def test_an_etag_is_another_one_when_something_is_held(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    lot = await inventory.lot(db, group, await products.product(db))
    before = (await seller.get(f"/v1/lots/{lot}")).headers["etag"]
    unchanged = await seller.get(f"/v1/lots/{lot}", headers={"if-none-match": before})

    await _hold(db, lot, 1_000)
    after = await seller.get(f"/v1/lots/{lot}", headers={"if-none-match": before})

    assert (unchanged.status_code, after.status_code) == (304, 200)
    assert after.json()["free"] == {"value": "99", "unit": "KGM"}
    assert after.json()["version"] == 1


async def test_stock_comes_goes_and_is_counted(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    lot = await inventory.lot(db, group, await products.product(db), 100_000)
    path = f"/v1/lots/{lot}/movements"

    for reason, field, value, available in (
        ("received", "quantity", "2", "102"),
        ("sold", "quantity", "12", "90"),
        ("spoiled", "quantity", "0.5", "89.5"),
        ("correction", "counted", "80", "80"),
        ("correction", "counted", "0", "0"),
    ):
        moved = await _post(seller, path, {"reason": reason, field: {"value": value, "unit": "KGM"}})
        assert moved.status_code == 201, moved.text
        assert moved.json()["available"]["value"] == available

    first = (await seller.get(path, params={"limit": 4})).json()
    second = (await seller.get(path, params={"cursor": first["next_cursor"]})).json()
    deltas = [(item["reason"], item["delta"]["value"]) for item in first["items"] + second["items"]]
    assert deltas == [
        ("received", "100"),
        ("received", "2"),
        ("sold", "-12"),
        ("spoiled", "-0.5"),
        ("correction", "-9.5"),
        ("correction", "-80"),
    ]
    assert await broken(db) == []


async def test_what_is_held_is_never_cut(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    lot = await inventory.lot(db, group, await products.product(db), 100_000)
    await _hold(db, lot, 70_000)

    refused = await _post(
        seller,
        f"/v1/lots/{lot}/movements",
        {"reason": "sold", "quantity": {"value": "30.001", "unit": "KGM"}},
    )

    assert problem(refused) == (409, "lot_reserved")
    assert refused.json()["free"] == {"value": "30", "unit": "KGM"}
    assert "30 kg" in refused.json()["detail"]
    assert await quantities(db, lot) == (100_000, 70_000)


@pytest.mark.parametrize(
    ("values", "body", "expected"),
    [
        (
            {"kind": "stock"},
            {"reason": "harvested", "counted": {"value": "1", "unit": "KGM"}},
            (409, "not_pledged"),
        ),
        (
            {"status": "closed"},
            {"reason": "sold", "quantity": {"value": "1", "unit": "KGM"}},
            (409, "lot_closed"),
        ),
        ({}, {"reason": "sold", "counted": {"value": "1", "unit": "KGM"}}, (422, "invalid")),
        ({}, {"reason": "correction", "quantity": {"value": "1", "unit": "KGM"}}, (422, "invalid")),
        ({}, {"reason": "correction", "counted": {"value": "100", "unit": "KGM"}}, (422, "invalid")),
        ({}, {"reason": "delivered", "quantity": {"value": "1", "unit": "KGM"}}, (422, "invalid")),
    ],
)
async def test_movements_that_make_no_sense_are_refused(
    client: Client, db: Database, values: dict, body: dict, expected: tuple
) -> None:
    seller, group = await _seller(client, db)
    lot = await inventory.lot(db, group, await products.product(db), **values)

    assert problem(await _post(seller, f"/v1/lots/{lot}/movements", body)) == expected
    assert await quantities(db, lot) == (100_000, 0)


async def test_a_movement_needs_a_key_and_has_one_effect(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    lot = await inventory.lot(db, group, await products.product(db), 100_000)
    path = f"/v1/lots/{lot}/movements"
    body = {"reason": "received", "quantity": {"value": "1", "unit": "KGM"}}

    without = await seller.post(path, json=body)
    for _ in range(2):
        await seller.post(path, json=body, headers={"idempotency-key": "the-same"})

    assert problem(without) == (400, "idempotency_key_required")
    assert await quantities(db, lot) == (101_000, 0)


async def test_a_harvest_makes_the_pledge_stock(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    ready = inventory.MONDAY.replace(month=5)
    lot = await inventory.lot(db, group, await products.product(db), kind="pledged", ready_on=ready)

    weighed = await _post(
        seller,
        f"/v1/lots/{lot}/movements",
        {"reason": "harvested", "counted": {"value": "112", "unit": "KGM"}},
    )

    found = weighed.json()
    assert (found["kind"], found["ready_on"], found["available"]["value"], found["version"]) == (
        "stock",
        "2026-03-02",
        "112",
        2,
    )
    assert await broken(db) == []


async def test_a_poor_harvest_is_refused_unless_somebody_lowers_the_shares_first(
    client: Client, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller, group = await _seller(client, db)
    lot = await inventory.lot(db, group, await products.product(db), kind="pledged")
    holder = await _hold(db, lot, 80_000)
    path, body = (
        f"/v1/lots/{lot}/movements",
        {"reason": "harvested", "counted": {"value": "50", "unit": "KGM"}},
    )
    told = []

    async def lower(tx, happening) -> None:
        told.append(happening.facts)
        await service.lower(
            tx, holder, to_base=50_000, now=happening.at, why="poor harvest", first_from=happening.subject_id
        )

    refused = await _post(seller, path, body)
    monkeypatch.setitem(journal._REACTIONS, "lot.harvested", (lower,))
    weighed = await _post(seller, path, body)

    assert problem(refused) == (409, "lot_reserved")
    assert weighed.status_code == 201, weighed.text
    assert [(fact["weighed_base"], fact["short_base"]) for fact in told] == [(50_000, 30_000)]
    assert await quantities(db, lot) == (50_000, 50_000)
    assert await broken(db) == []


async def test_a_closed_lot_is_not_offered_and_can_be_opened_again(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    product = await products.product(db)
    lot = await inventory.lot(db, group, product)
    await _hold(db, lot, 1_000)

    closed = await seller.post(f"/v1/lots/{lot}/closure")
    again = await seller.post(f"/v1/lots/{lot}/closure")
    opened = await seller.patch(f"/v1/lots/{lot}", json={"status": "open"}, headers={"if-match": '"2-es"'})

    assert (closed.json()["status"], closed.json()["actions"]) == ("closed", ["update"])
    assert again.json() == closed.json()
    assert (opened.json()["status"], opened.json()["reserved"]["value"]) == ("open", "1")


async def test_a_lot_is_traced_to_its_holders_and_back(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    product = await products.product(db)
    lot, other = await inventory.lot(db, group, product), await inventory.lot(db, group, product)
    holder = await _hold(db, lot, 1_000)
    await _hold(db, other, 2_000)

    found = (await seller.get(f"/v1/lots/{lot}/holders")).json()["items"]
    back = await queries.sources_of(db, [holder])

    assert [(item["holder_id"], item["quantity"]["value"], item["state"]) for item in found] == [
        (str(holder), "1", "live")
    ]
    assert [(row["lot_id"], row["quantity_base"], row["producer_id"]) for row in back] == [
        (lot, 1_000, group)
    ]
