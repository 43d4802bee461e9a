"""OpenStreetMap's `opening_hours`, the subset that fairs use: «We,Sa[1,3] 07:00-13:00; PH off»."""

import re
from collections.abc import Iterator
from datetime import date

from app.calendar.readers.reading import (
    Hours,
    Reading,
    Timing,
    UnclearError,
    named,
    past_midnight,
    spaced,
    unclear,
)
from app.calendar.recurrence import EARLIEST, LATEST, Dates, Day, MonthlyNth, Weekly, YearlyDate, dates

_LONGEST, _MOST_RULES = 500, 40
_DAYS = dict(zip(("mo", "tu", "we", "th", "fr", "sa", "su"), Day, strict=True))
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_MONTH, _WEEKDAY = "|".join(_MONTHS), "|".join(_DAYS)
_TIME = r"[0-9]{1,2}:[0-9]{2}"
_SPAN = re.compile(rf"({_TIME})(?:\s*-\s*({_TIME})|(\+))")
_SPANS = rf"{_TIME}(?:\s*-\s*{_TIME}|\+)"
_DATE = re.compile(rf"(?:([0-9]{{4}})\s+)?({_MONTH})\s+([0-9]{{1,2}})")
_NEXT_RULE = re.compile(
    rf";|(?:(?<=:[0-9][0-9])|(?<=\+))\s*,(?=\s*(?:{_WEEKDAY}|{_MONTH}|ph|[0-9]{{4}}\s)\b)"
)
_RULE = re.compile(
    rf"""(?P<date>(?:[0-9]{{4}}\s+)?(?:{_MONTH})\s+[0-9]{{1,2}}\b(?!:))?
    (?P<months>(?:{_MONTH})(?:\s*[-,]\s*(?:{_MONTH}))*)?:?\s*
    (?P<days>(?:{_WEEKDAY})(?:\[[-0-9, ]+\])?(?:\s*[-,]\s*(?:{_WEEKDAY})(?:\[[-0-9, ]+\])?)*)?\s*
    (?P<spans>{_SPANS}(?:\s*,\s*{_SPANS})*)?\s*
    (?P<state>off|closed|open)?""",
    re.VERBOSE,
)
_DAY_OR_RANGE = re.compile(rf"({_WEEKDAY})(?:\[([-0-9, ]+)\])?(?:\s*-\s*({_WEEKDAY}))?\s*(?:,|$)\s*")
_NTH = re.compile(r"(-?[1-5])(?:-([1-5]))?")

_Key = Day | tuple[Day, int]


class _Found:
    """What the rules say so far; a later one replaces what an earlier one said of the same day."""

    def __init__(self) -> None:
        self.days: dict[tuple[_Key, tuple[int, ...]], tuple[Hours, ...]] = {}
        self.yearly: dict[YearlyDate, tuple[Hours, ...]] = {}
        self.single: dict[date, tuple[Hours, ...]] = {}
        self.exceptions: list[date] = []
        self.is_closed_on_holidays = False
        self.unclear: list[tuple[str, str]] = []


def from_opening_hours(text: str) -> Reading:
    """What an `opening_hours` text says. Rules of weeks, sunrise and school holidays are not understood. Never raises."""
    parts = [part.strip() for part in _NEXT_RULE.split(text[: _LONGEST + 1].lower())]
    if len(text) > _LONGEST or len(parts) > _MOST_RULES:
        return Reading(unclear=unclear([("too_long", text)]))
    found = _Found()
    for part in filter(None, parts):
        try:
            _take(part, found)
        except UnclearError as error:
            found.unclear.append((error.unclear.code, error.unclear.part))
    timings: list[Timing] = []
    try:
        timings = [*_repeating(found), *_single(found)]
        _check_apart(timings)
    except UnclearError as error:
        found.unclear.append((error.unclear.code, text))
    if not timings and not found.unclear:
        found.unclear.append(("no_day", text))
    return Reading(
        timings=tuple(timings),
        exceptions=tuple(sorted(set(found.exceptions))),
        is_closed_on_holidays=found.is_closed_on_holidays,
        unclear=unclear(found.unclear),
    )


def _take(part: str, found: _Found) -> None:
    """Add one rule. Raises UnclearError."""
    if re.fullmatch(r"ph\s+(off|closed)", part):
        found.is_closed_on_holidays = True
        return
    match = _RULE.fullmatch("mo-su 00:00-24:00" if part == "24/7" else part)
    if match is None or (match["date"] and (match["months"] or match["days"])):
        raise UnclearError("part_not_understood", part)
    is_off = match["state"] in {"off", "closed"}
    if is_off and match["spans"]:
        raise UnclearError("part_not_understood", part)
    hours = tuple(_hours(match["spans"] or "", part))
    if match["date"]:
        _take_date(match["date"], hours, found, part, is_off=is_off)
    else:
        _take_days(match, hours, found, part, is_off=is_off)


def _take_days(
    match: re.Match[str], hours: tuple[Hours, ...], found: _Found, part: str, *, is_off: bool
) -> None:
    if not match["days"] and (match["months"] or not hours):
        raise UnclearError("part_not_understood", part)
    months = tuple(_months(match["months"] or "", part))
    for day in list(_days(match["days"], part)) if match["days"] else Day:
        found.days.pop((day, months), None)
        if not is_off:
            found.days[day, months] = hours
        elif isinstance(day, tuple) or months:
            raise UnclearError("part_not_understood", part)


