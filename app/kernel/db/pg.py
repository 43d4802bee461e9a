"""PostgreSQL through asyncpg."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlmodel import UTCDateTime

from app.kernel.db.base import ConstraintError, Database, LockedError, RetryError, Tx
from app.kernel.db.shape import Shape
from app.kernel.errors import UnavailableError

_SESSION = {
    "application_name": "minka",
    "timezone": "UTC",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
}
_ONLY_READS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "0",
}  # invariants of a large database


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise ConstraintError(error.constraint_name or "unnamed") from error
    except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError) as error:
        raise RetryError from error
    except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError) as error:
        raise LockedError from error
    except (
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.TooManyConnectionsError,
        asyncpg.AdminShutdownError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        OSError,
    ) as error:
        raise UnavailableError from error


async def _keep(_: asyncpg.Connection) -> None:
    """No session state is ever set, and asyncpg itself undoes an abandoned transaction: nothing to reset."""


class Pg(Database):
    """A pool of connections."""

    dialect = asyncpg_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    skip = (UTCDateTime,)  # timestamptz arrives aware and in UTC already

    def __init__(self, pool: asyncpg.Pool, shapes: dict[Any, Shape] | None = None) -> None:
        super().__init__(shapes)
        self._pool = pool
        self.turn = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, *, size: int = 10, writing: bool = True) -> "Pg":
        """Connect. Raises UnavailableError when there is no server."""
        session = _SESSION if writing else _SESSION | _ONLY_READS
        with _translated():
            pool = await asyncpg.create_pool(
                url.replace("+asyncpg", ""),
                min_size=1,
                max_size=size,
                reset=_keep,
                statement_cache_size=2_000,
                max_cached_statement_lifetime=0,
                max_inactive_connection_lifetime=0,
                server_settings=session,
            )
        return cls(pool)

    async def _fetch(self, sql: str, arguments: Sequence[Any]) -> Iterable[Sequence[Any]]:
        with _translated():
            found: list[Sequence[Any]] = await self._pool.fetch(sql, *arguments)
        return found

    @contextlib.asynccontextmanager
    async def _tx(self) -> AsyncIterator[Tx]:
        with _translated():
            async with self._pool.acquire() as connection, connection.transaction():
                yield PgTx(connection, self._shapes)

    async def close(self) -> None:
        """Close the pool, waiting for what is under way."""
        await self._pool.close()


class PgTx(Tx):
    """One transaction on one connection."""

    dialect = Pg.dialect
    skip = Pg.skip

    def __init__(self, connection: asyncpg.Connection, shapes: dict[Any, Shape]) -> None:
        super().__init__(shapes)
        self._connection = connection

    async def _fetch(self, sql: str, arguments: Sequence[Any]) -> Iterable[Sequence[Any]]:
        found: list[Sequence[Any]] = await self._connection.fetch(sql, *arguments)
        return found

    async def _execute(self, sql: str, arguments: Sequence[Any]) -> int:
        done: str = await self._connection.execute(sql, *arguments)
        return int(done.rpartition(" ")[2])

    async def _execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self._connection.executemany(sql, rows)

    async def close(self) -> None:
        """Nothing: the pool keeps the connection."""
