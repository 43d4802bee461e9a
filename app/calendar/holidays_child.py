"""Prints the public holidays of a country (`PE`, `BO`, `CL`) in some years, as JSON: by year, language and region.

Run by `holidays`; it imports nothing of the application.
"""

import json
import sys
from typing import Any

import holidays

_LANGUAGES = {"es": "es", "en": "en_US"}


def main() -> None:
    """Print one object."""
    country, *years = sys.argv[1:]
    said = {year: {lang: _named(country, int(year), lang) for lang in _LANGUAGES} for year in years}
    print(json.dumps(said))  # noqa: T201


def _named(country: str, year: int, lang: str) -> dict[str, dict[str, str]]:
    """By region; "" is the whole country, a region has only what is its own."""
    everywhere = _days(country, None, year, lang)
    regions = holidays.country_holidays(country, years=()).subdivisions
    own = {region: _days(country, region, year, lang) for region in regions}
    return {
        "": everywhere,
        **{
            region: {day: name for day, name in days.items() if day not in everywhere}
            for region, days in own.items()
        },
    }


def _days(country: str, region: str | None, year: int, lang: str) -> dict[str, str]:
    found: Any = holidays.country_holidays(country, subdiv=region, years=year, language=_LANGUAGES[lang])
    return {day.isoformat(): name for day, name in found.items()}


if __name__ == "__main__":
    main()
