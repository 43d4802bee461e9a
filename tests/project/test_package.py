"""The wheel that the container installs brings everything it needs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.project.tree import ROOT, project_files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    program = Path(sys.executable).with_name("hatchling")
    subprocess.run([program, "build", "-t", "wheel", "-d", folder], cwd=ROOT, capture_output=True, check=True)
    (built,) = folder.glob("*.whl")
    zipfile.ZipFile(built).extractall(folder / "site")
    return folder / "site"


def test_wheel_holds_every_file_of_the_application_and_its_migrations(wheel):
    application = {path for path in project_files() if path.parts[0] == "app"}
    migrations = {
        Path("app/_migrations", *path.parts[1:]) for path in project_files() if path.parts[0] == "migrations"
    }

    held = {path.relative_to(wheel) for path in (wheel / "app").rglob("*") if path.is_file()}

    assert held == application | migrations


def test_installed_command_migrates_without_a_checkout(wheel, tmp_path):
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); import app.cli; app.cli.main()"
    run = subprocess.run(
        [sys.executable, "-I", "-c", program, str(wheel), "migrate"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "MINKA_DATABASE_URL": f"sqlite:///{tmp_path / 'minka.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("La base de datos pasó de vacía a ")
