"""The assignment is the best there is, and seating seats as many as can be."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fairs.allocation.matching import best_stalls
from app.fairs.allocation.seating import Seating


@st.composite
def problems(draw):
    count = draw(st.integers(1, 6))
    falling = st.lists(st.integers(0, 30), min_size=count, max_size=count).map(
        lambda numbers: sorted(numbers, reverse=True)
    )
    plan = draw(st.permutations(range(count)))
    can = [[draw(st.booleans()) or plan[group] == stall for stall in range(count)] for group in range(count)]
    return draw(falling), draw(falling), can


def worth_of(problem, stalls):
    worth, value, _ = problem
    return sum(worth[group] * value[stall] for group, stall in enumerate(stalls))


@given(problems())
def test_no_other_way_to_place_everybody_is_worth_more(problem):
    _, _, can = problem
    ways = [
        way
        for way in permutations(range(len(can)))
        if all(can[group][stall] for group, stall in enumerate(way))
    ]

    stalls = best_stalls(*problem)

    assert tuple(stalls) in ways
    assert worth_of(problem, stalls) == max(worth_of(problem, way) for way in ways)


def test_where_nobody_can_stand_it_says_so():
    with pytest.raises(ValueError, match="no full matching"):
        best_stalls([2, 1], [2, 1], [[True, False], [True, False]])


@given(st.lists(st.integers(0, 31), max_size=7))
def test_seating_takes_in_turn_whoever_fits_while_all_before_keep_a_place(masks):
    seating = Seating(5)
    seated = []

    for group, mask in enumerate(masks):
        fits = any(
            all(masks[one] >> stall & 1 for one, stall in zip([*seated, group], way, strict=False))
            for way in permutations(range(5), min(5, len(seated) + 1))
            if len(seated) < 5
        )
        assert seating.seat(group, mask) == fits
        seated += [group] if fits else []
