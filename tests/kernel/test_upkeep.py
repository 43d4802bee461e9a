"""Events get their numbers after their commit, so that a reader who knows the last number has missed nothing."""

import asyncio

import pytest
import sqlalchemy as sa

from app.kernel import journal, upkeep
from app.kernel.caller import WORKER
from app.kernel.db import connect
from app.kernel.ids import uuid7
from app.kernel.jobs import run_due
from app.kernel.journal import OutboxEvent
from app.kernel.schema import table
from app.people.jobs import JOBS as SECRETS
from app.people.jobs import KEPT
from app.people.models import AccessToken
from tests.factories import people

EVENT = table(OutboxEvent)
NUMBERED = (
    sa.select(EVENT.c.sequence, EVENT.c.kind).where(EVENT.c.sequence.is_not(None)).order_by(EVENT.c.sequence)
)


async def _happen(tx, clock, kind):
    await journal.record(tx, WORKER, clock(), kind, ("lot", uuid7()))


async def _numbered(db):
    return [(row["sequence"], row["kind"]) for row in await db.all(NUMBERED)]


async def test_events_are_numbered_in_the_order_they_happened(db, clock, settings):
    async with db.tx() as tx:
        for number in range(5):
            await _happen(tx, clock, f"lot.{number}")

    await run_due(db, upkeep.jobs(settings), clock())
    async with db.tx() as tx:
        await _happen(tx, clock, "lot.5")
    await run_due(db, upkeep.jobs(settings), clock())

    assert await _numbered(db) == [(number + 1, f"lot.{number}") for number in range(6)]


@pytest.mark.parametrize("engine", ["postgres"])  # SQLite has one writer: what happens first commits first
async def test_event_that_commits_late_is_numbered_behind_those_seen_before(db, clock, settings):
    """The first to happen commits last. A database's sequence would number it first, behind every reader's back."""
    commit, began = asyncio.Event(), asyncio.Event()

    async def late():
        async with db.tx() as tx:
            await _happen(tx, clock, "lot.late")
            began.set()
            await commit.wait()

    task = asyncio.create_task(late())
    await began.wait()
    async with db.tx() as tx:
        await _happen(tx, clock, "lot.early")
    await run_due(db, upkeep.jobs(settings), clock())
    assert await _numbered(db) == [(1, "lot.early")]

    commit.set()
    await task
    await run_due(db, upkeep.jobs(settings), clock())

    assert await _numbered(db) == [(1, "lot.early"), (2, "lot.late")]


async def test_reader_who_follows_the_numbers_misses_nothing_while_many_write_and_two_number(
    db, clock, settings
):
    """Writers and two numberers at once: every number is seen once, and never appears behind what was read."""
    written, read = [], []

    async def writer(name):
        for number in range(10):
            async with db.tx() as tx:
                await _happen(tx, clock, f"lot.{name}x{number}")
                await asyncio.sleep(0)
            written.append(f"lot.{name}x{number}")

    async def numberer(stop):
        async with await connect(settings) as own:
            while not stop.is_set():
                await run_due(own, upkeep.jobs(settings), clock())
                await asyncio.sleep(0)
            await run_due(own, upkeep.jobs(settings), clock())

    async def reader():
        last = read[-1][0] if read else 0
        new = NUMBERED.where(EVENT.c.sequence > sa.bindparam("last"))
        read.extend((row["sequence"], row["kind"]) for row in await db.all(new, last=last))

    async def follow(stop):
        while not stop.is_set():
            await reader()
            await asyncio.sleep(0)

    stop = asyncio.Event()
    others = [asyncio.create_task(task) for task in (numberer(stop), numberer(stop), follow(stop))]
    await asyncio.gather(*(writer(name) for name in range(4)))
    stop.set()
    await asyncio.gather(*others)
    await reader()

    assert [number for number, _ in read] == list(range(1, 41))
    assert sorted(kind for _, kind in read) == sorted(written)
    assert read == await _numbered(db)


@pytest.mark.parametrize("engine", ["postgres"])
async def test_second_numberer_waits_for_nobody_and_gives_no_number_twice(db, clock):
    async with db.tx() as tx:
        await _happen(tx, clock, "lot.created")

    async with db.tx() as first, db.tx() as second:
        numbered = (await upkeep.number_events(first), await upkeep.number_events(second))

    assert numbered == (1, 0)
    assert await _numbered(db) == [(1, "lot.created")]


async def test_expired_tokens_are_removed_a_day_later(db, clock):
    rosa = await people.person(db)
    expires = await db.value(sa.select(table(AccessToken).c.expires_at))
    left = sa.select(sa.func.count().label("tokens")).select_from(table(AccessToken))

    await run_due(db, SECRETS, expires + KEPT)
    assert (rosa is not None, await db.value(left)) == (True, 1)
    await run_due(db, SECRETS, expires + KEPT * 2)
    assert await db.value(left) == 0
