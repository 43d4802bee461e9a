"""A start loads what every request may need; a library that only some requests or commands need is imported where it is used."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.project.tree import ROOT

DECLARED = {
    re.match(r"[\w-]+", requirement)[0].lower()
    for requirement in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
}
NEEDED = {
    "argon2-cffi",
    "fastapi",
    "fastapi-offline",
    "markupsafe",
    "msgspec",
    "pydantic",
    "pydantic-core",
    "pydantic-settings",
    "tzdata",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
}


def test_start_loads_no_library_that_only_some_requests_or_commands_need():
    """Not alembic, asyncpg (on SQLite), jinja2, limits, phonenumbers, rich, spreadsheets, stemmers: 10 to 100 ms each."""
    program = "import sys, app.main; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr

    homes = packages_distributions()
    loaded = {
        home.lower().replace("_", "-") for module in run.stdout.split() for home in homes.get(module, ())
    }

    assert loaded & DECLARED == NEEDED
