"""What is locked stays as it is, and nothing that is not locked is planned with."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.inventory import queries, rules
from app.inventory.models import LotStatus
from app.inventory.service import lock_supply
from app.kernel.db import Database
from app.kernel.db.base import LockedError
from tests.factories import inventory, people, products
from tests.factories.inventory import MONDAY
from tests.inventory.stock import LOT, WEEK

_POSTGRES = pytest.mark.parametrize("engine", ["postgres"], indirect=True)  # SQLite's writer is alone
_LOT_NOW = sa.select(LOT.c.id).where(LOT.c.id == sa.bindparam("lot")).with_for_update(nowait=True)
_WEEK_NOW = (
    sa.select(WEEK.c.week_on).where(WEEK.c.week_on == sa.bindparam("week")).with_for_update(nowait=True)
)
_SET = sa.update(LOT).where(LOT.c.id == sa.bindparam("lot"))
_WAITING = sa.text("select 1 from pg_locks where not granted").columns(sa.column("one", sa.Integer))


def _asked(product, *producers):
    return {
        "product_ids": [product],
        "producer_ids": producers,
        "due_on": MONDAY + timedelta(weeks=4),
        "today": MONDAY,
    }


async def _is_locked(db: Database, statement, **what) -> bool:
    try:
        async with db.tx() as tx:
            return await tx.one(statement, **what) is None
    except LockedError:
        return True


async def test_locked_supply_is_the_supply_there_is(db: Database) -> None:
    producer, product = await people.organisation(db), await products.product(db)
    loom = await inventory.capacity(db, producer)
    await inventory.capacity_lot(db, producer, product, loom)
    await inventory.capacity_lot(db, producer, product, loom)
    await inventory.lot(db, producer, product, 10)
    await inventory.lot(db, producer, product, 10, status=LotStatus.PAUSED)
    await inventory.lot(db, producer, product, 0)
    asked = _asked(product, producer)

    free = await queries.supply_for(db, **asked)
    async with db.tx() as tx:
        locked = await lock_supply(tx, **asked)
        nothing = await lock_supply(tx, **asked | {"producer_ids": []})

    assert (locked, nothing) == (free, [])
    assert {row["kind"] for row in free} == {"stock", "capacity"}
    in_time = [row for row in free if row["ready_day"] <= rules.day_number(asked["due_on"])]
    assert (
        len(free) > await queries.supply_size(db, **asked) >= len(in_time) > 3
    )  # later weeks are only told of
    assert await queries.supply_size(db, **asked | {"product_ids": []}) == 0


@_POSTGRES
async def test_nobody_else_changes_what_is_locked(db: Database) -> None:
    producer, other = await people.organisation(db), await people.organisation(db, "Otro")
    product = await products.product(db)
    loom = await inventory.capacity(db, producer)
    made = await inventory.capacity_lot(db, producer, product, loom)
    lot = await inventory.lot(db, producer, product, 10)
    theirs = await inventory.lot(db, other, product, 10)
    week = MONDAY + timedelta(weeks=2)

    async with db.tx() as tx:
        await lock_supply(tx, **_asked(product, producer))
        locked = [await _is_locked(db, _LOT_NOW, lot=each) for each in (made, lot, theirs)]
        weeks = [await _is_locked(db, _WEEK_NOW, week=each) for each in (week, week + timedelta(weeks=7))]

    assert locked == [True, True, False]
    assert weeks == [True, False]  # up to the due day
    assert not await _is_locked(db, _LOT_NOW, lot=lot)


@_POSTGRES
async def test_what_became_free_while_it_waited_is_left_out(db: Database) -> None:
    producer, product = await people.organisation(db), await products.product(db)
    first = await inventory.lot(db, producer, product, 10)
    second = await inventory.lot(db, producer, product, 10, reserved_base=10)
    asked = _asked(product, producer)

    async def locked():
        async with db.tx() as tx:
            return await lock_supply(tx, **asked)

    async with db.tx() as tx:
        await tx.run(_SET.values(reserved_base=4), lot=first)
        waiting = asyncio.create_task(locked())
        while not await db.all(_WAITING):  # noqa: ASYNC110 - another connection tells of no event
            await asyncio.sleep(0)
        await tx.run(_SET.values(reserved_base=0), lot=second)

    assert [(row["lot_id"], row["free_base"]) for row in await waiting] == [(first, 6)]
