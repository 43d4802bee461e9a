"""VTIMEZONE from the zone data, right to the second: every change of the clocks is an observance of its own.

`icalendar` 7.3 writes the onset of summer time an hour late. A rule per zone would be shorter and wrong where a decree
changed a year's dates (Chile 2022): each onset is written as it was or will be, without RRULE and RDATE.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from app.calendar.recurrence import zone

_ONCE = datetime(1970, 1, 1)  # noqa: DTZ001 - local by definition
_LAST_YEAR = 2037  # as far as many clients' own clocks go
_STEP = timedelta(days=1)
_State = tuple[timedelta, bool, str]


@lru_cache(maxsize=200)
def vtimezone(name: str, first_year: int, last_year: int) -> str:
    """The component for local times of these years, lines ended by CRLF. Raises UnknownZoneError."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    start = datetime(first_year, 1, 1, tzinfo=UTC) - _STEP
    before = _state(name, start)
    lines += _observance(_ONCE, before[0], before)
    for onset, after in _changes(name, start, datetime(max(last_year, _LAST_YEAR) + 1, 1, 2, tzinfo=UTC)):
        lines += _observance((onset + before[0]).replace(tzinfo=None), before[0], after)
        before = after
    return "\r\n".join([*lines, "END:VTIMEZONE", ""])


def _changes(name: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, _State]]:
    """Each instant at which the zone's offset or name changes, and what it is from then on."""
    known = _state(name, start)
    while start < end:
        following = start + _STEP
        if (after := _state(name, following)) != known:
            yield _onset(name, start, following, known), after
            known = after
        start = following


def _onset(name: str, low: datetime, high: datetime, known: _State) -> datetime:
    """The first second at which the state is not the known one: it is at `low`, and no longer at `high`."""
    while (gap := (high - low) // timedelta(seconds=1)) > 1:
        middle = low + timedelta(seconds=gap // 2)
        low, high = (middle, high) if _state(name, middle) == known else (low, middle)
    return high


def _state(name: str, at: datetime) -> _State:
    there = at.astimezone(zone(name))
    return there.utcoffset() or timedelta(), bool(there.dst()), there.tzname() or name


def _observance(onset: datetime, before: timedelta, after: _State) -> list[str]:
    offset, is_summer, label = after
    kind = "DAYLIGHT" if is_summer else "STANDARD"
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{onset:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(offset)}",
        f"TZNAME:{label}",
        f"END:{kind}",
    ]


def _offset(offset: timedelta) -> str:
    minutes, seconds = divmod(abs(offset) // timedelta(seconds=1), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}{f'{seconds:02}' if seconds else ''}"
