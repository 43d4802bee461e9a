"""Nothing is oversold, whoever comes at the same time; and these tests would notice."""

import asyncio
import sys

import pytest
import sqlalchemy as sa

from app.inventory.service import holding
from app.kernel.db import ConstraintError, Database
from app.kernel.settings import Settings
from tests.factories import inventory, people, products
from tests.inventory.buyers import crowd
from tests.inventory.stock import LOT, broken, quantities, unchecked

_SUM = sa.select(
    sa.func.sum(LOT.c.reserved_base).label("held"), sa.func.max(LOT.c.reserved_base).label("most")
)
_UNGUARDED = (
    sa.update(LOT)
    .where(LOT.c.id == sa.bindparam("lot"), sa.bindparam("price", type_=sa.Integer) > 0)
    .where(sa.func.coalesce(sa.bindparam("expected", type_=sa.Integer), 1) > 0)
    .values(reserved_base=LOT.c.reserved_base + sa.bindparam("quantity", type_=sa.BigInteger))
)


async def _lots(db: Database, count: int, quantity: int):
    producer, product = await people.organisation(db), await products.product(db)
    return [await inventory.lot(db, producer, product, quantity) for _ in range(count)]


async def test_64_buyers_of_one_hot_lot_get_what_there_is(db: Database) -> None:
    [hot] = await _lots(db, 1, 1_000)

    acknowledged = await crowd(db, [hot], 64, 30)

    assert (sum(acknowledged), acknowledged.count(30)) == (990, 33)
    assert await quantities(db, hot) == (1_000, 990)
    assert await broken(db) == []


async def test_64_buyers_of_200_small_lots_hold_what_they_were_acknowledged(db: Database) -> None:
    lots = await _lots(db, 200, 12)

    acknowledged = await crowd(db, lots, 64, 5, width=30)

    held = await db.one(_SUM)
    assert held["held"] == sum(acknowledged) > 0
    assert held["most"] <= 12
    assert await broken(db) == []


async def test_of_32_buyers_of_5_from_100_exactly_20_succeed(db: Database) -> None:
    [lot] = await _lots(db, 1, 100)

    acknowledged = await crowd(db, [lot], 32, 5)

    assert sorted(acknowledged) == [0] * 12 + [5] * 20
    assert await quantities(db, lot) == (100, 100)
    assert await broken(db) == []


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)  # SQLite has one writing process
async def test_two_processes_do_not_oversell_either(db: Database, settings: Settings) -> None:
    lots = await _lots(db, 9, 200)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.inventory.buyers", settings.database_url),
        *(",".join(map(str, lots)), "64", "7"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert await process.stdout.readline() == b"ready\n"

    process.stdin.write(b"go\n")
    ours = sum(await crowd(db, list(reversed(lots)), 64, 7, width=3))
    theirs = int((await process.communicate())[0])

    assert (await db.one(_SUM))["held"] == ours + theirs
    assert min(ours, theirs) > 0
    assert ours + theirs < 2 * 64 * 3 * 7
    assert await broken(db) == []


async def test_without_the_guard_the_constraint_still_refuses(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    [lot] = await _lots(db, 1, 100)
    monkeypatch.setattr(holding, "HOLD", _UNGUARDED)

    async with asyncio.timeout(30):
        results = await asyncio.gather(*(crowd(db, [lot], 1, 30) for _ in range(8)), return_exceptions=True)

    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 5
    assert {type(error.__cause__) for error in refused} == {ConstraintError}
    assert await quantities(db, lot) == (100, 90)


async def test_without_guard_and_constraint_these_tests_see_the_overselling(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    [lot] = await _lots(db, 1, 100)
    monkeypatch.setattr(holding, "HOLD", _UNGUARDED)

    async with unchecked(db):
        acknowledged = await crowd(db, [lot], 32, 5)

        assert sum(acknowledged) == 160
        assert await quantities(db, lot) == (100, 160)
        assert await broken(db) == ["lot_held_within_stock"]
