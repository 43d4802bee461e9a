"""What bad input gets, in Spanish and English; nothing is half-written."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.schema import table
from app.orders.models import Order, OrderLine
from tests.client import Client, problem
from tests.factories import orders, products, seals

_ORDERS = sa.select(sa.func.count().label("orders")).select_from(table(Order))
_LINES = sa.select(sa.func.count().label("lines")).select_from(table(OrderLine))


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


_BAD: list[tuple[str, dict[str, Any], dict[str, Any], str, str, str, str]] = [
    (
        "unknown product", {"product": "0198c0de-0000-7000-8000-000000000000"}, {}, "#/lines/0/product",
        "unknown_product", "Ese producto no existe. Vea /v1/products.", "There is no such product. See /v1/products.",
    ),
    (
        "unknown variant", {"variant": "roja"}, {}, "#/lines/0/variant", "no_variants",
        "Ese producto no tiene variantes: quite este dato.", "The product has no variants: leave this out.",
    ),
    (
        "an unknown seal", {"seals": ["NOPE"]}, {}, "#/lines/0/seals/0", "unknown_seal",
        "Ese sello no existe. Vea /v1/seals.", "That seal does not exist. See /v1/seals.",
    ),
    (
        "an unknown region", {"regions": ["PE-PUN", "PE-ZZ"]}, {}, "#/lines/0/regions/1", "unknown_region",
        "No conocemos esa región. Use su código ISO 3166-2, como PE-PUN.",
        "We do not know that region. Use its ISO 3166-2 code, such as PE-PUN.",
    ),
    (
        "an unknown country", {"regions": ["ZZ"]}, {}, "#/lines/0/regions/0", "unknown_country",
        "No conocemos ese país. Use el código ISO 3166-1, como PE.",
        "We do not know that country. Use its ISO 3166-1 code, such as PE.",
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
        "Es demasiado grande: a lo más 1\xa0000\xa0000\xa0000 kg.", "Too large: at most 1,000,000,000 kg.",
    ),
    (
        "a fraction of the step", {"quantity": {"value": "0.5", "unit": "GRM"}}, {}, "#/lines/0/quantity",
        "not_whole", "Da una fracción de la unidad más pequeña (1 g, 1 ml o 1 pieza): quite decimales.",
        "Makes a fraction of the smallest unit (1 g, 1 ml or 1 piece): use fewer decimals.",
    ),
    (
        "a decimal comma", {"quantity": {"value": "1,5", "unit": "KGM"}}, {}, "#/lines/0/quantity/value",
        "not_a_number", "Debe ser un número con punto para los decimales y sin separar miles, como 1.5.",
        "Must be a number with a point for decimals and no mark for thousands, such as 1.5.",
    ),
    (
        "a price with a decimal comma",
        {"max_price": {"amount": "1,5", "currency": "PEN", "per": {"value": "1", "unit": "KGM"}}}, {},
        "#/lines/0/max_price/amount", "not_a_number",
        "Debe ser un número con punto para los decimales y sin separar miles, como 1.5.",
        "Must be a number with a point for decimals and no mark for thousands, such as 1.5.",
    ),
    (
        "another measure", {"quantity": {"value": "5", "unit": "LTR"}}, {}, "#/lines/0/quantity",
        "other_measure", "Este producto se mide en kg (KGM): dé así la cantidad.",
        "This product is measured in kg (KGM): give the quantity so.",
    ),
    (
        "mixed currencies",
        {"max_price": {"amount": "9", "currency": "CLP", "per": {"value": "1", "unit": "KGM"}}}, {},
        "#/lines/0/max_price/currency", "mixed_currencies", "Un pedido usa una sola moneda: dé este precio en PEN.",
        "An order uses one currency: give this price in PEN.",
    ),
    (
        "unknown currency", {}, {"currency": "XXX"}, "#/currency", "unknown_currency",
        "No conocemos esa moneda. Use su código, como PEN, BOB, CLP o USD.",
        "We do not know that currency. Use its code, such as PEN, BOB, CLP or USD.",
    ),
    (
        "a currency in lower case", {}, {"currency": "pen"}, "#/currency", "unknown_currency",
        "No conocemos esa moneda. Use su código, como PEN, BOB, CLP o USD.",
        "We do not know that currency. Use its code, such as PEN, BOB, CLP or USD.",
    ),
    (
        "a region by its name", {"regions": ["Puno"]}, {}, "#/lines/0/regions/0", "unknown_region",
        "No conocemos esa región. Use su código ISO 3166-2, como PE-PUN.",
        "We do not know that region. Use its ISO 3166-2 code, such as PE-PUN.",
    ),
    (
        "a price too large", {"max_price": {"amount": "99999999999999", "currency": "PEN", "per": {"value": "1", "unit": "KGM"}}},
        {}, "#/lines/0/max_price", "too_large", "Es demasiado grande: a lo más S/ 9,999,999,999,999.99.",
        "Too large: at most PEN 9,999,999,999,999.99.",
    ),
    (
        "a day too far ahead", {"due_in_days": None, "due_on": "2028-03-02"}, {}, "#/lines/0/due_on",
        "too_far", "Debe ser a más tardar en 730 días.", "Must be in 730 days at the latest.",
    ),
    (
        "a day in the past", {"due_in_days": None, "due_on": "2026-03-01"}, {}, "#/lines/0/due_on",
        "in_the_past", "Debe ser desde mañana en adelante.", "Must be tomorrow or later.",
    ),
    (
        "two dates", {"due_on": "2026-05-01"}, {}, "#/lines/0", "one_date",
        "Dé la fecha, y una sola vez: due_on o due_in_days.",
        "Give the date, and once: due_on or due_in_days.",
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
            "message": "Debe ser múltiplo de 0,5 kg, el paso más pequeño del producto.",
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
        ("#/lines/2/variant", "no_variants"),
    ]


async def test_every_unknown_code_of_a_line_is_named_when_it_changes(
    market: orders.Market, db: Database
) -> None:
    await seals.scheme(db, "spg")
    made = (await market.purchaser.post("/v1/orders", json=market.order())).json()
    lines = market.order(seals=["SPG", "spg", "NOPE"], regions=["PE", "PE-ZZ", "MX-OAX"])["lines"]

    answer = await market.purchaser.patch(
        f"/v1/orders/{made['id']}", json={"lines": lines}, headers={"if-match": '"1"'}
    )

    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("#/lines/0/seals/0", "unknown_seal"),
        ("#/lines/0/seals/2", "unknown_seal"),
        ("#/lines/0/regions/1", "unknown_region"),
    ]
    assert await market.read(made["id"]) == made


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
