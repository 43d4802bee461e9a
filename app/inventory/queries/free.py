"""Whether what is wanted could be held now: a look, not a promise."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import CapacityWeek, Lot, LotStatus
from app.inventory.rules import Take
from app.kernel.db import Database
from app.kernel.schema import table

LOT, WEEK = table(Lot), table(CapacityWeek)

_STOCK = sa.select(LOT.c.id).where(
    LOT.c.id == given("lot"),
    LOT.c.status == LotStatus.OPEN,
    LOT.c.price_minor == given("price"),
    LOT.c.available_base - LOT.c.reserved_base >= given("quantity", type_=sa.BigInteger),
)
_WEEK = (
    sa.select(LOT.c.id)
    .join(WEEK, WEEK.c.capacity_id == LOT.c.capacity_id)
    .where(
        LOT.c.id == given("lot"),
        LOT.c.status == LotStatus.OPEN,
        LOT.c.price_minor == given("price"),
        WEEK.c.week_on == given("week"),
        WEEK.c.available_base - WEEK.c.reserved_base >= given("quantity", type_=sa.BigInteger),
    )
)


async def still_free(db: Database, takes: Sequence[Take]) -> bool:
    """Whether every take could be held at its price."""
    for take in takes:
        wanted = {"lot": take.lot_id, "price": take.expected_price_minor, "quantity": take.quantity_base}
        if take.week_on is None:
            found = await db.one(_STOCK, **wanted)
        else:
            found = await db.one(_WEEK, **wanted, week=take.week_on)
        if found is None:
            return False
    return True
