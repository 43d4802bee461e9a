"""A walk by its people: what each must do, counted in calls and bytes. Seconds of human work are in docs/walks.md."""

from app.kernel.db import Database
from tests.client import Client
from tests.factories import orders
from tests.walks.walk import Walk


async def test_the_weaver_answers_from_her_phone_with_one_tap(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    await market.accepted("90")
    message = (await market.secretary.get("/v1/messages")).json()["items"][0]
    link = message["text"].rsplit(" ", 1)[1].removeprefix("http://127.0.0.1:8000")

    walk = Walk(client)
    page = await walk("GET", link)
    sent = await walk(
        "POST", link, content="answer=confirm", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    thanks = await walk("GET", sent.headers["location"])

    assert "30 kg" in page.text
    assert "<script" not in page.text
    assert sent.status_code == 303
    assert "30 kg" in thanks.text
    assert (walk.calls, walk.bytes < 16_000) == (3, True), walk.bytes


async def test_the_secretary_sees_who_is_missing_in_two_calls(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    await market.accepted("90")

    walk = Walk(market.secretary)
    todo = (await walk("GET", "/v1/todo")).json()["items"]
    board = (await walk("GET", todo[0]["href"])).json()

    assert todo[0]["kind"] == "tell"
    assert [row["missing"] for row in board["rows"]] == [True, True, True]
    assert all(row["wa_link"] for row in board["rows"])
    assert (walk.calls, walk.bytes < 15_000) == (2, True), walk.bytes


async def test_the_buyer_goes_from_quotation_to_acceptance_in_five_calls(
    client: Client, db: Database
) -> None:
    market = await orders.market(client, db)
    await market.secretary.put(
        f"/v1/organisations/{market.network}/policy",
        json={"release_at_once": True},
        headers={"if-match": '"0-es"'},
    )

    walk = Walk(market.purchaser)
    order = (await walk("POST", "/v1/orders", json=market.order("90"))).json()["id"]
    await walk("POST", f"/v1/orders/{order}/submission")
    plan = (await walk("POST", f"/v1/orders/{order}/plans")).json()
    quoted = (await walk("GET", f"/v1/plans/{plan['id']}")).json()
    accepted = await walk(
        "POST",
        f"/v1/orders/{order}/acceptance",
        json={"plan_id": plan["id"]},
        headers={"idempotency-key": "one"},
    )

    assert quoted["total"] == {"amount": "720.00", "currency": "PEN"}
    assert accepted.json()["state"] == "awaiting_producers"
    assert (walk.calls, walk.bytes < 15_000) == (5, True), walk.bytes


async def test_each_role_opens_its_first_screen_in_three_calls(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    await market.accepted("90")

    for person in (market.secretary, market.purchaser, market.groups["Ayni"].client):
        walk = Walk(person)
        await walk("GET", "/v1/me")
        await walk("GET", "/v1/todo")
        first = await walk("GET", "/v1/labels?lang=es")
        again = await person.get("/v1/labels?lang=es", headers={"if-none-match": first.headers["etag"]})

        assert walk.calls == 3
        assert walk.bytes < 10_000, walk.bytes
        assert again.status_code == 304


async def test_a_frontend_developers_first_hour_needs_the_document_and_the_labels(
    client: Client, db: Database
) -> None:
    market = await orders.market(client, db)

    walk = Walk(client)
    document = (await walk("GET", "/openapi.json")).json()
    await walk("GET", "/docs")
    walk.client = market.purchaser
    labels = (await walk("GET", "/v1/labels")).json()

    assert document["openapi"].startswith("3.1")
    assert walk.calls == 3
    assert "offered" in str(labels)
