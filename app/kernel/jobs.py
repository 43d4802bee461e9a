"""Due work: each job finds what is due now and does one item per transaction, so that nothing waits for a bad one."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from app.kernel.clock import Clock
from app.kernel.db import Database, Tx, write
from app.kernel.errors import DomainError
from app.kernel.logs import log


class Job(NamedTuple):
    """`due(db, now)` lists items; `do(tx, item, now)` does one, and does nothing to an item that was done meanwhile.

    With `before(db, item, now)`, which reads and computes outside the transaction, `do(tx, what it found, now)`.
    """

    name: str
    due: Callable[[Database, datetime], Awaitable[Sequence[Any]]]
    do: Callable[[Tx, Any, datetime], Awaitable[object]]
    before: Callable[[Database, Any, datetime], Awaitable[Any]] | None = None


async def run_due(
    db: Database, jobs: Sequence[Job], now: datetime, *, stop: asyncio.Event | None = None
) -> dict[str, int]:
    """Do everything that is due once; returns how many items of each job were done. A failing item is logged and left.

    Several workers may run at once: an item that another one did meanwhile is left alone. After `stop` nothing begins.
    """
    done: dict[str, int] = {}
    for job in jobs:
        for item in await _due(db, job, now):
            if stop is not None and stop.is_set():
                return done
            try:
                await _do(db, job, item, now)
                done[job.name] = done.get(job.name, 0) + 1
            except Exception as error:  # noqa: BLE001 - one bad item must not stop the others
                _note(job, error)
    return done


async def _due(db: Database, job: Job, now: datetime) -> Sequence[Any]:
    try:
        return await job.due(db, now)
    except Exception as error:  # noqa: BLE001 - one bad job must not stop the others, nor the server around them
        _note(job, error)
        return ()


def _note(job: Job, error: Exception) -> None:
    if isinstance(error, DomainError):
        log.warning("job refused", job=job.name, code=error.code)
    else:
        log.error("job failed", job=job.name, error=type(error).__name__, exc_info=error)


async def _do(db: Database, job: Job, item: Any, now: datetime) -> None:
    prepare = job.before
    if prepare is None:
        await write(db, lambda tx: job.do(tx, item, now))
    else:
        await write(db, lambda tx, found: job.do(tx, found, now), lambda reader: prepare(reader, item, now))


async def run_forever(
    db: Database, jobs: Sequence[Job], clock: Clock, stop: asyncio.Event, *, every_seconds: float = 5.0
) -> None:
    """Run due work every few seconds until `stop` is set; the item under way is finished first."""
    while not stop.is_set():
        await run_due(db, jobs, clock(), stop=stop)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every_seconds)
