"""The floor: what a bare ASGI application over the bare driver needs for the same statements, rows and answers.

Written by hand for exactly the routes that the bench asks, with what every answer of the application has too: request
id, log line, token look-up remembered for five seconds, ETag, common headers. The texts of its statements are the
application's own, compiled from the same objects.
"""

import gc
import hashlib
import importlib
import os
import sqlite3
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import asyncpg
import msgspec
from starlette.types import Receive, Scope, Send

from app.kernel import ids, pages, search
from app.kernel.db import Lite, Pg
from app.kernel.db.shape import Shape
from app.kernel.settings import Settings
from app.people import tokens
from app.products import queries as products

catalogue = importlib.import_module(
    "app.inventory.queries.catalogue"
)  # its package has a function of that name
_CATALOGUE = "catalogue:None:None:False"
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.decode
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"vary", b"accept-language, authorization"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-language", b"es"),
    (b"cache-control", b"private, no-cache"),
]


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
        token = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                token = value
            elif name == b"x-request-id":
                given = value
            elif name == b"if-none-match":
                accept = value
        request_id = given or os.urandom(12).hex().encode()
        caller = await self._caller(token)
        status, body, etag = await self._answer(scope)
        if accept and etag in accept:
            status, body = 304, b""
        headers = [
            *_HEADERS,
            (b"etag", etag),
            (b"x-request-id", request_id),
            (b"content-length", b"%d" % len(body)),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        _log(scope["path"], status, start, caller, request_id)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._db = await _connect(self._settings)
        gc.collect()
        gc.freeze()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _caller(self, token: bytes) -> str:
        found = self._remembered.get(token)
        if found and found[0] > time.monotonic():
            return found[1]
        sql, arguments = self._db.by_token.bind(
            {"digest": ids.digest(token[7:].decode()), "now": datetime.now(UTC)}  # noqa: TID251 - as the app's clock
        )
        row = (await self._db.fetch(sql, arguments))[0]
        caller = f"user:{self._db.uuid(row[0])}"
        self._remembered[token] = (time.monotonic() + 5, caller)
        return caller

    async def _answer(self, scope: Scope) -> tuple[int, bytes, bytes]:
        path = scope["path"]
        if path.startswith("/v1/products/"):
            return await self._product(UUID(path[13:]))
        if path == "/health/ready":
            return _listing({"status": "ready"})
        query = dict(parse_qsl(scope["query_string"].decode()))
        return await (self._search(query) if path == "/v1/products" else self._page(query))

    async def _product(self, identifier: UUID) -> tuple[int, bytes, bytes]:
        db = self._db
        found = (await db.fetch(db.product, (db.from_uuid(identifier),)))[0]
        (key, code, category, name, quality, base, unit, factor, step, _, demo, version, *parts) = found
        variants, packs, measures = map(_decode, parts)
        row = {
            "id": db.uuid(key),
            "code": code,
            "category": category,
            "name": name,
            "quality": quality,
            "base_unit": base,
            "is_demo": bool(demo),
            "version": version,
            "variants": variants,
            "packs": [
                {
                    "code": p["code"],
                    "name": p["name"],
                    "quantity": _quantity(p["quantity_base"], unit, factor),
                }
                for p in packs
            ],
            "local_units": [
                {"code": m["code"], "quantity": _quantity(m["factor_base"], unit, factor)} for m in measures
            ],
            "price_unit": {"value": "1", "unit": unit},
            "step": _quantity(step, unit, factor),
        }
        return 200, _encode(row), b'"%d-es"' % version

    async def _search(self, query: dict[str, str]) -> tuple[int, bytes, bytes]:
        db = self._db
        found = await db.fetch(
            db.search.sql, db.search.arguments(search.parameters(query["q"]) | {"limit": 51})
        )
        items = [
            {
                "id": db.uuid(key),
                "code": code,
                "category": category,
                "name": name,
                "is_demo": bool(demo),
                "price_unit": {"value": "1", "unit": unit},
            }
            for key, code, category, name, _, unit, demo in found[:50]
        ]
        cursor = None
        if len(found) > 50:
            last = [found[49][4], db.uuid(found[49][0])]
            cursor = pages.write_cursor(self._settings.server_key, f"products:{query['q']}:None", last)
        return _listing({"items": items, "next_cursor": cursor})

    async def _page(self, query: dict[str, str]) -> tuple[int, bytes, bytes]:
        db, key = self._db, self._settings.server_key
        name, after = pages.read_cursor(key, _CATALOGUE, query["cursor"])
        today = datetime.now(UTC).date()  # noqa: TID251 - as the application's clock
        asked = {
            "after_name": name,
            "after_id": db.from_uuid(UUID(after)),
            "today": db.from_day(today),
            "limit": 51,
        }
        found = await db.fetch(db.page.sql, db.page.arguments(asked))
        items = [
            {
                "id": db.uuid(identifier),
                "code": code,
                "category": category,
                "name": name,
                "is_demo": bool(demo),
                "offers": [_offer(offer, unit, factor) for offer in _decode(offers)],
            }
            for identifier, code, category, name, _, unit, factor, demo, offers in found[:50]
        ]
        cursor = None
        if len(found) > 50:
            cursor = pages.write_cursor(key, _CATALOGUE, [found[49][4], db.uuid(found[49][0])])
        return _listing({"items": items, "next_cursor": cursor})


def _offer(offer: dict[str, Any], unit: str, factor: int) -> dict[str, Any]:
    return {
        "currency": offer["currency"],
        "producers": offer["producers"],
        "now": _quantity(offer["now"], unit, factor),
        "coming": _quantity(offer["coming"], unit, factor),
        "per_week": _quantity(offer["per_week"], unit, factor),
        "lowest": _price(offer["lowest"], offer["currency"], unit),
        "highest": _price(offer["highest"], offer["currency"], unit),
    }


def _quantity(base: int, unit: str, factor: int) -> dict[str, str]:
    return {"value": str(base // factor), "unit": unit}  # the bench has whole kilograms only


def _price(minor: int, currency: str, unit: str) -> dict[str, Any]:
    amount = f"{minor // 100}.{minor % 100:02d}"  # and one currency, with two decimals
    return {"amount": amount, "currency": currency, "per": {"value": "1", "unit": unit}}


def _listing(content: Any) -> tuple[int, bytes, bytes]:
    body = _encode(content)
    return 200, body, b'"%s-es"' % hashlib.blake2b(body, digest_size=9).hexdigest().encode()


def _log(route: str, status: int, start: float, caller: str, request_id: bytes) -> None:
    line = {
        "method": "GET",
        "route": route,
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


async def _connect(settings: Settings) -> "_Sqlite | _Postgres":
    if settings.is_sqlite:
        return _Sqlite(settings)
    pool = await asyncpg.create_pool(
        settings.database_url, min_size=10, max_size=10, reset=_keep, statement_cache_size=2_000
    )
    return _Postgres(pool)


async def _keep(_: asyncpg.Connection) -> None:
    """The application's connections are not reset either."""


class _Text:
    """One statement's text, and where its parameters go; the application's own."""

    def __init__(self, statement: Any, dialect: Any) -> None:
        shape = Shape(statement, dialect, ())
        self.sql, self._order = shape.sql, shape.order
        self._fixed = {name: getattr(value, "value", value) for name, value in shape.constants.items()}

    def arguments(self, given: dict[str, Any]) -> list[Any]:
        """The arguments in order; those given are as the driver takes them."""
        values = self._fixed | given
        return [values[name] for name in self._order]


class _Statements:
    """The application's own statements for one dialect."""

    def __init__(self, dialect: Any) -> None:
        self.by_token = Shape(tokens._BY_TOKEN, dialect, ())
        self.product = _Text(products._ONE, dialect).sql
        two_words = search.parameters("quinua lampa") | {"limit": 51}
        self.search = _Text(products._LIST.pick(two_words)[0], dialect)
        after = {"after_name": "", "after_id": "", "today": "", "limit": 51}
        self.page = _Text(catalogue._LIST.pick(after)[0], dialect)


class _Postgres(_Statements):
    def __init__(self, pool: asyncpg.Pool) -> None:
        super().__init__(Pg.dialect)
        self._pool = pool

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Any:
        return await self._pool.fetch(sql, *arguments)

    @staticmethod
    def uuid(value: UUID) -> UUID:
        return value

    from_uuid = uuid

    @staticmethod
    def from_day(value: date) -> date:
        return value


class _Sqlite(_Statements):
    def __init__(self, settings: Settings) -> None:
        super().__init__(Lite.dialect)
        self._reader = sqlite3.connect(settings.sqlite_path, isolation_level=None, cached_statements=512)
        self._reader.executescript(
            "pragma query_only=on; pragma cache_size=-65536; pragma mmap_size=268435456"
        )

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Any:
        return self._reader.execute(sql, arguments).fetchall()

    @staticmethod
    def uuid(value: str) -> UUID:
        return UUID(value)

    @staticmethod
    def from_uuid(value: UUID) -> str:
        return value.hex

    @staticmethod
    def from_day(value: date) -> str:
        return value.isoformat()
