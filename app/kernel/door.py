"""The outermost layer: request id, language, bounds on the body, one log line, the headers of every answer."""

import asyncio
import os
import re
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel import i18n, problems
from app.kernel.caller import NOBODY
from app.kernel.errors import (
    Fault,
    InvalidError,
    RequestTimeoutError,
    TooLargeError,
    UnsupportedEncodingError,
)
from app.kernel.logs import log, request_id
from app.kernel.settings import Settings

_SAFE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_COMMON = (
    (b"vary", b"accept-language, authorization"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_NO_CACHE = (b"cache-control", b"private, no-cache")


class Door:
    """Pure ASGI. Whatever happens inside, one answer leaves and one line is logged."""

    def __init__(self, app: ASGIApp, settings: Settings, state: Any) -> None:
        self.app = app
        self.settings = settings
        self.state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI call."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = time.perf_counter()
        headers = {name: value for name, value in scope["headers"] if name in _READ}
        identifier = _request_id(headers.get(b"x-request-id"))
        scope["lang"] = i18n.negotiate(headers.get(b"accept-language", b"").decode("latin-1"))
        scope["app"] = self.state
        token = request_id.set(identifier)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _completed(message["headers"], identifier, scope["lang"])
            await send(message)

        try:
            await self._guarded(scope, headers, receive, answer)
        except Exception as error:
            if status:
                raise
            await problems.reply(scope, error)(scope, receive, answer)
        finally:
            log.info(
                "request",
                method=scope["method"],
                route=getattr(scope.get("route"), "name", "-"),
                status=status,
                ms=round((time.perf_counter() - start) * 1000, 2),
                by=scope.get("caller", NOBODY).name,
                request_id=identifier,
            )
            request_id.reset(token)

    async def _guarded(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        if "\x00" in scope["path"] or b"\x00" in scope["query_string"]:
            where = "path" if "\x00" in scope["path"] else "query"
            raise InvalidError(Fault(where, "nul_character"))
        if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return
        if headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise UnsupportedEncodingError
        limit = self.settings.body_limit_bytes
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > limit:
            raise TooLargeError(limit=limit // 1_000_000)
        await self.app(scope, _Bounded(receive, limit, self.settings.body_timeout_seconds), send)


class _Bounded:
    """`receive` that gives up on a body that is too long or too slow."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive, self._left, self._limit = receive, limit, limit
        self._end = time.monotonic() + seconds
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(max(self._end - time.monotonic(), 0)):
                message = await self._receive()
        except TimeoutError as error:
            raise RequestTimeoutError from error
        self._complete = not message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLargeError(limit=self._limit // 1_000_000)
        return message


_READ = frozenset({b"x-request-id", b"accept-language", b"content-length", b"content-encoding"})


def _request_id(given: bytes | None) -> str:
    return given.decode() if given and _SAFE_ID.fullmatch(given) else os.urandom(12).hex()


def _completed(headers: Any, identifier: str, lang: str) -> list[tuple[bytes, bytes]]:
    found = list(headers)
    found.extend(_COMMON)
    found.append((b"x-request-id", identifier.encode()))
    found.append((b"content-language", lang.encode()))
    if not any(name == b"cache-control" for name, _ in found):
        found.append(_NO_CACHE)
    return found
