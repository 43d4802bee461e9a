"""The days of a rule within a window. Every loop is over the window's own weeks, months or years: nothing runs away."""

from collections.abc import Iterator
from datetime import date
from functools import singledispatch

from app.calendar.recurrence.shapes import (
    EARLIEST,
    LAST_DAY,
    LATEST,
    Dates,
    MonthlyDay,
    MonthlyNth,
    Rule,
    Weekly,
    YearlyDate,
)

_LONGEST_WAIT_YEARS = 160  # a fifth day every 24 months in February, over a year 100 without 29 February


def dates(rule: Rule, first: date, last: date) -> Iterator[date]:
    """The rule's days from `first` to `last`, both included, in order, each once; none outside 1900..2199."""
    first, last = max(first, EARLIEST), min(last, LATEST)
    return (day for day in _days(rule, first, last) if first <= day <= last)


def first_date(rule: Rule, on_or_after: date) -> date | None:
    """The rule's first day on or after one; None when there is none, or none within 160 years."""
    start = max(on_or_after, EARLIEST)
    end = date(min(start.year + _LONGEST_WAIT_YEARS, LATEST.year), 12, 31)
    return next(dates(rule, start, end), None)


@singledispatch
def _days(rule: Rule, first: date, last: date) -> Iterator[date]:  # noqa: ARG001 - every shape registers its own
    """Days in order, at least those in the window; at most a week, month or year around it."""
    raise TypeError(rule)


@_days.register
def _(rule: Weekly, first: date, last: date) -> Iterator[date]:
    weeks = _aligned(_week(first), _week(last), rule.interval, _week(rule.anchor) if rule.anchor else 0)
    for week in weeks:
        for day in rule.days:
            yield date.fromordinal(week * 7 + 1 + day.number)


@_days.register
def _(rule: MonthlyNth, first: date, last: date) -> Iterator[date]:
    for start, length in _months(rule, first, last):
        earliest = (rule.day.number - start.weekday()) % 7  # days from the 1st to the first such day
        found = list(range(start.toordinal() + earliest, start.toordinal() + length, 7))
        chosen = {found[nth - (nth > 0)] for nth in rule.nths if abs(nth) <= len(found)}
        yield from map(date.fromordinal, sorted(chosen))


@_days.register
def _(rule: MonthlyDay, first: date, last: date) -> Iterator[date]:
    for start, length in _months(rule, first, last):
        chosen = {length if day == LAST_DAY else day for day in rule.days}
        yield from (start.replace(day=day) for day in sorted(chosen))


@_days.register
def _(rule: YearlyDate, first: date, last: date) -> Iterator[date]:
    for year in range(first.year, last.year + 1):
        if rule.day <= _length(year, rule.month):
            yield date(year, rule.month, rule.day)


@_days.register
def _(rule: Dates, first: date, last: date) -> Iterator[date]:  # noqa: ARG001 - the window is the caller's
    yield from rule.dates


def _months(rule: MonthlyNth | MonthlyDay, first: date, last: date) -> Iterator[tuple[date, int]]:
    """The first day and the length of every month that counts."""
    anchor = _month(rule.anchor) if rule.anchor else 0
    for month in _aligned(_month(first), _month(last), rule.interval, anchor):
        start = date(month // 12, month % 12 + 1, 1)
        yield start, _length(start.year, start.month)


def _aligned(first: int, last: int, interval: int, anchor: int) -> range:
    """The numbers from `first` to `last` that are whole intervals away from the anchor, before or after it."""
    return range(first + (anchor - first) % interval, last + 1, interval)


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7  # 1 January of the year 1 was a Monday


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days
