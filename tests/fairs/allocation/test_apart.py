"""No two neighbours of one category where that can be; what it costs; the same in every process."""

import subprocess
import sys

import pytest

from app.aggregation.canonical import canonical
from app.fairs.allocation import Layout, Stall, Weights, allocate, pairs
from app.fairs.allocation.apart import Effort
from tests.fairs.allocation.make import allocated, group, inputs, mapped, numbered, sellers
from tests.project.tree import ROOT

LAYOUTS = {
    "four rows with aisles": mapped(4, 30),
    "eight short rows": mapped(8, 15),
    "numbers alone": numbered(120),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_of_120_sellers_no_neighbours_are_of_one_category(layout):
    groups = sellers(120)
    kinds = {one.group: one.category for one in groups}

    outcome = allocated(layout, *groups)

    at = {code: kinds[name] for name, code in outcome.placed.items()}
    assert len(outcome.placed) == 120
    assert outcome.conflicts == ()
    assert [pair for pair in pairs(layout) if at[pair[0]] == at[pair[1]]] == []
    assert sum(record.by_points is not None for record in outcome.records) > 0
    assert 1000 * outcome.score >= 985 * outcome.score_by_points


@pytest.mark.parametrize("layout", [mapped(4, 30), numbered(120)], ids=["rows", "numbers"])
def test_two_categories_of_sixty_alternate_along_the_rows(layout):
    """The only two ways without a pair: a search that exchanges two at a time does not find them, colouring does."""
    groups = [
        group(f"g{n:03}", "dulces" if n < 60 else "textiles", seniority_years=n % 7) for n in range(120)
    ]

    outcome = allocated(layout, *groups, weights=Weights(rotation=10, seniority=90))

    assert outcome.conflicts == ()


def test_where_it_cannot_be_the_pairs_that_remain_are_listed():
    outcome = allocated(numbered(5), *(group(name) for name in "abcd"))

    assert len(outcome.placed) == 4
    assert len(outcome.conflicts) == 2  # five stalls in a row hold three apart at most


def test_empty_stalls_keep_rivals_apart():
    outcome = allocated(numbered(5), *(group(name) for name in "abc"))

    assert sorted(outcome.placed.values()) == ["P1", "P3", "P5"]
    assert outcome.conflicts == ()


def test_groups_without_a_category_are_nobodys_rivals():
    assert allocated(numbered(4), *(group(name, "") for name in "abcd")).conflicts == ()


def test_a_rival_beside_a_fixed_holder_is_moved_and_its_record_names_the_stall_by_points():
    stalls = (
        Stall(code="1", number=1, quality=50, fixed_holder="zoila"),
        Stall(code="2", number=2, quality=90),
        Stall(code="3", number=3, quality=10),
    )

    outcome = allocated(Layout(stalls=stalls), group("zoila"), group("ana"))

    assert outcome.placed == {"zoila": "1", "ana": "3"}
    assert {record.group: record.by_points for record in outcome.records} == {"ana": "2", "zoila": None}


def test_two_fixed_holders_side_by_side_are_listed_and_stay():
    stalls = tuple(Stall(code=str(n), number=n, fixed_holder=f"h{n}") for n in (1, 2))

    outcome = allocated(Layout(stalls=stalls), group("h1"), group("h2"))

    assert outcome.conflicts == (("1", "2"),)
    assert outcome.placed == {"h1": "1", "h2": "2"}


def test_ten_times_the_steps_from_other_beginnings_gain_less_than_one_and_a_half_percent():
    """On a small fair; `bench/stalls.py` does it with 120 sellers and twenty runs."""
    asked = inputs(mapped(4, 10), sellers(40))
    ours = allocate(asked)

    others = [allocate(asked, effort=Effort(steps_per_stall=6_000, chance=n)) for n in range(4)]

    assert {len(one.conflicts) for one in others} == {0}
    assert 1000 * ours.score >= 985 * max(one.score for one in others)


def test_two_processes_with_other_hash_seeds_answer_the_same_bytes():
    program = (
        "from tests.fairs.allocation.make import *\nfrom app.fairs.allocation import allocate\n"
        "from app.aggregation.canonical import canonical\nimport sys\n"
        "sys.stdout.buffer.write(canonical(allocate(inputs(mapped(4, 30), sellers(130)))))"
    )

    answers = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert answers[0] == answers[1] == canonical(allocate(inputs(mapped(4, 30), sellers(130))))
