"""Which public holiday a date is: for warnings, not as truth. Facts are those of the package `holidays`.

Peru, Bolivia and Chile with their regions; monthly releases follow decrees. The first question pays for the import, 0.6 s
of CPU: ask it in a thread, or before a transaction.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

_LANGUAGES = {"es": "es", "en": "en_US"}
_COUNTRIES = frozenset({"PE", "BO", "CL"})


def holiday(day: date, country: str, region: str | None = None, *, lang: str = "es") -> str | None:
    """The name of the public holiday on a date in a country, or in its region too (ISO 3166-2, «BO-L»); else None."""
    if country not in _COUNTRIES:
        return None
    return _of_year(country, (region or "").partition("-")[2], day.year, _LANGUAGES[lang]).get(day)


@lru_cache(maxsize=256)
def _of_year(country: str, subdivision: str, year: int, language: str) -> Mapping[date, str]:
    import holidays

    known = holidays.country_holidays(country, years=(), language=language)
    region = subdivision if subdivision in known.subdivisions else None
    if not known.start_year <= year <= known.end_year:
        return {}
    return dict(holidays.country_holidays(country, subdiv=region, years=year, language=language))
