from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import sheets
from app.kernel.sheets import Amount, Asked, CellError
from app.kernel.units import find

KG, ARROBA, PIECE, DOZEN = find("kg"), find("arroba"), find("pieza"), find("docena")
D = Decimal


def sheet_of(*texts):
    return sheets.read("a.csv", "\n".join(f'"{text}";x' for text in texts).encode(), max_rows=99, max_cols=9)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1'234.50", "1234.50"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234,5", "1234.5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("-3,5", "-3.5"),
        ("½", "0.5"),
        ("2 1/2", "2.5"),
        ("2½", "2.5"),
        (D("12.50"), "12.50"),
    ],
)
def test_numbers_are_read_either_way(said, number):
    assert sheets.decimal_es(said) == D(number)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("doce", "not_a_number"),
        ("1,23,4", "not_a_number"),
        ("12 5", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("1e5", "not_a_number"),
        ("--1", "not_a_number"),
        ("NaN", "not_a_number"),
        ("١٢", "not_a_number"),
        ("1/3", "not_a_number"),
        (True, "not_a_number"),
        (date(2026, 1, 2), "not_a_number"),
        (D("Infinity"), "not_a_number"),
        (D("1e900"), "too_large"),
        ("9" * 16, "too_large"),
        ("0." + "1" * 10, "too_many_decimals"),
        (CellError("formula_error"), "formula_error"),
    ],
)
def test_what_is_no_number_says_so(said, code):
    assert sheets.decimal_es(said).code == code


def test_a_point_before_three_digits_is_asked_about():
    assert sheets.decimal_es("1.234") == CellError("ambiguous_number", {"whole": "1234", "decimal": "1,2340"})
    assert sheets.decimal_es("1,234").code == "ambiguous_number"


@pytest.mark.parametrize(
    ("others", "mark"),
    [
        (["12,5 kg", "S/ 3"], ","),
        (["S/ 8.00 por kilo"], "."),
        (["1.234,5"], ","),
        (["1'234.50"], "."),
        (["1.234", "12"], None),
        (["12,5", "12.5"], None),
        (["15.03.2026", "2026-03-15"], None),
        (["Av. Sol 12,5 y otras calles de un barrio muy lejano"], None),
    ],
)
def test_the_other_cells_prove_the_decimal_mark(others, mark):
    assert sheets.decimal_mark(sheet_of(*others)) == mark


def test_the_proven_mark_decides():
    assert sheets.decimal_es("1.234", mark=",") == 1234
    assert sheets.decimal_es("1.234", mark=".") == D("1.234")
    assert sheets.decimal_es("12.5", mark=",") == D("12.5")


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("12 arrobas", Amount(D(12), ARROBA)),
        ("1.234,5 kg", Amount(D("1234.5"), KG)),
        ("12kg", Amount(D(12), KG)),
        ("30", Amount(D(30), KG)),
        (D("30.5"), Amount(D("30.5"), KG)),
        ("½ arroba", Amount(D("0.5"), ARROBA)),
        ("2 1/2 @", Amount(D("2.5"), ARROBA)),
        ("media docena", Amount(D("0.5"), DOZEN)),
        ("una arroba", Amount(D(1), ARROBA)),
        ("1.200 piezas", Amount(D(1200), PIECE)),
        ("-3 kg", Amount(D(-3), KG)),
    ],
)
def test_quantities_are_read_with_their_unit(said, amount):
    assert sheets.quantity(said, usual=KG) == amount


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "missing"),
        ("mucho", "not_a_quantity"),
        ("12 brazadas", "unknown_unit"),
        ("1.200 kg", "ambiguous_number"),
        ("12 arrobas y 5 kilos", "unknown_unit"),
        ("kg", "not_a_quantity"),
    ],
)
def test_quantities_that_cannot_be_weighed_say_why(said, code):
    assert sheets.quantity(said).code == code


@pytest.mark.parametrize(
    ("said", "currency", "asked"),
    [
        ("S/ 8.00 por kilo", None, Asked(D("8.00"), "PEN", D(1), KG)),
        ("S/.8.00 x kg", None, Asked(D("8.00"), "PEN", D(1), KG)),
        ("8 soles el kilo", None, Asked(D(8), "PEN", D(1), KG)),
        ("8 soles/kg", None, Asked(D(8), "PEN", D(1), KG)),
        ("Bs 12,50 / arroba", None, Asked(D("12.50"), "BOB", D(1), ARROBA)),
        ("Bs. 90 por 11,5 kg", None, Asked(D(90), "BOB", D("11.5"), KG)),
        ("$ 12.000 la docena", "CLP", Asked(D(12000), "CLP", D(1), DOZEN)),
        ("$12.000", "CLP", Asked(D(12000), "CLP", D(1), PIECE)),
        ("12.000", "CLP", Asked(D(12000), "CLP", D(1), PIECE)),
        ("35 c/u", "PEN", Asked(D(35), "PEN", D(1), PIECE)),
        ("US$ 3.50 c/u", "PEN", Asked(D("3.50"), "USD", D(1), PIECE)),
        ("35 PEN/kg", None, Asked(D(35), "PEN", D(1), KG)),
        ("PEN 35", None, Asked(D(35), "PEN", D(1), PIECE)),
        ("35,50", "BOB", Asked(D("35.50"), "BOB", D(1), PIECE)),
        (D("35.5"), "BOB", Asked(D("35.5"), "BOB", D(1), PIECE)),
    ],
)
def test_prices_are_read_as_people_quote_them(said, currency, asked):
    assert sheets.price(said, currency=currency, usual=PIECE) == asked


