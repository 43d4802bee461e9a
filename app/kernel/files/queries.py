"""Reads of files and uploads: each asks for its owner's alone."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.errors import NotFoundError
from app.kernel.files.errors import told
from app.kernel.files.models import FileBody, FileSize, StoredFile, Upload, UploadPiece
from app.kernel.schema import table

UPLOAD, PIECE, FILE, BODY = table(Upload), table(UploadPiece), table(StoredFile), table(FileBody)
_SIZES = (FileSize.WHOLE, FileSize.LARGE, FileSize.MEDIUM, FileSize.SMALL)

ONE_UPLOAD = sa.select(UPLOAD).where(UPLOAD.c.id == given("id"))
_ONE_FILE = sa.select(
    FILE.c.id, FILE.c.name, FILE.c.media, FILE.c.sha256, FILE.c.created_at, FILE.c.owner
).where(FILE.c.id == given("id"))
_SIZES_OF = sa.select(BODY.c.size).where(BODY.c.file_id == given("id"))
_BODY = (
    sa.select(FILE.c.media, FILE.c.name, FILE.c.sha256, BODY.c.size, BODY.c.content)
    .join(BODY, BODY.c.file_id == FILE.c.id)
    .where(FILE.c.id == given("id"), BODY.c.size.in_(given("sizes")))
)
PIECES = sa.select(PIECE.c.content).where(PIECE.c.upload_id == given("id")).order_by(PIECE.c.start)


async def own_upload(db: Database, caller: Caller, upload_id: UUID) -> Row:
    """The upload's row. Raises NotFoundError unless the caller opened it."""
    found = await db.one(ONE_UPLOAD, id=upload_id)
    if found is None or found["opened_by"] != caller.name:
        raise NotFoundError
    return found


async def upload(db: Database, row: Row, lang: str) -> dict[str, Any]:
    """An upload as its owner reads it."""
    shown = {name: row[name] for name in ("id", "name", "size", "expires_at")}
    refused = row["refused"]
    return shown | {
        "offset": row["received"],
        "file": await file(db, row["file_id"]) if row["file_id"] else None,
        "refused": {"reason": refused, "message": told(lang, refused)} if refused else None,
    }


async def file(db: Database, file_id: UUID) -> dict[str, Any]:
    """A file as people read it, without its bytes. Raises NotFoundError."""
    found = await db.one(_ONE_FILE, id=file_id)
    if found is None:
        raise NotFoundError
    del found["owner"]
    has = {row["size"] for row in await db.all(_SIZES_OF, id=file_id)}
    return found | {"sizes": [size for size in _SIZES if size in has]}


async def require_own(db: Database, caller: Caller, file_id: UUID) -> None:
    """Raises NotFoundError unless the caller brought the file."""
    found = await db.one(_ONE_FILE, id=file_id)
    if found is None or found["owner"] != caller.name:
        raise NotFoundError


async def body(db: Database, file_id: UUID, size: FileSize) -> Row:
    """Media, name, sha256, size and content. A document has one size; a photo asked whole is its large one.

    Raises NotFoundError.
    """
    wanted = FileSize.LARGE if size is FileSize.WHOLE else size
    found = await db.slow(_BODY, id=file_id, sizes=[wanted, FileSize.WHOLE])
    if not found:
        raise NotFoundError
    return found[0]
