"""Fairs of every rule, zone and change, over the days where calendars tend to differ."""

from datetime import date
from typing import Any, NamedTuple

from app.calendar.recurrence import Dates, Day, MonthlyDay, MonthlyNth, Weekly, YearlyDate
from app.fairs.feeds.structs import Series
from tests.fairs.feeds import make

SANTIAGO, LIMA, LA_PAZ = ZONES = ("America/Santiago", "America/Lima", "America/La_Paz")
_CHANGES = {  # both changes of the clocks of both years
    "2026-04": (date(2026, 3, 28), date(2026, 4, 12)),
    "2026-09": (date(2026, 8, 29), date(2026, 9, 13)),
    "2027-04": (date(2027, 3, 27), date(2027, 4, 11)),
    "2027-09": (date(2027, 8, 28), date(2027, 9, 12)),
}
_RULES: dict[str, tuple[Any, date, date]] = {
    "saturdays over the year's end": (make.SATURDAYS, date(2026, 12, 12), date(2027, 1, 16)),
    "tuesdays and fridays every second week": (
        Weekly(days=(Day.TUE, Day.FRI), interval=2, anchor=date(2026, 11, 20)),
        date(2026, 11, 1),
        date(2027, 2, 1),
    ),
    "sundays and mondays every third week": (
        Weekly(days=(Day.SUN, Day.MON), interval=3, anchor=date(2026, 12, 27)),
        date(2026, 11, 1),
        date(2027, 3, 1),
    ),
    "every day at the end of February": (Weekly(days=tuple(Day)), date(2028, 2, 26), date(2028, 3, 2)),
    "last Sunday": (MonthlyNth(nths=(-1,), day=Day.SUN), date(2026, 1, 1), date(2027, 6, 30)),
    "first and third Friday": (MonthlyNth(nths=(1, 3), day=Day.FRI), date(2026, 9, 1), date(2027, 4, 30)),
    "fifth Saturday": (MonthlyNth(nths=(5,), day=Day.SAT), date(2026, 1, 1), date(2027, 12, 31)),
    "second Sunday of every third month": (
        MonthlyNth(nths=(2,), day=Day.SUN, interval=3, anchor=date(2026, 10, 1)),
        date(2026, 1, 1),
        date(2028, 1, 31),
    ),
    "the 1st, the 15th and the last day": (
        MonthlyDay(days=(1, 15, "last")),
        date(2027, 12, 1),
        date(2028, 3, 31),
    ),
    "the 28th and the last day": (MonthlyDay(days=(28, "last")), date(2027, 1, 1), date(2028, 3, 1)),
    "29 February": (YearlyDate(month=2, day=29), date(2026, 1, 1), date(2036, 12, 31)),
    "31 December": (YearlyDate(month=12, day=31), date(2026, 1, 1), date(2029, 1, 2)),
    "named dates": (
        Dates(dates=(date(2026, 4, 5), date(2026, 9, 6), date(2026, 12, 31), date(2027, 1, 1))),
        date(2026, 1, 1),
        date(2027, 12, 31),
    ),
}


class Case(NamedTuple):
    """A fair and the local days that are looked at."""

    series: Series
    first: date
    last: date


def cases() -> dict[str, Case]:
    """Every case by its name."""
    found = {
        f"{name}, {zone}": Case(make.series(rule=rule, zone=zone), first, last)
        for zone in ZONES
        for name, (rule, first, last) in _RULES.items()
    }
    for change, (first, last) in _CHANGES.items():
        for name, days, minute in (
            ("mornings", tuple(Day), 480),
            ("after the gap", (Day.SUN,), 60),
            ("before the repeated hour", (Day.SAT,), 1379),
        ):
            series = make.series(rule=Weekly(days=days), zone=SANTIAGO, starts_minute=minute)
            found[f"{name} around {change}, {SANTIAGO}"] = Case(series, first, last)
    return found | {f"{name}, {zone}": case for zone in ZONES for name, case in _changed(zone).items()}


def _changed(zone: str) -> dict[str, Case]:
    """Dates that were moved, cancelled, added, skipped, and a fair with an end."""
    november = date(2026, 11, 1), date(2026, 12, 31)
    april = date(2026, 3, 1), date(2026, 4, 30)
    moved = make.override(starts_local="2026-11-22T09:30")
    over_change = make.override("2026-04-04T08:00", "2026-04-05T10:00")
    cancelled = make.override("2026-12-26T08:00", is_cancelled=True, reason="Navidad")
    ended = {"until_on": date(2026, 12, 19), "starts_minute": 1260, "duration_minutes": 120}
    return {
        "a date moved to the next day": Case(make.series(zone=zone, overrides=(moved,)), *november),
        "a date moved over the change": Case(make.series(zone=zone, overrides=(over_change,)), *april),
        "a cancelled date": Case(make.series(zone=zone, overrides=(cancelled,)), *november),
        "a date added": Case(make.series(zone=zone, extras=(make.extra(),)), *november),
        "a date never held": Case(make.series(zone=zone, skipped=("2026-11-28T08:00",)), *november),
        "evenings until a day": Case(make.series(zone=zone, **ended), *november),
        "all at once": Case(
            make.series(
                zone=zone,
                overrides=(moved, cancelled),
                extras=(make.extra(),),
                skipped=("2026-11-28T08:00",),
                until_on=date(2026, 12, 26),
            ),
            *november,
        ),
    }
