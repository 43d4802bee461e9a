"""RRULE (RFC 5545, 3.3.10), the strict subset that equals one of our shapes.

It is never expanded as it stands: a rule of every second costs as much as any other.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from app.calendar.readers.reading import Reading, Timing, UnclearError, named, spaced
from app.calendar.recurrence import (
    LATEST,
    Day,
    MonthlyDay,
    MonthlyNth,
    Rule,
    UnknownZoneError,
    Weekly,
    YearlyDate,
    dates,
    zone,
)

_LONGEST, _MOST_COUNTED = 500, 10_000
_CODES = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), Day, strict=True))
_BY_DAY = re.compile(r"([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)")
_KNOWN = frozenset(
    {
        *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"),
        *("BYHOUR", "BYMINUTE", "BYSECOND"),
    }
)
_Parts = Mapping[str, str]


def from_rrule(text: str, start: date, *, zone_name: str | None = None, is_date: bool = True) -> Reading:
    """What an RRULE says of an event that starts at `start`: its local date, or local date and time without zone.

    An UNTIL in UTC needs the event's zone. COUNT becomes the last date. Without `is_date` the start need not be a date
    of the rule: it is the day from which it counts. Never raises.
    """
    try:
        parts = _split(text)
        rule = _rule(parts, _day_of(start))
        _check_time(parts, start)
        if is_date:
            _check_start(rule, _day_of(start), text)
        until = _until(parts, rule, start, zone_name)
    except UnclearError as error:
        return Reading(unclear=(error.unclear,))
    return Reading(timings=(Timing(rule),), first=_day_of(start), until=until)


def _split(text: str) -> _Parts:
    """The parts by name. Raises UnclearError for one that is unknown, twice there, or no part at all."""
    if len(text) > _LONGEST:
        raise UnclearError("too_long", text)
    found: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or name not in _KNOWN or name in found:
            raise UnclearError("part_not_understood", part)
        found[name] = value
    if "COUNT" in found and "UNTIL" in found:
        raise UnclearError("part_not_understood", f"COUNT={found['COUNT']};UNTIL={found['UNTIL']}")
    return found


def _rule(parts: _Parts, start: date) -> Rule:
    read = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}
    frequency = parts.get("FREQ", "")
    if frequency not in read:
        raise UnclearError("frequency_unknown", f"FREQ={frequency}")
    if parts.get("WKST", "MO") not in _CODES:
        raise UnclearError("part_not_understood", f"WKST={parts['WKST']}")
    interval = _number(parts, "INTERVAL", 1, 999) if "INTERVAL" in parts else 1
    with named(f"FREQ={frequency};INTERVAL={interval}"):
        return read[frequency](parts, start, interval)


def _daily(parts: _Parts, start: date, interval: int) -> Rule:
    _refuse(parts, "BYMONTHDAY", "BYMONTH", "BYSETPOS")
    if interval == 1:
        return Weekly(days=_plain_days(parts) or tuple(Day))
    if interval % 7 or "BYDAY" in parts:
        raise UnclearError("part_not_understood", f"FREQ=DAILY;INTERVAL={interval}")
    return Weekly(days=(_weekday(start),), interval=interval // 7, anchor=start)


def _weekly(parts: _Parts, start: date, interval: int) -> Rule:
    _refuse(parts, "BYMONTHDAY", "BYMONTH", "BYSETPOS")
    days = _plain_days(parts) or (_weekday(start),)
    week_start = _CODES[parts.get("WKST", "MO")]
    if interval > 1 and len({day.number < week_start.number for day in days}) > 1:
        # weeks that begin on a Sunday part the days otherwise than ours
        raise UnclearError("part_not_understood", f"WKST={parts['WKST']}")
    return Weekly(days=days, interval=interval, anchor=start)


def _monthly(parts: _Parts, start: date, interval: int) -> Rule:
    if "BYMONTH" in parts:
        if interval > 1:
            raise UnclearError("part_not_understood", f"INTERVAL={interval};BYMONTH={parts['BYMONTH']}")
        interval, anchor = spaced(_numbers(parts, "BYMONTH", 1, 12), f"BYMONTH={parts['BYMONTH']}")
    else:
        anchor = start
    return _within_months(parts, start, interval, anchor)


def _yearly(parts: _Parts, start: date, interval: int) -> Rule:
    """Within the months named, as every so many months; a rule of the whole year is none of ours."""
    if "BYMONTH" not in parts and ("BYDAY" in parts or "BYMONTHDAY" in parts):
        raise UnclearError("part_not_understood", f"FREQ=YEARLY;BYDAY={parts.get('BYDAY', '')}")
    months = _numbers(parts, "BYMONTH", 1, 12) if "BYMONTH" in parts else (start.month,)
    days = _numbers(parts, "BYMONTHDAY", -31, 31) if "BYMONTHDAY" in parts else (start.day,)
    if "BYDAY" not in parts and interval == len(months) == len(days) == 1 and days[0] > 0:
        _refuse(parts, "BYSETPOS")
        return YearlyDate(month=months[0], day=days[0])
    if "BYSETPOS" in parts and len(months) > 1:  # counted within the year
        raise UnclearError("part_not_understood", f"BYSETPOS={parts['BYSETPOS']}")
    if interval > 1 and len(months) > 1:
        raise UnclearError("part_not_understood", f"INTERVAL={interval};BYMONTH={parts['BYMONTH']}")
    spacing, anchor = spaced(months, f"BYMONTH={parts.get('BYMONTH')}", year=start.year)
    return _within_months(parts, start, spacing * interval, anchor)


def _within_months(parts: _Parts, start: date, interval: int, anchor: date) -> Rule:
    if "BYDAY" not in parts:
        _refuse(parts, "BYSETPOS")
        days = _numbers(parts, "BYMONTHDAY", -31, 31) if "BYMONTHDAY" in parts else (start.day,)
        chosen: tuple[int | Literal["last"], ...] = tuple("last" if day == -1 else day for day in days)
        return MonthlyDay(days=chosen, interval=interval, anchor=anchor)
    ordinals, days_of_week = _ordinal_days(parts)
    if len(days_of_week) > 1 and (ordinals or interval > 1 or _narrowed(parts)):
        raise UnclearError("part_not_understood", f"BYDAY={parts['BYDAY']}")
    nths = ordinals or _nths_of(parts)
    if ordinals:
        _refuse(parts, "BYSETPOS", "BYMONTHDAY")
    if nths:
        return MonthlyNth(nths=nths, day=days_of_week[0], interval=interval, anchor=anchor)
    if interval > 1:
        return MonthlyNth(nths=(1, 2, 3, 4, 5), day=days_of_week[0], interval=interval, anchor=anchor)
    return Weekly(days=days_of_week)


def _narrowed(parts: _Parts) -> bool:
    return "BYSETPOS" in parts or "BYMONTHDAY" in parts


def _nths_of(parts: _Parts) -> tuple[int, ...]:
    """«BYDAY=SA;BYSETPOS=1» and «BYDAY=SA;BYMONTHDAY=1,2,3,4,5,6,7» are the first Saturday."""
    if "BYMONTHDAY" not in parts:
        return _numbers(parts, "BYSETPOS", -5, 5) if "BYSETPOS" in parts else ()
    _refuse(parts, "BYSETPOS")
    numbers = set(_numbers(parts, "BYMONTHDAY", -31, 31))
    for nth in range(1, 5):
        if numbers == set(range(7 * nth - 6, 7 * nth + 1)):
            return (nth,)
    raise UnclearError("part_not_understood", f"BYMONTHDAY={parts['BYMONTHDAY']}")


def _ordinal_days(parts: _Parts) -> tuple[tuple[int, ...], tuple[Day, ...]]:
    """The ordinals of a BYDAY, if it has any, and its days of the week. Raises UnclearError where some have one."""
    found = [_BY_DAY.fullmatch(one) for one in parts["BYDAY"].split(",")]
    matches = [match for match in found if match]
    ordinals = tuple(int(match[1]) for match in matches if match[1])
    if len(matches) < len(found) or (ordinals and len(ordinals) < len(matches)):
        raise UnclearError("part_not_understood", f"BYDAY={parts['BYDAY']}")
    if any(abs(ordinal) > 5 for ordinal in ordinals):
        raise UnclearError("part_not_understood", f"BYDAY={parts['BYDAY']}")
    return ordinals, tuple(dict.fromkeys(_CODES[match[2]] for match in matches))


def _plain_days(parts: _Parts) -> tuple[Day, ...]:
    if "BYDAY" not in parts:
        return ()
    ordinals, days = _ordinal_days(parts)
    if ordinals:
        raise UnclearError("part_not_understood", f"BYDAY={parts['BYDAY']}")
    return days


def _check_start(rule: Rule, start: date, text: str) -> None:
    """Clients disagree on an event that starts on no day of its rule."""
    if start not in dates(rule, start, start):
        raise UnclearError("start_outside_rule", text)


def _check_time(parts: _Parts, start: date) -> None:
    """BYHOUR and the like may only repeat the start's own time."""
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        own = getattr(start, name[2:].lower(), None)
        if name in parts and parts[name].lstrip("0") != str(own).lstrip("0"):
            raise UnclearError("part_not_understood", f"{name}={parts[name]}")