@pytest.mark.parametrize(
    ("said", "currency", "code"),
    [
        ("", "PEN", "missing"),
        ("a tratar", "PEN", "not_a_price"),
        ("8", None, "missing_currency"),
        (D(8), None, "missing_currency"),
        ("$ 8", "PEN", "ambiguous_currency"),
        ("$ 8", None, "ambiguous_currency"),
        ("S/ 1.234 por kilo", None, "ambiguous_number"),
        ("S/ 8 por brazada", None, "unknown_unit"),
        ("S/ 8 más envío", None, "not_a_price"),
        ("pts 8", "PEN", "not_a_price"),
    ],
)
def test_prices_that_cannot_be_understood_say_why(said, currency, code):
    assert sheets.price(said, currency=currency).code == code


@pytest.mark.parametrize(
    "said",
    [
        "15/03/2026",
        "15-3-26",
        "15.03.2026",
        "15 3 2026",
        "2026-03-15",
        "2026-03-15 00:00:00",
        "15 de marzo de 2026",
        "15 de marzo del 2026",
        "15 Marzo 2026",
        "15-mar-2026",
        "15-mar-26",
        "domingo, 15 de marzo de 2026",
        date(2026, 3, 15),
        datetime(2026, 3, 15, 10, 30),  # noqa: DTZ001  Excel has no zones
    ],
)
def test_a_day_is_read_day_first(said):
    assert sheets.date_es(said) == date(2026, 3, 15)


def test_setiembre_is_september():
    assert sheets.date_es("1 de setiembre de 2026") == date(2026, 9, 1)
    assert sheets.date_es("1-set-2026") == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "missing"),
        ("03/25/2026", "not_a_date"),
        ("31/02/2026", "not_a_date"),
        ("mañana", "not_a_date"),
        ("15 de marso de 2026", "not_a_date"),
        (D(45000), "not_a_date"),
        ("1/1/1800", "out_of_range"),
    ],
)
def test_what_is_no_day_says_so(said, code):
    assert sheets.date_es(said).code == code


@pytest.mark.parametrize(
    ("said", "answer"),
    [("Sí", True), ("x", True), (D(1), True), (True, True), ("NO", False), ("0", False), (False, False)],
)
def test_yes_and_no(said, answer):
    assert sheets.yes_no(said) is answer


def test_yes_or_no_refuses_maybe():
    assert sheets.yes_no("quizás") == CellError("not_yes_or_no")
    assert sheets.yes_no("") == CellError("missing")


def test_integers_are_whole_and_bounded():
    assert sheets.integer("1.200") == 1200
    assert sheets.integer(D("7.0")) == 7
    assert sheets.integer("7,5") == CellError("not_whole")
    assert sheets.integer("-1") == CellError("out_of_range", {"least": 0, "most": 10**9})


def test_a_text_is_cleaned_and_a_number_is_written_as_it_was():
    assert sheets.text("  Sumaq\tTika ") == "Sumaq Tika"
    assert sheets.text(D(7)) == "7"
    assert sheets.text("a" * 201) == CellError("too_long", {"most": 200})
    assert sheets.text(" ") == CellError("missing")


def test_a_list_in_a_cell_has_each_thing_once():
    assert sheets.listing("quinua; kiwicha|quinua,\nmaca ") == ("quinua", "kiwicha", "maca")
    assert sheets.listing("quinua, kiwicha,quinua") == ("quinua", "kiwicha")
    assert sheets.listing("saco=55,2 kg; lata") == ("saco=55,2 kg", "lata")
    assert sheets.listing("saco=55,2 kg") == ("saco=55,2 kg",)
    assert sheets.listing("") == ()
    assert sheets.listing("a;b;c", most=2) == CellError("too_many", {"most": 2})


def test_a_choice_ignores_accents_and_underscores():
    options = {"existencia": 1, "por cosechar": 2}

    assert sheets.choice("Por_Cosechar", options) == 2
    assert sheets.choice("otra", options) == CellError(
        "not_an_option", {"options": "existencia, por cosechar"}
    )
    assert sheets.choice("", options) == CellError("missing")


@pytest.mark.parametrize(
    ("said", "region", "phone"),
    [
        ("987 654 321", "PE", "+51987654321"),
        ("+51 987-654-321", "BO", "+51987654321"),
        (D(71234567), "BO", "+59171234567"),
        ("123", "PE", CellError("not_a_phone")),
        ("no tiene", "PE", CellError("not_a_phone")),
        ("", "PE", CellError("missing")),
    ],
)
def test_phones_are_read_with_their_country(said, region, phone):
    assert sheets.phone(said, region=region) == phone


CELLS = (
    st.text(max_size=40) | st.decimals() | st.booleans() | st.dates() | st.just(CellError("formula_error"))
)
NUMERIC = st.text("0123456789.,'/ -½kgS$", max_size=20)


@given(CELLS | NUMERIC, st.sampled_from([None, ",", "."]), st.sampled_from([None, "PEN", "CLP"]))
def test_any_cell_is_a_value_or_an_error(cell, mark, currency):
    answers = [
        sheets.decimal_es(cell, mark=mark),
        sheets.quantity(cell, mark=mark),
        sheets.price(cell, mark=mark, currency=currency),
        sheets.date_es(cell),
        sheets.integer(cell),
        sheets.yes_no(cell),
        sheets.text(cell),
        sheets.listing(cell),
        sheets.choice(cell, {"si": 1}),
        sheets.phone(cell, region="PE"),
    ]

    assert None not in answers


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_both_countries_writing_of_an_amount_reads_the_same(whole, cents):
    english = f"{whole:,}.{cents:02d}"
    spanish = english.translate(str.maketrans(",.", ".,"))

    assert sheets.decimal_es(english) == sheets.decimal_es(spanish) == D(f"{whole}.{cents:02d}")
