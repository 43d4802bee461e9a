"""How public pages are made and sent: small HTML that needs no scripts, escaped by itself, under a strict policy."""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.kernel import i18n, problems, sparing
from app.kernel.errors import DomainError
from app.kernel.route import Route
from app.kernel.visit import Reply, Visit

if TYPE_CHECKING:
    from jinja2 import Environment

_AMOUNT = re.compile(r"(S/|Bs|\$) (?=\d)")  # no line ends between the sign and the number
FOLDER = Path(__file__).parent / "templates"


def inline(name: str) -> Markup:
    """One of our own styles or scripts, to stand in a page; its lines become one."""
    text = " ".join((FOLDER / name).read_text("utf-8").split())
    if name.endswith(".css"):
        text = text.replace("; }", "}").replace(": ", ":")
    return Markup(text)  # noqa: S704 - our own file


def policy_with(*styles: str, scripts: Sequence[str] = (), framed_by: str = "'none'") -> str:
    """What a page may do: nothing but these inline styles and scripts, by their hashes (CSP 3, 2.3.1).

    `framed_by`: whose pages may show it within theirs.
    """
    script = f"; script-src {_hashes(scripts)}" if scripts else ""
    return (
        f"default-src 'none'; style-src {_hashes((STYLE, *styles))}{script}; img-src 'self' data:; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
    )


def _hashes(inlined: Sequence[str]) -> str:
    digests = [hashlib.sha256(text.encode()).digest() for text in inlined]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


STYLE = inline("style.css")
_POLICY = policy_with()
_HTML = (b"content-type", b"text/html; charset=utf-8")
PUBLIC = ((b"cache-control", b"public, no-cache"),)
PRIVATE = ((b"cache-control", b"no-store"), (b"x-robots-tag", b"noindex, nofollow"))
Headers = Sequence[tuple[bytes, bytes]]


class PageRoute(Route):
    """A route for people: what goes wrong is told as a page, not as a problem document."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Of the query only what the page declares is read: apps add marks of their own (`?fbclid=`)."""
        known = self.query_parameters.names
        asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True) if known else ()
        scope["query_string"] = urlencode(
            [(name, text) for name, text in asked if name in known and text]
        ).encode()
        visit = Visit(scope, receive, send)
        try:
            response = await self._answer(visit)
        except Exception as error:  # noqa: BLE001 - the last line of defence, as in the parent
            response = of_error(visit, problems.known(error))
        if isinstance(response, Reply):
            response = await sparing.spare(visit, response)
        await response(scope, receive, send)


def site_router() -> APIRouter:
    """The router of pages; they are not part of the API's description."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def page(
    template: str,
    lang: str,
    *,
    is_demo: bool,
    status: int = 200,
    headers: Headers = (),
    policy: str = _POLICY,
    **facts: Any,
) -> Reply:
    """A page in one language. Every fact is escaped, the project's own texts and markup are not."""
    html = (
        _templates()
        .get_template(template)
        .render(t=partial(said, lang), lang=lang, is_demo=is_demo, style=STYLE, **_ABSENT | facts)
    )
    body = _AMOUNT.sub("\\1\u00a0", html).encode()
    return Reply(status, body, (_HTML, (b"content-security-policy", policy.encode()), *headers))


def of_error(visit: Visit, error: DomainError, *, headers: Headers = PRIVATE) -> Response:
    """What went wrong, as a page with the error's own status. What programs read in other words is said in those for people."""
    for_people = i18n.texts(visit.lang)["page_errors"].get(error.code)
    title, detail = i18n.title_and_detail(visit.lang, error.code, error.facts)
    if for_people is not None:
        title, detail = for_people["title"], for_people["detail"]
    more = [(name.encode(), value.encode()) for name, value in error.headers.items()]
    return page(
        "notice.html",
        visit.lang,
        status=error.status,
        headers=(*headers, *more),
        private=True,
        title=title,
        detail=detail,
        is_demo=visit.house.settings.demo,
    )


async def handle(request: Request, error: Exception) -> Response:
    """What the router itself raises: a page for who reads pages, the problem document for programs."""
    reads_pages = "text/html" in request.headers.get("accept", "")
    if not reads_pages or request.url.path.startswith("/v1/"):
        return await problems.handle(request, error)
    return of_error(Visit(request.scope), problems.known(error))


def said(lang: str, key: str, /, **facts: Any) -> Markup:
    """One of the pages' texts, with its facts escaped."""
    return Markup(i18n.texts(lang)["site"][key]).format(**i18n.counted(facts))  # noqa: S704 - the text is ours


def together(text: str) -> str:
    """A number and its unit stay on one line."""
    return text.replace(" ", "\u00a0")


_ABSENT: dict[str, Any] = {
    **dict.fromkeys(("private", "wide", "bare"), False),
    **dict.fromkeys(("code", "http_status", "fault", "said", "typed"), ""),
}


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 15 ms that only pages need

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
