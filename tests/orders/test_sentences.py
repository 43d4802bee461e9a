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
        "bound": "level",
        "kept_base": kept,
    }
    line = {"wanted_base": quantity_base, "people": 1, "groups": 1, "level": f"{quantity_base}/1"}
    return sentences.offer_facts(
        share, line, product, order=ORDER, until=NOW, zone="America/Lima", now=NOW, lang=lang
    )


@pytest.mark.parametrize(
    ("product", "quantity", "prices", "lang", "said"),
    [
        (SCARF, 1, {5_600}, "es", "Es 1 persona en 1 grupo: 1 pieza por persona. Ustedes son 1 persona: les toca 1 pieza a S/ 56.00 la pieza ="),
        (SCARF, 2, {5_600}, "es", "Ustedes son 1 persona: les tocan 2 piezas a S/ 56.00 la pieza ="),
        (QUINUA, 1_000, {800}, "es", "les toca 1 kg a S/ 8.00 el kilo ="),
        (QUINUA, 1_500, {800, 700}, "es", "les tocan 1,5 kg a precios de S/ 7.00 a S/ 8.00 el kilo ="),
        (QUINUA, 1_000, {800, 700}, "en", "There is 1 person in 1 group: 1 kg per person. You are 1 person: your share is 1 kg at prices from PEN 7.00 to PEN 8.00 per kilogram ="),
    ],
)  # fmt: skip
def test_offer_counts_as_people_do(product, quantity, prices, lang, said):
    assert said in sentences.offer(_facts(product, quantity, prices, lang), lang)


@pytest.mark.parametrize(
    ("share", "line", "said"),
    [
        ({"bound": "fixed", "reason": "Ya entregan otro"}, {}, "La organización coordinadora fijó esta cantidad. Ya entregan otro."),
        ({"bound": "cap", "reason": None}, {}, "Hay un tope por grupo en este pedido."),
        ({"bound": "cap", "reason": "Ya entregan otro"}, {}, "Hay un tope para esta parte. Ya entregan otro."),
        ({"recent": 6_000}, {"level": "16000/1"}, "La parte igual para todos: 16 kg por persona. Se cuenta también lo que ya confirmaron en estos meses."),
        ({}, {"wanted_base": 90_000}, "La parte igual para todos: 10 kg por persona."),
        ({"quantity_base": 9_000}, {}, "La parte igual para todos, según cuántas personas son."),
        ({"quantity_base": 34_000, "people": 7}, {"level": "34000/7"}, "La parte igual para todos, según cuántas personas son."),
        ({"is_counted": True}, {}, "La parte igual para todos: 10 kg por persona. Para el reparto cuentan como 1 persona."),
    ],
)  # fmt: skip
def test_offer_says_what_decided_where_people_times_level_is_not_all(share, line, said):
    share = {"people": 1, "bound": "level", "quantity_base": 10_000, **share}
    line = {"wanted_base": 10_000, "people": 1, "level": "10000/1", **line}
    facts = _facts(QUINUA, 10_000, {800}, "es") | sentences.reasons(share, line, QUINUA, "es")

    text = sentences.offer(facts, "es")

    assert (
        f"Pidieron 10 kg de Quinua. Es 1 persona en 1 grupo. Ustedes son 1 persona. Les tocan 10 kg a S/ 8.00 el kilo = S/ 56.00 para ustedes. {said} Entrega"
        in text
    )


def test_short_offer_and_what_it_comes_on_top_of_are_counted():
    facts = _facts(SCARF, 1, {5_600}, "es", kept=1)

    assert "Además de 1 pieza que ya les toca, les pedimos 1 pieza más" in sentences.offer(facts, "es")
    assert sentences.offer_short(facts | {"kept": None}, "es").startswith("Les toca 1 pieza = S/ 56.00,")


@pytest.mark.parametrize(("base", "said"), [(1_000, "se suma 1 kg."), (1_500, "se suman 1,5 kg.")])
def test_what_a_condition_would_add_is_counted(base, said):
    found = {"condition": "cap", "adds_base": base, "to": None}

    assert _relaxed(found, "es") == f"Si sube el tope por grupo, {said}"


@pytest.mark.parametrize(
    ("condition", "to", "es", "en"),
    [
        (
            "price_above_max",
            850,
            "Si sube el precio máximo a S/ 8.50 el kilo",
            "With a ceiling price of PEN 8.50 per kilogram",
        ),
        ("price_above_max", None, "Si sube el precio máximo", "With a higher ceiling price"),
        ("not_ready", 20_524, "Si lo recibe desde el jueves 12", "With delivery from Thursday 12 on"),
        ("expired", 20_524, "Si lo recibe hasta el jueves 12", "With delivery until Thursday 12"),
        ("grade", 2, "Si acepta una calidad desde 2", "With grades from 2"),
        ("shelf_life", 1, "Si pide 1 día de duración", "With 1 day of shelf life"),
        ("shelf_life", 30, "Si pide 30 días de duración", "With 30 days of shelf life"),
    ],
)
def test_what_to_relax_says_how_far(condition, to, es, en):
    found = {"condition": condition, "adds_base": 5_000, "to": to}

    assert _relaxed(found, "es") == f"{es}, se suman 5 kg."
    assert _relaxed(found, "en") == f"{en}, 5 kg more."


def _relaxed(found, lang):
    return sentences.relaxation(found, QUINUA, lang, currency="PEN", today=NOW.date())
