"""What the numbers of an offer say, word for word."""

from datetime import UTC, date, datetime

import pytest

from app.orders import sentences

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
SCARF = {"product_name": "Chalina", "unit": "H87", "price_unit_base": 1, "due_on": date(2026, 3, 20)}
QUINUA = SCARF | {"product_name": "Quinua", "unit": "KGM", "price_unit_base": 1_000}
ORDER = {
    "code": "K7MQ",
    "currency": "PEN",
    "network_name": "",
    "coordinator_name": "Red Ayni",
    "buyer_name": "Andes",
}


def _facts(product, quantity_base, prices, lang, *, kept=0):
    share = {
        "takes": [{"price_minor": price} for price in prices],
        "people": 1,
        "quantity_base": quantity_base,
        "amount_minor": 5_600,
        "bound": "stock",
        "kept_base": kept,
    }
    line = {"wanted_base": quantity_base, "people": 1, "groups": 1, "level": None}
    return sentences.offer_facts(
        share, line, product, order=ORDER, until=NOW, zone="America/Lima", now=NOW, lang=lang
    ) | {"level": "1 pieza"}


@pytest.mark.parametrize(
    ("product", "quantity", "prices", "lang", "said"),
    [
        (SCARF, 1, {5_600}, "es", "Es 1 persona en 1 grupo: 1 pieza por persona. Ustedes son 1 persona: les toca 1 pieza a S/ 56.00 la pieza ="),
        (SCARF, 2, {5_600}, "es", "Ustedes son 1 persona: les tocan 2 piezas a S/ 56.00 la pieza ="),
        (QUINUA, 1_000, {800}, "es", "les toca 1 kg a S/ 8.00 el kilo ="),
        (QUINUA, 1_500, {800, 700}, "es", "les tocan 1,5 kg a precios de S/ 7.00 a S/ 8.00 el kilo ="),
        (QUINUA, 1_000, {800, 700}, "en", "There is 1 person in 1 group: 1 pieza per person. You are 1 person: your share is 1 kg at prices from PEN 7.00 to PEN 8.00 per kilogram ="),
    ],
)  # fmt: skip
def test_offer_counts_as_people_do(product, quantity, prices, lang, said):
    assert said in sentences.offer(_facts(product, quantity, prices, lang), lang)


def test_short_offer_and_what_it_comes_on_top_of_are_counted():
    facts = _facts(SCARF, 1, {5_600}, "es", kept=1)

    assert "Además de 1 pieza que ya les toca, les pedimos 1 pieza más" in sentences.offer(facts, "es")
    assert sentences.offer_short(facts | {"kept": None}, "es").startswith("Les toca 1 pieza = S/ 56.00,")


@pytest.mark.parametrize(("base", "said"), [(1_000, "se suma 1 kg."), (1_500, "se suman 1,5 kg.")])
def test_what_a_condition_would_add_is_counted(base, said):
    found = {"condition": "price_above_max", "adds_base": base}

    assert sentences.relaxation(found, QUINUA, "es") == f"Si sube el precio máximo, {said}"
