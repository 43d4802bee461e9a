"""The bare application's door."""

import gc
import os
import sys
import time
from datetime import UTC, datetime
from typing import Self
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from starlette.types import Receive, Scope, Send

from app.kernel import ids
from app.kernel.settings import Settings
from bench.floor import acceptance, dates, month, reads
from bench.floor.statements import connect

_encode = msgspec.json.Encoder().encode
_HEADERS = [
    (b"vary", b"accept-language, authorization"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-language", b"es"),
]
_LISTS = {
    "/ferias": month.month,
    "/v1/catalogue": reads.catalogue,
    "/v1/occurrences": dates.page,
    "/v1/products": reads.found_by_words,
}


class Floor:
    """The bare application."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._remembered: dict[bytes, tuple[float, str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        start = time.perf_counter()
        given = accept = None
        token = idempotency_key = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                token = value
            elif name == b"x-request-id":
                given = value
            elif name == b"if-none-match":
                accept = value
            elif name == b"idempotency-key":
                idempotency_key = value
        request_id = given or os.urandom(12).hex().encode()
        caller = await self._caller(token) if token else "anonymous"
        if scope["method"] == "POST":
            answer = await self._change(
                scope, await _body(receive), idempotency_key.decode(), caller, request_id
            )
        else:
            answer = await self._read(scope, accept)
        status, body, etag, own = answer
        if accept and etag in accept:
            status, body = 304, b""
        headers = [
            *own,
            *_HEADERS,
            *([(b"etag", etag)] if etag else ()),
            (b"x-request-id", request_id),
            (b"content-length", b"%d" % len(body)),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        _log(scope, status, start, caller, request_id)

    async def __aenter__(self) -> Self:
        self._db = await connect(self._settings)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._db.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self:
            gc.collect()
            gc.freeze()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _caller(self, token: bytes) -> str:
        found = self._remembered.get(token)
        if found and found[0] > time.monotonic():
            return found[1]
        db = self._db
        now = datetime.now(UTC)  # noqa: TID251 - as the application's clock
        row = (await db.fetch(db.by_token, digest=ids.digest(token[7:].decode()), now=db.spelt(now)))[0]
        caller = f"user:{db.uuid(row[0])}"
        self._remembered[token] = (time.monotonic() + 5, caller)
        return caller

    async def _change(
        self, scope: Scope, body: bytes, key: str, caller: str, request_id: bytes
    ) -> reads.Answer:
        if scope["path"] == "/v1/fairs":
            return await dates.new_fair(self._db, body)
        asked = acceptance.Asked(scope["path"], body, key)
        return await acceptance.accept(self._db, asked, caller, request_id.decode())

    async def _read(self, scope: Scope, known: bytes | None) -> reads.Answer:
        path, key = scope["path"], self._settings.server_key
        if path.startswith("/v1/products/"):
            return await reads.product(self._db, UUID(path[13:]))
        if path.startswith("/v1/organisers/"):
            return await dates.feed(self._db, path[15:51], known)
        if path == "/health/ready":
            return reads.listing({"status": "ready"})
        query = dict(parse_qsl(scope["query_string"].decode()))
        return await _LISTS[path](self._db, key, query)


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body


def _log(scope: Scope, status: int, start: float, caller: str, request_id: bytes) -> None:
    line = {
        "method": scope["method"],
        "route": scope["path"],
        "status": status,
        "ms": round((time.perf_counter() - start) * 1000, 2),
        "by": caller,
        "request_id": request_id.decode(),
        "event": "request",
        "level": "info",
        "timestamp": datetime.now(UTC).isoformat(),  # noqa: TID251 - a log line's time
    }
    sys.stderr.buffer.write(_encode(line) + b"\n")
    sys.stderr.buffer.flush()
