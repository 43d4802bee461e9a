"""What `make test` runs: every check, one line each with its seconds, then the suite. Red on the first thing wrong."""

import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHECKS = {  # slowest first: two run at a time
    "types": "mypy",
    "unused or missing dependencies": "deptry .",
    "import contracts": "lint-imports --no-logo",
    "compose schema": "check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml",
    "lint": "ruff check",
    "format": "ruff format --check",
    "spelling": "codespell",
    "Dockerfile": "hadolint Dockerfile",
}
SUITE = "pytest -n 2"


def main() -> int:
    """Run everything; 0 when all of it is well. The suite waits for the checks, which take seconds."""
    os.chdir(ROOT)
    started = time.monotonic()
    with ThreadPoolExecutor(2) as two_cores:
        runs = {name: two_cores.submit(_run, command) for name, command in CHECKS.items()}
        well = [_report(name, run) for name, run in runs.items()]
    if not all(well):
        print("The suite was not run: mend the checks first.")
        return 1
    print(f"  suite: {SUITE}", flush=True)
    code = subprocess.run(_command(SUITE), check=False).returncode
    print(f"{'FAILED' if code else 'All well'} in {time.monotonic() - started:.0f} s")
    return code


def _run(command: str) -> tuple[int, str, float]:
    started = time.monotonic()
    run = subprocess.run(
        _command(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return run.returncode, run.stdout, time.monotonic() - started


def _command(line: str) -> list[str]:
    program, *arguments = line.split()
    return [str(Path(sys.executable).with_name(program)), *arguments]


def _report(name: str, run: "Future[tuple[int, str, float]]") -> bool:
    code, output, seconds = run.result()
    print(f"  {'FAILED' if code else 'ok':<6} {name:<32}{seconds:5.1f} s", flush=True)
    if code:
        print(f"\n$ {CHECKS[name]}\n{output}")
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
