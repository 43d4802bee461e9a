"""The fair level: both ways to find it are exact and agree."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.aggregation.level import _by_sorting, _by_steps, fair_level

CLAIMS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 9), st.integers(0, 40)).filter(lambda claim: claim[2]),
    min_size=1,
    max_size=8,
)


def reached(claims, level, unit):
    return sum(min(room * unit, max(0, weight * level - history)) for history, weight, room in claims)


@settings(max_examples=400, deadline=None)
@given(CLAIMS, st.integers(1, 5), st.data())
def test_the_level_is_the_least_that_gives_the_sum_however_it_is_found(claims, unit, data):
    wanted = data.draw(st.integers(1, sum(room for _, _, room in claims)))

    level = Fraction(*fair_level(claims, wanted, unit))
    steps, sorting = _by_steps(claims, wanted, unit), _by_sorting(claims, wanted, unit)

    assert Fraction(*sorting) == level
    assert steps is None or Fraction(*steps) == level
    assert reached(claims, level, unit) == wanted * unit
    assert reached(claims, level - Fraction(1, 10**6), unit) < wanted * unit


def test_nothing_wanted_has_no_level():
    assert fair_level([(0, 1, 5)], 0, 1) is None
