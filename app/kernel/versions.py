"""The version that If-Match of a POST is compared with: read in the transaction and held until its commit."""

from collections.abc import Awaitable, Callable
from functools import cache, partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.db import Tx


def version_of(table: sa.Table, identifier: UUID) -> Callable[[Tx], Awaitable[int | None]]:
    """Reads the version of a row, or None where there is none. For rows that are locked before any other."""
    return partial(_held, _held_version(table), identifier)


async def _held(statement: sa.Select[tuple[int]], identifier: UUID, tx: Tx) -> int | None:
    found: int | None = await tx.value(statement, id=identifier)
    return found


@cache
def _held_version(table: sa.Table) -> sa.Select[tuple[int]]:
    return sa.select(table.c.version).where(table.c.id == given("id")).with_for_update()
