"""The one loop that opens a transaction, commits it and runs it again when the world moved meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

from app.kernel.db.base import ConstraintError, Database, LockedError, Tx
from app.kernel.errors import BusyError, DomainError, StaleError

T = TypeVar("T")
Found = TypeVar("Found")
_TRIES = 3


@overload
async def write(db: Database, fn: Callable[[Tx], Awaitable[T]]) -> T: ...
@overload
async def write(
    db: Database, fn: Callable[[Tx, Found], Awaitable[T]], before: Callable[[Database], Awaitable[Found]]
) -> T: ...
async def write(db: Database, fn: Callable[..., Awaitable[T]], before: Any = None) -> T:
    """Run `fn(tx)`, or `fn(tx, await before(db))`, in one transaction; committed when this returns.

    `before` reads and computes outside any transaction; anything slow is there. On a serialisation failure, a deadlock,
    a StaleError or a drawn code that is taken both run again, at most three times in all; where many want the same, one after the other. Raises
    the DomainError of `fn`, of a broken constraint, or BusyError.
    """
    error: DomainError = BusyError()
    turn: asyncio.Lock | None = None
    for _ in range(_TRIES):
        try:
            if turn is None:
                return await _once(db, fn, before)
            async with turn:
                return await _once(db, fn, before)
        except StaleError as stale:
            error = stale.args[0] if stale.args else error
            turn = db.turn if stale.is_wanted_by_many else turn
        except ConstraintError as broken:
            error = broken.as_domain_error()
            if not broken.is_drawn:
                raise error from broken
        except LockedError as locked:
            raise BusyError from locked
    raise error


async def _once(db: Database, fn: Callable[..., Awaitable[T]], before: Any) -> T:
    found = (await before(db),) if before else ()
    async with db.tx() as tx:
        return await fn(tx, *found)
