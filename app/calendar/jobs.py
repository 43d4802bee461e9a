"""Due work: this year's and next year's key dates are there, in every country that the project knows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.calendar import queries, rules, service
from app.kernel.db import Database, Tx
from app.kernel.jobs import Job


async def _unfilled(db: Database, now: datetime) -> Sequence[tuple[str, int]]:
    years = [(country, year) for country in rules.countries() for year in (now.year, now.year + 1)]
    return [
        (country, year)
        for country, year in years
        if rules.of_year(country, year).keys() - await queries.codes(db, country, year)
    ]


async def _fill(tx: Tx, item: Any, now: datetime) -> None:
    country, year = item
    await service.fill_year(tx, country, year, now=now)


JOBS: Sequence[Job] = (Job("fill key dates", _unfilled, _fill),)
