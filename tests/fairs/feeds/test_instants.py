"""A client that expands our file finds the instants at which the fairs are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.calendar.recurrence import Dates, Day, MonthlyDay, MonthlyNth, Weekly, YearlyDate, dates, key
from app.fairs.feeds import ical
from app.fairs.feeds.structs import Series, moments
from tests.fairs.feeds import make

Seen = list[tuple[datetime, datetime, str]]


def _client(series: Series, first: date, last: date) -> Seen:
    calendar = Calendar.from_ical(ical.write(make.feed(series)))
    found = recurring_ical_events.of(calendar).between(first - timedelta(days=10), last + timedelta(days=10))
    return sorted(
        (event.start.astimezone(UTC), event.end.astimezone(UTC), str(event["STATUS"]))
        for event in found
        if first <= event.start.date() <= last
    )


def _ours(series: Series, first: date, last: date) -> Seen:
    return sorted(
        (
            moment.starts_at.astimezone(UTC),
            moment.ends_at.astimezone(UTC),
            "CANCELLED" if moment.is_cancelled else "CONFIRMED",
        )
        for moment in moments(series, first, last)
    )


def _check(series: Series, first: date, last: date, count: int) -> None:
    ours = _ours(series, first, last)

    assert len(ours) == count
    assert _client(series, first, last) == ours


@pytest.mark.parametrize("zone", ["America/Santiago", "America/Lima", "America/La_Paz"])
@pytest.mark.parametrize(
    ("rule", "first", "last", "count"),
    [
        (make.SATURDAYS, date(2026, 3, 1), date(2026, 4, 30), 8),
        (Weekly(days=(Day.SUN,)), date(2026, 8, 30), date(2026, 9, 20), 4),
        (Weekly(days=(Day.TUE, Day.SAT), interval=2, anchor=date(2026, 1, 5)), date(2026, 3, 1), date(2026, 5, 1), 9),
        (MonthlyNth(nths=(1, 3), day=Day.FRI), date(2026, 1, 1), date(2026, 12, 31), 24),
        (MonthlyNth(nths=(-1,), day=Day.SUN), date(2026, 12, 1), date(2027, 3, 31), 4),
        (MonthlyNth(nths=(5,), day=Day.SAT), date(2026, 1, 1), date(2026, 12, 31), 4),
        (MonthlyNth(nths=(2,), day=Day.SAT, interval=3, anchor=date(2025, 12, 1)), date(2026, 1, 1), date(2027, 1, 1), 4),
        (MonthlyDay(days=(1, 15, "last")), date(2026, 12, 1), date(2027, 2, 28), 9),
        (YearlyDate(month=2, day=29), date(2026, 1, 1), date(2036, 12, 31), 3),
        (YearlyDate(month=12, day=31), date(2026, 1, 1), date(2028, 1, 1), 2),
        (Dates(dates=(date(2026, 4, 5), date(2026, 9, 6), date(2026, 12, 31))), date(2026, 1, 1), date(2027, 1, 1), 3),
    ],
)  # fmt: skip
def test_every_rule_in_every_zone(rule: Any, zone: str, first: date, last: date, count: int) -> None:
    _check(make.series(rule=rule, zone=zone), first, last, count)


@pytest.mark.parametrize("minute", [0, 30, 60, 180, 1410])
def test_a_night_fair_over_both_changes_of_the_clocks(minute: int) -> None:
    days = (Day.SAT, Day.SUN)
    rule = Weekly(days=days)
    series = make.series(rule=rule, starts_minute=minute, duration_minutes=300)

    for first in (date(2026, 4, 3), date(2026, 9, 4)):
        if minute < 60 and first.month == 9:
            continue  # that local time does not exist: no fair is made at it
        _check(series, first, first + timedelta(days=9), 4)


def test_an_end_is_inclusive_and_the_last_date_stays() -> None:
    series = make.series(until_on=date(2026, 9, 12))

    _check(series, date(2026, 8, 1), date(2026, 12, 31), 7)


def test_a_moved_and_a_cancelled_date_and_one_more() -> None:
    series = make.series(
        skipped=("2026-11-07T08:00",),
        overrides=(
            make.override(starts_local="2026-11-22T09:30", duration_minutes=120),
            make.override("2026-11-28T08:00", is_cancelled=True, reason="Lluvia"),
        ),
        extras=(make.extra("2026-11-25T17:00"),),
    )

    _check(series, date(2026, 11, 1), date(2026, 11, 30), 4)
    assert [status for _, _, status in _client(series, date(2026, 11, 1), date(2026, 11, 30))] == [
        "CONFIRMED",
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]


def test_a_date_whose_rule_changed_is_an_event_of_its_own() -> None:
    """Its stalls are given: it stays, though the rule no longer gives it."""
    sundays = Weekly(days=(Day.SUN,))
    series = make.series(rule=sundays, overrides=(make.override(), make.override("2026-11-22T07:00")))

    _check(series, date(2026, 11, 16), date(2026, 11, 22), 3)
    assert b"RECURRENCE-ID" not in ical.write(make.feed(series))


def test_a_list_of_dates_with_one_moved_and_one_skipped() -> None:
    rule = Dates(dates=(date(2026, 11, 21), date(2026, 11, 28), date(2026, 12, 5)))
    series = make.series(
        rule=rule,
        skipped=("2026-11-28T08:00",),
        overrides=(make.override(starts_local="2026-11-22T09:00"),),
        extras=(make.extra(),),
    )

    _check(series, date(2026, 11, 1), date(2026, 12, 31), 3)


@st.composite
def _series(draw: Any) -> Series:
    anchor = draw(st.dates(date(2025, 6, 1), date(2026, 6, 1)))
    days = st.lists(st.sampled_from(list(Day)), min_size=1, max_size=3)
    nths = st.lists(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), min_size=1, max_size=2)
    counted = st.lists(st.integers(1, 28) | st.just("last"), min_size=1, max_size=3)
    interval = st.integers(1, 4)
    rule = draw(
        st.builds(Weekly, days=days, interval=interval, anchor=st.just(anchor))
        | st.builds(MonthlyNth, nths=nths, day=st.sampled_from(list(Day)), interval=interval, anchor=st.just(anchor))
        | st.builds(MonthlyDay, days=counted, interval=interval, anchor=st.just(anchor))
    )  # fmt: skip
    first_on = draw(st.dates(date(2026, 1, 1), date(2026, 6, 1)))
    minute = draw(st.integers(180, 1200))
    given_days = list(dates(rule, first_on, date(2026, 12, 31)))
    changed = draw(st.lists(st.sampled_from(given_days), max_size=4, unique=True)) if given_days else []
    kinds = [draw(st.sampled_from(["skipped", "cancelled", "moved"])) for _ in changed]
    marked = list(zip(changed, kinds, strict=True))
    return make.series(
        rule=rule,
        zone=draw(st.sampled_from(["America/Santiago", "America/Lima"])),
        first_on=first_on,
        until_on=draw(st.none() | st.dates(date(2026, 9, 1), date(2026, 12, 31))),
        starts_minute=minute,
        duration_minutes=draw(st.integers(15, 2_880)),
        skipped=tuple(key(day, minute) for day, kind in marked if kind == "skipped"),
        overrides=tuple(
            make.override(
                key(day, minute),
                key(day + timedelta(days=draw(st.integers(0, 9))), draw(st.integers(180, 1200))),
                is_cancelled=kind == "cancelled",
            )
            for day, kind in marked
            if kind != "skipped"
        ),
    )


@given(_series())
@settings(max_examples=40)
def test_any_fair_is_read_as_it_is(series: Series) -> None:
    first, last = date(2026, 2, 1), date(2026, 10, 31)

    assert _client(series, first, last) == _ours(series, first, last)
