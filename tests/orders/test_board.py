"""What those who run orders see: the board, what waits for whom, a network's policy."""

import pytest

from app import wiring
from app.kernel import jobs
from app.kernel.db import Database
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import orders


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


async def _todo(client: Client) -> list[tuple[str, str]]:
    return [(item["kind"], item["title"]) for item in (await client.get("/v1/todo")).json()["items"]]


async def test_board_says_who_was_told_has_seen_and_answered(
    market: orders.Market, clock: MovableClock
) -> None:
    order = await market.accepted("90")
    rows = (await market.secretary.get(f"/v1/orders/{order}/board")).json()["rows"]
    await market.secretary.post(f"/v1/messages/{rows[0]['message_id']}/sent", json={"channel": "whatsapp"})
    await market.secretary.post(f"/v1/messages/{rows[0]['message_id']}/seen")
    await market.secretary.post(f"/v1/messages/{rows[1]['message_id']}/sent", json={"channel": "call"})
    await market.answer("Inti")

    board = (await market.secretary.get(f"/v1/orders/{order}/board")).json()

    names = ("told", "seen", "answered", "missing")
    assert {row["producer"]["name"]: [row[name] for name in names] for row in board["rows"]} == {
        "Grupo Ayni": [True, True, False, True],
        "Grupo Inti": [True, False, True, False],
        "Grupo Killa": [False, False, False, True],
    }
    assert [row["wa_link"] is not None for row in board["rows"]] == [True, False, True]
    assert board["counts"] == {"confirmed": 1, "offered": 2}
    assert board["lines"][0]["agreed"]["value"] == "30"


async def test_silence_is_not_an_answer(market: orders.Market, db: Database, clock: MovableClock) -> None:
    order = await market.accepted("90")
    rows = (await market.secretary.get(f"/v1/orders/{order}/board")).json()["rows"]
    await market.secretary.post(f"/v1/messages/{rows[0]['message_id']}/sent", json={"channel": "whatsapp"})
    clock.advance(days=4)
    await jobs.run_due(db, [job for job in wiring.JOBS if job.name == "expire offers"], clock())

    board = (await market.secretary.get(f"/v1/orders/{order}/board")).json()

    assert [(row["state"], row["told"], row["answered"], row["missing"]) for row in board["rows"]] == [
        ("expired", True, False, False),
        ("not_told", False, False, False),
        ("not_told", False, False, False),
    ]


async def test_board_asks_as_often_for_many_groups(
    client: Client, db: Database, market: orders.Market
) -> None:
    path = f"/v1/orders/{await market.accepted('90')}/board"
    three = await orders.reads_of(market.secretary, path)
    for number in range(6):
        await orders.group(client, db, market, f"Nuevo {number}")
    path = f"/v1/orders/{await market.accepted('270')}/board"

    assert len((await market.secretary.get(path)).json()["rows"]) == 9
    assert await orders.reads_of(market.secretary, path) == three


async def test_board_is_for_the_coordinating_organisation(
    client: Client, db: Database, market: orders.Market
) -> None:
    order = await market.accepted("90")
    foreign = await orders.stranger(client, db)

    assert problem(await market.purchaser.get(f"/v1/orders/{order}/board")) == (403, "forbidden")
    assert problem(await foreign.get(f"/v1/orders/{order}/board")) == (404, "not_found")
    for path in ("repairs", "cancellation"):
        answer = await foreign.post(
            f"/v1/orders/{order}/{path}", json={"reason": "Porque sí"} if path != "repairs" else None
        )
        assert problem(answer) == (404, "not_found")
    assert problem(await market.purchaser.post(f"/v1/orders/{order}/repairs")) == (403, "forbidden")


