from datetime import timedelta
from uuid import UUID

import pytest

from app.inventory import jobs, service
from app.inventory.models import LotStatus
from app.inventory.service import StaleLotError, Take
from app.kernel.caller import WORKER
from app.kernel.db import Database, write
from app.kernel.ids import uuid7
from app.kernel.jobs import run_due
from tests.factories import inventory, people, products
from tests.factories.inventory import MONDAY
from tests.inventory.stock import broken, quantities, weeks

NOW = people.LONG_AGO


async def _scene(db: Database) -> tuple[UUID, UUID]:
    return await people.organisation(db), await products.product(db)


async def _reserve(db: Database, *takes: Take, expires_at=None) -> None:
    async with db.tx() as tx:
        await service.reserve(tx, takes, holder_kind="allocation", now=NOW, expires_at=expires_at)


async def test_reserve_holds_each_lot_for_its_holders(db: Database) -> None:
    producer, product = await _scene(db)
    one, two = [await inventory.lot(db, producer, product, 100) for _ in range(2)]
    ana, beto = uuid7(), uuid7()

    await _reserve(
        db, Take(two, None, 60, ana, 800), Take(one, None, 30, ana, 800), Take(one, None, 70, beto, 800)
    )

    assert await quantities(db, one) == (100, 100)
    assert await quantities(db, two) == (100, 60)
    assert await broken(db) == []


@pytest.mark.parametrize(
    ("take", "lot"),
    [
        ({"quantity_base": 101}, {}),
        ({"expected_price_minor": 799}, {}),
        ({"expected_version": 2}, {}),
        ({}, {"status": LotStatus.PAUSED}),
    ],
)
async def test_reserve_refuses_a_lot_that_is_not_as_planned(db: Database, take: dict, lot: dict) -> None:
    producer, product = await _scene(db)
    kept = await inventory.lot(db, producer, product, 100)
    changed = await inventory.lot(db, producer, product, 100, **lot)
    plan = {"quantity_base": 10, "holder_id": uuid7(), "expected_price_minor": 800, "expected_version": 1}

    with pytest.raises(StaleLotError) as stale:
        await _reserve(db, Take(kept, None, **plan), Take(changed, None, **plan | take))

    assert (stale.value.lot_id, stale.value.week_on) == (changed, None)
    assert await quantities(db, kept) == (100, 0)
    assert await broken(db) == []


async def test_a_stale_lot_ends_as_a_problem_that_names_it_after_three_tries(db: Database) -> None:
    producer, product = await _scene(db)
    lot = await inventory.lot(db, producer, product, 100)
    tried = []

    async def accept(tx):
        tried.append(1)
        await service.reserve(tx, [Take(lot, None, 101, uuid7(), 800)], holder_kind="allocation", now=NOW)

    with pytest.raises(service.LotChangedError) as refused:
        await write(db, accept)

    assert (len(tried), refused.value.status, refused.value.extra) == (3, 409, {"lot_id": str(lot)})


async def test_a_capacity_is_one_bucket_for_all_its_products(db: Database) -> None:
    producer = await people.organisation(db)
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    poncho = await products.product(db, "Poncho", base_unit="H87", unit="H87", price_unit_base=1)
    loom = await inventory.capacity(db, producer, per_week_base=10, weeks=3)
    scarves = await inventory.capacity_lot(db, producer, scarf, loom)
    ponchos = await inventory.capacity_lot(db, producer, poncho, loom)
    first, second = MONDAY, MONDAY + timedelta(weeks=1)

    await _reserve(db, Take(scarves, first, 6, uuid7(), 800), Take(scarves, second, 10, uuid7(), 800))
    with pytest.raises(StaleLotError) as stale:
        await _reserve(db, Take(ponchos, first, 5, uuid7(), 800))
    await _reserve(db, Take(ponchos, first, 4, uuid7(), 800))

    assert (stale.value.lot_id, stale.value.week_on) == (ponchos, first)
    assert await weeks(db) == {"2026-03-02": (10, 10), "2026-03-09": (10, 10), "2026-03-16": (10, 0)}
    assert await broken(db) == []


