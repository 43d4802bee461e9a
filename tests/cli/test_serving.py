"""`minka serve` and `minka worker` as processes: they start, say where, refuse each other, and end when asked."""

import asyncio
import json
import re
import signal
import socket
import sqlite3
import urllib.request
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from app.cli.serving import GRACE_SECONDS
from app.kernel import clock, journal, lock, migrating
from app.kernel.caller import WORKER
from app.kernel.db import connect
from app.kernel.ids import uuid7
from app.kernel.journal import OutboxEvent
from app.kernel.schema import table
from app.kernel.settings import Settings
from tests import postgres
from tests.cli.minka import minka, running

ONE_WRITER = sqlite3.sqlite_version_info < lock.SAFE_VERSION
EVENT = table(OutboxEvent)
SERVES, WORKS = r"Minka atiende en http://", r"Minka hace el trabajo pendiente"


def _address(line):
    return re.search(r"http://127\.0\.0\.1:[1-9]\d*", line)[0]


def _get(url):
    with urllib.request.urlopen(url) as answer:
        return answer.status, json.loads(answer.read())


@pytest.fixture
def file(tmp_path):
    """An embedded database that does not exist yet."""
    return {"database_url": f"sqlite:///{tmp_path / 'var' / 'minka.db'}", "port": 0}


@pytest.fixture
def production(postgres_server, worker_id):
    """An empty PostgreSQL."""
    url = postgres.create_database(postgres_server, f"minka_test_{worker_id}_served")
    return {"database_url": url, "secret_key": "k" * 40, "port": 0}


def _ended(process, number=signal.SIGTERM):
    """The exit code and what was said, after a signal."""
    process.send_signal(number)
    said, errors = process.stdout.read(), process.stderr.read()  # communicate() forgets what was read ahead
    return process.wait(), said, errors


def _ended_when(process, pattern):
    """As `_ended`, once it has said this; with what it said on the way."""
    said = ""
    for line in process.stdout:
        said += line
        if re.search(pattern, line):
            break
    code, rest, errors = _ended(process)
    return code, said + rest, errors


def test_server_makes_its_database_says_where_it_is_and_answers(file, tmp_path):
    with running("serve", until=SERVES, **file) as (process, line):
        answer = _get(f"{_address(line)}/health/ready")
        code, said, errors = _ended(process)

    assert answer == (200, {"status": "ready"})
    assert said.splitlines() == [
        f"  Para programar con ella: {_address(line)}/docs",
        "  Para terminar: Ctrl-C",
    ]
    assert code == 0
    assert [json.loads(line)["route"] for line in errors.splitlines()] == ["read_readiness"]
    assert (tmp_path / "var" / "minka.db").exists()


def test_links_name_the_port_that_was_found(file):
    with running("demo", "--serve", until=r"/r/\S+", **file) as (process, line):
        link = _address(line)
        code, said, _ = _ended_when(process, SERVES)

    assert link in said
    assert (code, "8000" in said) == (0, False)


def test_demo_server_says_where_its_keys_are(file):
    with running("serve", until="claves de prueba", **file, demo=1) as (_, line):
        assert line == "  Es la demostración; sus claves de prueba:\n"


def test_other_writers_are_refused_while_readers_look_on(file):
    with running("serve", until=SERVES, **file) as (process, _):
        refused = [minka(name, **file) for name in ("worker", "migrate", "serve")] if ONE_WRITER else []
        check, doctor = minka("check", **file), minka("doctor", **file)

    for run in refused:
        assert (run.returncode, run.stdout) == (1, "")
        assert f"La usa «minka serve» (proceso {process.pid})." in run.stderr
    assert check.returncode == 0, check.stdout
    assert doctor.returncode == 0, doctor.stdout
    assert f"escribe «minka serve» (proceso {process.pid})" in doctor.stdout


def test_taken_port_is_told(file):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = minka("serve", "--port", str(port), **file)

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        f"minka: No se puede atender ahí. La dirección 127.0.0.1 con el puerto {port} está ocupada "
        "o no es de esta máquina. Pruebe `minka serve --port 0`.\n"
    )


