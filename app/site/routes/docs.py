"""The API's description, and a page to read and try it. Nothing is fetched from elsewhere."""

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec
from starlette.responses import Response

from app.kernel.errors import NotFoundError
from app.kernel.visit import Reply, Visit
from app.people.tokens import DEMO_PREFIX
from app.site.pages import FOLDER, page, site_router

router = site_router()
_POLICY = (  # Swagger UI writes style attributes and draws its icons from data: addresses
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_SCRIPT, _STYLE = b"text/javascript; charset=utf-8", b"text/css; charset=utf-8"
_SWAGGER = files("fastapi_offline") / "static"  # that package is used for these two files only
_ASSETS = {
    "swagger-ui-bundle.js": (_SWAGGER, _SCRIPT),
    "swagger-ui.css": (_SWAGGER, _STYLE),
    "start.js": (FOLDER, _SCRIPT),
    "docs.css": (FOLDER, _STYLE),
}


class _Asset(NamedTuple):
    plain: bytes
    zipped: bytes
    etag: bytes


@router.get("/openapi.json")
async def read_openapi(visit: Visit) -> Response:
    """The OpenAPI 3.1 document."""
    found: _Asset | None = visit.house.caches.get("openapi")
    if found is None:
        found = visit.house.caches["openapi"] = _asset(msgspec.json.encode(visit.scope["app"].openapi()))
    return _reply(visit, found, b"application/json", b"public, no-cache")


@router.get("/docs")
async def read_docs(visit: Visit) -> Response:
    """A page to read and try the API."""
    is_demo = visit.house.settings.demo
    return page("docs.html", visit.lang, policy=_POLICY, is_demo=is_demo, demo_prefix=DEMO_PREFIX)


@router.get("/docs/{name}")
async def read_docs_asset(name: str, visit: Visit) -> Response:
    """A script or style of that page."""
    if name not in _ASSETS:
        raise NotFoundError
    return _reply(visit, _read(name), _ASSETS[name][1], b"public, max-age=86400")


@cache
def _read(name: str) -> _Asset:
    return _asset((_ASSETS[name][0] / name).read_bytes())


def _asset(plain: bytes) -> _Asset:
    digest = hashlib.blake2b(plain, digest_size=9).hexdigest()
    return _Asset(plain, gzip.compress(plain, 6, mtime=0), f'"{digest}"'.encode())


def _reply(visit: Visit, found: _Asset, kind: bytes, kept: bytes) -> Response:
    headers = [(b"content-type", kind), (b"cache-control", kept), (b"etag", found.etag)]
    headers.append((b"vary", b"accept-encoding"))
    if found.etag.decode() in (visit.header(b"if-none-match") or ""):
        return Reply(304, b"", headers)
    if "gzip" in (visit.header(b"accept-encoding") or ""):
        return Reply(200, found.zipped, [*headers, (b"content-encoding", b"gzip")])
    return Reply(200, found.plain, headers)
