"""The assignment is the best there is, and seating seats as many as can be."""

from itertools import permutations, product

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


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 2**14)), min_size=14, max_size=14
    )
)
def test_no_circle_of_moves_is_worth_more(rows):
    """Fourteen at once: an assignment is the best when no circle of exchanges gains (shortest paths between all)."""
    worth, value = (sorted((row[n] for row in rows), reverse=True) for n in (0, 1))
    can = [
        [bool(mask >> stall & 1) or stall == 13 - group for stall in range(14)]
        for group, (_, _, mask) in enumerate(rows)
    ]

    stalls = best_stalls(worth, value, can)

    loss = [
        [worth[g] * (value[stalls[g]] - value[stalls[h]]) if can[g][stalls[h]] else 10**9 for h in range(14)]
        for g in range(14)
    ]
    for middle, start, end in product(range(14), repeat=3):
        loss[start][end] = min(loss[start][end], loss[start][middle] + loss[middle][end])
    assert all(can[group][stall] for group, stall in enumerate(stalls))
    assert min(loss[group][group] for group in range(14)) == 0


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
