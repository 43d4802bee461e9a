"""Orders at their door: written, changed, submitted, listed, cancelled."""

from uuid import UUID

import pytest

from app.kernel import ids
from app.kernel.db import Database
from app.people.models import OrganisationKind, Role
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import orders, people, products, seals


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


async def test_draft_holds_what_is_wanted_and_nobody_is_asked(market: orders.Market, db: Database) -> None:
    await seals.scheme(db, "spg")
    body = market.order("90,5".replace(",", "."), seals=["spg", "spg"], regions=["PE-PUN"], min_grade=2)
    made = await market.purchaser.post(
        "/v1/orders", json=body | {"note": " Para  mayo ", "delivery": "Juliaca"}
    )

    order = made.json()
    assert made.status_code == 201
    assert made.headers["etag"] == '"1-es"'
    line = order["lines"][0]
    assert {
        name: order[name] for name in ("state", "note", "delivery", "plan_id", "max_share", "version")
    } == {
        "state": "draft",
        "note": "Para mayo",
        "delivery": "Juliaca",
        "plan_id": None,
        "max_share": None,
        "version": 1,
    }
    assert line["quantity"] == {"value": "90.5", "unit": "KGM"}
    assert line["due_on"] == "2026-04-01"
    assert (line["seals"], line["regions"], line["min_grade"]) == (["spg"], ["PE-PUN"], 2)
    assert [line[name]["value"] for name in ("offered", "agreed", "missing")] == ["0", "0", "90.5"]
    assert order["actions"] == ["cancel", "edit", "submit"]
    assert (await market.secretary.get("/v1/messages")).json()["items"] == []


async def test_local_measures_are_read_by_the_buyers_country(market: orders.Market) -> None:
    made = await market.purchaser.post(
        "/v1/orders", json=market.order(quantity={"value": "2", "unit": "arroba"})
    )

    assert made.json()["lines"][0]["quantity"] == {"value": "23", "unit": "KGM"}


async def test_identifier_made_offline_is_kept_and_taken_once(
    market: orders.Market, clock: MovableClock
) -> None:
    millis = int(clock().timestamp() * 1000)
    body = market.order() | {"id": str(UUID(int=millis << 80 | 7 << 76 | 2 << 62 | 1))}

    first = await market.purchaser.post("/v1/orders", json=body)
    again = await market.purchaser.post("/v1/orders", json=body)

    assert first.json()["id"] == body["id"]
    assert problem(again) == (409, "id_taken")


async def test_submitting_without_a_coordinator_finds_the_nearest_network(
    market: orders.Market, db: Database
) -> None:
    await people.network(db, "Red de Cusco", region="PE-CUS")
    await people.network(db, "Red sin grupos", region="PE-PUN")
    body = {name: value for name, value in market.order().items() if name != "coordinator"}
    made = (await market.purchaser.post("/v1/orders", json=body)).json()

    submitted = await market.purchaser.post(f"/v1/orders/{made['id']}/submission")
    again = await market.purchaser.post(f"/v1/orders/{made['id']}/submission")

    assert made["coordinator"] is None
    assert submitted.json()["coordinator"] == {"id": str(market.network), "name": "Red Ayni Sur"}
    assert submitted.json()["state"] == "submitted"
    assert problem(again) == (409, "wrong_state")
    assert again.json()["allowed"] == ["cancelled", "draft", "proposed"]
    assert again.json()["detail"] == (
        "Está en estado «enviado». Desde ahí puede pasar a: cancelado, borrador, propuesto."
    )


async def test_without_any_network_a_coordinator_must_be_named(client: Client, db: Database) -> None:
    buyer = await people.organisation(db, "Hotel", kind=OrganisationKind.BUYER, country="CL", region="CL-VS")
    purchaser = client.signed_in((await people.member(db, buyer)).token)
    line = {
        "product": str(await products.product(db)),
        "quantity": {"value": "9", "unit": "KGM"},
        "due_in_days": 9,
    }
    body = {"buyer": str(buyer), "currency": "CLP", "lines": [line]}
    made = (await purchaser.post("/v1/orders", json=body)).json()

    assert problem(await purchaser.post(f"/v1/orders/{made['id']}/submission")) == (409, "no_coordinator")


