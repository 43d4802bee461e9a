"""How a file leaves: as what it is, never run, never guessed at; a document is saved, a photo is shown."""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from app.kernel.files.content import MEDIA, PDF
from app.kernel.files.service import Readable
from app.kernel.visit import Reply, Visit

_ENDINGS = {"image/jpeg": ".jpg", "image/webp": ".webp", PDF: ".pdf"}
_POLICY = b"default-src 'none'; sandbox; frame-ancestors 'none'"

# What a route that serves files says of its answers.
DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA},
    }
}


def serve(visit: Visit, found: Readable) -> Response:
    """The answer with a file's bytes, for a caller who may read it; 304 to whoever has them."""
    etag = f'"{found.sha256[:16]}-{found.size}"'
    kind = "attachment" if found.media == PDF else "inline"
    headers = [
        (b"content-type", found.media.encode()),
        (b"content-disposition", f"{kind}; filename*=UTF-8''{quote(file_name(found))}".encode()),
        (b"content-security-policy", _POLICY),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"etag", etag.encode()),
    ]
    asked = visit.header(b"if-none-match")
    if asked is not None and (asked == "*" or etag in asked):
        return Reply(304, b"", headers)
    return Reply(200, found.content, headers)


def file_name(found: Readable) -> str:
    """What it is saved as: the name that people gave it, without folders, with the ending of what it is."""
    last = PurePosixPath(found.name.replace("\\", "/")).name
    stem = last.rpartition(".")[0] or last
    return f"{stem.strip('. ') or 'archivo'}{_ENDINGS[found.media]}"
