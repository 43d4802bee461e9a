"""docs/orders.md says what the code does."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.main import build_api
from app.orders.rules import ALLOCATION_TRANSITIONS, ORDER_TRANSITIONS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "orders.md").read_text()
BLOCKS = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(
    ("block", "table"), [(BLOCKS[0], ORDER_TRANSITIONS), (BLOCKS[1], ALLOCATION_TRANSITIONS)]
)
def test_states_are_drawn_as_they_are(block: str, table: Mapping[str, frozenset[str]]) -> None:
    drawn = {}
    for line in block.splitlines():
        state, _, moves = line.partition("->")
        drawn[state.strip()] = set(moves.replace(" ", "").split("|"))

    assert drawn == {str(state): set(map(str, moves)) for state, moves in table.items() if moves}


def test_every_path_of_the_walk_exists() -> None:
    paths = {re.sub(r"{\w+}", "{id}", route.path) for route in build_api().routes}

    named = re.findall(r"POST (/v1/\S+)", TEXT)

    assert len(named) == 7
    assert set(named) <= paths


def test_every_file_named_is_there() -> None:
    room = ROOT / "app" / "orders"

    named = re.findall(r"`(service/\w+\.py|\w+\.py)`", TEXT)

    assert [name for name in named if not (room / name).exists()] == []
    assert {"service/acceptance.py", "rules.py", "checks.py"} <= set(named)
