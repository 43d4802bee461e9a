"""Orders at their door: written, changed, submitted, listed, cancelled; and what bad input gets."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.schema import table
from app.orders.models import Order, OrderLine
from app.people.models import OrganisationKind, Role
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import orders, people, products

_ORDERS = sa.select(sa.func.count().label("orders")).select_from(table(Order))
_LINES = sa.select(sa.func.count().label("lines")).select_from(table(OrderLine))


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


async def test_draft_holds_what_is_wanted_and_nobody_is_asked(market: orders.Market, db: Database) -> None:
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


# -- what bad input gets ----------------------------------------------------------------------------------------

_BAD: list[tuple[str, dict[str, Any], dict[str, Any], str, str, str, str]] = [
    (
        "unknown product", {"product": "0198c0de-0000-7000-8000-000000000000"}, {}, "#/lines/0/product",
        "unknown_product", "Ese producto no existe. Vea /v1/products.", "There is no such product. See /v1/products.",
    ),
    (
        "unknown variant", {"variant": "roja"}, {}, "#/lines/0/variant", "unknown_variant",
        "Ese producto no tiene esa variante.", "The product has no such variant.",
    ),
    (
        "zero", {"quantity": {"value": "0", "unit": "KGM"}}, {}, "#/lines/0/quantity", "zero",
        "Debe ser mayor que cero.", "Must be greater than zero.",
    ),
    (
        "negative", {"quantity": {"value": "-5", "unit": "KGM"}}, {}, "#/lines/0/quantity", "negative",
        "No puede ser negativo.", "Cannot be negative.",
    ),
    (
        "huge", {"quantity": {"value": "999999999999", "unit": "KGM"}}, {}, "#/lines/0/quantity", "too_large",
        "Es demasiado grande.", "Too large.",
    ),
    (
        "a fraction of the step", {"quantity": {"value": "0.5", "unit": "GRM"}}, {}, "#/lines/0/quantity",
        "not_whole", "Da una fracción de la unidad más pequeña: quite decimales.",
        "Makes a fraction of the smallest unit: use fewer decimals.",
    ),
    (
        "another measure", {"quantity": {"value": "5", "unit": "LTR"}}, {}, "#/lines/0/quantity",
        "other_measure", "El producto se mide de otra forma (peso, volumen o piezas).",
        "The product is measured otherwise (weight, volume or pieces).",
    ),
    (
        "mixed currencies",
        {"max_price": {"amount": "9", "currency": "CLP", "per": {"value": "1", "unit": "KGM"}}}, {},
        "#/lines/0/max_price/currency", "mixed_currencies", "Un pedido usa una sola moneda.",
        "An order uses one currency.",
    ),
    (
        "unknown currency", {}, {"currency": "XXX"}, "#/currency", "unknown_currency",
        "No conocemos esa moneda.", "We do not know that currency.",
    ),
    (
        "a day in the past", {"due_in_days": None, "due_on": "2026-03-01"}, {}, "#/lines/0/due_on",
        "in_the_past", "Debe ser desde mañana en adelante.", "Must be tomorrow or later.",
    ),
    (
        "two dates", {"due_on": "2026-05-01"}, {}, "#/lines/0", "one_date",
        "Dé la fecha una sola vez: due_on o due_in_days.", "Give the date once: due_on or due_in_days.",
    ),
    (
        "a tolerance of everything", {"under_tolerance": {"value": "90", "unit": "KGM"}}, {},
        "#/lines/0/under_tolerance", "tolerance_of_all", "Debe ser menos que la cantidad pedida.",
        "Must be less than the quantity wanted.",
    ),
    (
        "an unknown buyer", {}, {"buyer": "0198c0de-0000-7000-8000-000000000000"}, "#/buyer",
        "unknown_organisation", "Esa organización no existe.", "That organisation does not exist.",
    ),
    (
        "an unknown coordinator", {}, {"coordinator": "0198c0de-0000-7000-8000-000000000000"}, "#/coordinator",
        "unknown_organisation", "Esa organización no existe.", "That organisation does not exist.",
    ),
    (
        "an identifier of another version", {}, {"id": "6fa459ea-ee8a-4ca4-894e-db77e160355e"}, "#/id",
        "uuid_version", "Debe ser un UUID versión 7.", "Must be a UUID version 7.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("bad", _BAD, ids=[case[0] for case in _BAD])
async def test_bad_order_is_told_what_to_change_and_nothing_is_written(
    market: orders.Market, db: Database, bad: tuple[Any, ...]
) -> None:
    _, line, order, pointer, code, es, en = bad
    body = market.order(**line) | order
    body["lines"] = [
        {name: value for name, value in each.items() if value is not None} for each in body["lines"]
    ]

    answers = [
        await market.purchaser.post("/v1/orders", json=body, headers={"accept-language": lang})
        for lang in ("es", "en")
    ]

    for answer, message in zip(answers, (es, en), strict=True):
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"] == [{"pointer": pointer, "code": code, "message": message}]
    assert [await db.value(_ORDERS), await db.value(_LINES)] == [0, 0]


async def test_quantity_is_a_multiple_of_the_products_smallest_step(
    market: orders.Market, db: Database
) -> None:
    product = await products.product(db, "Miel", step_base=500)

    answer = await market.purchaser.post("/v1/orders", json=market.order("1.2", product=str(product)))

    assert answer.json()["errors"] == [
        {
            "pointer": "#/lines/0/quantity",
            "code": "not_a_multiple",
            "message": "Debe ser múltiplo de 500 GRM, el paso más pequeño del producto.",
        }
    ]


async def test_every_wrong_line_is_named_at_once(market: orders.Market) -> None:
    good = market.order()["lines"][0]
    zero = good | {"quantity": {"value": "0", "unit": "KGM"}}

    answer = await market.purchaser.post(
        "/v1/orders", json=market.order() | {"lines": [zero, good, good | {"variant": "roja"}]}
    )

    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("#/lines/0/quantity", "zero"),
        ("#/lines/2/variant", "unknown_variant"),
    ]


async def test_one_cap_for_lines_that_count_apart_is_refused(market: orders.Market, db: Database) -> None:
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    kilo, piece = (
        market.order()["lines"][0],
        {"product": str(scarf), "quantity": {"value": "9", "unit": "H87"}},
    )
    lines = [kilo, piece | {"due_in_days": 30}]

    answer = await market.purchaser.post(
        "/v1/orders", json=market.order() | {"lines": lines, "max_share": {"value": "9", "unit": "KGM"}}
    )
    alone = await market.purchaser.post(
        "/v1/orders", json=market.order() | {"max_share": {"value": "9", "unit": "KGM"}}
    )

    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("#/max_share", "other_measures")]
    assert alone.json()["max_share"] == {"value": "9", "unit": "KGM"}


async def test_reused_key_with_another_body_is_refused(market: orders.Market, db: Database) -> None:
    headers = {"idempotency-key": "pedido-de-mayo"}

    first = await market.purchaser.post("/v1/orders", json=market.order("90"), headers=headers)
    again = await market.purchaser.post("/v1/orders", json=market.order("90"), headers=headers)
    other = await market.purchaser.post("/v1/orders", json=market.order("91"), headers=headers)

    assert again.content == first.content
    assert problem(other) == (422, "idempotency_key_reused")
    assert await db.value(_ORDERS) == 1


async def test_unknown_field_is_named(market: orders.Market) -> None:
    answer = await market.purchaser.post("/v1/orders", json=market.order() | {"cantidad": 3})

    assert answer.json()["errors"] == [
        {
            "pointer": "#/cantidad",
            "code": "extra_forbidden",
            "message": "Este campo no existe. Revise cómo está escrito.",
        }
    ]


# -- cancelling -------------------------------------------------------------------------------------------------

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
