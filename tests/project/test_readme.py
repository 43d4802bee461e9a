"""Every command of README.md and LEEME.md is executed: as it stands, or as far as a machine without engine can."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests import postgres
from tests.project.tree import ROOT

DOCUMENTS = ("README.md", "LEEME.md")
MINKA = Path(sys.executable).with_name("minka")


def _commands(document: str) -> list[str]:
    """The lines of every `sh` block, in order, without their comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / document).read_text(), flags=re.DOTALL | re.MULTILINE)
    lines = (line.split("  #")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _of(document: str, start: str) -> list[str]:
    return [command for command in _commands(document) if command.startswith(start)]


def _run(command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def production(worker_id: str, postgres_server: str) -> dict[str, str]:
    """What the document exports, with a database that exists."""
    url = postgres.create_database(postgres_server, f"minka_test_readme_{worker_id}")
    return {"MINKA_DATABASE_URL": url, "MINKA_SECRET_KEY": "x" * 40, "MINKA_PORT": "0"}


def test_both_documents_give_the_same_commands() -> None:
    assert _commands("README.md") == _commands("LEEME.md")


def test_every_command_is_one_that_these_tests_execute() -> None:
    known = ("make ", "minka ", "export MINKA_", "cp .env.example", "docker compose up")

    assert [command for command in _commands("README.md") if not command.startswith(known)] == []


@pytest.mark.parametrize("command", _of("README.md", "make "))
def test_make_knows_its_target(command: str) -> None:
    assert _run([*command.split(), "-n"])


@pytest.mark.parametrize("command", _of("README.md", "minka plan"))
def test_plan_answers(command: str) -> None:
    assert "quinua" in _run([str(MINKA), *command.split()[1:]]) or "papa" in _run(
        [str(MINKA), *command.split()[1:]]
    )


def test_the_way_to_postgresql_is_walked_as_written(production: dict[str, str]) -> None:
    exported = [command.removeprefix("export ").partition("=")[0] for command in _of("README.md", "export ")]
    steps = [c for c in _of("README.md", "minka ") if c.split()[1] in {"migrate", "user", "serve"}]

    assert set(exported) <= set(production)
    for step in steps[:-1]:
        _run([str(MINKA), *step.split()[1:]], **production)
    assert _asked_once(steps[-1].split()[1:], production)


def test_the_demo_is_served_and_answers(tmp_path: Path) -> None:
    environment = {"MINKA_DATABASE_URL": f"sqlite:///{tmp_path / 'demo.db'}", "MINKA_PORT": "0"}

    assert _asked_once(["demo", "--serve"], environment)


@pytest.mark.parametrize("path", [".env.example", "docker-compose.yml", "Dockerfile"])
def test_files_for_containers_exist(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_it_links_to_exists(document: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / document).read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []


def _asked_once(arguments: list[str], environment: dict[str, str]) -> bool:
    """Start a server on a free port, ask it once, stop it by its id."""
    with subprocess.Popen(
        [str(MINKA), *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            address = next(
                found[0]
                for line in server.stdout
                if (found := re.search(r"(?<=atiende en )http://127\.0\.0\.1:[1-9]\d*", line))
            )
            with urllib.request.urlopen(f"{address}/health/ready", timeout=30) as answer:
                return bool(answer.status == 200)
        finally:
            server.terminate()
            server.wait(30)
