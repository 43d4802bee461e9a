"""What the clock on the square shows, as an instant. Zones come from the pinned package `tzdata`, on every machine alike.

The system's own zone database would differ from machine to machine: Chile changes its dates by decree.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import tzdata

ZONE_DATA = tzdata.IANA_VERSION  # «2026f»


class UnknownZoneError(ValueError):
    """No IANA zone has this name."""

    code = "unknown_zone"


class LocalTimeError(ValueError):
    """The clocks skip this local time, or show it twice. `suggestion` is a local start nearby that exists once.

    It is an hour later where the clocks skip, an hour earlier where they go back: by the size of the change.
    """

    def __init__(self, code: str, suggestion: str) -> None:
        super().__init__(f"{code}: {suggestion}")
        self.code, self.suggestion = code, suggestion


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name, of the pinned data. Raises UnknownZoneError."""
    if name not in _names():
        raise UnknownZoneError(name)
    return _zone(name)


def instant(day: date, minute: int, zone_name: str) -> datetime:
    """The UTC instant of so many minutes after local midnight. Raises LocalTimeError, UnknownZoneError."""
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone(zone_name))
    before, after = (
        local.utcoffset(),
        local.replace(fold=1).utcoffset(),
    )  # PEP 495: they differ around a change
    if before != after and before is not None and after is not None:
        code = "local_time_missing" if before < after else "local_time_twice"
        raise LocalTimeError(code, _written(local + (after - before)))
    return local.astimezone(UTC)


def later(starts_at: datetime, minutes: int) -> datetime:
    """So many minutes later on the clock of its own zone: «de 20:00 a 2:00» ends at 2:00 on the night the clocks change too.

    Calendars differ there (RFC 5545, 3.8.5.3, counts by a stop-watch); more of them count so, and people do.
    """
    return starts_at + timedelta(minutes=minutes)


def skipped(local: datetime) -> str | None:
    """What the clock shows instead of this local time, where it skips it; None where there is such a time."""
    shown = local.astimezone(UTC).astimezone(local.tzinfo)
    return (
        None if shown.replace(tzinfo=None, fold=0) == local.replace(tzinfo=None, fold=0) else _written(shown)
    )


def key(day: date, minute: int) -> str:
    """How a local start is written: «2026-11-21T08:00»."""
    return f"{day.isoformat()}T{minute // 60:02}:{minute % 60:02}"


def from_key(text: str) -> tuple[date, int]:
    """The day and the minute of a key. Raises ValueError."""
    found = datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - local by definition
    return found.date(), found.hour * 60 + found.minute


def _written(local: datetime) -> str:
    return key(local.date(), local.hour * 60 + local.minute)


@cache
def _names() -> frozenset[str]:
    return frozenset((files("tzdata") / "zones").read_text("ascii").split())


@cache
def _zone(name: str) -> ZoneInfo:
    with (files("tzdata") / "zoneinfo" / name).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)