def _take_date(text: str, hours: tuple[Hours, ...], found: _Found, part: str, *, is_off: bool) -> None:
    match = _DATE.fullmatch(text)
    if match is None:
        raise UnclearError("part_not_understood", part)
    year, month, number = match[1], _MONTHS[match[2]], int(match[3])
    if not year:
        if is_off:
            raise UnclearError("year_missing", part)
        with named(part):
            found.yearly[YearlyDate(month=month, day=number)] = hours
        return
    try:
        day = date(int(year), month, number)
    except ValueError:
        raise UnclearError("no_such_date", part) from None
    if not EARLIEST <= day <= LATEST:
        raise UnclearError("out_of_range", part)
    if is_off:
        found.exceptions.append(day)
    else:
        found.single[day] = hours


def _days(text: str, part: str) -> Iterator[_Key]:
    """«We,Sa[1,3]» is Wednesday, the first and the third Saturday; «Sa-Tu» goes round the week's end."""
    position = 0
    while position < len(text):
        match = _DAY_OR_RANGE.match(text, position)
        if match is None or (match[2] and match[3]):
            raise UnclearError("part_not_understood", part)
        position = match.end()
        day = _DAYS[match[1]]
        if match[2]:
            yield from ((day, nth) for nth in _nths(match[2], part))
        elif match[3]:
            length = (_DAYS[match[3]].number - day.number) % 7
            yield from (tuple(Day)[(day.number + further) % 7] for further in range(length + 1))
        else:
            yield day


def _nths(text: str, part: str) -> Iterator[int]:
    for one in text.split(","):
        match = _NTH.fullmatch(one.strip())
        if match is None or (match[2] and int(match[1]) < 0):
            raise UnclearError("part_not_understood", part)
        yield from range(int(match[1]), int(match[2] or match[1]) + 1)


def _months(text: str, part: str) -> list[int]:
    """The months named, each once; none when they are all twelve."""
    found: set[int] = set()
    for one in filter(None, re.split(r"\s*,\s*", text)):
        first, *last = (_MONTHS[name] for name in re.split(r"\s*-\s*", one))
        if len(last) > 1:
            raise UnclearError("part_not_understood", part)
        length = (last[0] - first) % 12 if last else 0
        found |= {(first - 1 + further) % 12 + 1 for further in range(length + 1)}
    return sorted(found) if len(found) < 12 else []


def _hours(text: str, part: str) -> Iterator[Hours]:
    for match in _SPAN.finditer(text):
        starts, ends = _minutes(match[1]), _minutes(match[2]) if match[2] else None
        if ends is not None:
            ends = past_midnight(starts, ends, match[0])
        if starts >= 1440 or (ends is not None and not starts < ends <= starts + 1440):
            raise UnclearError("hours_unclear", part)
        yield Hours(starts, ends)


def _minutes(text: str) -> int:
    hours, minutes = map(int, text.split(":"))
    if minutes > 59 or hours > 48:
        raise UnclearError("hours_unclear", text)
    return hours * 60 + minutes


def _repeating(found: _Found) -> Iterator[Timing]:
    """The days with the same hours and months as one rule each. Raises UnclearError where two say the same day."""
    weekly: dict[tuple[Hours, ...], list[Day]] = {}
    monthly: dict[tuple[Day, tuple[int, ...], tuple[Hours, ...]], list[int]] = {}
    for (key, months), hours in found.days.items():
        if isinstance(key, tuple):
            monthly.setdefault((key[0], months, hours), []).append(key[1])
        elif months:
            monthly.setdefault((key, months, hours), []).extend(range(1, 6))
        else:
            weekly.setdefault(hours, []).append(key)
    both = {day for days in weekly.values() for day in days} & {day for day, _, _ in monthly}
    if both:
        raise UnclearError("days_overlap")
    for hours, days in weekly.items():
        yield Timing(Weekly(days=tuple(days)), hours)
    for (day, months, hours), nths in monthly.items():
        interval, anchor = spaced(months, "") if months else (1, None)
        yield Timing(MonthlyNth(nths=tuple(nths), day=day, interval=interval, anchor=anchor), hours)


def _single(found: _Found) -> Iterator[Timing]:
    """Yearly dates, and the dates of a year with the same hours as one rule."""
    yield from (Timing(rule, hours) for rule, hours in found.yearly.items())
    dated: dict[tuple[Hours, ...], list[date]] = {}
    for day, hours in found.single.items():
        dated.setdefault(hours, []).append(day)
    yield from (Timing(Dates(dates=tuple(days)), hours) for hours, days in dated.items())


def _check_apart(timings: list[Timing]) -> None:
    """What is said of one date replaces the rule's hours there, which no rule of ours can say. Raises UnclearError."""
    rules = [timing.rule for timing in timings]
    repeating = [rule for rule in rules if not isinstance(rule, Dates)]
    if len({isinstance(rule, YearlyDate) for rule in repeating}) > 1:
        raise UnclearError("days_overlap")
    named_dates = {day for rule in rules if isinstance(rule, Dates) for day in rule.dates}
    if any(day in dates(rule, day, day) for rule in repeating for day in named_dates):
        raise UnclearError("days_overlap")
