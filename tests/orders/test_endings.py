"""How proposals, offers and orders run out of time; more time; holes and who fills them."""

import pytest

from app import wiring
from app.kernel import jobs
from app.kernel.db import Database
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import inventory, orders, products
from tests.inventory.stock import broken, quantities


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


async def _work(db: Database, clock: MovableClock) -> dict[str, int]:
    return await jobs.run_due(db, wiring.JOBS, clock())


async def test_proposal_expires_after_72_hours_and_not_before(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)

    clock.advance(hours=72)
    await _work(db, clock)
    in_time = (await market.read(order))["state"]
    clock.advance(seconds=1)
    await _work(db, clock)
    read = await market.read(order)

    assert in_time == "proposed"
    assert (read["state"], read["actions"]) == ("expired", [])
    assert read["close_reason"] == "La propuesta no se aceptó a tiempo y el pedido terminó."
    assert (await market.secretary.get(f"/v1/plans/{plan}")).json()["state"] == "void"
    assert problem(await market.accept(order, plan)) == (409, "wrong_state")


async def test_proposal_that_waits_for_its_network_does_not_expire(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await market.submitted("90")
    await market.released(order)
    await market.planned(order)  # the one that was released is replaced

    clock.advance(days=30)
    await _work(db, clock)

    assert (await market.read(order))["state"] == "proposed"


async def test_no_offer_expires_before_its_message_was_sent(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await market.accepted("90")
    part = await market.part_of("Ayni")
    await market.secretary.post(
        f"/v1/allocations/{part['id']}/extension", json={"in_days": 5, "reason": "Está de viaje"}
    )  # the cut-off is the last deadline

    clock.advance(days=3)
    await _work(db, clock)
    waiting = await market.board(order)
    clock.advance(days=3)
    await _work(db, clock)

    again = await market.board(order)
    clock.advance(days=3)
    await _work(db, clock)

    assert {state for _, state, _ in waiting} == {"offered"}
    assert [state for _, state, _ in again] == ["not_told", "offered"] * 3  # asked once more
    assert {state for _, state, _ in await market.board(order)} == {"not_told"}
    assert (await market.read(order))["state"] == "expired"


async def test_message_sent_after_the_deadline_does_not_count_as_told(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await market.accepted("90")
    clock.advance(days=4)
    await market.tell_all()

    await _work(db, clock)

    assert {state for _, state, _ in await market.board(order)} == {"not_told", "offered"}


async def test_group_that_was_not_told_is_asked_first_for_the_hole(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await market.accepted("90")
    rows = (await market.secretary.get(f"/v1/orders/{order}/board")).json()["rows"]
    for row in rows[:2]:
        await market.secretary.post(f"/v1/messages/{row['message_id']}/sent", json={"channel": "whatsapp"})
    await market.answer("Ayni")
    await market.answer("Inti")
    clock.advance(days=4)

    await _work(db, clock)

    assert await market.board(order) == [
        ("Grupo Ayni", "confirmed", "30"),
        ("Grupo Inti", "confirmed", "30"),
        ("Grupo Killa", "not_told", "0"),
        ("Grupo Killa", "offered", "30"),
    ]


async def test_a_no_answers_what_was_asked_on_top_of_it(market: orders.Market, db: Database) -> None:
    order = await market.accepted("90")
    await market.answer("Ayni", "decline")
    first = await market.part_of("Inti")
    await market.secretary.post(f"/v1/orders/{order}/repairs")

    await market.groups["Inti"].client.post(f"/v1/allocations/{first['id']}/decline")

    assert [line for line in await market.board(order) if line[0] == "Grupo Inti"] == [
        ("Grupo Inti", "declined", "0"),
        ("Grupo Inti", "declined", "0"),
    ]
    assert await quantities(db, market.groups["Inti"].lot_id) == (100_000, 0)
    assert await broken(db) == []


async def test_deadline_is_inclusive(market: orders.Market, db: Database, clock: MovableClock) -> None:
    order = await market.accepted("90")
    await market.tell_all()

    clock.time = clock.time.fromisoformat("2026-03-05T01:00:00+00:00")
    await _work(db, clock)
    at_the_deadline = await market.board(order)
    clock.advance(seconds=1)
    await _work(db, clock)

    assert {state for _, state, _ in at_the_deadline} == {"offered"}
    assert {state for _, state, _ in await market.board(order)} == {"expired"}


async def test_more_time_ends_in_the_evening_and_is_told(market: orders.Market, clock: MovableClock) -> None:
    await market.accepted("90")
    part = await market.part_of("Ayni")
    path = f"/v1/allocations/{part['id']}/extension"

    extended = await market.secretary.post(path, json={"in_days": 5, "reason": "Está de viaje"})
    earlier = await market.secretary.post(path, json={"in_days": 3, "reason": "Está de viaje"})
    both = await market.secretary.post(
        path, json={"in_days": 3, "until": "2026-03-12T01:00:00Z", "reason": "Está de viaje"}
    )
    by_group = await market.groups["Ayni"].client.post(path, json={"in_days": 9, "reason": "Está de viaje"})
    waiting = (await market.secretary.get("/v1/messages", params={"state": "to_send"})).json()["items"]

    assert extended.json()["answer_until"] == "2026-03-08T01:00:00Z"
    assert earlier.json()["errors"] == [
        {
            "pointer": "#/until",
            "code": "too_early",
            "message": "Debe ser más tarde, después del sábado 7, 8 de la noche.",
        }
    ]
    assert [fault["code"] for fault in both.json()["errors"]] == ["one_deadline"]
    assert problem(by_group) == (403, "forbidden")
    (reminder,) = [message for message in waiting if message["kind"] == "reminder"]
    assert "tienen más tiempo para responder por 30 kg de Quinua blanca. Está de viaje." in reminder["text"]
    assert "Respondan hasta el sábado 7, 8 de la noche: http" in reminder["text"]


async def test_answered_part_needs_no_more_time(market: orders.Market) -> None:
    await market.accepted("90")
    yes = await market.answer("Ayni")

    answer = await market.secretary.post(
        f"/v1/allocations/{yes.json()['id']}/extension", json={"in_days": 5, "reason": "Está de viaje"}
    )

    assert problem(answer) == (409, "wrong_state")


async def test_worker_offers_a_hole_to_the_others_and_leaves_it_when_nobody_can(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await market.accepted("270")
    await market.tell_all()
    await market.answer("Ayni", "decline")
    await _work(db, clock)
    offered = await market.board(order)
    message = [
        each
        for each in (await market.secretary.get("/v1/messages", params={"state": "to_send"})).json()["items"]
        if each["recipient"]["name"] == "Grupo Inti"
    ]

    for group in ("Inti", "Killa"):
        for part in (await market.groups[group].client.get("/v1/allocations")).json()["items"]:
            await market.groups[group].client.post(f"/v1/allocations/{part['id']}/confirmation")
    await _work(db, clock)
    read = await market.read(order)

    assert offered == [
        ("Grupo Ayni", "declined", "0"),
        ("Grupo Inti", "offered", "90"),
        ("Grupo Inti", "offered", "10"),
        ("Grupo Killa", "offered", "90"),
        ("Grupo Killa", "offered", "10"),
    ]
    assert (
        "Además de los 90 kg que ya les tocan, les pedimos 10 kg más a S/ 8.00 el kilo" in message[0]["text"]
    )
    assert message[0]["sms"].startswith("Ademas de los 90 kg, 10 kg mas = S/ 80.00")
    assert read["state"] == "partially_confirmed"
    assert read["lines"][0]["missing"]["value"] == "70"
    assert await broken(db) == []


async def test_network_that_repairs_itself_is_waited_for_until_the_cut_off(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    await market.secretary.put(
        f"/v1/organisations/{market.network}/policy",
        json={"repair_at_once": False},
        headers={"if-match": '"0"'},
    )
    order = await market.accepted("90")
    await market.tell_all()
    await market.answer("Ayni")
    await market.answer("Inti", "decline")
    await market.answer("Killa")

    await _work(db, clock)
    waiting = await market.read(order)
    clock.advance(days=4)
    await _work(db, clock)
    closed = await market.read(order)
    late = await market.secretary.post(f"/v1/orders/{order}/repairs")

    assert waiting["state"] == "awaiting_producers"
    assert (closed["state"], closed["lines"][0]["missing"]["value"]) == ("partially_confirmed", "30")
    assert late.json()["state"] == "awaiting_producers"
    assert len(await market.board(order)) == 5


async def test_order_that_nobody_gives_ends_at_its_cut_off_and_says_so(
    client: Client, market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await market.accepted("90")
    await market.tell_all()
    for group in ("Ayni", "Inti"):
        await market.answer(group, "decline")
    await _work(db, clock)
    before = (await market.read(order))["state"]

    clock.advance(days=4)
    await _work(db, clock)

    over, reason = await market.read(order), "El pedido terminó sin que ningún grupo lo confirmara."
    messages = (await market.secretary.get("/v1/messages", params={"limit": 200})).json()["items"]
    said = {each["recipient"]["name"]: each["text"] for each in messages if each["state"] == "to_send"}
    links = {
        each["recipient"]["name"]: each["text"].rpartition(" ")[2].rpartition("/")[2]
        for each in messages
        if each["kind"] == "offer"
    }
    pages = [(await client.get(f"/r/{links[f'Grupo {name}']}")).text for name in ("Ayni", "Killa")]

    assert before == "awaiting_producers"
    assert (over["state"], over["close_reason"]) == ("expired", reason)
    assert said == {  # who said no waits for nothing
        "Exportadora Qhatu": f"Pedido {over['code']}: {reason} Si todavía lo necesita, puede hacer otro pedido.",
        "Grupo Killa": f"Pedido {over['code']}: {reason} Su parte de Quinua blanca ya no cuenta. Gracias por su tiempo.",
    }
    for page in pages:
        assert "Este pedido terminó." in page
        assert reason in page
        assert "sigue su camino" not in page
        assert "<button" not in page
    assert problem(await market.secretary.post(f"/v1/orders/{order}/repairs")) == (409, "wrong_state")


async def test_new_stock_fills_what_everybody_declined(
    client: Client, db: Database, market: orders.Market, clock: MovableClock
) -> None:
    order = await market.accepted("90")
    for group in market.groups:
        await market.answer(group, "decline")
    await _work(db, clock)
    market.groups["Wayra"] = await orders.group(client, db, market, "Wayra")

    await market.secretary.post(f"/v1/orders/{order}/repairs")
    await market.answer("Wayra")

    assert (await market.read(order))["state"] == "confirmed"


async def test_answers_are_asked_for_before_the_day_of_delivery(
    market: orders.Market, clock: MovableClock
) -> None:
    order = await market.submitted("90", due_in_days=1)
    plan = await market.released(order)

    accepted = await market.accept(order, plan)
    messages = (await market.secretary.get("/v1/messages", params={"state": "to_send"})).json()["items"]
    await market.answer("Ayni", "decline")
    clock.advance(hours=2)
    await market.secretary.post(f"/v1/orders/{order}/repairs")

    assert accepted.json()["cutoff_at"] == "2026-03-03T01:00:00Z"
    assert {each["act_by"] for each in messages if each["kind"] == "offer"} == {"2026-03-03T01:00:00Z"}
    assert (await market.part_of("Inti"))["answer_until"] == "2026-03-03T01:00:00Z"


async def test_plan_is_not_accepted_once_the_day_of_delivery_is_over(
    market: orders.Market, clock: MovableClock
) -> None:
    order = await market.submitted("90", due_in_days=1)
    plan = await market.released(order)
    clock.advance(days=2)

    assert problem(await market.accept(order, plan)) == (409, "plan_expired")


async def test_line_that_is_due_before_anybody_could_answer_is_closed(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await market.accepted("90", due_in_days=4)
    await market.answer("Ayni", "decline")
    clock.advance(days=4)

    await market.secretary.post(f"/v1/orders/{order}/repairs")

    assert len(await market.board(order)) == 3


async def test_repair_of_one_line_leaves_the_others_and_what_is_used_up(
    client: Client, db: Database, market: orders.Market, clock: MovableClock
) -> None:
    kiwicha = await products.product(db, "Kiwicha")
    for name in ("Ayni", "Inti"):
        await inventory.lot(db, market.groups[name].id, kiwicha, 20_000)
    lines = [
        {"product": str(product), "quantity": {"value": value, "unit": "KGM"}, "due_in_days": 30}
        for product, value in ((market.product, "90"), (kiwicha, "40"))
    ]
    order = (await market.purchaser.post("/v1/orders", json=market.order() | {"lines": lines})).json()["id"]
    await market.purchaser.post(f"/v1/orders/{order}/submission")
    plan = await market.released(order)
    await market.accept(order, plan)
    killa = await market.part_of("Killa")
    await market.groups["Killa"].client.post(f"/v1/allocations/{killa['id']}/decline")

    repaired = await market.secretary.post(f"/v1/orders/{order}/repairs")
    read = repaired.json()
    newest = (await market.secretary.get(f"/v1/plans/{read['plan_id']}")).json()

    assert repaired.status_code == 201, repaired.text
    assert [line["offered"]["value"] for line in read["lines"]] == ["90", "40"]
    assert newest["kind"] == "repair"
    assert [line["fill"]["value"] for line in newest["lines"]] == ["90", "40"]
    assert newest["total"]["amount"] == "1040.02"  # the whole order; each part is rounded up by itself
    assert {share["line"] for share in newest["shares"]} == {1}
    assert await broken(db) == []


async def test_under_tolerance_is_as_good_as_full(market: orders.Market) -> None:
    order = await market.accepted("90", under_tolerance={"value": "5", "unit": "KGM"})
    await market.answer("Ayni", quantity={"value": "26", "unit": "KGM"})
    await market.answer("Inti")

    await market.answer("Killa")

    assert (await market.read(order))["state"] == "confirmed"


async def test_expired_stock_is_free_for_others(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    await market.accepted("300")
    await market.tell_all()
    assert await quantities(db, market.groups["Ayni"].lot_id) == (100_000, 100_000)

    clock.advance(days=4)
    await _work(db, clock)

    assert await quantities(db, market.groups["Ayni"].lot_id) == (100_000, 0)
