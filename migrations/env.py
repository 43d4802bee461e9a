"""Runs migrations on either database, each in a transaction of its own: it happens as a whole or not at all.

SQLite needs care: a table is changed by making it anew, and dropping the old one with foreign keys ON deletes every
row that refers to it. So they are OFF before BEGIN (inside a transaction the pragma does nothing), every migration
starts with BEGIN IMMEDIATE (the driver would otherwise commit before DDL), and before its commit every reference is
checked.
"""

import asyncio
from typing import Any

import asyncpg
import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel, UTCDateTime
from sqlmodel.sql.sqltypes import AutoString

from app.kernel.schema import Json  # the names of constraints come with it
from app.kernel.settings import Settings

_ONE_AT_A_TIME = 0x4D696E6B61  # "Minka": the key of an advisory lock
_SQLITE = (
    "pragma foreign_keys=off; pragma journal_mode=wal; pragma synchronous=full; pragma busy_timeout=10000"
)


class BrokenReferenceError(Exception):
    """A migration left rows that refer to nothing; it was undone."""


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=True,
        render_item=_rendered,
        transactional_ddl=True,
        transaction_per_migration=True,
        on_version_apply=_check_references,
    )
    with context.begin_transaction():
        context.run_migrations()


def _check_references(*, ctx: Any, **_: Any) -> None:
    if ctx.dialect.name == "sqlite":
        broken = ctx.connection.exec_driver_sql("pragma foreign_key_check").fetchall()
        if broken:
            raise BrokenReferenceError(f"{len(broken)} rows, the first in {broken[0][0]}")


def _rendered(kind: str, item: Any, autogenerating: Any) -> str | bool:
    """Types as plain SQLAlchemy: a migration never imports what may change after it."""
    if kind != "type":
        return False
    if isinstance(item, Json):
        autogenerating.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.Text().with_variant(postgresql.JSONB(), "postgresql")'
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        return f"sa.String(length={item.impl.length})" if item.impl.length else "sa.String()"
    return False


def _on_sqlite(url: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.executescript(_SQLITE)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("begin immediate")

    with engine.connect() as connection:
        _run(connection)


async def _on_postgresql(url: str) -> None:
    async def knock() -> asyncpg.Connection:
        return await asyncpg.connect(url, server_settings={"application_name": "minka migrate"})

    engine = create_async_engine("postgresql+asyncpg://", async_creator=knock, poolclass=sa.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run_alone)


def _run_alone(connection: sa.Connection) -> None:
    """Containers start together: whoever is second waits, then finds everything done."""
    connection.execute(sa.select(sa.func.pg_advisory_lock(_ONE_AT_A_TIME)))
    # a migration that waits for a table stops everybody behind it
    connection.execute(sa.text("set lock_timeout = '20s'"))
    connection.commit()
    _run(connection)


_url: str = context.config.attributes.get("database_url") or Settings().database_url
if context.config.cmd_opts is not None:  # Alembic's own command, which may compare with the models
    import app.main  # noqa: F401 - through its routes it knows every model
if _url.startswith("sqlite"):
    _on_sqlite(_url)
else:
    asyncio.run(_on_postgresql(_url.replace("+asyncpg", "")))
