"""The rotation credit is exact, and with it as the only weight nobody drifts away from the others."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fairs.allocation import Stood, Weights, allocate, credits, exact_credits, fairness  # noqa: A004
from app.fairs.allocation.apart import _INCREMENT, _MASK, _MULTIPLIER
from tests.fairs.allocation.make import CATEGORIES, group, inputs, numbered

ROTATION = Weights(rotation=100)
WEEKS = 26


def test_the_credit_is_quality_less_the_mean_of_the_date():
    history = [Stood({"ana": 90, "beto": 30, "caro": 60}), Stood({"ana": 10, "beto": 15})]

    assert exact_credits(history) == {"ana": Fraction(55, 2), "beto": Fraction(-55, 2), "caro": Fraction(0)}
    assert credits(history) == {"ana": 27_500_000, "beto": -27_500_000, "caro": 0}


def test_who_waited_in_vain_counts_as_standing_at_quality_zero():
    assert exact_credits([Stood({"ana": 60}, frozenset({"beto"}))]) == {"ana": 30, "beto": -30}


def test_fairness_is_the_variance_and_the_spread():
    assert fairness(exact_credits([Stood({"ana": 90, "beto": 30})])) == (2, 900, 60)
    assert fairness({}) == (0, 0, 0)


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 100), min_size=1).map(Stood), max_size=30
    )
)
def test_credits_sum_to_zero_and_are_rounded_once(history):
    exact = exact_credits(history)

    assert sum(exact.values()) == 0
    assert all(
        abs(credit - exact[name] * 1_000_000) <= Fraction(1, 2) for name, credit in credits(history).items()
    )


@pytest.mark.parametrize("categories", [1, 2, 6])
def test_forty_groups_on_forty_stalls_stay_within_one_weeks_range_and_far_below_chance(categories):
    layout = numbered(40)
    quality = {stall.code: stall.quality for stall in layout.stalls}
    names = [f"g{n:02}" for n in range(40)]
    kinds = {name: CATEGORIES[n % categories] if categories > 1 else "" for n, name in enumerate(names)}
    had, history = dict.fromkeys(names, 0), []

    for _ in range(WEEKS):
        credit = credits(history)
        groups = tuple(group(name, kinds[name], credit=credit.get(name, 0)) for name in names)
        outcome = allocate(inputs(layout, groups, weights=ROTATION))
        history.append(Stood({name: quality[code] for name, code in outcome.placed.items()}))
        had = {name: had[name] + history[-1].qualities[name] for name in names}

        assert outcome.conflicts == ()
        assert max(had.values()) - min(had.values()) <= max(quality.values()) - min(quality.values())

    assert 5 * spread(had) <= mean_spread_of_random_draws(list(quality.values()), 100)
    assert fairness(exact_credits(history)).spread == spread(had)


def test_sixty_groups_on_forty_stalls_take_turns():
    layout = numbered(40)
    quality = {stall.code: stall.quality for stall in layout.stalls}
    names = [f"g{n:02}" for n in range(60)]
    times, history = dict.fromkeys(names, 0), []

    for _ in range(WEEKS):
        credit = credits(history)
        groups = tuple(group(name, "", credit=credit.get(name, 0)) for name in names)
        outcome = allocate(inputs(layout, groups, weights=ROTATION))
        history.append(
            Stood({name: quality[code] for name, code in outcome.placed.items()}, frozenset(outcome.waiting))
        )
        times = {name: count + (name in outcome.placed) for name, count in times.items()}

    assert spread(exact_credits(history)) <= max(quality.values())
    assert (min(times.values()), max(times.values())) == (13, 26)  # thirteen times well, or always poorly


def spread(had):
    return max(had.values()) - min(had.values())


def mean_spread_of_random_draws(qualities, draws):
    """The spread after as many weeks of a fair shuffle each, on average."""
    state, found = 1, []
    for _ in range(draws):
        had = [0] * len(qualities)
        for _ in range(WEEKS):
            keyed = []
            for quality in qualities:
                state = (state * _MULTIPLIER + _INCREMENT) & _MASK
                keyed.append((state >> 16, quality))
            had = [sum_so_far + quality for sum_so_far, (_, quality) in zip(had, sorted(keyed), strict=True)]
        found.append(max(had) - min(had))
    return Fraction(sum(found), draws)
