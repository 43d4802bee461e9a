"""How rules of recurrence and local starts cross the door: their schema, and their refusals as faults in their place."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, WrapValidator

from app.calendar import recurrence
from app.calendar.recurrence import (
    MOST_DATES,
    MOST_MONTHS,
    MOST_WEEKS,
    Day,
    LocalTimeError,
    Rule,
    RuleError,
    UnknownZoneError,
)
from app.kernel.bodies import Given
from app.kernel.errors import Fault, InvalidError

_Anchor = Annotated[
    date | None,
    Field(
        description="Any date of a week or month that counts; absent: the first date's. Null: every one counts"
    ),
]


class WeeklyRule(Given):
    """On these days of every `interval`-th week, counted from the anchor's Monday."""

    kind: Literal["weekly"]
    days: list[Day] = Field(min_length=1, max_length=7, examples=[["sat"]])
    interval: int = Field(default=1, ge=1, le=MOST_WEEKS)
    anchor: _Anchor = None


class MonthlyNthRule(Given):
    """On the nth such day of every `interval`-th month; -1 is the last one."""

    kind: Literal["monthly_nth"]
    nths: list[Annotated[int, Field(ge=-5, le=5)]] = Field(min_length=1, max_length=10, examples=[[1, 3]])
    day: Day
    interval: int = Field(default=1, ge=1, le=MOST_MONTHS, examples=[3])
    anchor: _Anchor = None


class MonthlyDayRule(Given):
    """On these days of every `interval`-th month: 1 to 28, or "last"."""

    kind: Literal["monthly_day"]
    days: list[Annotated[int, Field(ge=1, le=28)] | Literal["last"]] = Field(
        min_length=1, max_length=29, examples=[[15, "last"]]
    )
    interval: int = Field(default=1, ge=1, le=MOST_MONTHS)
    anchor: _Anchor = None


class YearlyDateRule(Given):
    """Once a year; 29 February in leap years only."""

    kind: Literal["yearly_date"]
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)


class DatesRule(Given):
    """On these dates and no other."""

    kind: Literal["dates"]
    dates: list[date] = Field(min_length=1, max_length=MOST_DATES)


# Documented by the models, read by `recurrence.read` alone: one reader says what is wrong, and where.
RuleBody = Annotated[
    Annotated[
        WeeklyRule | MonthlyNthRule | MonthlyDayRule | YearlyDateRule | DatesRule, Field(discriminator="kind")
    ],
    WrapValidator(lambda value, _: value),
]


def read_rule(value: Any, pointer: str, *, anchor: date | None = None) -> Rule:
    """The rule of a `RuleBody`; an interval without an anchor counts from `anchor`. Raises InvalidError."""
    try:
        return recurrence.read(value, anchor=anchor)
    except RuleError as error:
        raise InvalidError(Fault(pointer + error.pointer, error.code, **error.facts)) from error


def read_instant(day: date, minute: int, zone: str, pointer: str) -> datetime:
    """The UTC instant of a local start.

    Raises InvalidError for a zone nobody knows, and for a start that the clocks skip or repeat: with a `suggestion`.
    """
    try:
        return recurrence.instant(day, minute, zone)
    except LocalTimeError as error:
        fault = Fault(pointer, error.code, suggestion=error.suggestion)
        raise InvalidError(fault, extra={"suggestion": error.suggestion}) from error
    except UnknownZoneError as error:
        raise InvalidError(Fault(pointer, error.code)) from error
