"""A rule as people say it: «todos los sábados», «primer y tercer viernes de cada mes». Words are in the message files."""

from collections.abc import Sequence
from datetime import date
from functools import singledispatch
from itertools import pairwise
from typing import Any

from app.calendar.recurrence.shapes import (
    LAST_DAY,
    Dates,
    Day,
    MonthlyDay,
    MonthlyNth,
    Rule,
    Weekly,
    YearlyDate,
)
from app.kernel import i18n

_MOST_NAMED = 6  # more dates than that are counted


def sentence(rule: Rule, lang: str) -> str:
    """The rule in words, without a capital or a full stop: it stands within a text."""
    return _said(rule, _Words(lang))


class _Words:
    """The words of one language."""

    def __init__(self, lang: str) -> None:
        self._texts: dict[str, Any] = i18n.texts(lang)["recurrence"]

    def say(self, name: str, **facts: Any) -> str:
        return i18n.spoken(str(self._texts[name]), facts)

    def one(self, group: str, name: object) -> str:
        return str(self._texts[group][str(name)])

    def listed(self, parts: Sequence[str]) -> str:
        """«a, b y c»."""
        *most, last = parts
        return self.say("listed", most=", ".join(most), last=last) if most else last

    def date(self, day: date, *, with_year: bool = True) -> str:
        month = self.one("months", day.month)
        return self.say("date" if with_year else "day_and_month", day=day.day, month=month, year=day.year)


@singledispatch
def _said(rule: Rule, words: _Words) -> str:  # noqa: ARG001 - every shape registers its own
    raise TypeError(rule)


@_said.register
def _(rule: Weekly, words: _Words) -> str:
    every = rule.interval == 1
    if len(rule.days) == len(Day):
        return words.say("every_day") if every else words.say("nth_week_all", interval=rule.interval)
    if _is_run(rule.days):
        first, last = (words.one("days", day) for day in (rule.days[0], rule.days[-1]))
        run = words.say("run", first=first, last=last)
        return run if every else words.say("nth_week_run", interval=rule.interval, run=run)
    days = words.listed([words.one("days_plural", day) for day in rule.days])
    return (
        words.say("every_week", days=days)
        if every
        else words.say("nth_week", interval=rule.interval, days=days)
    )


@_said.register
def _(rule: MonthlyNth, words: _Words) -> str:
    nths = words.listed([words.one("nths", nth) for nth in rule.nths])
    which = words.say("nth_days", nths=nths, day=words.one("days", rule.day))
    return words.say("within", which=which, months=_months(rule, words))


@_said.register
def _(rule: MonthlyDay, words: _Words) -> str:
    days = [
        words.say("last_day") if day == LAST_DAY else words.say("day_of_month", day=day) for day in rule.days
    ]
    return words.say("within", which=words.listed(days), months=_months(rule, words))


@_said.register
def _(rule: YearlyDate, words: _Words) -> str:
    name = "every_leap_year" if (rule.month, rule.day) == (2, 29) else "every_year"
    return words.say(name, day=rule.day, month=words.one("months", rule.month))


@_said.register
def _(rule: Dates, words: _Words) -> str:
    found = rule.dates
    if len(found) > _MOST_NAMED:
        first, last = words.date(found[0]), words.date(found[-1])
        return words.say("many_dates", count=len(found), first=first, last=last)
    ends_year = [day.year != later.year for day, later in pairwise(found)] + [True]
    return words.listed([words.date(day, with_year=ends) for day, ends in zip(found, ends_year, strict=True)])


def _months(rule: MonthlyNth | MonthlyDay, words: _Words) -> str:
    """Months by name where they are the same every year."""
    if rule.anchor is None:
        return words.say("every_month")
    if 12 % rule.interval:
        since = words.say(
            "month_of_year", month=words.one("months", rule.anchor.month), year=rule.anchor.year
        )
        return words.say("nth_month", interval=rule.interval, since=since)
    earliest = (rule.anchor.month - 1) % rule.interval + 1
    names = [words.one("months", month) for month in range(earliest, 13, rule.interval)]
    return words.say("named_months", months=words.listed(names))


def _is_run(days: Sequence[Day]) -> bool:
    return len(days) > 2 and days[-1].number - days[0].number == len(days) - 1
