from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.kernel import units
from app.kernel.wire import Price, Quantity

SACO_DE_PAPA = {"saco": 46_000}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("KGM", "KGM"),
        ("kilos", "KGM"),
        ("Kg.", "KGM"),
        ("  KILO ", "KGM"),
        ("kilogramos", "KGM"),
        ("gr", "GRM"),
        ("Toneladas métricas", "TNE"),
        ("lts.", "LTR"),
        ("unidades", "H87"),
        ("pzas", "H87"),
        ("docenas", "DZN"),
        ("pares", "PR"),
        ("Arrobas", "arroba"),
        ("@", "arroba"),
        ("qq", "quintal"),
        ("quintales", "quintal"),
        ("costales", "saco"),
        ("atados", "manojo"),
    ],
)
def test_find_understands_what_people_write(said, code):
    assert units.find(said).code == code


def test_no_two_units_share_a_name():
    seen = {}
    for unit in units.UNITS:
        for said in units.names_of(unit):
            owner = seen.setdefault(units._key(said), unit.code)
            assert owner == unit.code, said


@pytest.mark.parametrize(
    ("value", "unit", "more", "base"),
    [
        ("12.5", "kg", {}, 12_500),
        (Decimal("12.5"), "kg", {}, 12_500),
        ("12", "arrobas", {"country": "PE"}, 138_000),
        ("0.5", "quintal", {"country": "BO"}, 23_000),
        ("12", "arrobas", {"country": "PE", "overrides": {"arroba": 12_000}}, 144_000),
        ("3", "saco", {"overrides": SACO_DE_PAPA}, 138_000),
        ("1", "saco", {"overrides": {"saco": Fraction(91_000, 2)}}, 45_500),
        ("2.5", "docenas", {}, 30),
        ("1000000", "t", {}, 10**12),
    ],
)
def test_to_base_is_exact(value, unit, more, base):
    assert units.to_base(value, unit, **more) == base


@pytest.mark.parametrize(
    ("value", "unit", "more", "code"),
    [
        ("1", "brazadas", {}, "unknown_unit"),
        ("1", "", {}, "unknown_unit"),
        ("1", "arroba", {"country": "CL"}, "no_factor"),
        ("1", "saco", {"country": "PE"}, "no_factor"),
        ("1", "saco", {"overrides": {"saco": 0}}, "no_factor"),
        ("3", "kg", {"base": "H87"}, "other_measure"),
        ("1.5", "pieza", {}, "not_whole"),
        ("0.0001", "kg", {}, "not_whole"),
        ("-1", "kg", {}, "negative"),
        ("0", "kg", {}, "zero"),
        ("0.000", "kg", {}, "zero"),
        ("1000000.001", "t", {}, "too_large"),
        ("1e3", "kg", {}, "not_a_number"),
        ("1,5", "kg", {}, "not_a_number"),
        ("١٢", "kg", {}, "not_a_number"),
        ("", "kg", {}, "not_a_number"),
        ("9" * 400, "kg", {}, "not_a_number"),
        (Decimal("NaN"), "kg", {}, "not_a_number"),
        (Decimal("Infinity"), "kg", {}, "not_a_number"),
        (Decimal("1e1000000"), "kg", {}, "not_a_number"),
    ],
)
def test_to_base_refuses_with_a_code(value, unit, more, code):
    with pytest.raises(units.UnitsError) as caught:
        units.to_base(value, unit, **more)

    assert caught.value.code == code


def test_an_override_never_changes_a_standard_unit():
    assert units.to_base("1", "kg", overrides={"KGM": 5}) == 1_000


@pytest.mark.parametrize(
    ("base", "unit", "more", "text"),
    [
        (12_500, "KGM", {}, "12.5"),
        (12_000, "KGM", {}, "12"),
        (1, "TNE", {}, "0.000001"),
        (138_000, "arroba", {"country": "PE"}, "12"),
        (18, "DZN", {}, "1.5"),
    ],
)
def test_from_base_has_no_trailing_zeros(base, unit, more, text):
    assert units.from_base(base, unit, **more) == text


def test_what_no_decimal_says_is_told_in_kilos():
    with pytest.raises(units.UnitsError, match="not_exact"):
        units.from_base(1_000, "arroba", country="PE")

    assert units.exact(1_000, "arroba", base="GRM", country="PE") == ("1", "KGM")
    assert units.exact(23_000, "arroba", base="GRM", country="PE") == ("2", "arroba")
    assert units.exact(1_500, "saco", base="GRM") == ("1.5", "KGM")


@pytest.mark.parametrize(
    ("base", "unit", "lang", "text"),
    [
        (12_500, "KGM", "es", "12,5 kg"),
        (12_500, "KGM", "en", "12.5 kg"),
        (12_500, "KGM", "es-PE", "12.5 kg"),
        (1_200_000, "KGM", "es", "1200 kg"),
        (12_000_000, "KGM", "es", "12\u00a0000 kg"),
        (12_000_000, "KGM", "en", "12,000 kg"),
        (12, "DZN", "es", "1 docena"),
        (30, "DZN", "es", "2,5 docenas"),
        (1, "H87", "en", "1 piece"),
        (1_200, "H87", "es", "1200 piezas"),
    ],
)
def test_display_reads_as_people_speak(base, unit, lang, text):
    assert units.display(base, unit, lang) == text


def test_display_rounds_what_does_not_end():
    assert units.display(1_000, "arroba", "es", country="PE") == "0,087 arrobas"


@given(st.integers(1, units.MAX_BASE), st.sampled_from([u for u in units.UNITS if u.factor is not None]))
def test_there_and_back_is_the_same_quantity(quantity_base, unit):
    value, code = units.exact(quantity_base, unit, base=unit.base)

    if len(value.partition(".")[2]) <= 9:
        assert units.to_base(value, code) == quantity_base


@given(st.text(max_size=60) | st.decimals(), st.text(max_size=20) | st.sampled_from(["kg", "saco", "H87"]))
def test_nothing_but_a_units_error_comes_out(value, unit):
    with suppress(units.UnitsError):
        assert 1 <= units.to_base(value, unit) <= units.MAX_BASE


@pytest.mark.parametrize(
    "bad",
    [
        {"value": 12.5, "unit": "KGM"},
        {"value": "1e5", "unit": "KGM"},
        {"value": "NaN", "unit": "KGM"},
        {"value": "1\n", "unit": "KGM"},
        {"value": "1" * 16, "unit": "KGM"},
        {"value": "1", "unit": ""},
        {"value": "1", "unit": "K\x00"},
        {"value": "1", "unit": "k" * 33},
        {"value": "1", "unit": "KGM", "more": 1},
        {"value": "1"},
    ],
)
def test_a_wire_quantity_is_strict(bad):
    with pytest.raises(ValidationError):
        Quantity.model_validate(bad)


def test_a_wire_price_reads_and_writes_the_same():
    wire = {"amount": "8.00", "currency": "PEN", "per": {"value": "1", "unit": "KGM"}}

    assert Price.model_validate(wire).model_dump() == wire
