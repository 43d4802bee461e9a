"""What files keep about a person: told when they ask for it, forgotten when they leave."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.db import Database, Tx
from app.kernel.files.queries import FILE, UPLOAD
from app.kernel.journal import Happening

_BROUGHT = (
    sa.select(FILE.c.id, FILE.c.name, FILE.c.media, FILE.c.created_at)
    .where(FILE.c.owner == given("owner"))
    .order_by(FILE.c.id)
)
_FORGET_UPLOADS = sa.delete(UPLOAD).where(UPLOAD.c.opened_by == given("owner"), UPLOAD.c.file_id.is_(None))
_FORGET_UNUSED = sa.delete(FILE).where(FILE.c.owner == given("owner"), FILE.c.unused_since.is_not(None))
_FORGET_NAMES = sa.update(FILE).where(FILE.c.owner == given("owner")).values(name="")
_FORGET_UPLOAD_NAMES = sa.update(UPLOAD).where(UPLOAD.c.opened_by == given("owner")).values(name="")


async def brought(db: Database, user_id: UUID) -> list[dict[str, Any]]:
    """The files that a person brought; their bytes are at `/v1/files/{id}`."""
    return await db.all(_BROUGHT, owner=_name(user_id))


async def forget(tx: Tx, happening: Happening) -> None:
    """A person is being erased: what they brought goes, and the names of what something still uses."""
    owner = _name(happening.subject_id)
    for statement in (_FORGET_UPLOADS, _FORGET_UNUSED, _FORGET_NAMES, _FORGET_UPLOAD_NAMES):
        await tx.run(statement, owner=owner)


def _name(user_id: UUID) -> str:
    """As `Caller.name` has it."""
    return f"user:{user_id}"