async def test_coordinator_must_be_a_verified_network(market: orders.Market, db: Database) -> None:
    group = market.groups["Ayni"].id
    unverified = await people.organisation(db, "Red nueva", kind=OrganisationKind.NETWORK)

    for coordinator in (group, unverified):
        answer = await market.purchaser.post(
            "/v1/orders", json=market.order() | {"coordinator": str(coordinator)}
        )
        assert problem(answer) == (409, "unverified_coordinator")


async def test_edited_order_is_a_draft_again_and_its_plans_are_void(market: orders.Market) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)
    read = await market.purchaser.get(f"/v1/orders/{order}")
    path, etag = f"/v1/orders/{order}", read.headers["etag"]
    lines = market.order("45")["lines"]

    missing = await market.purchaser.patch(path, json={"note": "Urgente"})
    changed = await market.purchaser.patch(
        path,
        json={"lines": lines, "max_share": {"value": "20", "unit": "KGM"}},
        headers={"if-match": etag},
    )
    stale = await market.purchaser.patch(path, json={"note": "Urgente"}, headers={"if-match": etag})
    void = (await market.secretary.get(f"/v1/plans/{plan}")).json()

    assert problem(missing) == (428, "version_required")
    assert changed.status_code == 200, changed.text
    assert (changed.json()["state"], changed.json()["valid_until"]) == ("draft", None)
    assert changed.json()["lines"][0]["quantity"]["value"] == "45"
    assert changed.json()["max_share"] == {"value": "20", "unit": "KGM"}
    assert problem(stale) == (412, "stale_version")
    assert (void["state"], void["actions"]) == ("void", [])
    assert void["lines"][0]["wanted"]["value"] == "90"  # as it was planned
    assert problem(await market.accept(order, plan)) == (409, "wrong_state")
    assert problem(await market.secretary.post(f"/v1/plans/{plan}/release")) == (409, "wrong_state")
    assert problem(await market.purchaser.post(f"/v1/orders/{order}/plans")) == (409, "wrong_state")


async def test_running_order_cannot_be_edited(market: orders.Market) -> None:
    order = await market.accepted()

    answer = await market.purchaser.patch(
        f"/v1/orders/{order}", json={"note": "Tarde"}, headers={"if-match": '"9"'}
    )

    assert problem(answer) == (409, "wrong_state")


async def test_order_is_seen_by_its_sides_and_nobody_else(
    client: Client, market: orders.Market, db: Database
) -> None:
    order = await market.submitted()
    foreign = await orders.stranger(client, db)

    for reader in (market.purchaser, market.secretary):
        assert (await reader.get(f"/v1/orders/{order}")).status_code == 200
    for reader in (foreign, market.groups["Ayni"].client):
        assert problem(await reader.get(f"/v1/orders/{order}")) == (404, "not_found")
        assert problem(await reader.post(f"/v1/orders/{order}/submission")) == (404, "not_found")
        assert (await reader.get("/v1/orders")).json() == {"items": [], "next_cursor": None}
    edit = await market.secretary.patch(f"/v1/orders/{order}", json={}, headers={"if-match": '"2"'})
    assert problem(edit) == (403, "forbidden")
    assert problem(await foreign.post("/v1/orders", json=market.order())) == (403, "forbidden")
    treasurer = client.signed_in((await people.member(db, market.buyer, Role.MEMBER)).token)
    assert problem(await treasurer.post(f"/v1/orders/{order}/plans")) == (403, "forbidden")


