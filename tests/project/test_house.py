import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.project.tree import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def _floors():
    house = next(contract for contract in CONTRACTS["contracts"] if contract["id"] == "house")
    return [[room.strip(" ()") for room in floor.split("|")] for floor in house["layers"]]


def _rooms_on_disk():
    modules = [
        path for path in (ROOT / "app").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    ]
    return {path.stem for path in modules} - {"__init__"}


def test_every_room_on_disk_has_its_floor():
    assert _rooms_on_disk() - {room for floor in _floors() for room in floor} == set()


def test_every_folder_of_app_is_a_package():
    """A folder without __init__.py is invisible to the contracts."""
    code = (ROOT / "app").rglob("*.py")

    assert [str(path.relative_to(ROOT)) for path in code if not (path.parent / "__init__.py").is_file()] == []


@pytest.fixture
def house(tmp_path):
    """A small house under the project's own contracts: `write` a module, `broken` says which contracts break."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())

    class House:
        def write(self, module: str, text: str = ""):
            path = Path(tmp_path, *module.split(".")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            for folder in path.parents[: len(path.parents) - len(tmp_path.parents) - 1]:
                (folder / "__init__.py").touch()

        def broken(self):
            program = Path(sys.executable).with_name("lint-imports")
            run = subprocess.run(
                [program, "--no-logo", "--no-cache"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert "kept" in run.stdout, run.stdout
            return {
                line.removesuffix(" BROKEN") for line in run.stdout.splitlines() if line.endswith(" BROKEN")
            }

    small = House()
    for module in (
        *("app.kernel.money", "app.aggregation.split", "app.orders.rules", "app.orders.service"),
        *("app.calendar.recurrence", "app.calendar.readers", "app.calendar.service", "app.places.service"),
        "app.fairs.allocation.points",
    ):
        small.write(module)
    return small


DOWN = "The house: arrows point down"
RULES = "Rules decide from values alone"
ALONE = "The mathematics of fair shares is usable alone"
VALUES = "Rules of recurrence are values"
STALLS = "The rule by which stalls are given is usable alone"


@pytest.mark.parametrize(
    ("module", "text", "contracts"),
    [
        ("app.orders.service", "import app.aggregation.split, app.kernel.money, sqlalchemy", set()),
        ("app.cli", "import app.orders.service", set()),
        ("app.orders.rules", "import app.aggregation.split, app.kernel.money", set()),
        ("app.kernel.money", "import app.orders.service", {DOWN}),
        ("app.kernel.money", "import app.aggregation.split", {DOWN}),
        ("app.aggregation.split", "import app.kernel.money", {DOWN}),
        ("app.orders.service", "import app.cli", {DOWN}),
        ("app.orders.rules", "import sqlmodel", {RULES}),
        ("app.orders.rules", "import pydantic", {RULES}),
        ("app.orders.rules", "import app.orders.service", set()),
        ("app.aggregation.split", "import asyncpg", {ALONE}),
        ("app.aggregation.split", "import fastapi", {ALONE}),
        ("app.calendar.service", "import app.calendar.recurrence, sqlalchemy", set()),
        ("app.calendar.service", "import app.places.service", {DOWN}),
        ("app.places.service", "import app.calendar.service", {DOWN}),
        ("app.calendar.recurrence", "import app.kernel.money", set()),
        ("app.calendar.recurrence", "import sqlalchemy", {VALUES}),
        ("app.fairs.allocation.points", "import app.aggregation.split", set()),
        ("app.fairs.allocation.points", "import sqlalchemy", {STALLS}),
        ("app.utilities", "", {DOWN}),
    ],
)
def test_contracts_hold_the_house(house, module, text, contracts):
    house.write("app.cli")
    house.write(module, text)

    assert house.broken() == contracts


def test_rules_are_pure_through_what_they_import(house):
    house.write("app.orders.service", "import sqlmodel")
    house.write("app.orders.rules", "import app.orders.service")

    assert house.broken() == {RULES}
