"""What somebody asked of a list of fairs: where, from when; and the addresses of other lists. Pure."""

from datetime import date, datetime

from app.calendar import recurrence
from app.places.countries import SUBDIVISIONS

_ZONE = "America/Lima"  # of a list without a region


def zone_of(region: str | None) -> str:
    """By which clocks a list's days begin."""
    known = SUBDIVISIONS.get(region or "")
    return known.zone if known else _ZONE


def named(region: str | None) -> str:
    """A region's name."""
    known = SUBDIVISIONS.get(region or "")
    return known.name if known else region or ""


def start_of(day: date, zone: str) -> datetime:
    """The first instant of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=recurrence.zone(zone))


def asked(path: str, **query: str | None) -> str:
    """An address with those parameters that are given; all are words without special characters."""
    given = "&".join(f"{name}={value}" for name, value in query.items() if value)
    return f"{path}?{given}" if given else path
