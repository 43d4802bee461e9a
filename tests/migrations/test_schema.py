import asyncio
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.kernel import migrating
from app.kernel.db import connect
from app.kernel.settings import Settings
from tests import postgres
from tests.conftest import create_statements
from tests.factories import people, products
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


async def _fill(settings):
    async with await connect(settings) as db:
        network = await people.network(db)
        await people.member(db, network)
        await products.product(db, "Quinua", variants=("roja", "blanca"))


async def _organisations(settings):
    async with await connect(settings) as db:
        return await db.all(sa.select(sa.column("name", sa.String)).select_from(sa.table("organisation")))


async def _current(settings):
    async with await connect(settings) as db:
        return await migrating.current(db)


def test_schema_goes_up_and_down_on_rows(empty):
    migrating.upgrade(empty)
    asyncio.run(_fill(empty))

    migrating.upgrade(empty)
    assert asyncio.run(_organisations(empty)) == [{"name": "Red Ayni Sur"}]
    assert asyncio.run(_current(empty)) == migrating.revisions()[-1]

    migrating.downgrade(empty, to="base")
    assert asyncio.run(_current(empty)) is None
    migrating.upgrade(empty)
    assert asyncio.run(_organisations(empty)) == []


def test_two_migrations_at_once_are_one(empty):
    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(_migrate_in_a_process, empty) for _ in range(2)]
        codes = [run.result() for run in runs]

    assert 0 in codes
    assert asyncio.run(_current(empty)) == migrating.revisions()[-1]
    assert set(codes) <= ({0, 1} if empty.is_sqlite else {0})  # on SQLite the second may be told who is first


def _migrate_in_a_process(settings):
    given = {
        "MINKA_DATABASE_URL": settings.database_url,
        "MINKA_SECRET_KEY": settings.secret_key.get_secret_value(),
    }
    program = Path(sys.executable).with_name("minka")
    run = subprocess.run(
        [program, "migrate"], env=os.environ | given, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in run.stderr
    assert run.returncode == 0 or "Otro proceso escribe" in run.stderr, run.stderr
    return run.returncode


async def _say_version(settings, version):
    async with await connect(settings) as db, db.tx() as tx:
        await tx.run(
            sa.update(sa.table("alembic_version", sa.column("version_num"))).values(version_num=version)
        )


@pytest.mark.parametrize(
    ("version", "error"),
    [
        (None, migrating.NoSchemaError),
        ("0000", migrating.OldSchemaError),
        ("9999", migrating.NewSchemaError),
    ],
)
def test_program_refuses_a_schema_that_is_not_its_own(empty, version, error, monkeypatch):
    known = ("0000", *migrating.revisions())
    monkeypatch.setattr(migrating, "revisions", lambda: known)
    if version is None:
        asyncio.run(_touch(empty))
    else:
        migrating.upgrade(empty)
        asyncio.run(_say_version(empty, version))

    with pytest.raises(error) as refused:
        asyncio.run(migrating.require_current(empty))

    assert refused.value.facts == ({"has": version, "needs": known[-1]} if version else {})


async def _touch(settings):
    async with await connect(settings):
        pass


def test_comparison_sees_a_changed_check_and_a_missing_partial_index(tmp_path):
    """The comparison above can fail."""
    path = tmp_path / "created.db"
    created = sa.create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(created)
    created.dispose()
    before = shape.of_sqlite(path)
    connection = sqlite3.connect(path)
    connection.executescript(
        "pragma writable_schema=on;"
        "update sqlite_master set sql = replace(sql, 'price_minor >= 0', 'price_minor > 0') where name = 'lot';"
        "drop index ix_reservation_expires_at;"
    )
    connection.close()

    after = shape.of_sqlite(path)

    assert {name for name in before if before[name] != after.get(name)} == {
        "lot",
        "ix_reservation_expires_at",
    }
