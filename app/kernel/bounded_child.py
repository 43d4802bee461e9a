"""Runs another program of ours in a process of its own, with its memory and processor time bounded.

The program looks into a foreign file: a bomb or a fault of a decoder ends there and nowhere else. Run as a program;
like what it runs, it imports nothing of the application.
"""

import runpy
import sys
from pathlib import Path

_MEMORY_BYTES = 1 << 30
_CPU_SECONDS = 30


def command(program: Path, *arguments: int) -> list[str]:
    """The command that runs a program so: isolated from the environment and from what else is installed by a user."""
    return [sys.executable, "-I", __file__, str(program), *map(str, arguments)]


def main() -> None:
    """Bound this process, then be the program that was named."""
    _limit()
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


def _limit() -> None:
    """Bound memory and processor time where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
