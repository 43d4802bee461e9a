"""Servers under load, in alternating turns: requests per second, latency, and the CPU time each request costs."""

import asyncio
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
from typing import NamedTuple, Self
from urllib.error import HTTPError, URLError

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


class Answer(NamedTuple):
    """Status, body and headers of an answer, but for what differs between any two."""

    status: int
    body: bytes
    headers: dict[str, str]


class Question(NamedTuple):
    """What is asked: `known` is an ETag that the asker has; a body makes it a POST, with its Idempotency-Key."""

    path: str
    known: str | None = None
    key: str | None = None
    body: str | None = None

    def headers(self) -> dict[str, str]:
        """The headers that it comes with."""
        found = {"authorization": f"Bearer {world.TOKEN}", "x-request-id": "asked-by-the-bench"}
        if self.known is not None:
            found["if-none-match"] = self.known
        if self.key is not None:
            found |= {"content-type": "application/json", "idempotency-key": self.key}
        return found


def parse(line: str) -> Question:
    """A line of what is asked: `path`, `path TAB etag` or `path TAB key TAB body`."""
    path, *more = line.split("\t")
    return Question(path, None, *more) if len(more) == 2 else Question(path, *more)


class Served:
    """A server process of ours, ready to answer: the application or the floor."""

    def __init__(self, what: str, settings: Mapping[str, str]) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
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

    @property
    def pid(self) -> int:
        """The process that is measured."""
        return self._process.pid

    async def ask(self, question: Question) -> Answer:
        """One answer."""
        sent = question.body.encode() if question.body is not None else None
        asked = urllib.request.Request(self.url + question.path, sent, question.headers())
        return await asyncio.to_thread(_ask, asked)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def _wait_until_ready(self) -> None:
        for _ in range(2_000):
            try:
                _ask(urllib.request.Request(f"{self.url}/health/ready"))
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
    def cpu_each(self) -> float:
        """Microseconds of the server process and of the database together per request."""
        return self.app_cpu_each + self.database_cpu_each

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


def _ask(asked: urllib.request.Request) -> Answer:
    try:
        answer = urllib.request.urlopen(asked)
    except HTTPError as other:  # 304 among them
        answer = other
    with answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, answer.read(), comparable(headers))


def comparable(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by name, without the server's own."""
    return {name: headers[name] for name in sorted(headers) if name not in {"date", "connection"}}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _family(postmaster: int | None) -> int:
    return processes.family_cpu_microseconds(postmaster) if postmaster else 0


def _wrk(url: str, asked: Path, seconds: int) -> dict[str, int]:
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "10s",
        "-s",
        str(_HERE / "ask.lua"),
        url,
    ]
    run = subprocess.run(
        command,
        env={**os.environ, "ASK": str(asked), "TOKEN": world.TOKEN},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, int] = json.loads(run.stdout.strip().splitlines()[-1])
    return found
