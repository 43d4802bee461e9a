"""Due work of files: an upload that nobody finished looking into, what was never completed, what nothing uses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal
from app.kernel.caller import WORKER
from app.kernel.db import Database, Row, Tx
from app.kernel.files import uploads
from app.kernel.files.queries import FILE, UPLOAD
from app.kernel.jobs import Job
from app.kernel.settings import Settings

_MOST_AT_ONCE = 100
_WHO_SENT_IT_FIRST = timedelta(minutes=2)  # the request that brought the last byte looks into it itself

_UNCHECKED = (
    sa.select(UPLOAD.c.id)
    .where(
        UPLOAD.c.received == UPLOAD.c.size,
        UPLOAD.c.file_id.is_(None),
        UPLOAD.c.refused.is_(None),
        UPLOAD.c.expires_at < given("before"),
    )
    .limit(_MOST_AT_ONCE)
)
_LAPSED = (
    sa.select(UPLOAD.c.id)
    .where(UPLOAD.c.file_id.is_(None), UPLOAD.c.expires_at < given("now"))
    .limit(_MOST_AT_ONCE)
)
_DROP_UPLOAD = sa.delete(UPLOAD).where(
    UPLOAD.c.id == given("upload"), UPLOAD.c.file_id.is_(None), UPLOAD.c.expires_at < given("now")
)
_UNUSED = sa.select(FILE.c.id).where(FILE.c.unused_since < given("before")).limit(_MOST_AT_ONCE)
_DROP_FILE = sa.delete(FILE).where(FILE.c.id == given("file"), FILE.c.unused_since < given("before"))


def jobs(settings: Settings) -> Sequence[Job]:
    """The due work of files under these settings."""
    waits, kept = timedelta(hours=settings.upload_hours), timedelta(days=settings.unused_file_days)

    async def unchecked(db: Database, now: datetime) -> Sequence[Row]:
        return await db.all(_UNCHECKED, before=now + waits - _WHO_SENT_IT_FIRST)

    async def check(db: Database, item: Row, _now: datetime) -> uploads.Checked | None:
        return await uploads.check(db, item["id"], settings=settings)

    async def finish(tx: Tx, found: Any, now: datetime) -> None:
        await uploads.finish(tx, found, caller=WORKER, now=now)

    async def unused(db: Database, now: datetime) -> Sequence[Row]:
        return await db.all(_UNUSED, before=now - kept)

    return (
        Job("check uploads", unchecked, finish, check),
        Job("forget uploads", _lapsed, _forget_upload),
        Job("forget files", unused, partial(_forget_file, kept=kept)),
    )


async def _lapsed(db: Database, now: datetime) -> Sequence[Row]:
    return await db.all(_LAPSED, now=now)


async def _forget_upload(tx: Tx, item: Row, now: datetime) -> None:
    if await tx.run(_DROP_UPLOAD, upload=item["id"], now=now):
        await journal.record(tx, WORKER, now, "upload.lapsed", ("upload", item["id"]))


async def _forget_file(tx: Tx, item: Row, now: datetime, *, kept: timedelta) -> None:
    if await tx.run(_DROP_FILE, file=item["id"], before=now - kept):
        await journal.record(tx, WORKER, now, "file.forgotten", ("file", item["id"]))
