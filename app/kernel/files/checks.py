"""Invariants of files: no byte of an upload is lost, no file is without its bodies."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel.checks import Check
from app.kernel.files.content import PDF, PHOTO_SIZES
from app.kernel.files.models import FileSize
from app.kernel.files.queries import BODY, FILE, PIECE, UPLOAD

_PIECES = (
    sa.select(PIECE.c.upload_id, sa.func.sum(sa.func.length(PIECE.c.content)).label("bytes"))
    .group_by(PIECE.c.upload_id)
    .subquery()
)
_LOST = (
    sa.select(UPLOAD.c.id, UPLOAD.c.received, _PIECES.c.bytes)
    .outerjoin(_PIECES, _PIECES.c.upload_id == UPLOAD.c.id)
    .where(
        UPLOAD.c.file_id.is_(None),
        UPLOAD.c.refused.is_(None),
        UPLOAD.c.received != sa.func.coalesce(_PIECES.c.bytes, 0),
    )
)
_whole = sa.func.sum(sa.case((BODY.c.size == FileSize.WHOLE, 1), else_=0))
_photo = sa.func.sum(sa.case((BODY.c.size.in_(PHOTO_SIZES), 1), else_=0))
_WITHOUT_BODY = (
    sa.select(FILE.c.id, FILE.c.media, sa.func.count(BODY.c.size).label("bodies"))
    .outerjoin(BODY, BODY.c.file_id == FILE.c.id)
    .group_by(FILE.c.id, FILE.c.media)
    .having(
        sa.case(
            (FILE.c.media == PDF, (_whole != 1) | (_photo != 0)),
            else_=(_photo != len(PHOTO_SIZES)) | (_whole != 0),
        )
    )
)

CHECKS: Sequence[Check] = (("upload_has_its_bytes", _LOST), ("file_has_its_bodies", _WITHOUT_BODY))
