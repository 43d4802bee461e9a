"""What somebody asked of a list of fairs: where, from when; and the addresses of other lists. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlencode

from app.calendar import recurrence
from app.places.countries import COUNTRIES, SUBDIVISIONS

_ZONE = "America/Lima"  # of a list without a region


def zone_of(region: str | None) -> str:
    """By which clocks a list's days begin."""
    known = SUBDIVISIONS.get(region or "")
    return known.zone if known else _ZONE


def named(region: str | None) -> str:
    """A region's name."""
    known = SUBDIVISIONS.get(region or "")
    return known.name if known else region or ""


def with_country(region: str | None, country: str, lang: str) -> str:
    """«Puno, Perú»; «Perú» where nobody said the region."""
    known = COUNTRIES.get(country)
    return ", ".join(filter(None, (named(region), getattr(known, lang) if known else "")))


def by_country(
    regions: Iterable[str], chosen: str | None, lang: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Regions to choose from, under their countries, each by code and name; the one that was chosen is among them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for code in sorted({*regions, *filter(None, [chosen])}, key=lambda code: (code[:2], named(code))):
        country = COUNTRIES.get(code[:2])
        found.setdefault(getattr(country, lang) if country else code[:2], []).append((code, named(code)))
    return list(found.items())


def start_of(day: date, zone: str) -> datetime:
    """The first instant of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=recurrence.zone(zone))


def asked(path: str, **query: str | None) -> str:
    """An address with those parameters that are given."""
    given = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{given}" if given else path
