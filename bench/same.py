"""The floor must do what the application does: the same answers, and for a change the same rows."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any, Protocol

import asyncpg

from bench.turns import Answer

_WRITTEN = (
    "allocation",
    "allocation_take",
    "audit_entry",
    "kept_answer",
    "message",
    "outbox_event",
    "reservation",
)
# What two acceptances may differ in: identifiers, moments, the order's code, the digest of what was sent.
_OWN = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?"
    r"|B\d{5}"
)


class Asked(Protocol):
    """One side: the application or the floor."""

    async def ask(self, path: str, body: str | None = None) -> Answer: ...


async def same_read(path: str, app: Asked, floor: Asked) -> None:
    """Raises AssertionError when status, headers or bytes differ."""
    ours, bare = await app.ask(path), await floor.ask(path)
    assert ours == bare, f"{path}: {ours} is not {bare}"


async def same_change(asked: tuple[str, str], app: Asked, floor: Asked, urls: Mapping[str, str]) -> None:
    """Ask each side one of two like changes. Raises AssertionError when answers or written rows differ."""
    before = await _rows(urls["app"])
    ours = await app.ask(*asked[0].split("\t"))
    middle = await _rows(urls["app"])
    wrote_ours = {table: rows - before[table] for table, rows in middle.items()}
    before = await _rows(urls["floor"])
    bare = await floor.ask(*asked[1].split("\t"))
    after = await _rows(urls["floor"])
    wrote_bare = {table: rows - before[table] for table, rows in after.items()}
    assert _without_own(ours) == _without_own(bare), f"{ours} is not {bare}"
    for table in _WRITTEN:
        one, other = (sorted(map(_without_own, rows[table])) for rows in (wrote_ours, wrote_bare))
        assert one, f"{table}: nothing was written"
        assert one == other, f"{table}: {one} is not {other}"


def _without_own(value: Any) -> str:
    text = re.sub(
        r"'body_digest': b'.*?'(?=, '|})|'body_digest': b\".*?\"(?=, '|})", "'body_digest': _", str(value)
    )
    return _OWN.sub("_", text)


async def _rows(url: str) -> dict[str, set[str]]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.row_factory = sqlite3.Row
            return {
                name: {str(dict(row)) for row in file.execute(f"select * from {name}")} for name in _WRITTEN
            }
    connection = await asyncpg.connect(url)
    try:
        return {
            name: {str(_plain(row)) for row in await connection.fetch(f"select * from {name}")}
            for name in _WRITTEN
        }
    finally:
        await connection.close()


def _plain(row: asyncpg.Record) -> dict[str, Any]:
    return {key: value if isinstance(value, (bytes, int)) else str(value) for key, value in row.items()}
