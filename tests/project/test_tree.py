import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.project.tree import ROOT, project_files

FOLDERS = {"app", "migrations", "tests", "bench", "docs"}
FILES = {
    *("docker-compose.yml", "Dockerfile", "alembic.ini", "pyproject.toml", "README.md", "LEEME.md"),
    *("Makefile", "constraints.txt", "LICENSE", "CHANGELOG.md"),
}
NOT_YET = {"alembic.ini", "bench", "LEEME.md"}  # what comes with its capability
# Written in two pieces, so that this file does not name them itself.
PACKAGE_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("debian", "org"),
        ("ubuntu", "com"),
        ("anaconda", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|\braise NotImplemented")  # zipfile raises one that is caught


def _texts():
    for path in project_files():
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a spreadsheet, an image or a Latin-1 example for the importer


def _app_lines():
    for path, text in _texts():
        if path.parts[0] == "app" and path.suffix == ".py":
            yield path, text.splitlines()


def test_top_level_holds_only_what_carries_its_weight():
    top = {path.parts[0] for path in project_files()}
    named = {name for name in top if not name.startswith(".")}

    assert named - FOLDERS - FILES == set()
    assert (FOLDERS | FILES) - NOT_YET - named == set()


def test_no_file_names_a_package_host():
    found = [(str(path), host) for path, text in _texts() for host in PACKAGE_HOSTS if host in text]

    assert found == []


def test_constraints_name_one_version_of_each_package_and_no_address():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]

    odd = [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+( ; [a-z_]+ .+)?", line)]

    assert odd == []


def test_files_of_app_stay_short_enough_to_read():
    long = [(str(path), len(lines)) for path, lines in _app_lines() if len(lines) > 300]

    assert long == [], "past 300 lines a file becomes a package of the same name with a file per verb"


def test_nothing_unfinished_is_committed():
    found = [
        f"{path}:{number}"
        for path, lines in _app_lines()
        for number, line in enumerate(lines, 1)
        if UNFINISHED.search(line)
    ]

    assert found == []


def test_mypy_checks_every_folder_of_programs():
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["files"]

    assert checked == [name for name in ("app", "bench") if (ROOT / name).is_dir()]


def test_dependency_excused_as_unused_is_unused():
    """deptry takes an excuse for ever; this takes it back when the first import comes."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    excused = {name.replace("-", "_").lower() for name in tool["deptry"]["per_rule_ignores"]["DEP002"]}
    imports = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)

    imported = {name for _, lines in _app_lines() for name in imports.findall("\n".join(lines))}

    assert imported & (excused | {"argon2" for name in excused if name == "argon2_cffi"}) == set()


def test_changelog_opens_with_what_is_unreleased():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert headings[0] == "[Unreleased]"
    assert [
        title for title in headings[1:] if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", title)
    ] == []


def test_license_is_the_one_the_package_declares():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"]
    text = (ROOT / "LICENSE").read_text().split(maxsplit=7)

    assert declared == "AGPL-3.0-or-later"
    assert text[:7] == ["GNU", "AFFERO", "GENERAL", "PUBLIC", "LICENSE", "Version", "3,"]


def _make_targets():
    makefile = (ROOT / "Makefile").read_text()
    return re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split()


@pytest.mark.parametrize("target", _make_targets())
def test_make_knows_each_target_it_names(target):
    dry = subprocess.run(
        ["make", "--no-print-directory", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (dry.returncode, dry.stderr) == (0, "")


def test_make_help_lists_every_target():
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert {line.split()[0] for line in listed.splitlines()} == set(_make_targets())


def test_ci_runs_what_a_developer_runs():
    script = (ROOT / ".ci" / "run").read_text()
    syntax = subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], capture_output=True, text=True, check=False)

    assert (syntax.returncode, syntax.stderr) == (0, "")
    assert re.findall(r"^make .*$", script, re.MULTILINE) == ["make test"]


def test_each_step_names_an_installed_program():
    listing = (
        "import runpy; steps = runpy.run_path('.ci/steps.py'); print(*steps['CHECKS'].values(), sep='\\n')"
    )
    commands = subprocess.run(
        [sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    programs = {path.name for path in Path(sys.executable).parent.iterdir()}

    assert len(commands) >= 8
    assert {command.split()[0] for command in commands} - programs == set()
