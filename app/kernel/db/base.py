"""The verbs every engine offers, outside and inside a transaction, and how its errors become ours."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Self

from sqlalchemy.engine import Dialect

from app.kernel.db.shape import Query, Shape, Statement
from app.kernel.errors import BusyError, ConflictError, DomainError, IdTakenError, StaleError

Row = dict[str, Any]

_AT_ONCE = 200  # rows of one statement: some 5 ms
_BROKEN: dict[str, type[DomainError]] = {}
_DRAWN: set[str] = set()


class ConstraintError(Exception):
    """A named constraint of the database refused a change; `constraint` is its name."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint

    @property
    def is_drawn(self) -> bool:
        """Whether it guards a code that the house drew: another draw may be free."""
        return self.constraint in _DRAWN

    def as_domain_error(self) -> DomainError:
        """What a person should read about it."""
        if known := _BROKEN.get(self.constraint):
            return known()
        if self.is_drawn:
            return BusyError()
        return IdTakenError() if self.constraint.startswith("pk_") else ConflictError(reason=self.constraint)


class RowsError(Exception):
    """A statement that had to touch an exact number of rows touched another number."""


class RetryError(StaleError):
    """The database undid the transaction for a reason that another try may not meet (deadlock, serialisation)."""


class LockedError(Exception):
    """What is needed stayed locked by somebody else for five seconds."""


def when_broken(constraint: str, error: type[DomainError]) -> None:
    """Say which error people read when this constraint refuses (rooms call it beside the error's class)."""
    _BROKEN[constraint] = error


def draw_again(*constraints: str) -> None:
    """Say that these constraints guard codes the house draws: `write` runs again when one is taken (see when_broken)."""
    _DRAWN.update(constraints)


class Database(ABC):
    """Reads, each its own snapshot; `tx()` for writes. `turn` is for those who try again (see `write`)."""

    dialect: Dialect
    turn: asyncio.Lock
    skip: tuple[type, ...] = ()

    def __init__(self, shapes: dict[Any, Shape] | None = None) -> None:
        self._shapes: dict[Any, Shape] = {} if shapes is None else shapes

    async def all(self, statement: Statement | Query, /, **params: Any) -> list[Row]:
        """Every row."""
        shape, sql, arguments = self._bind(statement, params)
        return shape.rows(await self._fetch(sql, arguments))

    async def one(self, statement: Statement | Query, /, **params: Any) -> Row | None:
        """The first row, or None."""
        rows = await self.all(statement, **params)
        return rows[0] if rows else None

    async def value(self, statement: Statement | Query, /, **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.one(statement, **params)
        return next(iter(row.values())) if row else None

    async def slow(self, statement: Statement | Query, /, **params: Any) -> list[Row]:
        """Every row of a read that may take long: it never holds the event loop."""
        return await self.all(statement, **params)

    def tx(self) -> contextlib.AbstractAsyncContextManager["Tx"]:
        """A transaction: leaving it commits, an exception undoes. Transactions do not nest."""
        return self._tx()

    @abstractmethod
    def _tx(self) -> contextlib.AbstractAsyncContextManager["Tx"]: ...

    @abstractmethod
    async def _fetch(self, sql: str, arguments: Sequence[Any]) -> Iterable[Sequence[Any]]: ...

    @abstractmethod
    async def close(self) -> None:
        """Let go of every connection."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _bind(self, statement: Statement | Query, params: Mapping[str, Any]) -> tuple[Shape, str, list[Any]]:
        if isinstance(statement, Query):
            statement, params = statement.pick(params)
        shape = self._shape(statement, params)
        sql, arguments = shape.bind(params)
        return shape, sql, arguments

    def _shape(self, statement: Statement, params: Mapping[str, Any]) -> Shape:
        keys = tuple(params) if getattr(statement, "is_insert", False) else ()
        shape = self._shapes.get((statement, keys))
        if shape is None:
            if len(self._shapes) > 2_000:
                self._shapes.clear()
            shape = self._shapes[statement, keys] = Shape(statement, self.dialect, keys, self.skip)
        return shape


class Tx(Database):
    """The same verbs inside one transaction, and those that change something."""

    async def run(self, statement: Statement, /, **params: Any) -> int:
        """Change rows; returns how many were touched. Raises ConstraintError."""
        _, sql, arguments = self._bind(statement, params)
        return await self._execute(sql, arguments)

    async def must(self, statement: Statement, /, rows: int = 1, **params: Any) -> None:
        """Change exactly `rows` rows. Raises RowsError otherwise."""
        if (touched := await self.run(statement, **params)) != rows:
            raise RowsError(f"{touched} rows instead of {rows}")

    async def many(self, statement: Statement, values: Sequence[Mapping[str, Any]], /) -> None:
        """One statement for many rows that have the same keys; sent piece by piece, so that nobody waits for all of them."""
        for start in range(0, len(values), _AT_ONCE):
            shape = self._shape(statement, values[start])
            bound = [shape.bind(row) for row in values[start : start + _AT_ONCE]]
            await self._execute_many(bound[0][0], [arguments for _, arguments in bound])

    @abstractmethod
    async def _execute(self, sql: str, arguments: Sequence[Any]) -> int: ...

    @abstractmethod
    async def _execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None: ...

    @contextlib.asynccontextmanager
    async def _tx(self) -> AsyncIterator["Tx"]:
        raise TypeError("transactions do not nest: pass the open one on")
        yield self  # pragma: no cover - makes this a generator
