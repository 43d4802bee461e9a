"""One request, from the knock to the answer: the only object a route needs.

async def read_lot(lot_id: UUID, visit: Visit) -> Response:
    return visit.item(await queries.lot(visit.db, visit.caller, lot_id))
async def create_lot(body: LotCreate, visit: Visit) -> Response:
    return await visit.write(partial(service.create, caller=visit.caller, lot=body, now=visit.now), status=201)
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, cast
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.kernel import idempotency, pages, strict
from app.kernel.caller import NOBODY, Caller
from app.kernel.clock import Clock
from app.kernel.clock import now as present
from app.kernel.db import Database, Tx, write
from app.kernel.db.base import ConstraintError
from app.kernel.errors import (
    DomainError,
    Fault,
    InvalidError,
    KeyRequiredError,
    StaleError,
    StaleVersionError,
    UnsupportedMediaTypeError,
    VersionRequiredError,
)
from app.kernel.settings import Settings

_JSON = (b"content-type", b"application/json")
_encode = msgspec.json.Encoder(order=None).encode
Work = Callable[..., Awaitable[Any]]
Version = Callable[[Tx], Awaitable[int | None]]


@dataclass(slots=True)
class House:
    """What a running application shares between its requests."""

    settings: Settings
    db: Database
    admit: Callable[["Visit", str], Awaitable[None]]
    clock: Clock = present
    caches: dict[str, Any] = field(default_factory=dict)


class Reply(Response):
    """A response whose bytes and headers are ready."""

    def __init__(self, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [*headers, (b"content-length", str(len(body)).encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Send it, without a body to HEAD and 304."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body = b"" if scope["method"] == "HEAD" or self.status_code == 304 else self.body
        await send({"type": "http.response.body", "body": body})


class Visit(Request):
    """The request, the caller, the house, and the few ways to answer."""

    @property
    def house(self) -> House:
        """What the application shares."""
        return cast("House", self.scope["app"].state.house)

    @property
    def db(self) -> Database:
        """The database: reads here, writes through `write`."""
        return self.house.db

    @property
    def caller(self) -> Caller:
        """Who asks; NOBODY without a token."""
        return cast("Caller", self.scope.get("caller", NOBODY))

    @property
    def lang(self) -> str:
        """The language of the answer: `es` or `en`."""
        return cast("str", self.scope["lang"])

    @cached_property
    def now(self) -> datetime:
        """The instant of this request, in UTC."""
        return self.house.clock()

    async def json(self) -> Any:
        """The body by the strict reader."""
        return strict.decode(await self.body())

    def header(self, name: bytes) -> str | None:
        """One header by its lower-case name, or None."""
        for key, value in self.scope["headers"]:
            if key == name:
                return cast("bytes", value).decode("latin-1")
        return None

    # -- answers ------------------------------------------------------------------------------------------------

    def item(self, row: Any, *, status: int = 200, variant: str = "") -> Response:
        """One object. Its `version` becomes the strong ETag; an If-None-Match that has it is answered 304.

        `variant` tells apart what different audiences see of one version.
        """
        return self._answer(status, _encode(row), _etag_of(row, self.lang + variant))

    def view(self, row: Any) -> Response:
        """One object put together from several rows: its ETag has the version, for If-Match, and a digest of the rest."""
        body = _encode(row)
        return self._answer(200, body, f'"{row["version"]}-{self.lang}-{_digest(body)}"')

    def page(
        self, rows: list[Any], *, limit: int, scope: str, sort: Sequence[str], hide: Sequence[str] = ()
    ) -> Response:
        """A page of a keyset list. `rows` holds up to limit + 1: the extra one says that there is more.

        `scope` names the list with its filters; `sort` the columns of its order, of which `hide` are not shown.
        """
        rows, cursor = self.cut(rows, limit=limit, scope=scope, sort=sort, hide=hide)
        return self.listing({"items": rows, "next_cursor": cursor})

    def cut(
        self, rows: list[Any], *, limit: int, scope: str, sort: Sequence[str], hide: Sequence[str] = ()
    ) -> tuple[list[Any], str | None]:
        """The rows of a page as they are shown, and the cursor after the last one if there are more (see `page`)."""
        cursor = None
        if len(rows) > limit:
            rows = rows[:limit]
            last = [rows[-1][column] for column in sort]
            cursor = pages.write_cursor(self.house.settings.server_key, scope, last)
        for column in hide:
            for row in rows:
                del row[column]
        return rows, cursor

    def listing(self, content: Any, *, media: bytes = b"application/json") -> Reply:
        """A whole list or table: its ETag is the digest of its bytes."""
        body = _encode(content)
        return self._answer(200, body, f'"{_digest(body)}-{self.lang}"', media)

    def file(self, name: str, kind: str, content: bytes) -> Response:
        """A file to keep under this name (RFC 6266)."""
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        headers = [(b"content-type", kind.encode()), (b"content-disposition", disposition.encode())]
        return Reply(200, content, headers)

    def after(self, scope: str, cursor: str | None) -> list[Any] | None:
        """The sort values in the cursor of a list. Raises CursorError."""
        return pages.read_cursor(self.house.settings.server_key, scope, cursor) if cursor else None

    def _answer(
        self, status: int, body: bytes, etag: str | None, media: bytes = b"application/json"
    ) -> Reply:
        headers = [(b"content-type", media)]
        if etag is not None:
            headers.append((b"etag", etag.encode()))
            asked = self.header(b"if-none-match")
            if asked is not None and status == 200 and (asked == "*" or etag in asked):
                return Reply(304, b"", headers)
        return Reply(status, body, headers)

    # -- changes ------------------------------------------------------------------------------------------------

    async def write(
        self,
        work: Work,
        *,
        before: Work | None = None,
        status: int = 200,
        keyed: bool = True,
        version: Version | None = None,
    ) -> Response:
        """Do `work(tx)` in one transaction, committed before the answer leaves; once per Idempotency-Key.

        With `before`, `work(tx, await before(db))`. What it returns is the body; None is 204. `keyed=False` for answers
        that carry tokens: they are never stored. `version` is of what the path names: where a POST comes with If-Match,
        nothing is done unless it is that one (412).
        """
        key = await self._key() if keyed else None
        if version and (self.header(b"if-match") or "*").strip() != "*":
            work = partial(self._matching, work, version)
        try:
            return await write(self.db, partial(self._work, work, status, key), before)  # type: ignore[arg-type]
        except DomainError as error:
            if key and (replayed := await self._replay(key)):
                return replayed
            raise error from error.__cause__

    async def _matching(self, work: Work, version: Version, tx: Tx, *found: Any) -> Any:
        """`work`, undone when If-Match names another version. Who may not know of it, or do this to it, is told that."""
        is_stale = await version(tx) != _version_in(self.header(b"if-match") or "")
        try:
            result = await work(tx, *found)
        except (DomainError, StaleError) as error:
            if is_stale and getattr(error, "status", None) not in {403, 404}:
                raise StaleVersionError from error
            raise
        if is_stale:
            raise StaleVersionError
        return result

    async def _work(
        self, work: Work, status: int, key: idempotency.Key | None, tx: Tx, *found: Any
    ) -> Response:
        result = await work(tx, *found)
        body = b"" if result is None else _encode(result)
        etag = _etag_of(result, self.lang)
        status = 204 if result is None else status
        if key:
            try:
                await idempotency.keep(tx, key, status=status, headers=etag or "", body=body, now=self.now)
            except ConstraintError as error:
                raise error.as_domain_error() from error
        return self._answer(status, body, etag) if result is not None else Reply(204, b"", ())

    async def _replay(self, key: idempotency.Key) -> Response | None:
        kept = await idempotency.find(self.db, key)
        if kept is None:
            return None
        headers = [_JSON] if kept["body"] else []
        if kept["headers"]:
            headers.append((b"etag", kept["headers"].encode()))
        return Reply(kept["status"], kept["body"], [*headers, (b"idempotency-replayed", b"true")])

    async def _key(self) -> idempotency.Key | None:
        given = self.header(b"idempotency-key")
        if given is None or self.method != "POST":
            return None
        if wrong := _fault_of_key(given):
            raise InvalidError(Fault("header/Idempotency-Key", wrong))
        route = f"{self.method} {self.scope['path']}"[:200]
        return idempotency.Key(self.caller.name, route, given, idempotency.digest_of(await self.body()))

    def require_key(self) -> None:
        """Raises KeyRequiredError when stock or money would move without an Idempotency-Key."""
        if self.header(b"idempotency-key") is None:
            raise KeyRequiredError

    def expected_version(self) -> int:
        """The version that If-Match names. Raises VersionRequiredError, StaleVersionError.

        `*` fits whatever there is (RFC 9110, 13.1.1): it names no version, and somebody's change could be overwritten.
        """
        given = self.header(b"if-match")
        if given is None or given.strip() == "*":
            raise VersionRequiredError
        if (number := _version_in(given)) is None:
            raise StaleVersionError
        return number

    async def upload(self, *types: str) -> bytes:
        """The raw body, when its media type is one of these. Raises UnsupportedMediaTypeError."""
        sent = (self.header(b"content-type") or "").partition(";")[0].strip().lower()
        if sent not in types:
            raise UnsupportedMediaTypeError(allowed=", ".join(types))
        return await self.body()


def _version_in(etag: str) -> int | None:
    number = etag.strip().strip('"').partition("-")[0]
    return int(number) if number.isdecimal() and len(number) <= 9 else None


def _fault_of_key(given: str) -> str | None:
    if not given.strip():
        return "key_empty"
    if len(given) > 200:
        return "key_too_long"
    return None if given.isprintable() else "key_not_printable"


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=9).hexdigest()


def _etag_of(row: Any, lang: str) -> str | None:
    version = row.get("version") if isinstance(row, Mapping) else getattr(row, "version", None)
    return None if version is None else f'"{version}-{lang}"'
