"""SQLAlchemy is the language, the driver is the engine: one text of every statement, run on asyncpg or sqlite3.

    rows = await db.all(LOTS_OF, producer=id)          reads: anywhere, each its own snapshot
    async with db.tx() as tx:                          writes: only here; leaving it commits, an exception undoes
        await tx.run(RESERVE, lot=id, quantity=n)
    await write(db, fn, before)                        what must be retried: opens, commits, repeats

Promise: when `write` or `tx` has been left without an exception, the change is on disk.
"""

from app.kernel.db.base import ConstraintError, Database, Row, RowsError, Tx, draw_again, when_broken
from app.kernel.db.lite import Lite
from app.kernel.db.shape import Query
from app.kernel.db.writing import write
from app.kernel.settings import Settings

__all__ = [
    "ConstraintError",
    "Database",
    "Lite",
    "Query",
    "Row",
    "RowsError",
    "Tx",
    "connect",
    "draw_again",
    "when_broken",
    "write",
]


async def connect(settings: Settings, *, writing: bool = True) -> Database:
    """The database that the settings name. With `writing=False` nothing can be changed through it."""
    if settings.is_sqlite:
        return Lite.open(settings.sqlite_path, writing=writing)
    from app.kernel.db.pg import Pg  # asyncpg: 15 ms and memory that SQLite does not need

    return await Pg.open(settings.database_url, size=settings.pool_size, writing=writing)
