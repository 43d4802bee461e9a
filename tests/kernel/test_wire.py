import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import units, wire
from app.kernel.wire import Quantity

FIXED = [unit for unit in units.UNITS if isinstance(unit.factor, int)]


@given(st.integers(1, 10**12), st.sampled_from(FIXED))
def test_a_quantity_shown_is_read_back_the_same(quantity_base, unit):
    shown = wire.quantity(quantity_base, unit.code, unit.factor)

    assert wire.read_quantity(Quantity(**shown), "#", base=unit.base) == quantity_base


@pytest.mark.parametrize(
    ("quantity_base", "unit", "shown"),
    [
        (1_500, "KGM", ("1.5", "KGM")),
        (1_010, "KGM", ("1.01", "KGM")),
        (18, "DZN", ("1.5", "DZN")),
        (7, "DZN", ("7", "H87")),  # seven twelfths have no end
        (3, "PR", ("1.5", "PR")),
        (0, "DZN", ("0", "DZN")),
    ],
)
def test_a_quantity_is_shown_in_its_unit_where_a_decimal_says_it(quantity_base, unit, shown):
    assert tuple(wire.quantity(quantity_base, unit, units.find(unit).factor).values()) == shown