async def test_orders_are_paged_newest_first_with_as_many_reads(market: orders.Market) -> None:
    await market.submitted("10")
    one = await orders.reads_of(market.purchaser, "/v1/orders")
    for kilos in ("20", "30"):
        await market.submitted(kilos)
    three = await orders.reads_of(market.purchaser, "/v1/orders")
    listed = (await market.purchaser.get("/v1/orders", params={"limit": 2})).json()
    rest = (
        await market.purchaser.get("/v1/orders", params={"limit": 2, "cursor": listed["next_cursor"]})
    ).json()

    created = [item["created_at"] for item in (*listed["items"], *rest["items"])]
    assert (len(listed["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    assert len({item["id"] for item in (*listed["items"], *rest["items"])}) == 3
    assert created == sorted(created, reverse=True)
    assert one == three
    drafts = await market.purchaser.get("/v1/orders", params={"state": "draft"})
    assert drafts.json()["items"] == []


async def test_etag_never_hides_news_from_a_side(market: orders.Market) -> None:
    order = await market.submitted()
    path = f"/v1/orders/{order}"
    seen = (await market.purchaser.get(path)).headers["etag"]

    same = await market.purchaser.get(path, headers={"if-none-match": seen})
    other_side = await market.secretary.get(path, headers={"if-none-match": seen})
    await market.planned(order)
    changed = await market.purchaser.get(path, headers={"if-none-match": seen})

    assert same.status_code == 304
    assert other_side.status_code == 200
    assert (changed.status_code, changed.json()["plan_id"] is not None) == (200, True)


REASON = {"reason": "El barco no sale"}


async def test_buyer_cancels_before_the_first_yes_and_stock_is_free(
    market: orders.Market, clock: MovableClock
) -> None:
    order = await market.accepted("300")

    cancelled = await market.purchaser.post(f"/v1/orders/{order}/cancellation", json=REASON)
    again = await market.purchaser.post(f"/v1/orders/{order}/cancellation", json=REASON)
    other = await market.planned(await market.submitted("300"))

    assert (cancelled.json()["state"], cancelled.json()["close_reason"]) == ("cancelled", "El barco no sale")
    assert cancelled.json()["actions"] == []
    assert problem(again) == (409, "wrong_state")
    assert again.json()["allowed"] == []
    assert {state for _, state, _ in await market.board(order)} == {"withdrawn"}
    assert other["lines"][0]["fill"]["value"] == "300"
    # nobody was told of the offers, so nobody has to be told that they are gone
    assert (await market.secretary.get("/v1/messages", params={"state": "to_send"})).json()["items"] == []


async def test_those_who_were_told_are_told_that_it_is_over(market: orders.Market) -> None:
    order = await market.accepted("90")
    await market.tell_all()

    await market.purchaser.post(f"/v1/orders/{order}/cancellation", json=REASON)

    waiting = (await market.secretary.get("/v1/messages", params={"state": "to_send"})).json()["items"]
    assert [(m["kind"], m["recipient"]["name"]) for m in waiting] == [
        ("withdrawn", f"Grupo {name}") for name in ("Ayni", "Inti", "Killa")
    ]
    assert "El barco no sale. Su parte de Quinua blanca ya no cuenta." in waiting[0]["text"]
    late = await market.answer("Ayni")
    assert problem(late) == (409, "too_late")


async def test_coordinator_does_not_end_an_order_that_does_not_run_yet(market: orders.Market) -> None:
    order = await market.submitted()

    answer = await market.secretary.post(f"/v1/orders/{order}/cancellation", json=REASON)

    assert problem(answer) == (403, "forbidden")


async def test_cancelling_takes_a_reason(market: orders.Market) -> None:
    order = await market.submitted()

    answer = await market.purchaser.post(f"/v1/orders/{order}/cancellation", json={"reason": "     "})

    assert answer.status_code == 422


async def test_drawn_code_that_is_taken_is_drawn_again(market: orders.Market) -> None:
    made = []
    for millis in (1_000, 2_000):  # equal draws at two instants: identifiers differ, the codes not
        with ids.repeatable("pedido", millis):
            made.append(await market.purchaser.post("/v1/orders", json=market.order()))

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["code"] != made[1].json()["code"]
