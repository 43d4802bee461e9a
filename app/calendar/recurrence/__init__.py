"""On which days something happens again, and when that is: rules as values, local time, zones. Pure.

No database, no web, no clock: `read` a rule from JSON, expand it by `dates`, place a date in a zone by `instant`.
"""

from app.calendar.recurrence.expansion import dates, first_date
from app.calendar.recurrence.local_time import (
    ZONE_DATA,
    LocalTimeError,
    UnknownZoneError,
    from_key,
    instant,
    key,
    later,
    skipped,
    zone,
)
from app.calendar.recurrence.reading import read, wire
from app.calendar.recurrence.rfc5545 import rrule
from app.calendar.recurrence.sentences import sentence
from app.calendar.recurrence.shapes import (
    EARLIEST,
    LATEST,
    MOST_DATES,
    MOST_MONTHS,
    MOST_WEEKS,
    Dates,
    Day,
    MonthlyDay,
    MonthlyNth,
    Rule,
    RuleError,
    Weekly,
    YearlyDate,
)

__all__ = [
    "EARLIEST",
    "LATEST",
    "MOST_DATES",
    "MOST_MONTHS",
    "MOST_WEEKS",
    "ZONE_DATA",
    "Dates",
    "Day",
    "LocalTimeError",
    "MonthlyDay",
    "MonthlyNth",
    "Rule",
    "RuleError",
    "UnknownZoneError",
    "Weekly",
    "YearlyDate",
    "dates",
    "first_date",
    "from_key",
    "instant",
    "key",
    "later",
    "read",
    "rrule",
    "sentence",
    "skipped",
    "wire",
    "zone",
]
