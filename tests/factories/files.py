"""Files for tests, as rows: what the routes do with content is tried where it is their matter."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.fairs.queries.applications import DOCUMENT
from app.kernel import ids
from app.kernel.db import Database
from app.kernel.files.models import FileSize
from app.kernel.files.queries import BODY, FILE, PIECE, UPLOAD
from tests.factories.people import LONG_AGO

_LATER = LONG_AGO.replace(year=2030)


async def paper(db: Database, application: str, code: str, valid_until: date | None = None) -> None:
    """A paper of an application, in the place of an older one."""
    file, said = ids.uuid7(), {"application_id": UUID(application), "code": code}
    async with db.tx() as tx:
        await tx.run(
            sa.insert(FILE),
            id=file,
            owner="worker",
            name="carne.jpg",
            media="image/jpeg",
            sha256="0" * 64,
            created_at=LONG_AGO,
            unused_since=None,
        )
        await tx.run(sa.delete(DOCUMENT).where(DOCUMENT.c.application_id == UUID(application)))
        await tx.run(sa.insert(DOCUMENT), id=ids.uuid7(), file_id=file, valid_until=valid_until, **said)


async def brought(db: Database, owner: str = "worker") -> None:
    """A photo that is kept, and an upload of which a first piece is here."""
    photo, unfinished = ids.uuid7(), ids.uuid7()
    common = {"opened_by": owner, "refused": None, "created_at": LONG_AGO, "expires_at": _LATER}
    async with db.tx() as tx:
        await tx.run(
            sa.insert(FILE),
            id=photo,
            owner=owner,
            name="puesto.jpg",
            media="image/jpeg",
            sha256="0" * 64,
            created_at=LONG_AGO,
            unused_since=None,
        )
        for size in (FileSize.LARGE, FileSize.MEDIUM, FileSize.SMALL):
            await tx.run(
                sa.insert(BODY), file_id=photo, size=size, width=4, height=3, content=b"\xff\xd8\xff"
            )
        uploads = (
            {"id": photo, "name": "puesto.jpg", "size": 9, "received": 9, "file_id": photo},
            {"id": unfinished, "name": "ruc.pdf", "size": 9, "received": 4, "file_id": None},
        )
        for upload in uploads:
            await tx.run(sa.insert(UPLOAD), **common, **upload)
        await tx.run(sa.insert(PIECE), upload_id=unfinished, start=0, content=b"%PDF")
