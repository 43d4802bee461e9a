"""Supply that stays as it is until the commit: what a transaction plans from it, the same transaction can hold.

Rows are locked in the order in which everybody locks them: lots by id, then weeks by (capacity, week). On SQLite the one
writer is alone already.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.inventory import rules
from app.inventory.models import CapacityWeek, Lot, LotKind
from app.inventory.queries.supply import OFFERED, WEEKS_FREE, supply_for, weeks_between
from app.kernel.db import Row, Tx
from app.kernel.schema import table

LOT, WEEK = table(Lot), table(CapacityWeek)

_LOTS = (
    sa.select(LOT.c.id)
    .where(*OFFERED, sa.or_(LOT.c.available_base > LOT.c.reserved_base, LOT.c.kind == LotKind.CAPACITY))
    .order_by(LOT.c.id)
    .with_for_update(key_share=True)
)
_WEEKS = (
    sa.select(LOT.c.id.label("lot_id"), WEEK.c.week_on)
    .select_from(WEEK.join(LOT, LOT.c.capacity_id == WEEK.c.capacity_id))
    .where(*OFFERED, *WEEKS_FREE)
    .order_by(WEEK.c.capacity_id, WEEK.c.week_on)
    .with_for_update(key_share=True, of=WEEK)
)


async def lock_supply(
    tx: Tx,
    *,
    product_ids: Collection[UUID],
    producer_ids: Collection[UUID],
    due_on: date,
    today: date,
) -> list[Row]:
    """What `queries.supply_for` finds, locked: until the commit nobody else takes from it or changes its terms.

    Weeks that are not ready by `due_on` are only told of: no plan takes from them.
    It is read after the last lock was had. What became free while this waited is left out: nothing would guard it.
    """
    if not product_ids or not producer_ids:
        return []
    asked: dict[str, Any] = {"products": list(product_ids), "producers": list(producer_ids)}
    lots = {row["id"] for row in await tx.all(_LOTS, **asked)}
    weeks = await tx.all(_WEEKS, **asked, **weeks_between(today, due_on))
    locked = {(lot, None) for lot in lots} | {(row["lot_id"], row["week_on"]) for row in weeks}
    found = await supply_for(
        tx, product_ids=product_ids, producer_ids=producer_ids, due_on=due_on, today=today
    )
    last_day = rules.day_number(due_on)
    return [
        row
        for row in found
        if row["lot_id"] in lots
        and ((row["lot_id"], row["week_on"]) in locked or (row["week_on"] and row["ready_day"] > last_day))
    ]
