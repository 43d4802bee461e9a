import asyncio

import asyncpg
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.kernel import migrating
from app.kernel.settings import Settings
from tests import postgres
from tests.conftest import create_statements
from tests.migrations import shape


@pytest.fixture
def empty(engine, tmp_path, request, worker_id):
    """Settings of a database without a table."""
    if engine == "sqlite":
        return Settings(database_url=f"sqlite:///{tmp_path / 'empty' / 'minka.db'}", _env_file=None)
    server = request.getfixturevalue("postgres_server")
    url = postgres.create_database(server, f"minka_test_{worker_id}_migrated")
    return Settings(database_url=url, secret_key="k" * 40, _env_file=None)


def _created_sqlite(tmp_path):
    path = tmp_path / "created.db"
    created = sa.create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(created)
    created.dispose()
    return shape.of_sqlite(path)


async def _execute(url, sql):
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def test_migrated_database_is_the_created_one(engine, empty, tmp_path, request, worker_id):
    migrating.upgrade(empty)

    if engine == "sqlite":
        assert shape.of_sqlite(empty.sqlite_path) == _created_sqlite(tmp_path)
    else:
        server = request.getfixturevalue("postgres_server")
        created = postgres.create_database(server, f"minka_test_{worker_id}_created")
        asyncio.run(_execute(created, ";".join(create_statements())))
        assert shape.of_postgres(empty.database_url) == shape.of_postgres(created)
