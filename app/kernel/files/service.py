"""What rooms do with files: read one that they show, and take one into use.

A room that refers to a file has a foreign key to it (RESTRICT) and calls `require_usable` in the transaction that
writes the reference: from then on the file is kept. When the reference goes, `release` lets it expire.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Tx
from app.kernel.files import queries
from app.kernel.files.errors import FileNotUsableError
from app.kernel.files.models import FileSize
from app.kernel.files.queries import FILE

_USE = (
    sa.update(FILE).where(FILE.c.id == given("file"), FILE.c.owner == given("by")).values(unused_since=None)
)
_RELEASE = sa.update(FILE).where(FILE.c.id == given("file")).values(unused_since=given("now"))


class Readable(NamedTuple):
    """A file's bytes in one size, with what an answer must say of them."""

    media: str
    name: str
    content: bytes
    sha256: str
    size: FileSize


async def read(db: Database, file_id: UUID, size: FileSize = FileSize.LARGE) -> Readable:
    """The bytes, for a room that has made sure that its caller may read them. Raises NotFoundError."""
    found = await queries.body(db, file_id, size)
    return Readable(found["media"], found["name"], found["content"], found["sha256"], found["size"])


async def require_usable(tx: Tx, file_id: UUID, caller: Caller) -> None:
    """Take a file into use: it is here, complete, and the caller's own. It is kept from now on.

    Raises FileNotUsableError.
    """
    if not await tx.run(_USE, file=file_id, by=caller.name):
        raise FileNotUsableError


async def release(tx: Tx, file_id: UUID, now: datetime) -> None:
    """Nothing refers to the file any more: it is forgotten after the days that unused files are kept."""
    await tx.run(_RELEASE, file=file_id, now=now)
