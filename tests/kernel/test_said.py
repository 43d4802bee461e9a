from datetime import UTC, date, datetime

import pytest

from app.kernel import said, text, units

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "lang", "expected"),
    [
        (date(2026, 3, 12), "es", "jueves 12"),
        (date(2026, 4, 2), "es-PE", "jueves 2 de abril"),
        (date(2027, 3, 12), "es", "viernes 12 de marzo de 2027"),
        (date(2026, 3, 12), "en", "Thursday 12"),
        (date(2026, 4, 2), "en", "Thursday 2 April"),
        (date(2027, 1, 1), "en", "Friday 1 January 2027"),
    ],
)
def test_day_says_the_month_only_when_it_is_another(when, lang, expected):
    assert said.day(when, lang, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("hour", "minute", "zone", "lang", "expected"),
    [
        (1, 0, "America/Lima", "es", "jueves 12, 8 de la noche"),
        (1, 0, "America/Lima", "en", "Thursday 12, 8 pm"),
        (1, 0, "America/Santiago", "es", "jueves 12, 10 de la noche"),
        (13, 30, "America/La_Paz", "es", "viernes 13, 9:30 de la mañana"),
        (17, 0, "America/Lima", "es", "viernes 13, 12 del día"),
        (17, 5, "America/Lima", "es", "viernes 13, 12:05 de la tarde"),
        (5, 0, "America/Lima", "es", "viernes 13, 12 de la noche"),
        (9, 15, "America/Lima", "es", "viernes 13, 4:15 de la madrugada"),
        (17, 0, "America/Lima", "en", "Friday 13, 12 pm"),
        (5, 0, "America/Lima", "en", "Friday 13, 12 am"),
    ],
)
def test_moment_is_told_by_the_clocks_of_the_place(hour, minute, zone, lang, expected):
    when = datetime(2026, 3, 13, hour, minute, tzinfo=UTC)

    assert said.moment(when, lang, zone=zone, now=NOW) == expected


@pytest.mark.parametrize(
    ("minor", "currency", "unit", "lang", "expected"),
    [
        (800, "PEN", "KGM", "es-PE", "S/ 8.00 el kilo"),
        (3500, "CLP", "H87", "es-CL", "$ 3.500 la pieza"),
        (12_050, "BOB", "arroba", "es-BO", "Bs 120,50 la arroba"),
        (800, "PEN", "KGM", "en", "PEN 8.00 per kilogram"),
    ],
)
def test_price_is_said_with_its_unit(minor, currency, unit, lang, expected):
    assert said.price(minor, currency, unit, lang) == expected


@pytest.mark.parametrize(
    ("quantity", "unit", "lang", "expected"),
    [
        ("54 kg", "KGM", "es", "los 54 kg"),
        ("55 piezas", "H87", "es", "las 55 piezas"),
        ("1 pieza", "H87", "es", "1 pieza"),
        ("54 kg", "KGM", "en", "the 54 kg"),
    ],
)
def test_a_quantity_that_was_spoken_of_has_its_article(quantity, unit, lang, expected):
    assert said.those(quantity, unit, lang) == expected


def test_every_unit_has_its_article():
    feminine = {unit.es[0] for unit in units.UNITS if " la " in said.price(1, "PEN", unit.code, "es")}

    assert feminine == {
        *("tonelada", "pieza", "docena", "gruesa", "libra", "arroba", "bolsa"),
        *("trenza", "madeja", "carga", "caja", "lata", "botella"),
    }


def test_people_and_groups_are_counted():
    assert [said.people(n, "es") for n in (0, 1, 9)] == ["0 personas", "1 persona", "9 personas"]
    assert [said.people(n, "en") for n in (1, 9)] == ["1 person", "9 people"]
    assert [said.groups(n, "es") for n in (1, 3)] == ["1 grupo", "3 grupos"]
    assert [said.groups(n, "en") for n in (1, 3)] == ["1 group", "3 groups"]


@pytest.mark.parametrize(
    ("names", "lang", "expected"),
    [
        ((), "es", ""),
        (("quinua",), "es", "quinua"),
        (("quinua", "café", "cacao"), "es", "quinua, café y cacao"),
        (("papa", "izaño"), "es", "papa e izaño"),
        (("mimbre", "higos"), "es", "mimbre e higos"),
        (("cobre", "hierro"), "es", "cobre y hierro"),
        (("quinua", "coffee"), "en", "quinua and coffee"),
    ],
)
def test_lists_are_joined_as_people_do(names, lang, expected):
    assert said.listed(names, lang) == expected


def test_what_is_said_fits_an_sms():
    sentence = said.moment(datetime(2026, 3, 5, 1, 0, tzinfo=UTC), "es", zone="America/Lima", now=NOW)

    assert sentence == "miércoles 4, 8 de la noche"
    assert text.fits_sms(text.gsm7(sentence))
