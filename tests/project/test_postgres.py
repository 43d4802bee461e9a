import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests import postgres

ROOT = Path(__file__).parents[2]
STARTER = (
    "import sys; from tests import postgres; s, u = postgres.start(); print(u, flush=True); sys.stdin.read()"
)


@pytest.fixture
def own_server(monkeypatch):
    monkeypatch.delenv("MINKA_TEST_POSTGRES_URL", raising=False)
    server, url = postgres.start()
    yield url
    server.stop()


def _socket_directory(url):
    return Path(urlsplit(url).query.removeprefix("host="))


async def _fetch(url, statement):
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


def test_databases_of_one_server_are_apart_and_start_empty(own_server):
    first = postgres.create_database(own_server, "gw0")
    second = postgres.create_database(own_server, "gw1")

    asyncio.run(_fetch(first, "CREATE TABLE lot (id int)"))
    tables = "SELECT current_database()::text, to_regclass('lot')::text"

    assert asyncio.run(_fetch(first, tables)) == [("gw0", "lot")]
    assert asyncio.run(_fetch(second, tables)) == [("gw1", None)]
    again = postgres.create_database(own_server, "gw0")
    assert asyncio.run(_fetch(again, tables)) == [("gw0", None)]


def test_server_leaves_nothing_behind_when_stopped(monkeypatch):
    monkeypatch.delenv("MINKA_TEST_POSTGRES_URL", raising=False)

    server, url = postgres.start()
    assert _socket_directory(url).is_dir()
    server.stop()

    assert not _socket_directory(url).parent.exists()


def test_server_dies_with_a_starter_that_was_killed():
    environment = {key: value for key, value in os.environ.items() if key != "MINKA_TEST_POSTGRES_URL"}
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with starter, socket.socket(socket.AF_UNIX) as client:
        directory = _socket_directory(starter.stdout.readline().decode().strip())
        client.connect(str(directory / ".s.PGSQL.5432"))
        client.settimeout(50)  # shorter than the server's own patience with a silent client

        starter.send_signal(signal.SIGKILL)

        assert client.recv(1) == b""


def test_given_server_is_used_and_left_alone(monkeypatch):
    monkeypatch.setenv("MINKA_TEST_POSTGRES_URL", "postgresql://somebody@db.example/test")

    server, url = postgres.start()
    server.stop()

    assert url == "postgresql://somebody@db.example/test"


def test_no_postgres_is_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr(postgres, "_binary_directories", lambda: iter([Path("/nowhere/bin")]))

    with pytest.raises(postgres.NoPostgresError, match=r"run `make env`.*/nowhere/bin \(does not run\)"):
        postgres._usable_binaries(Path("/tmp"), {})
