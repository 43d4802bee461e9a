"""Loads the bench's rows into a fresh database: COPY on PostgreSQL, executemany on SQLite."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel

from app import main as _every_room  # noqa: F401 - the metadata knows the tables of the rooms that are imported
from app.kernel.db import Lite
from app.kernel.db.pg import Pg
from app.kernel.db.shape import Shape
from app.kernel.schema import table
from bench import asked, fairs, world

_AT_ONCE = 10_000


async def load_postgres(url: str) -> None:
    """Fill the empty database at `url`."""
    connection = await asyncpg.connect(url)
    try:
        await _load(_Postgres(connection))
    finally:
        await connection.close()


async def load_sqlite(path: Path) -> None:
    """Fill a new file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        await _load(_Sqlite(connection))


class _Target(ABC):
    """A database being filled."""

    dialect: Dialect
    before: str
    after: str

    @abstractmethod
    async def execute(self, sql: str) -> None: ...

    @abstractmethod
    async def add(self, to: sa.Table, columns: Sequence[str], rows: list[list[Any]]) -> None: ...


class _Postgres(_Target):
    dialect = Pg.dialect
    # Foreign keys hold by construction: checking each row would double the time.
    before = "SET session_replication_role = replica; SET maintenance_work_mem = '256MB'"
    after = "VACUUM ANALYZE; CHECKPOINT"

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str) -> None:
        for statement in sql.split("; "):
            await self._connection.execute(statement)

    async def add(self, to: sa.Table, columns: Sequence[str], rows: list[list[Any]]) -> None:
        await self._connection.copy_records_to_table(to.name, columns=columns, records=rows)


class _Sqlite(_Target):
    dialect = Lite.dialect
    before = "pragma journal_mode=wal; pragma synchronous=off; pragma cache_size=-262144; begin"
    after = "analyze; commit; pragma wal_checkpoint(truncate)"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str) -> None:
        for statement in sql.split("; "):
            self._connection.execute(statement)

    async def add(self, to: sa.Table, columns: Sequence[str], rows: list[list[Any]]) -> None:
        places = ", ".join("?" * len(columns))
        self._connection.executemany(f"insert into {to.name} ({', '.join(columns)}) values ({places})", rows)


async def _load(target: _Target) -> None:
    tables = SQLModel.metadata.sorted_tables
    await target.execute(target.before)
    for made in tables:
        await target.execute(str(sa.schema.CreateTable(made).compile(dialect=target.dialect)))
    with _bar() as bar:
        for rows in (*world.everything(), *asked.everything(), *fairs.everything()):
            task = bar.add_task(str(rows.model.__tablename__), total=rows.total)
            async for size in _add(target, rows):
                bar.advance(task, size)
        indexes = [index for made in tables for index in made.indexes]
        for index in bar.track(indexes, description="indexes"):
            await target.execute(str(sa.schema.CreateIndex(index).compile(dialect=target.dialect)))
        await target.execute(target.after)


async def _add(target: _Target, rows: world.Rows) -> AsyncIterator[int]:
    to, made = table(rows.model), rows.make()
    while chunk := list(islice(made, _AT_ONCE)):
        shape = Shape(sa.insert(to), target.dialect, tuple(chunk[0]))
        await target.add(to, shape.order, [shape.bind(row)[1] for row in chunk])
        yield len(chunk)


def _bar() -> Progress:
    columns = (TextColumn("{task.description:>16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns)
