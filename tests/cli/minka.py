"""The installed command, run as people run it."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).with_name("minka")


def _environment(given: dict[str, Any]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MINKA_")}
    return (
        inherited
        | {"PYTHONWARNINGS": "error"}
        | {f"MINKA_{name.upper()}": str(value) for name, value in given.items()}
    )


def minka(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; never a traceback."""
    run = subprocess.run(
        [PROGRAM, *arguments], env=_environment(settings), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in run.stderr + run.stdout, run.stderr
    return run


@contextlib.contextmanager
def running(*arguments: str, until: str, **settings: Any) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command that stays, once it has said `until` (a pattern); what it said last comes with it. Ended afterwards."""
    with subprocess.Popen(
        [PROGRAM, *arguments],
        env=_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            line = next((line for line in process.stdout if re.search(until, line)), None)
            assert line is not None, process.communicate()[1]
            yield process, line
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate()
