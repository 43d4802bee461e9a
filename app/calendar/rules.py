"""When to start for a key date, and which key dates a year has. Pure."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from app.calendar.recurrence import Rule, dates, read


class KnownDate(NamedTuple):
    """A peak of demand that comes every year."""

    code: str
    name_es: str
    name_en: str
    notice_weeks: int
    note: str
    on: Mapping[str, Rule]  # by country


def start_by(on_date: date, *, notice_weeks: int, pieces: int = 0, pieces_per_week: int = 1) -> date:
    """The last day on which so many pieces can be begun: before the notice, the weeks that the capacity needs."""
    weeks = notice_weeks + -(-pieces // pieces_per_week)
    return date.fromordinal(max(1, on_date.toordinal() - timedelta(weeks=weeks).days))


def of_year(country: str, year: int) -> dict[str, tuple[KnownDate, date]]:
    """The key dates that the project knows of a country in a year, by code."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return {
        known.code: (known, day)
        for known in known_dates()
        if country in known.on
        for day in dates(known.on[country], first, last)
    }


def countries() -> tuple[str, ...]:
    """The countries whose key dates the project knows."""
    return tuple(sorted({country for known in known_dates() for country in known.on}))


@cache
def known_dates() -> tuple[KnownDate, ...]:
    """All of `key_dates.toml`."""
    found = tomllib.loads((files("app.calendar") / "key_dates.toml").read_text("utf-8"))
    return tuple(_known(entry) for entry in found["key_date"])


def _known(entry: Mapping[str, Any]) -> KnownDate:
    on = {country: read(rule) for country, rule in entry["on"].items()}
    return KnownDate(**{"note": "", **entry, "on": on})
