"""The worker: one item per transaction, nothing waits for a bad one, what is under way is finished."""

import asyncio

import pytest
import sqlalchemy as sa

from app.kernel.db import connect
from app.kernel.errors import ConflictError
from app.kernel.ids import uuid7
from app.kernel.jobs import Job, run_due, run_forever
from app.kernel.schema import table
from app.products.models import Category

CATEGORY = table(Category)
INSERT = sa.insert(CATEGORY)
CODES = sa.select(CATEGORY.c.code).order_by(CATEGORY.c.code)
UNMARKED = CODES.where(CATEGORY.c.name_en == "")
MARK = (
    sa.update(CATEGORY)
    .where(CATEGORY.c.code == sa.bindparam("which"), CATEGORY.c.name_en == "")
    .values(name_en="done", name_es=CATEGORY.c.name_es + "!")
)


def _listed(*items):
    async def due(_db, _now):
        return items

    return due


async def _add(tx, item, _now):
    await tx.run(INSERT, id=uuid7(), code=item, name_es="", name_en="")
    if item == "bad":
        raise KeyError(item)
    if item == "refused":
        raise ConflictError


async def _broken(_db, _now):
    raise KeyError


async def test_bad_items_and_bad_jobs_are_undone_alone(db, clock):
    jobs = (Job("broken", _broken, _add), Job("add", _listed("a", "bad", "refused", "b"), _add))

    assert await run_due(db, jobs, clock()) == {"add": 2}

    assert await db.all(CODES) == [{"code": "a"}, {"code": "b"}]


async def test_item_is_prepared_outside_its_transaction(db, clock):
    async def prepare(reader, item, _now):
        return f"{item}{len(await reader.all(CODES))}"

    await run_due(db, (Job("add", _listed("a", "b"), _add, prepare),), clock())

    assert await db.all(CODES) == [{"code": "a0"}, {"code": "b1"}]


async def test_what_is_under_way_is_finished_and_nothing_more_begins(db, clock):
    stop = asyncio.Event()

    async def add_slowly(tx, item, now):
        stop.set()
        await asyncio.sleep(0)
        await _add(tx, item, now)

    await run_forever(db, (Job("add", _listed("a", "b"), add_slowly),), clock, stop)

    assert await db.all(CODES) == [{"code": "a"}]


async def test_worker_goes_on_by_itself_until_it_is_stopped(db, clock):
    stop, seen = asyncio.Event(), []

    async def due(_db, now):
        seen.append(now)
        clock.advance(minutes=1)
        if len(seen) == 3:
            stop.set()
        return ()

    start = clock()
    await run_forever(db, (Job("look", due, _add),), clock, stop, every_seconds=0)

    assert [int((now - start).total_seconds()) for now in seen] == [0, 60, 120]


@pytest.mark.parametrize("workers", [3])
async def test_several_workers_do_each_item_once(db, clock, settings, workers):
    async with db.tx() as tx:
        values = [{"id": uuid7(), "code": f"c{n:02}", "name_es": "", "name_en": ""} for n in range(20)]
        await tx.many(INSERT, values)

    async def due(reader, _now):
        return [row["code"] for row in await reader.all(UNMARKED)]

    async def mark(tx, code, _now):
        await asyncio.sleep(0)
        await tx.run(MARK, which=code)

    async def worker():
        async with await connect(settings) as own:
            await run_due(own, (Job("mark", due, mark),), clock())

    await asyncio.gather(*(worker() for _ in range(workers)))

    assert await db.all(sa.select(CATEGORY.c.name_es).distinct()) == [{"name_es": "!"}]
