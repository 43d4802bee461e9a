from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inventory import rules
from app.inventory.rules import Held

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("today", "notice", "monday"),
    [
        (date(2026, 3, 2), 0, date(2026, 3, 2)),  # a Monday: this week is still whole
        (date(2026, 3, 3), 0, date(2026, 3, 9)),
        (date(2026, 3, 2), 2, date(2026, 3, 16)),
        (date(2026, 3, 8), 1, date(2026, 3, 16)),
    ],
)
def test_first_week_leaves_the_whole_notice(today, notice, monday):
    assert rules.first_week(today, notice) == monday


@given(DAYS, st.integers(0, 52))
def test_first_week_is_the_earliest_monday_after_the_notice(today, notice):
    week = rules.first_week(today, notice)

    assert week.weekday() == 0
    assert timedelta(0) <= week - (today + timedelta(weeks=notice)) < timedelta(weeks=1)


@given(DAYS)
def test_weeks_follow_one_another_from_this_one(today):
    weeks = rules.weeks_from(today)

    assert weeks[0] <= today < weeks[1]
    assert {b - a for a, b in pairwise(weeks)} == {timedelta(weeks=1)}
    assert len(weeks) == rules.WEEKS_AHEAD


def test_lowered_gives_back_what_keeps_longest_first():
    held = [
        Held("miel", "a", None, 900, 30),
        Held("queso", "b", 10, 900, 30),
        Held("yogur", "c", 5, 900, 30),
    ]

    assert rules.lowered(held, 50) == {"yogur": 30, "queso": 20, "miel": 0}


def test_lowered_takes_first_from_the_poor_harvest():
    held = [Held("papa", "a", 5, 900, 30, gives_first=True), Held("oca", "b", None, 900, 30)]

    assert rules.lowered(held, 40) == {"oca": 30, "papa": 10}


@given(
    st.lists(
        st.builds(
            Held,
            st.uuids(),
            st.text(max_size=4),
            st.none() | st.integers(0, 99),
            st.integers(0, 9),
            st.integers(1, 50),
        ),
        unique_by=lambda held: held.key,
        max_size=8,
    ),
    st.integers(0, 500),
)
def test_lowered_keeps_exactly_what_is_asked_and_raises_nothing(held, to_base):
    kept = rules.lowered(held, to_base)

    assert sum(kept.values()) == min(to_base, sum(holding.quantity_base for holding in held))
    assert all(0 <= kept[holding.key] <= holding.quantity_base for holding in held)
    assert rules.lowered(list(reversed(held)), to_base).keys() == kept.keys()
