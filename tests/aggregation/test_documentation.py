"""The documentation runs: its worked examples pin the format, its code says what a caller does."""

import json
import re
from pathlib import Path

import pytest

from app.aggregation.canonical import canonical
from app.aggregation.plan import answer_document

PAGE = (Path(__file__).parents[2] / "docs" / "aggregation.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = list(zip(BLOCKS[::2], BLOCKS[1::2], strict=True))


@pytest.mark.parametrize("place", range(5))
def test_a_worked_example_gives_the_documented_answer_byte_for_byte(place):
    asked, answered = EXAMPLES[place]

    answer = answer_document(asked.encode())

    assert answer == canonical(json.loads(answered))


def test_the_worked_examples_say_what_the_rule_promises():
    def by_producer(place, line, part=None):
        answer = json.loads(EXAMPLES[place][1])
        return (answer[part] if part else answer)["lines"][line]["by_producer"]

    assert by_producer(0, "pedido/quinua") == {"A": 30, "B": 30, "C": 30}
    assert by_producer(1, "pedido/quinua") == {"A": 45, "B": 55}
    assert by_producer(2, "pedido/papa") == {"A": 40, "B": 20}
    assert by_producer(2, "pedido/oca") == {"B": 20, "C": 40}
    assert by_producer(3, "pedido/quinua", "after") == {"A": 10, "B": 40, "C": 40}
    assert json.loads(EXAMPLES[4][1])["members"] == {"ana": 12, "beto": 10, "caro": 8}


def test_the_code_a_caller_copies_runs():
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/aggregation.md", "exec"), {})
