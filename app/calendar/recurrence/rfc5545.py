"""A rule as the RRULE that every calendar client reads alike (RFC 5545, 3.3.10)."""

from datetime import datetime

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

_CODES = dict(zip(Day, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))


def rrule(rule: Rule, *, until: datetime | None = None) -> str | None:
    """The RRULE's value; None for dates, each of which is its own VEVENT.

    `until` is the last start, in UTC: an UNTIL of a timed event is nothing else. DTSTART must be a day of the rule
    (`first_date`), so that clients count weeks and months from where the rule's anchor counts them.
    """
    if isinstance(rule, Dates):
        return None
    last = [f"UNTIL={until:%Y%m%dT%H%M%SZ}"] if until is not None else []
    return ";".join(_parts(rule) + last)


def _parts(rule: Weekly | MonthlyNth | MonthlyDay | YearlyDate) -> list[str]:
    if isinstance(rule, YearlyDate):
        return ["FREQ=YEARLY", f"BYMONTH={rule.month}", f"BYMONTHDAY={rule.day}"]
    interval = [f"INTERVAL={rule.interval}"] if rule.interval > 1 else []
    if isinstance(rule, Weekly):
        week_start = ["WKST=MO"] if interval else []
        days = ",".join(_CODES[day] for day in rule.days)
        return ["FREQ=WEEKLY", *interval, *week_start, f"BYDAY={days}"]
    if isinstance(rule, MonthlyNth):
        nths = ",".join(f"{nth}{_CODES[rule.day]}" for nth in rule.nths)
        return ["FREQ=MONTHLY", *interval, f"BYDAY={nths}"]
    numbers = ",".join("-1" if day == LAST_DAY else str(day) for day in rule.days)
    return ["FREQ=MONTHLY", *interval, f"BYMONTHDAY={numbers}"]