def _half_a_request(address, body=b"{"):
    """A client that has sent the beginning of its body, to a route that reads bodies of strangers."""
    host = urlsplit(address)
    client = socket.create_connection((host.hostname, host.port))
    head = b"POST /v1/auth/refresh HTTP/1.1\r\nhost: minka\r\ncontent-type: application/json\r\ncontent-length: 2"
    client.sendall(head + b"\r\n\r\n" + body)
    _get(f"{address}/health/live")  # by now the request above has begun
    return client


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_ends_even_while_a_slow_client_hangs(file, number):
    """uvicorn waits for ever for a client that never ends its body, unless it is told how long."""
    with (
        running("serve", until=SERVES, **file, body_timeout_seconds=3_600) as (process, line),
        _half_a_request(_address(line)) as slow,
    ):
        code, _, errors = _ended(process, number)
        left = slow.makefile("rb").read()

    assert GRACE_SECONDS < 10  # containers are killed after ten seconds
    assert code == 0
    assert b"200" not in left
    assert "Traceback" not in errors
    assert "Cancel %s running task(s)" in errors  # it did hang


def test_request_under_way_is_answered_before_the_end(file):
    with (
        running("serve", until=SERVES, **file) as (process, line),
        _half_a_request(_address(line)) as client,
    ):
        process.send_signal(signal.SIGTERM)
        client.sendall(b"}")
        answer = client.makefile("rb").read()
        process.communicate()

    assert answer.startswith(b"HTTP/1.1 422 ")
    assert b'"code":"invalid"' in answer
    assert process.returncode == 0


def test_production_is_not_migrated_by_starting_a_server(production):
    before = minka("serve", **production)
    migrated, again = minka("migrate", **production), minka("migrate", **production)

    assert before.returncode == 1
    assert before.stderr.startswith("minka: La base de datos está sin preparar. ")
    assert "minka migrate" in before.stderr
    newest = migrating.revisions()[-1]
    assert migrated.stdout == f"La base de datos pasó de vacía a {newest}.\n"
    assert again.stdout == f"La base de datos ya estaba al día ({newest}).\n"
    with running("serve", until=SERVES, **production) as (_, line):
        assert _get(f"{_address(line)}/health/ready") == (200, {"status": "ready"})


async def _numbers(settings):
    async with await connect(settings) as db:
        of_lots = EVENT.c.kind == "lot.created"  # the due work itself adds others: a year's key dates
        rows = await db.all(sa.select(EVENT.c.sequence).where(of_lots).order_by(EVENT.c.sequence))
    return [row["sequence"] for row in rows]


async def _happen(settings, times):
    async with await connect(settings) as db:
        for _ in range(times):
            async with db.tx() as tx:
                await journal.record(tx, WORKER, clock.now(), "lot.created", ("lot", uuid7()))


def test_two_workers_at_once_do_the_due_work_and_end_when_asked(production):
    settings = Settings(
        database_url=production["database_url"], secret_key=production["secret_key"], _env_file=None
    )
    minka("migrate", **production)
    asyncio.run(_happen(settings, 20))

    with (
        running("worker", until=WORKS, **production) as (first, _),
        running("worker", until=WORKS, **production) as (second, _),
    ):
        while None in asyncio.run(_numbers(settings)):
            assert first.poll() is second.poll() is None
        ended = [_ended(first), _ended(second)]

    assert asyncio.run(_numbers(settings)) == list(range(1, 21))
    assert ended == [(0, "", ""), (0, "", "")]


def test_server_on_the_embedded_database_does_the_due_work(file, tmp_path):
    """Whatever MINKA_WORKER says: nobody else may."""
    minka("migrate", **file)
    settings = Settings(database_url=file["database_url"], _env_file=None)
    asyncio.run(_happen(settings, 3))

    with running("serve", until=SERVES, **file, worker=0) as (process, _):
        while None in asyncio.run(_numbers(settings)):
            assert process.poll() is None

    assert asyncio.run(_numbers(settings)) == [1, 2, 3]
