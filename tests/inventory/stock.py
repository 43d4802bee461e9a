"""What several tests ask of stock."""

from contextlib import asynccontextmanager
from uuid import UUID

import sqlalchemy as sa

from app.inventory.checks import CHECKS
from app.inventory.models import CapacityWeek, Lot, Movement, Reservation
from app.kernel.db import Database, Lite
from app.kernel.schema import table

LOT, WEEK, MOVEMENT, RESERVATION = table(Lot), table(CapacityWeek), table(Movement), table(Reservation)
_LOT = sa.select(LOT.c.available_base, LOT.c.reserved_base).where(LOT.c.id == sa.bindparam("lot"))
_WEEKS = sa.select(WEEK.c.week_on, WEEK.c.available_base, WEEK.c.reserved_base).order_by(WEEK.c.week_on)
_CHECK = "ck_lot_reserved_in_bounds"


async def quantities(db: Database, lot: UUID) -> tuple[int, int]:
    """(available, reserved)."""
    return tuple((await db.one(_LOT, lot=lot)).values())


async def weeks(db: Database) -> dict[str, tuple[int, int]]:
    """(available, reserved) of each week."""
    return {
        str(row["week_on"]): (row["available_base"], row["reserved_base"]) for row in await db.all(_WEEKS)
    }


async def broken(db: Database) -> list[str]:
    """The checks that find something."""
    return [name for name, statement in CHECKS if await db.all(statement)]


@asynccontextmanager
async def unchecked(db: Database):
    """The database without the CHECK on what is held of a lot."""
    if isinstance(db, Lite):
        db._writer.execute("pragma ignore_check_constraints=on")
        yield
        return
    await db._pool.execute(f"alter table lot drop constraint {_CHECK}")
    try:
        yield
    finally:
        await db._pool.execute("update lot set reserved_base = 0")
        await db._pool.execute(
            f"alter table lot add constraint {_CHECK} check (reserved_base >= 0 and reserved_base <= available_base)"
        )
