"""The main walk of an order, by its people."""

from app.kernel.db import Database
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import orders


async def test_an_order_is_shared_equally_offered_confirmed_and_complete(
    client: Client, db: Database
) -> None:
    market = await orders.market(client, db)

    order = await market.submitted("90")
    plan = await market.planned(order)
    await market.secretary.post(f"/v1/plans/{plan['id']}/release")
    accepted = await market.accept(order, plan["id"])
    for group in market.groups.values():
        part = (await group.client.get("/v1/allocations")).json()["items"][0]
        answer = await group.client.post(f"/v1/allocations/{part['id']}/confirmation")
        assert answer.json()["state"] == "confirmed", answer.text
    after = (await market.purchaser.get(f"/v1/orders/{order}")).json()

    assert [share["quantity"]["value"] for share in plan["shares"]] == ["30", "30", "30"]
    assert plan["total"] == {"amount": "720.00", "currency": "PEN"}
    assert plan["lines"][0]["level"] == "10 kg"
    assert accepted.status_code == 201, accepted.text
    assert accepted.json()["state"] == "awaiting_producers"
    assert after["state"] == "confirmed"
    assert after["lines"][0]["agreed"] == {"value": "90", "unit": "KGM"}


async def test_the_offer_says_what_a_weaver_understands(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    order = await market.accepted("90")

    board = (await market.secretary.get(f"/v1/orders/{order}/board")).json()
    message = (await market.secretary.get("/v1/messages")).json()["items"][0]
    part = await market.part_of("Ayni")
    read = (await market.groups["Ayni"].client.get(f"/v1/allocations/{part['id']}")).json()

    assert (
        "Pidieron 90 kg de Quinua blanca. Son 9 personas en 3 grupos: 10 kg por persona." in message["text"]
    )
    assert (
        "Ustedes son 3 personas: les tocan 30 kg a S/ 8.00 el kilo = S/ 240.00 para ustedes."
        in message["text"]
    )
    assert board["counts"] == {"offered": 3}
    assert board["rows"][0]["wa_link"].startswith("https://wa.me/51987654321?text=")
    assert read["text"] == "La parte igual para todos: 10 kg por persona."
    assert read["actions"] == ["confirm", "decline"]
    assert [row["quantity"]["value"] for row in read["table"]] == ["30", "30", "30"]


async def test_a_decline_is_repaired_without_touching_a_yes(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    order = await market.accepted("90")
    ayni, inti = await market.part_of("Ayni"), await market.part_of("Inti")
    await market.groups["Ayni"].client.post(f"/v1/allocations/{ayni['id']}/confirmation")

    declined = await market.groups["Inti"].client.post(f"/v1/allocations/{inti['id']}/decline")
    repaired = await market.secretary.post(f"/v1/orders/{order}/repairs")
    board = (await market.secretary.get(f"/v1/orders/{order}/board")).json()

    assert declined.json()["state"] == "declined"
    assert repaired.status_code == 201, repaired.text
    assert repaired.json()["state"] == "awaiting_producers"
    assert [(r["producer"]["name"], r["state"], r["quantity"]["value"]) for r in board["rows"]] == [
        ("Grupo Ayni", "confirmed", "30"),
        ("Grupo Ayni", "offered", "15"),
        ("Grupo Inti", "declined", "0"),
        ("Grupo Killa", "offered", "30"),
        ("Grupo Killa", "offered", "15"),
    ]


async def test_confirming_less_keeps_that_and_frees_the_rest(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    order = await market.accepted("90")
    part = await market.part_of("Ayni")
    path = f"/v1/allocations/{part['id']}/confirmation"
    ayni = market.groups["Ayni"].client

    less = await ayni.post(path, json={"quantity": {"value": "20", "unit": "KGM"}})
    same = await ayni.post(path, json={"quantity": {"value": "20", "unit": "KGM"}})
    more = await ayni.post(path, json={"quantity": {"value": "31", "unit": "KGM"}})
    read = (await market.purchaser.get(f"/v1/orders/{order}")).json()

    assert (less.json()["state"], less.json()["amount"]["amount"]) == ("partially_confirmed", "160.00")
    assert same.json()["version"] == less.json()["version"]
    assert problem(more) == (422, "more_than_offered")
    assert read["lines"][0]["missing"] == {"value": "10", "unit": "KGM"}


async def test_the_coordinating_organisations_changes_stand_in_the_plan(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    order = await market.submitted("90")
    first = await market.planned(order)

    plan = await market.planned(
        order,
        changes=[
            {
                "act": "leave_out",
                "producer": str(market.groups["Ayni"].id),
                "reason": "Este mes ya entregan otro pedido grande",
            }
        ],
    )
    forbidden = await market.purchaser.post(f"/v1/orders/{order}/plans", json={"changes": []})
    inherited = (await market.purchaser.post(f"/v1/orders/{order}/plans")).json()

    assert plan["replaces_id"] == first["id"]
    assert [(s["producer"]["name"], s["quantity"]["value"]) for s in plan["shares"]] == [
        ("Grupo Inti", "45"),
        ("Grupo Killa", "45"),
    ]
    assert plan["left_out"][0]["producer"]["name"] == "Grupo Ayni"
    assert plan["changes"][0]["reason"] == "Este mes ya entregan otro pedido grande"
    assert problem(forbidden) == (403, "forbidden")
    assert inherited["lines"][0]["fill"] == {"value": "90", "unit": "KGM"}
    assert {inherited[name] for name in ("shares", "left_out", "changes")} == {None}
    reviewed = (await market.secretary.get(f"/v1/plans/{inherited['id']}")).json()
    assert reviewed["changes"] == plan["changes"]


async def test_a_plan_that_is_not_the_newest_is_refused_with_its_successor(
    client: Client, db: Database
) -> None:
    market = await orders.market(client, db)
    order = await market.submitted()
    old = await market.released(order)
    new = await market.released(order)

    refused = await market.accept(order, old)

    assert problem(refused) == (409, "plan_not_newest")
    assert refused.json()["newest_plan_id"] == new


async def test_an_empty_plan_says_which_condition_to_relax(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    ceiling = {"amount": "7.00", "currency": "PEN", "per": {"value": "1", "unit": "KGM"}}
    order = await market.submitted("90", max_price=ceiling)

    plan = await market.released(order)
    read = (await market.purchaser.get(f"/v1/plans/{plan}")).json()

    assert read["lines"][0]["fill"] == {"value": "0", "unit": "KGM"}
    assert read["lines"][0]["relaxations"] == [
        {
            "condition": "price_above_max",
            "adds": {"value": "90", "unit": "KGM"},
            "text": "Si sube el precio máximo a S/ 8.00 el kilo, se suman 90 kg.",
        }
    ]
    assert problem(await market.accept(order, plan)) == (409, "empty_plan")


async def test_offers_expire_when_told_and_close_as_not_told_when_not(
    client: Client, db: Database, clock: MovableClock
) -> None:
    from app import wiring
    from app.kernel import jobs

    market = await orders.market(client, db)
    order = await market.accepted("90")
    rows = (await market.secretary.get(f"/v1/orders/{order}/board")).json()["rows"]
    await market.secretary.post(f"/v1/messages/{rows[0]['message_id']}/sent", json={"channel": "whatsapp"})

    clock.advance(days=4)
    await jobs.run_due(db, wiring.JOBS, clock())
    board = (await market.secretary.get(f"/v1/orders/{order}/board")).json()

    # whoever was not told is asked again: it counts against nobody
    assert board["counts"] == {"expired": 1, "not_told": 2, "offered": 2}
    assert board["state"] == "awaiting_producers"


async def test_a_late_yes_counts_while_the_amount_is_free(
    client: Client, db: Database, clock: MovableClock
) -> None:
    from app import wiring
    from app.kernel import jobs

    market = await orders.market(client, db)
    order = await market.accepted("90")
    for group in ("Ayni", "Inti"):
        part = await market.part_of(group)
        await market.groups[group].client.post(f"/v1/allocations/{part['id']}/confirmation")
    late = await market.part_of("Killa")
    clock.advance(days=4)
    await jobs.run_due(db, wiring.JOBS[:2], clock())

    answer = await market.groups["Killa"].client.post(f"/v1/allocations/{late['id']}/confirmation")

    assert answer.json()["state"] == "confirmed", answer.text
    assert (await market.purchaser.get(f"/v1/orders/{order}")).json()["state"] == "confirmed"


async def test_cancelling_after_a_yes_needs_the_coordinating_organisation(
    client: Client, db: Database
) -> None:
    market = await orders.market(client, db)
    order = await market.accepted("90")
    part = await market.part_of("Ayni")
    await market.groups["Ayni"].client.post(f"/v1/allocations/{part['id']}/confirmation")
    reason = {"reason": "El barco no sale"}

    refused = await market.purchaser.post(f"/v1/orders/{order}/cancellation", json=reason)
    cancelled = await market.secretary.post(f"/v1/orders/{order}/cancellation", json=reason)
    goodbye = (await market.secretary.get("/v1/messages")).json()["items"]

    assert problem(refused) == (409, "consent_needed")
    assert cancelled.json()["state"] == "cancelled"
    assert [(m["kind"], m["recipient"]["name"]) for m in goodbye if m["state"] == "to_send"] == [
        ("withdrawn", "Grupo Ayni"),
        ("cancelled", "Exportadora Qhatu"),
    ]


async def test_nobody_is_given_more_time_than_there_is_until_delivery(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    order = await market.accepted("90")
    part = await market.part_of("Ayni")
    late = {"in_days": 30, "reason": "Fiesta larga"}

    extended = await market.secretary.post(f"/v1/allocations/{part['id']}/extension", json=late)
    again = await market.submitted("10")
    planned = await market.secretary.post(
        f"/v1/orders/{again}/plans", json={"answer_in_days": 40, "reason": "Fiesta larga"}
    )

    assert extended.json()["errors"][0]["code"] == "after_delivery", order
    assert planned.json()["errors"][0]["code"] == "after_delivery"


async def test_a_group_left_out_reads_the_reason(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    order = await market.submitted("90")
    ayni = str(market.groups["Ayni"].id)

    plan = await market.planned(
        order, changes=[{"act": "leave_out", "producer": ayni, "reason": "Guardan semilla"}]
    )

    assert plan["left_out"][0]["why"].endswith("lo dejó fuera esta vez. Guardan semilla.")


async def test_a_currency_that_nobody_sells_in_is_said(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    created = await market.purchaser.post("/v1/orders", json=market.order("90") | {"currency": "USD"})
    order = created.json()["id"]
    await market.purchaser.post(f"/v1/orders/{order}/submission")

    plan = await market.planned(order)

    assert plan["lines"][0]["fill"]["value"] == "0"
    assert {entry["code"] for entry in plan["left_out"]} == {"currency"}