def _until(parts: _Parts, rule: Rule, start: date, zone_name: str | None) -> date | None:
    if "COUNT" in parts:
        count = _number(parts, "COUNT", 1, _MOST_COUNTED)
        counted = list(islice(dates(rule, _day_of(start), LATEST), count))
        return counted[-1] if len(counted) == count else None
    if "UNTIL" not in parts:
        return None
    text = parts["UNTIL"]
    if text.endswith("Z") and zone_name is None:
        raise UnclearError("until_needs_zone", f"UNTIL={text}")
    last = _moment(text)
    if text.endswith("Z") and zone_name is not None:
        last = last.replace(tzinfo=UTC).astimezone(_zone(zone_name)).replace(tzinfo=None)
    if isinstance(start, datetime) and len(text) > 8 and last.time() < start.time():
        last -= timedelta(days=1)  # that day it would begin after the end
    if last.date() < _day_of(start):
        raise UnclearError("until_before_start", f"UNTIL={text}")
    return min(last.date(), LATEST)


def _zone(name: str) -> ZoneInfo:
    try:
        return zone(name)
    except UnknownZoneError:
        raise UnclearError("until_needs_zone", name) from None


def _moment(text: str) -> datetime:
    form = {8: "%Y%m%d", 15: "%Y%m%dT%H%M%S", 16: "%Y%m%dT%H%M%SZ"}.get(len(text), "")
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007 - the caller knows which zone it is of
    except ValueError:
        raise UnclearError("part_not_understood", f"UNTIL={text}") from None
    if not 1900 <= found.year <= 9998:
        raise UnclearError("part_not_understood", f"UNTIL={text}")
    return found


def _refuse(parts: _Parts, *names: str) -> None:
    for name in names:
        if name in parts:
            raise UnclearError("part_not_understood", f"{name}={parts[name]}")


def _number(parts: _Parts, name: str, least: int, most: int) -> int:
    (found, *more) = _numbers(parts, name, least, most)
    if more:
        raise UnclearError("part_not_understood", f"{name}={parts[name]}")
    return found


def _numbers(parts: _Parts, name: str, least: int, most: int) -> tuple[int, ...]:
    """A list of numbers, none of them 0. Raises UnclearError."""
    found = [
        int(one) if re.fullmatch(r"[+-]?[0-9]{1,5}", one, re.ASCII) else 0 for one in parts[name].split(",")
    ]
    if any(number == 0 or not least <= number <= most for number in found):
        raise UnclearError("part_not_understood", f"{name}={parts[name]}")
    return tuple(found)


def _weekday(day: date) -> Day:
    return tuple(Day)[day.weekday()]


def _day_of(start: date) -> date:
    return start.date() if isinstance(start, datetime) else start
