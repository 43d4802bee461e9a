"""Which public holidays dates are: for warnings, not as truth. Facts are those of the package `holidays`.

Peru, Bolivia and Chile with their regions; monthly releases follow decrees. The package, with the calendars of every
faith, stays in a process of its own: what is kept here is a page of names per country and year.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

_CHILD = Path(__file__).with_name("holidays_child.py")
_COUNTRIES = frozenset({"PE", "BO", "CL"})
_YEARS = range(1950, 2101)  # those that the package tells of these countries
_SECONDS = 30
_Names = Mapping[str, Mapping[str, Mapping[str, str]]]  # by language, by region ("" is everywhere), by day

_known: dict[tuple[str, int], _Names] = {}


async def names(
    days: Collection[date], country: str, region: str | None = None, *, lang: str = "es"
) -> dict[date, str]:
    """The names of those days that are public holidays in a country, or in its region too (ISO 3166-2, «BO-L»).

    The first question about a country and year starts a process for half a second; nobody else waits for it.
    """
    years = {day.year for day in days if country in _COUNTRIES and day.year in _YEARS}
    if missing := sorted(year for year in years if (country, year) not in _known):
        told = await asyncio.to_thread(_told, country, missing)
        _known.update({(country, year): told[str(year)] for year in missing})
    subdivision = (region or "").partition("-")[2]
    found = {}
    for day in sorted(days):
        if day.year in years:
            said = _known[country, day.year][lang]
            key = day.isoformat()
            if name := said[""].get(key) or said.get(subdivision, {}).get(key):
                found[day] = name
    return found


def _told(country: str, years: list[int]) -> Mapping[str, _Names]:
    command = [sys.executable, "-I", str(_CHILD), country, *map(str, years)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603 - checked above
    told: Mapping[str, _Names] = json.loads(done.stdout)
    return told
