"""Hours as people write them: «de 8 a 14 h», «8:00 - 14:00», «de 8 a. m. a 2 p. m.», «desde las 7 hasta las 13»."""

import re
from typing import NamedTuple

from app.calendar.readers.reading import Hours, UnclearError, past_midnight
from app.calendar.readers.spanish.words import ARTICLES, MONTHS, Cursor

_CLOCK = re.compile(r"([0-9]{1,2})[:.h]([0-9]{2})")
_HOURS = ("h", "hs", "hr", "hrs", "hora", "horas")


class _Time(NamedTuple):
    """What the clock shows, and the half of the day if it was said."""

    hour: int
    minute: int
    half: str  # "am", "pm" or ""
    is_time: bool  # more than a bare number: «8:00», «8 h», «8 am»

    @property
    def plain(self) -> int:
        return self.hour * 60 + self.minute

    @property
    def minutes(self) -> int:
        """After midnight; a bare 2 is two o'clock at night."""
        if not self.half:
            return self.plain
        return self.plain % 720 + (720 if self.half == "pm" else 0)


def hours(cursor: Cursor) -> Hours | None:
    """An opening, or where none comes next None. Raises UnclearError for one that may be read in two ways."""
    start = cursor.at
    found = _span(cursor) or _start_only(cursor)
    if found is None:
        cursor.at = start
    return found


def _span(cursor: Cursor) -> Hours | None:
    start = cursor.at
    introduced = cursor.take_one("de", "desde", "entre")
    cursor.take_one("las", "la")
    first = _time(cursor)
    if first is None or not cursor.take_one("a", "hasta", "-", "y", "al"):
        cursor.at = start
        return None
    cursor.take_one("las", "la")
    last = _time(cursor)
    if last is None or not (introduced or first.is_time or last.is_time) or _goes_on_as_date(cursor):
        cursor.at = start
        return None
    return _between(first, last, " ".join(cursor.words[start : cursor.at]))


def _start_only(cursor: Cursor) -> Hours | None:
    """«desde las 8», «a las 8 h»: nobody said until when."""
    start = cursor.at
    if cursor.take_one(("a", "partir", "de"), "desde", "a") and cursor.take_one("las", "la"):
        found = _time(cursor)
        if found and found.minutes < 1440:
            return Hours(found.minutes)
    cursor.at = start
    return None


def _between(first: _Time, last: _Time, part: str) -> Hours:
    starts, ends = first.minutes, last.minutes
    if last.half and not first.half and first.hour <= 12:
        starts = _before(first, last, part)
    is_said = (first.half and last.half) or first.hour > 12 or (first.is_time and last.is_time)
    if ends <= starts and not is_said:  # «de 8 a 2»: of the afternoon, or of the night?
        raise UnclearError("hours_unclear", part)
    ends = past_midnight(starts, ends, part)
    if starts >= 1440 or ends - starts > 1440:
        raise UnclearError("hours_unclear", part)
    return Hours(starts, ends)


def _before(first: _Time, last: _Time, part: str) -> int:
    """«de 9 a 1 pm» starts in the morning; «de 2 a 6 pm» may be two openings, and is asked back."""
    if last.half == "am":
        return first.plain % 720
    if first.plain % 720 > last.plain % 720:
        return first.plain % 720
    raise UnclearError("hours_unclear", part)


def _time(cursor: Cursor) -> _Time | None:
    if cursor.take("mediodia"):
        return _Time(12, 0, "pm", is_time=True)
    if match := _CLOCK.fullmatch(cursor.next):
        cursor.at += 1
        hour, minute = int(match[1]), int(match[2])
    else:
        found = cursor.number(24)
        if found is None:
            return None
        hour, minute = found, 0
    has_unit = cursor.take_one(*_HOURS)
    half = _half(cursor, hour)
    has_unit |= cursor.take_one(*_HOURS)
    if minute > 59 or hour * 60 + minute > 1440 or (half and not 1 <= hour <= 12):
        return None
    return _Time(hour, minute, half, is_time=bool(match) or has_unit or bool(half))


def _half(cursor: Cursor, hour: int) -> str:
    if cursor.take_one("am", ("de", "la", "manana")):
        return "am"
    if cursor.take_one("pm", ("de", "la", "tarde"), ("del", "mediodia")):
        return "pm"
    if 6 <= hour <= 11 and cursor.take("de", "la", "noche"):
        return "pm"
    return ""


def _goes_on_as_date(cursor: Cursor) -> bool:
    """«de 18 a 20 de septiembre» are days."""
    at, words = cursor.at, cursor.words
    if words[at : at + 1] not in (["de"], ["del"]):
        return False
    following = [word for word in words[at + 1 : at + 4] if word not in ARTICLES]
    return bool(following) and (following[0] in MONTHS or following[0] in {"cada", "mes", "todos"})
