"""Fixtures of the whole suite: both real databases, the application over them, a client that checks every answer."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings
from sqlmodel import SQLModel

from app.kernel.db import Database, Lite
from app.kernel.db.pg import Pg
from app.kernel.settings import Settings
from app.main import build_app
from tests import postgres
from tests.client import Client

hypothesis_settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True)
hypothesis_settings.register_profile("soak", max_examples=3_000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ENGINES = ("sqlite", "postgres")


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> datetime:
        self.time += timedelta(**by)
        return self.time


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    server, url = postgres.start()
    yield url
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str, worker_id: str) -> str:
    """A database of this worker's own, with every table."""
    url = postgres.create_database(postgres_server, f"minka_test_{worker_id}")
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _create_tables(url)).result()
    return url


async def _create_tables(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(";".join(create_statements()))
    await connection.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty migrated database file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return path.read_bytes()


@cache
def _emptied() -> str:
    """One text for all tables: 80 statements of their own took as long as most tests."""
    return ";".join(str(sa.delete(table)) for table in reversed(SQLModel.metadata.sorted_tables))


def create_statements() -> list[str]:
    """The DDL of every table and index, as PostgreSQL takes it."""
    tables = SQLModel.metadata.sorted_tables
    found = [str(sa.schema.CreateTable(t).compile(dialect=Pg.dialect)) for t in tables]
    found += [str(sa.schema.CreateIndex(i).compile(dialect=Pg.dialect)) for t in tables for i in t.indexes]
    return found


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if engine == "sqlite":
        path = tmp_path / "minka.db"
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres_url")
    return Settings(database_url=url, secret_key="k" * 40, worker=False, _env_file=None)  # type: ignore[arg-type]


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    """An empty database. Every test runs once on SQLite and once on PostgreSQL."""
    if settings.is_sqlite:
        found: Database = Lite.open(settings.sqlite_path)
    else:
        found = await Pg.open(settings.database_url, size=10)
        await found._pool.execute(_emptied())
    async with found:
        yield found


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def client(settings: Settings, db: Database, clock: MovableClock) -> AsyncIterator[Client]:
    """An anonymous caller. `client.signed_in(token)` is somebody."""
    async with Client(build_app(settings, db=db, now=clock)) as found:
        yield found
