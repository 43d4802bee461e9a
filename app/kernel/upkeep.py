"""Due work of the kernel itself: events get their numbers, answers that were kept long enough are forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import idempotency
from app.kernel.db import Database, Tx
from app.kernel.idempotency import KeptAnswer
from app.kernel.jobs import Job
from app.kernel.journal import OutboxEvent
from app.kernel.schema import table
from app.kernel.settings import Settings

EVENT, ANSWER = table(OutboxEvent), table(KeptAnswer)
MOST_AT_ONCE = 1_000
_NUMBERER = 0x4D696E6B6102  # the key of the advisory lock: one worker gives numbers at a time

_UNNUMBERED = sa.select(EVENT.c.id).where(EVENT.c.sequence.is_(None)).limit(1)
_LOCK = sa.select(sa.func.pg_try_advisory_xact_lock(_NUMBERER, type_=sa.Boolean).label("mine"))
_LAST = sa.select(sa.func.max(EVENT.c.sequence).label("last"))
_NEXT = sa.select(EVENT.c.id).where(EVENT.c.sequence.is_(None)).order_by(EVENT.c.id).limit(MOST_AT_ONCE)
_NUMBER = (
    sa.update(EVENT)
    .where(EVENT.c.id == given("event"), EVENT.c.sequence.is_(None))
    .values(sequence=given("number"))
)
_OLD_ANSWER = sa.select(ANSWER.c.made_at).where(ANSWER.c.made_at < given("before")).limit(1)


async def number_events(tx: Tx) -> int:
    """Give the committed events that have none their numbers, in the order of their ids; returns how many.

    Whoever has read up to number N never misses a lower one: what is not committed yet is not seen here, so it gets a
    higher number later; and numbers themselves are given by one transaction at a time. So a second numberer does
    nothing. (A database's sequence gives numbers before the commit: an event that commits late would appear behind
    readers' backs.)
    """
    if tx.dialect.name == "postgresql" and not await tx.value(_LOCK):
        return 0
    found = await tx.all(_NEXT)
    last = await tx.value(_LAST) or 0
    await tx.many(
        _NUMBER, [{"event": row["id"], "number": last + place} for place, row in enumerate(found, 1)]
    )
    return len(found)


async def _unnumbered(db: Database, _now: datetime) -> Sequence[Any]:
    return await db.all(_UNNUMBERED)


async def _number(tx: Tx, _item: Any, _now: datetime) -> None:
    while await number_events(tx) == MOST_AT_ONCE:
        pass


def jobs(settings: Settings) -> Sequence[Job]:
    """The kernel's due work under these settings."""
    kept = timedelta(hours=settings.idempotency_hours)

    async def old_answers(db: Database, now: datetime) -> Sequence[Any]:
        return await db.all(_OLD_ANSWER, before=now - kept)

    async def forget(tx: Tx, _item: Any, now: datetime) -> None:
        await idempotency.forget(tx, now - kept)

    return (Job("number events", _unnumbered, _number), Job("forget answers", old_answers, forget))
