"""Stock for tests: typed functions with boring defaults."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.inventory.models import Capacity, CapacityWeek, Lot, LotKind, LotSeal, Movement, MovementReason
from app.kernel import ids
from app.kernel.db import Database
from app.kernel.schema import table
from tests.factories.people import LONG_AGO, add

MONDAY = date(2026, 3, 2)  # the first day of the tests' clock


async def lot(
    db: Database,
    producer_id: UUID,
    product_id: UUID,
    quantity_base: int = 100_000,
    *,
    price_minor: int = 800,
    currency: str = "PEN",
    ready_on: date = MONDAY,
    seals: tuple[str, ...] = (),
    kind: LotKind = LotKind.STOCK,
    **values: object,
) -> UUID:
    """A lot whose one movement is its whole quantity."""
    identifier = ids.uuid7()
    row = {
        "id": identifier,
        "producer_id": producer_id,
        "product_id": product_id,
        "code": f"L-{identifier.hex[-10:]}",
        "kind": kind,
        "price_minor": price_minor,
        "currency": currency,
        "available_base": quantity_base,
        "ready_on": ready_on,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }
    await add(db, Lot, **row | values)
    if quantity_base:
        await add(
            db,
            Movement,
            id=ids.uuid7(),
            lot_id=identifier,
            at=LONG_AGO,
            delta_base=quantity_base,
            reason=MovementReason.RECEIVED,
            caller="worker",
        )
    async with db.tx() as tx:
        await tx.many(
            sa.insert(table(LotSeal)), [{"lot_id": identifier, "scheme_code": code} for code in seals]
        )
    return identifier


async def capacity(
    db: Database,
    producer_id: UUID,
    *,
    name: str = "telar",
    per_week_base: int = 10,
    notice_weeks: int = 1,
    base_unit: str = "H87",
    first_week: date = MONDAY,
    weeks: int = 10,
) -> UUID:
    """A capacity with its first weeks."""
    identifier = ids.uuid7()
    await add(
        db,
        Capacity,
        id=identifier,
        producer_id=producer_id,
        name=name,
        base_unit=base_unit,
        per_week_base=per_week_base,
        notice_weeks=notice_weeks,
        created_at=LONG_AGO,
    )
    async with db.tx() as tx:
        await tx.many(
            sa.insert(table(CapacityWeek)),
            [
                {
                    "capacity_id": identifier,
                    "week_on": first_week + timedelta(weeks=number),
                    "available_base": per_week_base,
                    "reserved_base": 0,
                    "is_off": False,
                }
                for number in range(weeks)
            ],
        )
    return identifier


async def capacity_lot(
    db: Database, producer_id: UUID, product_id: UUID, capacity_id: UUID, **values: object
) -> UUID:
    """A product made on order with a capacity."""
    return await lot(db, producer_id, product_id, 0, kind=LotKind.CAPACITY, capacity_id=capacity_id, **values)  # type: ignore[arg-type]
