"""The floor must do what the application does: the same answers, and for a change the same rows."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, Protocol

import asyncpg

from bench.turns import Answer, Question, parse

# What two like changes may differ in: identifiers, moments to the microsecond, an order's or a fair's code, the digest of what was sent.
_OWN = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.(?!000000)\d+(?:Z|\+00:00)?"
    r"|B\d{5}|feria-nueva-\w+"
)


class Asked(Protocol):
    """One side: the application or the floor."""

    async def ask(self, question: Question) -> Answer: ...


async def same_read(line: str, app: Asked, floor: Asked) -> None:
    """Raises AssertionError when status, headers or bytes differ, or it was refused."""
    ours, bare = await app.ask(parse(line)), await floor.ask(parse(line))
    assert ours.status < 400, ours
    assert ours == bare, f"{line}: {ours} is not {bare}"


async def same_change(
    lines: tuple[str, str],
    app: Asked,
    floor: Asked,
    urls: Mapping[str, str],
    *,
    tables: Sequence[str],
    is_answered: bool,
) -> None:
    """Ask each side one of two like changes. Raises AssertionError when answers or rows written to the tables differ."""
    ours, wrote_ours = await _changed(app, lines[0], urls["app"], tables)
    bare, wrote_bare = await _changed(floor, lines[1], urls["floor"], tables)
    assert ours.status < 400, ours
    assert not is_answered or _without_own(ours) == _without_own(bare), f"{ours} is not {bare}"
    for table in tables:
        one, other = (sorted(map(_without_own, rows[table])) for rows in (wrote_ours, wrote_bare))
        assert one, f"{table}: nothing was written"
        assert one == other, f"{table}: {one} is not {other}"


async def _changed(
    side: Asked, line: str, url: str, tables: Sequence[str]
) -> tuple[Answer, dict[str, set[str]]]:
    before = await _rows(url, tables)
    answer = await side.ask(parse(line))
    after = await _rows(url, tables)
    return answer, {table: rows - before[table] for table, rows in after.items()}


def _without_own(value: Any) -> str:
    text = re.sub(
        r"'body_digest': b'.*?'(?=, '|})|'body_digest': b\".*?\"(?=, '|})", "'body_digest': _", str(value)
    )
    return _OWN.sub("_", text)


async def _rows(url: str, tables: Sequence[str]) -> dict[str, set[str]]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.row_factory = sqlite3.Row
            return {
                name: {str(dict(row)) for row in file.execute(f"select * from {name}")} for name in tables
            }
    connection = await asyncpg.connect(url)
    try:
        return {
            name: {str(_plain(row)) for row in await connection.fetch(f"select * from {name}")}
            for name in tables
        }
    finally:
        await connection.close()


def _plain(row: asyncpg.Record) -> dict[str, Any]:
    return {key: value if isinstance(value, (bytes, int)) else str(value) for key, value in row.items()}
