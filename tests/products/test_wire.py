"""Quantities on their way through the catalogue: what goes in as text comes out the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import units, wire
from app.kernel.errors import InvalidError
from app.products.queries import shown

POWERS = st.sampled_from([1, 10, 1_000, 1_000_000])


@given(st.integers(0, 10**12), POWERS)
def test_a_quantity_shown_says_exactly_what_is_stored(quantity_base, factor):
    said = wire.quantity(quantity_base, "KGM", factor)["value"]

    assert Decimal(said) * factor == quantity_base
    assert said == "0" or not said.endswith("0") or "." not in said
    assert "E" not in said


@given(st.integers(1, 10**9), st.sampled_from(["GRM", "KGM", "TNE"]))
def test_a_quantity_shown_is_read_back_as_the_same(quantity_base, unit):
    factor = units.find(unit).factor

    again = wire.read_quantity(
        wire.Quantity(**wire.quantity(quantity_base, unit, factor)), "#/quantity", base=units.GRAM
    )

    assert again == quantity_base


@given(st.integers(1, 10**6), st.integers(1, 5_000))
def test_only_multiples_of_the_smallest_step_pass(quantity_base, step):
    quantity = wire.Quantity(value=str(quantity_base), unit="GRM")

    if quantity_base % step:
        with pytest.raises(InvalidError) as refused:
            wire.read_quantity(quantity, "#/quantity", base=units.GRAM, step=step)
        assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
            ("#/quantity", "not_a_multiple")
        ]
    else:
        assert wire.read_quantity(quantity, "#/quantity", base=units.GRAM, step=step) == quantity_base


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.sampled_from([("GRM", 1), ("KGM", 1_000)]))
def test_a_product_is_shown_in_the_unit_it_is_priced_in(step_base, pack_base, priced):
    unit, factor = priced
    row = {
        "owner_id": None,
        "unit": unit,
        "price_unit_base": factor,
        "step_base": step_base,
        "packs": [{"code": "saco", "quantity_base": pack_base}],
        "local_units": [{"code": "saco", "factor_base": pack_base}],
    }

    found = shown(row)

    for quantity, base in (
        (found["step"], step_base),
        (found["packs"][0]["quantity"], pack_base),
        (found["local_units"][0]["quantity"], pack_base),
    ):
        assert (Decimal(quantity["value"]) * factor, quantity["unit"]) == (base, unit)