async def test_release_gives_everything_back_once(db: Database) -> None:
    producer, product = await _scene(db)
    lot = await inventory.lot(db, producer, product, 100)
    loom = await inventory.capacity(db, producer, weeks=1)
    made = await inventory.capacity_lot(db, producer, product, loom)
    ana, beto = uuid7(), uuid7()
    await _reserve(
        db, Take(lot, None, 30, ana, 800), Take(made, MONDAY, 4, ana, 800), Take(lot, None, 50, beto, 800)
    )

    async with db.tx() as tx:
        first = await service.release(tx, [ana], now=NOW, why="declined")
        again = await service.release(tx, [ana], now=NOW, why="declined")

    assert (first, again) == (34, 0)
    assert await quantities(db, lot) == (100, 50)
    assert await weeks(db) == {"2026-03-02": (10, 0)}
    assert await broken(db) == []


async def test_lower_keeps_what_spoils_soonest(db: Database) -> None:
    producer, product = await _scene(db)
    fresh = await inventory.lot(db, producer, product, 100, expires_on=MONDAY + timedelta(days=5))
    dry = await inventory.lot(db, producer, product, 100)
    ana = uuid7()
    await _reserve(db, Take(dry, None, 40, ana, 800), Take(fresh, None, 40, ana, 800))

    async with db.tx() as tx:
        kept = await service.lower(tx, ana, to_base=50, now=NOW, why="confirmed less")

    assert kept == {(fresh, None): 40, (dry, None): 10}
    assert (await quantities(db, fresh), await quantities(db, dry)) == ((100, 40), (100, 10))
    async with db.tx() as tx:
        kept = await service.lower(tx, ana, to_base=20, now=NOW, why="confirmed less", first_from=fresh)
    assert kept == {(fresh, None): 10, (dry, None): 10}
    async with db.tx() as tx:
        assert await service.lower(tx, ana, to_base=0, now=NOW, why="confirmed less") == {}
    assert (await quantities(db, fresh), await quantities(db, dry)) == ((100, 0), (100, 0))
    assert await broken(db) == []


async def test_consume_takes_what_is_handed_over_out_of_the_lots(db: Database) -> None:
    producer, product = await _scene(db)
    lot = await inventory.lot(db, producer, product, 100)
    loom = await inventory.capacity(db, producer, weeks=1)
    made = await inventory.capacity_lot(db, producer, product, loom)
    ana = uuid7()
    await _reserve(db, Take(lot, None, 30, ana, 800), Take(made, MONDAY, 4, ana, 800))

    async with db.tx() as tx:
        gone = await service.consume(tx, ana, quantity_base=32, caller=WORKER, now=NOW)

    assert gone == {(lot, None): 30, (made, MONDAY): 2}
    assert await quantities(db, lot) == (70, 0)
    assert await weeks(db) == {"2026-03-02": (8, 0)}
    assert await broken(db) == []


async def test_what_is_held_too_long_is_given_back_by_the_worker(db: Database) -> None:
    producer, product = await _scene(db)
    lot = await inventory.lot(db, producer, product, 100)
    until = NOW + timedelta(hours=48)
    await _reserve(db, Take(lot, None, 30, uuid7(), 800), expires_at=until)
    await _reserve(db, Take(lot, None, 50, uuid7(), 800))

    in_time = await run_due(db, jobs.JOBS, until)
    late = await run_due(db, jobs.JOBS, until + timedelta(seconds=1))

    assert (in_time, late) == ({}, {"release expired reservations": 1})
    assert await quantities(db, lot) == (100, 50)


async def test_weeks_are_kept_half_a_year_ahead(db: Database) -> None:
    producer = await people.organisation(db)
    await inventory.capacity(db, producer, weeks=2, per_week_base=7, first_week=MONDAY)
    now = NOW.replace(month=3, day=11)

    done = await run_due(db, jobs.JOBS, now)
    again = await run_due(db, jobs.JOBS, now)

    found = await weeks(db)
    assert (done, again) == ({"add weeks to capacities": 1}, {})
    assert (len(found), min(found), max(found)) == (27, "2026-03-02", "2026-08-31")
    assert set(found.values()) == {(7, 0)}
