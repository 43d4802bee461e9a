"""The API's description, and a page to read and try it. Nothing is fetched from elsewhere."""

from functools import cache
from importlib.resources import files

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


@router.get("/openapi.json")
async def read_openapi(visit: Visit) -> Response:
    """The OpenAPI 3.1 document."""
    found: bytes | None = visit.house.caches.get("openapi")
    if found is None:
        found = visit.house.caches["openapi"] = msgspec.json.encode(visit.scope["app"].openapi())
    return _reply(found, b"application/json", b"public, no-cache")


@router.get("/docs")
async def read_docs(visit: Visit) -> Response:
    """A page to read and try the API."""
    is_demo = visit.house.settings.demo
    return page("docs.html", visit.lang, policy=_POLICY, is_demo=is_demo, demo_prefix=DEMO_PREFIX)


@router.get("/docs/{name}")
async def read_docs_asset(name: str) -> Response:
    """A script or style of that page."""
    if name not in _ASSETS:
        raise NotFoundError
    return _reply(_read(name), _ASSETS[name][1], b"public, max-age=86400")


@cache
def _read(name: str) -> bytes:
    return (_ASSETS[name][0] / name).read_bytes()


def _reply(content: bytes, kind: bytes, kept: bytes) -> Response:
    return Reply(200, content, [(b"content-type", kind), (b"cache-control", kept)])
