import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.rules import public_coordinate
from app.producers.rules import is_led_by_women, verified_after


@given(st.integers(-180_000_000, 180_000_000))
def test_a_public_coordinate_has_two_decimals_and_is_within_half_a_step(coordinate_e6):
    shown = public_coordinate(coordinate_e6, is_consented=False)

    assert shown == round(shown, 2)
    assert abs(round(shown * 1_000_000) - coordinate_e6) <= 5_000
    assert public_coordinate(coordinate_e6, is_consented=True) == coordinate_e6 / 1_000_000


@pytest.mark.parametrize(
    ("women", "men", "led"),
    [(4, 1, True), (3, 3, False), (0, 0, False), (2, None, True), (None, None, False)],
)
def test_more_women_than_men_lead(women, men, led):
    assert is_led_by_women(women, men) is led


@pytest.mark.parametrize(("verified", "active", "left"), [(5, 8, 5), (5, 3, 3), (5, None, 0)])
def test_no_more_members_are_verified_than_are_active(verified, active, left):
    assert verified_after(verified, active) == left
