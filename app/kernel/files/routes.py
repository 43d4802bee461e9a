"""The door of uploads and files. An upload goes on where it stopped (after the manner of tus 1.0)."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.kernel.db import Row, Tx, write
from app.kernel.errors import Fault, IdTakenError, InvalidError, NotFoundError
from app.kernel.files import queries, service, uploads
from app.kernel.files.errors import (
    FileInUseError,
    FileRefusedError,
    FileTooLargeError,
    TooManyUploadsError,
    UploadGapError,
)
from app.kernel.files.models import FileSize
from app.kernel.files.schemas import UploadCreate, UploadRead
from app.kernel.files.serving import DOWNLOAD, serve
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Visit

PIECE = "application/offset+octet-stream"
_MOST_OFFSET_DIGITS = 10
_PIECE: dict[str, Any] = {
    "parameters": [
        {
            "name": "Upload-Offset",
            "in": "header",
            "required": True,
            "description": "Where these bytes stand in the file, counted from 0",
            "schema": {"type": "integer", "minimum": 0, "maximum": 2_147_483_647},
            "example": 0,
        }
    ],
    "requestBody": {
        "required": True,
        "content": {PIECE: {"schema": {"type": "string", "format": "binary"}}},
    },
}

router = room("files")


@router.post(
    "/uploads",
    status_code=201,
    response_model=UploadRead,
    responses=problems(IdTakenError, FileTooLargeError, TooManyUploadsError),
)
async def create_upload(body: UploadCreate, visit: Visit) -> Response:
    """Begin to send a file: a photo (JPEG, PNG, WebP) or a PDF.

    Then send its bytes by PATCH, in pieces as small as the line needs (64 kB are good on a weak one). It is private:
    only who sent it reads it, until it is given to something that shows it.
    """

    async def work(tx: Tx) -> Row:
        row = await uploads.open_upload(
            tx, body, caller=visit.caller, settings=visit.house.settings, now=visit.now
        )
        return await queries.upload(tx, row, visit.lang)

    return await visit.write(work, status=201)


@router.get("/uploads/{upload_id}", response_model=UploadRead, responses=problems(NotFoundError))
async def read_upload(upload_id: UUID, visit: Visit) -> Response:
    """How far an upload is: `offset`, also in the header Upload-Offset; HEAD answers the headers alone."""
    return await _shown(visit, upload_id)


@router.patch(
    "/uploads/{upload_id}",
    response_model=UploadRead,
    responses=problems(NotFoundError, UploadGapError, FileRefusedError),
    openapi_extra=_PIECE,
)
async def append_upload(upload_id: UUID, visit: Visit) -> Response:
    """Send a piece. With the last byte the content is checked, and `file` is there.

    A piece that comes again, or overlaps what is here, is harmless. When bytes are missing before it: 409 with
    `offset`, from where to go on. Photos are made anew in three sizes, upright, without place, date or camera; what is
    neither a photo nor a quiet PDF is refused by its content, whatever it is called.
    """
    piece = uploads.Piece(_offset(visit), await visit.upload(PIECE))
    settings, caller, now = visit.house.settings, visit.caller, visit.now
    row = await write(
        visit.db,
        partial(uploads.add, upload_id=upload_id, piece=piece, caller=caller, settings=settings, now=now),
    )
    if uploads.is_due(row):
        await write(
            visit.db,
            partial(uploads.finish, caller=caller, now=now),
            partial(uploads.check, upload_id=upload_id, settings=settings),
        )
    uploads.require_kept(await queries.own_upload(visit.db, caller, upload_id))
    return await _shown(visit, upload_id)


@router.delete("/uploads/{upload_id}", status_code=204, responses=problems(NotFoundError, FileInUseError))
async def cancel_upload(upload_id: UUID, visit: Visit) -> Response:
    """Give up an upload, or throw away a file that nothing uses."""
    return await visit.write(partial(uploads.cancel, upload_id=upload_id, caller=visit.caller, now=visit.now))


@router.get("/files/{file_id}", responses=DOWNLOAD | problems(NotFoundError))
async def read_file(
    file_id: UUID,
    visit: Visit,
    size: Annotated[
        FileSize, Query(description="Of a photo: 1600, 800 or 240 pixels; a document is always whole")
    ] = FileSize.LARGE,
) -> Response:
    """The bytes of a file that you sent. What others may read has an address of its own, where it is shown."""
    await queries.require_own(visit.db, visit.caller, file_id)
    return serve(visit, await service.read(visit.db, file_id, size))


def _offset(visit: Visit) -> int:
    given = visit.header(b"upload-offset")
    if given is None:
        raise InvalidError(Fault("header/Upload-Offset", "missing"))
    if not (given.isascii() and given.isdigit() and len(given) <= _MOST_OFFSET_DIGITS):
        raise InvalidError(Fault("header/Upload-Offset", "int_parsing"))
    return int(given)


async def _shown(visit: Visit, upload_id: UUID) -> Response:
    row = await queries.own_upload(visit.db, visit.caller, upload_id)
    answer = visit.item(await queries.upload(visit.db, row, visit.lang))
    answer.raw_headers.append((b"upload-offset", str(row["received"]).encode()))
    return answer
