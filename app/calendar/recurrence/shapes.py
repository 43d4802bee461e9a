"""The five shapes of a rule. A rule that exists is a valid one, in its one form: what is equal is equal byte for byte."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec.structs import force_setattr

EARLIEST, LATEST = (
    date(1900, 1, 1),
    date(2199, 12, 31),
)  # no overflow in any zone, and no typing error of a year
MOST_WEEKS, MOST_MONTHS, MOST_DATES = 52, 24, 366
LAST_DAY: Literal["last"] = "last"

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class RuleError(ValueError):
    """No rule. `pointer` says where in the value, `facts` fill the text of `code`."""

    def __init__(self, pointer: str, code: str, **facts: Any) -> None:
        super().__init__(f"{pointer or '/'}: {code}")
        self.pointer, self.code, self.facts = pointer, code, facts


class Day(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """Monday is 0, as in `date.weekday()`."""
        return _NUMBERS[self]


_NUMBERS = {day: number for number, day in enumerate(Day)}


class _Shape(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """A value of JSON, told apart by `kind`."""


class Weekly(_Shape, frozen=True, kw_only=True, tag="weekly"):
    """On these days of every `interval`-th week, counted from the Monday of the anchor's week (WKST=MO)."""

    days: tuple[Day, ...]
    interval: int = 1
    anchor: date | None = None

    def __post_init__(self) -> None:
        _settle(self, "days", sorted_by=_NUMBERS.__getitem__, most=7)
        _check_interval(self, MOST_WEEKS)


class MonthlyNth(_Shape, frozen=True, kw_only=True, tag="monthly_nth"):
    """On the nth such day of every `interval`-th month, counted from the anchor's; -1 is the last one.

    A month without a fifth one is passed over.
    """

    nths: tuple[int, ...]
    day: Day
    interval: int = 1
    anchor: date | None = None

    def __post_init__(self) -> None:
        for position, nth in enumerate(self.nths):
            if not 1 <= abs(nth) <= 5:
                raise RuleError(f"/nths/{position}", "nth_unknown")
        _settle(self, "nths", sorted_by=lambda nth: nth if nth > 0 else nth + 100, most=10)
        _check_interval(self, MOST_MONTHS)


class MonthlyDay(_Shape, frozen=True, kw_only=True, tag="monthly_day"):
    """On these days of every `interval`-th month, counted from the anchor's: 1 to 28, or "last"."""

    days: tuple[int | Literal["last"], ...]
    interval: int = 1
    anchor: date | None = None

    def __post_init__(self) -> None:
        for position, day in enumerate(self.days):
            if day != LAST_DAY and not 1 <= day <= 28:
                raise RuleError(f"/days/{position}", "day_not_in_every_month")
        _settle(self, "days", sorted_by=lambda day: 100 if day == LAST_DAY else day, most=29)
        _check_interval(self, MOST_MONTHS)


class YearlyDate(_Shape, frozen=True, kw_only=True, tag="yearly_date"):
    """Once a year. 29 February comes in leap years only."""

    month: int
    day: int

    def __post_init__(self) -> None:
        _check_number("/month", self.month, 1, 12)
        _check_number("/day", self.day, 1, _LONGEST[self.month - 1])


class Dates(_Shape, frozen=True, kw_only=True, tag="dates"):
    """On these dates and no other."""

    dates: tuple[date, ...]

    def __post_init__(self) -> None:
        for position, day in enumerate(self.dates):
            _check_date(f"/dates/{position}", day)
        _settle(self, "dates", sorted_by=date.toordinal, most=MOST_DATES)


Rule: TypeAlias = Weekly | MonthlyNth | MonthlyDay | YearlyDate | Dates


def _settle(rule: _Shape, name: str, *, sorted_by: Callable[[Any], int], most: int) -> None:
    """Keep each value of a list once, in order. Raises RuleError for an empty or a too long list."""
    given: Iterable[Any] = getattr(rule, name)
    kept = tuple(sorted(set(given), key=sorted_by))
    if not kept:
        raise RuleError(f"/{name}", "too_short", min_length=1)
    if len(kept) > most:
        raise RuleError(f"/{name}", "too_long", max_length=most)
    force_setattr(rule, name, kept)


def _check_interval(rule: Weekly | MonthlyNth | MonthlyDay, most: int) -> None:
    """Where every week or month counts there is no anchor: it would make equal rules differ."""
    _check_number("/interval", rule.interval, 1, most)
    if rule.interval == 1:
        force_setattr(rule, "anchor", None)
    elif rule.anchor is None:
        raise RuleError("/anchor", "anchor_missing")
    else:
        _check_date("/anchor", rule.anchor)


def _check_number(pointer: str, number: int, least: int, most: int) -> None:
    if number < least:
        raise RuleError(pointer, "greater_than_equal", ge=least)
    if number > most:
        raise RuleError(pointer, "less_than_equal", le=most)


def _check_date(pointer: str, day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise RuleError(pointer, "year_out_of_range", first=EARLIEST.year, last=LATEST.year)
