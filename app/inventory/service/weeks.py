"""The weeks of a capacity, kept half a year ahead."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import rules
from app.inventory.models import CapacityWeek
from app.kernel.db import Tx
from app.kernel.schema import table

WEEK = table(CapacityWeek)
_KNOWN = sa.select(WEEK.c.week_on).where(WEEK.c.capacity_id == given("capacity"))
_ADD = sa.insert(WEEK)


async def fill_weeks(tx: Tx, capacity_id: UUID, *, per_week_base: int, today: date) -> int:
    """Add the weeks from this one to half a year ahead that are missing; returns how many."""
    known = {row["week_on"] for row in await tx.all(_KNOWN, capacity=capacity_id)}
    missing = [week for week in rules.weeks_from(today) if week not in known]
    await tx.many(
        _ADD,
        [
            {
                "capacity_id": capacity_id,
                "week_on": week,
                "available_base": per_week_base,
                "reserved_base": 0,
                "is_off": False,
            }
            for week in missing
        ],
    )
    return len(missing)
