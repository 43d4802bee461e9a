"""Servers under load, in alternating turns: requests per second, latency, and the CPU time each request costs."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.error import URLError

from bench import processes, world

CONNECTIONS = 16
_HERE = Path(__file__).parent


class NoWrkError(RuntimeError):
    """The load generator is missing."""


def require_wrk() -> None:
    """Have wrk, installing it where that is possible. Raises NoWrkError."""
    if shutil.which("wrk"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=False)
    if not shutil.which("wrk"):
        raise NoWrkError("The load comes from wrk: sudo apt-get install wrk")


class Served:
    """A server process of ours, ready to answer: the application or the floor."""

    def __init__(self, what: str, settings: Mapping[str, str]) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.serve", what, str(port)],
            env=os.environ | settings,
            stderr=subprocess.DEVNULL,  # log lines are written, and go nowhere
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self._process.kill()
            raise
        self.ready_after = time.monotonic() - started

    @property
    def pid(self) -> int:
        """The process that is measured."""
        return self._process.pid

    def ask(self, path: str, body: str | None = None) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of one answer, but for what differs between any two; with a body, of a POST."""
        headers = {"authorization": f"Bearer {world.TOKEN}", "x-request-id": "asked-by-the-bench"}
        if body is not None:
            headers |= {"content-type": "application/json", "idempotency-key": f"once-{path}"}
        sent = body.encode() if body else None
        with urllib.request.urlopen(urllib.request.Request(self.url + path, sent, headers)) as answer:
            told = sorted((name.lower(), value) for name, value in answer.getheaders())
            return answer.status, answer.read(), {name: value for name, value in told if name != "date"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def _wait_until_ready(self) -> None:
        for _ in range(2_000):
            try:
                self.ask("/health/ready")
            except (URLError, ConnectionError):
                time.sleep(0.01)
                if self._process.poll() is not None:
                    break
            else:
                return
        raise RuntimeError(f"{self.url} does not answer")


@dataclass
class Load:
    """What one side did and cost, over its turns."""

    requests: int = 0
    microseconds: int = 0
    app_cpu: int = 0
    database_cpu: int = 0
    refused: int = 0
    broken: int = 0
    p50: list[int] = field(default_factory=list)
    p99: list[int] = field(default_factory=list)

    def add(self, turn: Mapping[str, int], *, app_cpu: int, database_cpu: int) -> None:
        """Count one more turn."""
        self.requests += turn["requests"]
        self.microseconds += turn["microseconds"]
        self.refused += turn["refused"]
        self.broken += turn["broken"]
        self.p50.append(turn["p50"])
        self.p99.append(turn["p99"])
        self.app_cpu += app_cpu
        self.database_cpu += database_cpu

    @property
    def per_second(self) -> float:
        """Requests answered per second."""
        return self.requests * 1_000_000 / self.microseconds

    @property
    def app_cpu_each(self) -> float:
        """Microseconds of the server process per request."""
        return self.app_cpu / self.requests

    @property
    def database_cpu_each(self) -> float:
        """Microseconds of PostgreSQL per request."""
        return self.database_cpu / self.requests


def alternate(
    sides: Mapping[str, Served], asked: Iterator[Path], *, turns: int, seconds: int, postmaster: int | None
) -> dict[str, Load]:
    """Load each side in turn, so that what else the machine does meanwhile meets both; each turn with its own file."""
    loads = {name: Load() for name in sides}
    for _ in range(turns):
        for name, served in sides.items():
            app_cpu, database_cpu = processes.cpu_microseconds(served.pid), _family(postmaster)
            turn = _wrk(served.url, next(asked), seconds)
            loads[name].add(
                turn,
                app_cpu=processes.cpu_microseconds(served.pid) - app_cpu,
                database_cpu=_family(postmaster) - database_cpu,
            )
    return loads


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _family(postmaster: int | None) -> int:
    return processes.family_cpu_microseconds(postmaster) if postmaster else 0


def _wrk(url: str, asked: Path, seconds: int) -> dict[str, int]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(_HERE / "ask.lua"), url]
    run = subprocess.run(
        command,
        env={**os.environ, "ASK": str(asked), "TOKEN": world.TOKEN},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, int] = json.loads(run.stdout.strip().splitlines()[-1])
    return found
