"""Bringing a file over a weak line: opened, sent in pieces, checked once all of it is here."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError
from app.kernel.files import content, queries
from app.kernel.files.errors import (
    FileInUseError,
    FileRefusedError,
    FileTooLargeError,
    TooManyUploadsError,
    UploadGapError,
)
from app.kernel.files.queries import BODY, FILE, PIECE, UPLOAD
from app.kernel.files.schemas import UploadCreate
from app.kernel.settings import Settings

_LEAST_PIECE = 1_024  # bytes, but for the last one

_OPEN, _ADD_PIECE = sa.insert(UPLOAD), sa.insert(PIECE)
_ADD_FILE, _ADD_BODY = sa.insert(FILE), sa.insert(BODY)
_LOCK = queries.ONE_UPLOAD.with_for_update()
_WAITING = sa.select(
    sa.select(sa.func.count())
    .select_from(UPLOAD)
    .where(UPLOAD.c.opened_by == given("owner"), UPLOAD.c.file_id.is_(None), UPLOAD.c.refused.is_(None))
    .scalar_subquery()
    .label("on_their_way"),
    sa.select(sa.func.count())
    .select_from(FILE)
    .where(FILE.c.owner == given("owner"), FILE.c.unused_since.is_not(None))
    .scalar_subquery()
    .label("unused"),
)
_ADVANCE = (
    sa.update(UPLOAD)
    .where(UPLOAD.c.id == given("upload"), UPLOAD.c.received == given("seen"))
    .values(received=given("now_here"), expires_at=given("until"))
)
_KEEP = sa.update(UPLOAD).where(UPLOAD.c.id == given("upload")).values(file_id=given("upload"))
_REFUSE = sa.update(UPLOAD).where(UPLOAD.c.id == given("upload")).values(refused=given("reason"))
_DROP_PIECES = sa.delete(PIECE).where(PIECE.c.upload_id == given("upload"))
_DROP_FILE = sa.delete(FILE).where(FILE.c.id == given("file"), FILE.c.unused_since.is_not(None))
_DROP = sa.delete(UPLOAD).where(UPLOAD.c.id == given("upload"))


class Piece(NamedTuple):
    """Bytes that came, and where they stand in the file."""

    start: int
    content: bytes


class Checked(NamedTuple):
    """What was found out about an upload whose bytes are all here; `examined` or `refused`."""

    upload: Row
    sha256: str
    examined: content.Examined | None
    refused: str | None


async def open_upload(
    tx: Tx, wanted: UploadCreate, *, caller: Caller, settings: Settings, now: datetime
) -> Row:
    """Begin. Raises FileTooLargeError, TooManyUploadsError, InvalidError."""
    if wanted.size > settings.file_limit_bytes:
        raise FileTooLargeError(limit=_megabytes(settings.file_limit_bytes))
    counted = await tx.one(_WAITING, owner=caller.name) or {}
    if sum(counted.values()) >= settings.files_waiting:
        raise TooManyUploadsError(limit=settings.files_waiting)
    identifier = wire.read_id(wanted.id, now)
    await tx.run(
        _OPEN,
        id=identifier,
        opened_by=caller.name,
        name=wanted.name,
        size=wanted.size,
        received=0,
        file_id=None,
        refused=None,
        created_at=now,
        expires_at=now + timedelta(hours=settings.upload_hours),
    )
    await journal.record(tx, caller, now, "upload.opened", ("upload", identifier), bytes=wanted.size)
    return await queries.own_upload(tx, caller, identifier)


async def add(
    tx: Tx, upload_id: UUID, piece: Piece, *, caller: Caller, settings: Settings, now: datetime
) -> Row:
    """Keep what is new of a piece; what is here already is not compared.

    Raises NotFoundError, UploadGapError, InvalidError.
    """
    upload = await tx.one(_LOCK, id=upload_id)
    if upload is None or upload["opened_by"] != caller.name:
        raise NotFoundError
    here, end = upload["received"], piece.start + len(piece.content)
    if piece.start > here:
        raise UploadGapError(offset=here, extra={"offset": here})
    if end > upload["size"]:
        raise InvalidError(Fault("header/Upload-Offset", "past_the_end", size=upload["size"]))
    if end <= here:
        return upload
    if len(piece.content) < _LEAST_PIECE and end < upload["size"]:
        raise InvalidError(Fault("#", "piece_too_short", least=_LEAST_PIECE))
    until = now + timedelta(hours=settings.upload_hours)
    await tx.must(_ADVANCE, upload=upload_id, seen=here, now_here=end, until=until)
    await tx.run(_ADD_PIECE, upload_id=upload_id, start=here, content=piece.content[here - piece.start :])
    return {**upload, "received": end, "expires_at": until}


def is_due(upload: Row) -> bool:
    """Whether all bytes are here and nobody has looked into them."""
    return bool(
        upload["received"] == upload["size"] and upload["file_id"] is None and upload["refused"] is None
    )


async def check(db: Database, upload_id: UUID, *, settings: Settings) -> Checked | None:
    """Look into a complete upload, off the event loop; None when somebody did meanwhile. Reads only."""
    upload = await db.one(queries.ONE_UPLOAD, id=upload_id)
    if upload is None or not is_due(upload):
        return None
    whole = b"".join(row["content"] for row in await db.slow(queries.PIECES, id=upload_id))
    sha256 = hashlib.sha256(whole).hexdigest()
    try:
        found = await content.examine(whole, most_pixels=settings.image_limit_pixels)
    except content.RefusedContentError as error:
        return Checked(upload, sha256, None, error.code)
    return Checked(upload, sha256, found, None)


async def finish(tx: Tx, checked: Checked | None, *, caller: Caller, now: datetime) -> None:
    """Make a file of the upload, or note why not; its pieces go. Does nothing to one that was finished meanwhile."""
    if checked is None:
        return
    upload_id = checked.upload["id"]
    upload = await tx.one(_LOCK, id=upload_id)
    if upload is None or not is_due(upload):
        return
    if checked.examined is None:
        await tx.must(_REFUSE, upload=upload_id, reason=checked.refused)
        await tx.run(_DROP_PIECES, upload=upload_id)
        facts = {"reason": checked.refused}
        await journal.record(tx, caller, now, "upload.refused", ("upload", upload_id), **facts)
        return
    await _store(tx, upload, checked.examined, checked.sha256, now)
    await tx.run(_DROP_PIECES, upload=upload_id)
    facts = {"media": checked.examined.media, "bytes": upload["size"]}
    await journal.record(tx, caller, now, "file.stored", ("file", upload_id), **facts)


async def _store(tx: Tx, upload: Row, examined: content.Examined, sha256: str, now: datetime) -> None:
    await tx.run(
        _ADD_FILE,
        id=upload["id"],
        owner=upload["opened_by"],
        name=upload["name"],
        media=examined.media,
        sha256=sha256,
        created_at=now,
        unused_since=now,
    )
    await tx.many(_ADD_BODY, [{"file_id": upload["id"], **body._asdict()} for body in examined.bodies])
    await tx.must(_KEEP, upload=upload["id"])


def require_kept(upload: Row) -> None:
    """Raises FileRefusedError for an upload whose content was not kept."""
    if upload["refused"]:
        raise FileRefusedError(upload["refused"])


async def cancel(tx: Tx, upload_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Give up an upload, or a file that nothing uses: its bytes go. Raises NotFoundError, FileInUseError."""
    upload = await tx.one(_LOCK, id=upload_id)
    if upload is None or upload["opened_by"] != caller.name:
        raise NotFoundError
    if upload["file_id"] and not await tx.run(_DROP_FILE, file=upload_id):
        raise FileInUseError
    await tx.run(_DROP, upload=upload_id)
    await journal.record(tx, caller, now, "upload.cancelled", ("upload", upload_id))


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:g}"