async def test_each_side_is_told_what_waits_for_it(market: orders.Market, clock: MovableClock) -> None:
    made = (await market.purchaser.post("/v1/orders", json=market.order("90"))).json()
    order, code = made["id"], made["code"]
    draft = await _todo(market.purchaser)
    await market.purchaser.post(f"/v1/orders/{order}/submission")
    submitted = await _todo(market.secretary)
    plan = await market.planned(order)
    planned = await _todo(market.secretary)
    unreleased = await _todo(market.purchaser)
    await market.secretary.post(f"/v1/plans/{plan['id']}/release")
    released = await _todo(market.purchaser)
    await market.accept(order, plan["id"])
    accepted = await _todo(market.secretary)
    offered = await _todo(market.groups["Ayni"].client)
    await market.tell_all()
    await market.answer("Ayni", "decline")
    hole = await _todo(market.secretary)

    assert draft == [("draft", f"Terminar y enviar el pedido {code}")]
    assert submitted == [("plan", f"Hacer la propuesta del pedido {code}")]
    assert planned == [("review", f"Revisar y soltar la propuesta del pedido {code}")]
    assert unreleased == []
    assert released == [("accept", f"Leer y aceptar la propuesta del pedido {code}")]
    assert accepted == [("tell", f"Avisar a 3 grupos del pedido {code}")]
    assert offered == [("answer", "Responder: les tocan 30 kg de Quinua blanca")]
    assert hole == [("repair", f"Cubrir lo que falta del pedido {code}")]
    assert await _todo(market.purchaser) == []


async def test_goodbyes_that_nobody_said_wait_too(market: orders.Market) -> None:
    order = await market.accepted("90")
    await market.tell_all()
    await market.purchaser.post(f"/v1/orders/{order}/cancellation", json={"reason": "El barco no sale"})

    assert [kind for kind, _ in await _todo(market.secretary)] == ["tell"]


async def test_the_most_urgent_waits_first_with_as_many_reads(market: orders.Market) -> None:
    await market.accepted("30")
    one = await orders.reads_of(market.secretary, "/v1/todo")
    await market.submitted("30")
    await market.accepted("30")

    items = (await market.secretary.get("/v1/todo")).json()["items"]

    assert [item["kind"] for item in items] == ["tell", "tell", "plan"]
    assert items[0]["until"] == "2026-03-05T01:00:00Z"
    assert items[0]["href"] == f"/v1/orders/{items[0]['order_id']}/board"
    assert await orders.reads_of(market.secretary, "/v1/todo") == one


async def test_policy_has_defaults_and_is_replaced_by_its_network_alone(
    client: Client, db: Database, market: orders.Market
) -> None:
    path = f"/v1/organisations/{market.network}/policy"
    wanted = {"release_at_once": True, "answer_hours": 72}

    before = await market.purchaser.get(path)
    unmatched = await market.secretary.put(path, json=wanted)
    first = await market.secretary.put(path, json=wanted, headers={"if-match": before.headers["etag"]})
    stale = await market.secretary.put(path, json=wanted, headers={"if-match": before.headers["etag"]})
    second = await market.secretary.put(path, json={}, headers={"if-match": first.headers["etag"]})

    assert before.json() == {
        "organisation_id": str(market.network),
        "release_at_once": False,
        "repair_at_once": True,
        "show_table": True,
        "answer_hours": 48,
        "weight_cap": 8,
        "history_days": 90,
        "version": 0,
    }
    assert problem(unmatched) == (428, "version_required")
    assert (first.json()["answer_hours"], first.json()["version"]) == (72, 1)
    assert problem(stale) == (412, "stale_version")
    assert (second.json()["answer_hours"], second.json()["version"]) == (48, 2)
    for reader in (market.purchaser, market.groups["Ayni"].client):
        assert problem(await reader.put(path, json={}, headers={"if-match": '"2"'})) == (403, "forbidden")
    unknown = "/v1/organisations/0198c0de-0000-7000-8000-000000000000/policy"
    assert problem(await market.secretary.get(unknown)) == (404, "not_found")
    assert problem(await market.secretary.put(unknown, json={}, headers={"if-match": '"0"'})) == (
        404,
        "not_found",
    )


@pytest.mark.parametrize(
    "wrong", [{"answer_hours": 47}, {"weight_cap": 0}, {"history_days": -1}, {"cosa": 1}]
)
async def test_policy_stays_within_what_is_fair(market: orders.Market, wrong: dict[str, int]) -> None:
    path = f"/v1/organisations/{market.network}/policy"

    answer = await market.secretary.put(path, json=wrong, headers={"if-match": '"0"'})

    assert answer.status_code == 422
    assert (await market.secretary.get(path)).json()["version"] == 0
