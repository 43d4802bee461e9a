"""The IANA zone that a calendar's TZID means: its own name, one with a vendor's prefix, or Windows' name."""

from datetime import UTC, datetime

from app.calendar.recurrence import UnknownZoneError, zone

_LONGEST = 100


def iana(tzid: str, here: str) -> str | None:
    """«America/Lima» for itself, for «/mozilla.org/20050126_1/America/Lima» and for «SA Pacific Standard Time».

    A Windows name stands for several zones; it is `here` where the clocks there show the same. None for any other name.
    """
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # 0.1 s that only imports need

    name = tzid.strip().strip('"')[:_LONGEST]
    known = WINDOWS_TO_OLSON.get(name)
    if known is not None:
        return here if _clocks(here) == _clocks(known) else known
    parts = name.strip("/").split("/")
    return next((found for found in (name, *("/".join(parts[-n:]) for n in (3, 2))) if _is_zone(found)), None)


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except UnknownZoneError:
        return False
    return True


def _clocks(name: str) -> list[object]:
    """How far the clocks are from UTC in the middle of every month."""
    months = (datetime(2026, month, 15, tzinfo=UTC) for month in range(1, 13))
    return [instant.astimezone(zone(name)).utcoffset() for instant in months]
