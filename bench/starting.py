"""How long `minka serve` takes from nothing to its first answer."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError

from bench.processes import cpu_microseconds
from bench.turns import free_port

_MINKA = str(Path(sys.executable).with_name("minka"))
_TRIES = 4


class Start(NamedTuple):
    """From the command to the first 200 of /health/ready: seconds by the clock, and of CPU, which others do not delay."""

    seconds: float
    cpu_seconds: float


def start(settings: Mapping[str, str]) -> Start:
    """The quickest of four starts: the first may have to compile the modules."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= settings
    subprocess.run([_MINKA, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return min(_start(environment) for _ in range(_TRIES))


def _start(environment: Mapping[str, str]) -> Start:
    port = free_port()
    started = time.monotonic()
    command = [_MINKA, "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while not _is_ready(port):
                if server.poll() is not None:
                    raise RuntimeError("minka serve ended before it answered")
                time.sleep(0.005)
            return Start(time.monotonic() - started, cpu_microseconds(server.pid) / 1_000_000)
        finally:
            server.terminate()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False
