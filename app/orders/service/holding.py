"""What a part holds of its lots, kept in step with what it counts for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.service import lower
from app.kernel.db import Row, Tx
from app.orders import rules
from app.orders.queries import allocations
from app.orders.queries.allocations import TAKE

_SET_TAKE = (
    sa.update(TAKE)
    .where(TAKE.c.allocation_id == given("allocation"), TAKE.c.source == given("source_key"))
    .values(quantity_base=given("quantity"))
)


async def keep_of(
    tx: Tx, part: Row, quantity_base: int, *, now: datetime, why: str, first_from: UUID | None = None
) -> int:
    """Hold only this much of a live part, giving back last what spoils first; returns what it is paid, in minor units.

    `first_from` names a lot that gets its quantity back before all others.
    """
    takes = await allocations.takes(tx, part["id"])
    if quantity_base < part["quantity_base"]:
        kept = await lower(tx, part["id"], to_base=quantity_base, now=now, why=why, first_from=first_from)
        for take in takes:
            take["quantity_base"] = kept.get((take["lot_id"], take["week_on"]), 0)
        await set_takes(tx, part["id"], {take["source"]: take["quantity_base"] for take in takes})
    return amount_of(takes, part)


async def set_takes(tx: Tx, allocation_id: UUID, quantities: Mapping[str, int]) -> None:
    """Write how much a part takes from each source: base units by source."""
    rows = [
        {"allocation": allocation_id, "source_key": source, "quantity": quantity}
        for source, quantity in sorted(quantities.items())
    ]
    await tx.many(_SET_TAKE, rows)


def first_of(takes: Sequence[Row], quantity_base: int) -> list[Row]:
    """The takes, in the order in which they are given out, until this much is reached."""
    left, found = quantity_base, []
    for take in takes:
        part = min(left, take["quantity_base"])
        left -= part
        found.append({**take, "quantity_base": part})
    return found


def amount_of(takes: Sequence[Row], part: Row) -> int:
    """What takes are paid, in minor units."""
    priced = [(take["quantity_base"], take["price_minor"]) for take in takes]
    return rules.amount(priced, part["price_unit_base"])
