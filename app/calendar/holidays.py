"""Which public holiday a date is: for warnings, not as truth. Facts are those of the package `holidays`.

Peru, Bolivia and Chile with their regions; monthly releases follow decrees.
"""

import asyncio
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import ModuleType

_LANGUAGES = {"es": "es", "en": "en_US"}
_COUNTRIES = frozenset({"PE", "BO", "CL"})


async def ready() -> None:
    """Have the package imported: the first time in a thread, so that nobody else waits for it."""
    if not _package.cache_info().currsize:
        await asyncio.to_thread(_package)


def holiday(day: date, country: str, region: str | None = None, *, lang: str = "es") -> str | None:
    """The name of the public holiday on a date in a country, or in its region too (ISO 3166-2, «BO-L»); else None."""
    if country not in _COUNTRIES:
        return None
    return _of_year(country, (region or "").partition("-")[2], day.year, _LANGUAGES[lang]).get(day)


@lru_cache(maxsize=256)
def _of_year(country: str, subdivision: str, year: int, language: str) -> Mapping[date, str]:
    holidays = _package()
    known = holidays.country_holidays(country, years=(), language=language)
    region = subdivision if subdivision in known.subdivisions else None
    if not known.start_year <= year <= known.end_year:
        return {}
    return dict(holidays.country_holidays(country, subdiv=region, years=year, language=language))


@cache
def _package() -> ModuleType:
    """`holidays` without its 250 other countries: the module of all countries would import them, 7 MB for nothing."""
    import holidays

    countries = ModuleType("holidays.countries")
    countries.__path__ = [f"{folder}/countries" for folder in holidays.__path__]
    sys.modules.setdefault(countries.__name__, countries)
    return holidays
