"""SQLite, embedded. Short statements run on the event loop: a thread hop costs more than they do.

A transaction of many of them takes turns with everybody else: its lock is for writers, readers have their own connection.
"""

import asyncio
import contextlib
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite_dialect
from sqlmodel import SQLModel

from app.kernel.db.base import ConstraintError, Database, LockedError, Tx
from app.kernel.db.shape import Query, Shape, Statement
from app.kernel.errors import UnavailableError

_PATIENCE_SECONDS = 10.0
_TURN_SECONDS = 0.01  # so long a transaction holds the event loop before others have it
_PAUSE_SECONDS = 0.001

_READER = "pragma query_only=on"


def make(path: Path) -> None:
    """The file, when absent, readable by its owner only: SQLite gives its -wal and -shm the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)


def _connect(path: Path, last: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.executescript(
        "pragma busy_timeout=5000; pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on;"
        # The mapped file is the cache: 64 MB more of our own took 14 MB and made no read of 400 MB quicker.
        f"pragma cache_size=-8192; pragma mmap_size=268435456; {last}"
    )
    return connection


def _look_at(path: Path) -> sqlite3.Connection:
    """A connection that leaves the file and its WAL as they are: opened read-only, even its close cannot checkpoint."""
    if not path.exists():
        raise UnavailableError
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.executescript(f"pragma busy_timeout=5000; {_READER}")
    return connection


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise ConstraintError(_constraint_name(str(error))) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 255 == sqlite3.SQLITE_BUSY:
            raise LockedError from error
        raise


async def _commit(writer: sqlite3.Connection, *, is_long: bool) -> None:
    """Commit; what a long transaction wrote goes to the disk in a thread, to its end even when the task is cancelled."""
    if not is_long:
        writer.execute("commit")
        return
    committing = asyncio.ensure_future(asyncio.to_thread(writer.execute, "commit"))
    try:
        await asyncio.shield(committing)
    finally:
        await asyncio.wait([committing])


def _constraint_name(message: str) -> str:
    """The constraint behind SQLite's message: it names a CHECK, but only the columns of a UNIQUE or a key."""
    kind, _, rest = message.partition(" constraint failed: ")
    if kind != "UNIQUE":
        return rest or "foreign_key"
    if named := re.fullmatch(r"index '(.+)'", rest):
        return named[1]
    table = rest.partition(".")[0]
    columns = {part.partition(".")[2] for part in rest.split(", ")}
    for constraint in SQLModel.metadata.tables[table].constraints:
        kept = getattr(constraint, "columns", ())
        if {column.name for column in kept} == columns and type(
            constraint
        ).__name__ != "ForeignKeyConstraint":
            return str(constraint.name)
    for index in SQLModel.metadata.tables[table].indexes:
        if index.unique and {column.name for column in index.columns} == columns:
            return str(index.name)
    return rest


class Lite(Database):
    """One file: a connection that only reads, one that writes, one for slow reads."""

    dialect = sqlite_dialect(paramstyle="qmark")

    def __init__(self, path: Path, *, writing: bool) -> None:
        super().__init__()
        self._path, self._writing = path, writing
        self._reader = self._open_reader()
        self._writer = _connect(path, "pragma busy_timeout=0") if writing else None
        self._slow_reader: sqlite3.Connection | None = None
        self._slow_lock = asyncio.Lock()
        self._lock = asyncio.Lock()
        self.turn = asyncio.Lock()

    @classmethod
    def open(cls, path: Path, *, writing: bool = True) -> "Lite":
        """Open the file, making it and its folder when absent; with `writing=False` nothing is touched.

        Raises UnavailableError when there is no file to look at.
        """
        if writing:
            make(path)
        return cls(path, writing=writing)

    def _open_reader(self) -> sqlite3.Connection:
        return _connect(self._path, _READER) if self._writing else _look_at(self._path)

    async def _fetch(self, sql: str, arguments: Sequence[Any]) -> Iterable[Sequence[Any]]:
        return self._reader.execute(sql, arguments).fetchall()

    async def slow(self, statement: Statement | Query, /, **params: Any) -> list[dict[str, Any]]:
        """Every row, read in a thread on a connection of its own."""
        shape, sql, arguments = self._bind(statement, params)
        async with self._slow_lock:
            if self._slow_reader is None:
                self._slow_reader = self._open_reader()
            found = await asyncio.to_thread(self._slow_reader.execute(sql, arguments).fetchall)
        return shape.rows(found)

    @contextlib.asynccontextmanager
    async def _tx(self) -> AsyncIterator[Tx]:
        if self._writer is None:
            raise TypeError("this database was opened for reading only")
        async with self._lock:  # one writer here; other processes are waited for without blocking the loop
            await self._begin(self._writer)
            try:
                with _translated():
                    yield (tx := LiteTx(self._writer, self._shapes))
                    await _commit(self._writer, is_long=tx.is_long)
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("rollback")
                raise

    async def _begin(self, writer: sqlite3.Connection) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                writer.execute("begin immediate")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 255 != sqlite3.SQLITE_BUSY:
                    raise
                if time.monotonic() > end:
                    raise LockedError from error
                await asyncio.sleep(0.002)
            else:
                return

    async def close(self) -> None:
        """Close every connection."""
        for connection in (self._reader, self._writer, self._slow_reader):
            if connection is not None:
                connection.close()


class LiteTx(Tx):
    """The writer while it is inside a transaction."""

    dialect = Lite.dialect

    def __init__(self, connection: sqlite3.Connection, shapes: dict[Any, Shape]) -> None:
        super().__init__(shapes)
        self._connection = connection
        self._since = time.monotonic()
        self.is_long = False

    async def _fetch(self, sql: str, arguments: Sequence[Any]) -> Iterable[Sequence[Any]]:
        await self._take_turns()
        return self._connection.execute(sql, arguments).fetchall()

    async def _execute(self, sql: str, arguments: Sequence[Any]) -> int:
        await self._take_turns()
        return self._connection.execute(sql, arguments).rowcount

    async def _execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self._take_turns()
        self._connection.executemany(sql, rows)

    async def _take_turns(self) -> None:
        """Let readers have the event loop now and then: a transaction of seconds must not hold it for seconds."""
        if time.monotonic() - self._since > _TURN_SECONDS:
            await asyncio.sleep(_PAUSE_SECONDS)
            self._since, self.is_long = time.monotonic(), True

    async def close(self) -> None:
        """Nothing: the database keeps the connection."""
