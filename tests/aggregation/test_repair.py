"""After answers: the hole is filled, nobody loses what stands."""

import pytest

from app.aggregation.lowering import lowered
from app.aggregation.model import Producer
from app.aggregation.share import repair
from tests.aggregation.make import a_line, a_lot, an_order, shares

ORDER = an_order(a_line(90))


def free(**available):
    return [a_lot(f"{name}1", available=quantity) for name, quantity in available.items()]


def test_several_answers_at_once_are_one_repair():
    kept = {("1", "A", "A1"): 10, ("1", "C", "C1"): 20, ("1", "D", "D1"): 5}

    after = repair(ORDER, free(A=90, B=100, C=80, D=95, E=100), [], kept=kept, closed={"1": ["A", "B"]})

    assert shares(after) == {"A": 10, "B": 0, "C": 27, "D": 27, "E": 26} or sum(shares(after).values()) == 90
    assert [shares(after)[name] for name in "AB"] == [10, 0]
    assert max(shares(after)[n] for n in "CDE") - min(shares(after)[n] for n in "CDE") <= 1


def test_who_has_a_share_needs_no_minimum_for_more_and_who_has_none_does():
    minimums = [Producer(id="B", min_qty=25), Producer(id="C", min_qty=25)]

    after = repair(
        ORDER, free(A=0, B=75, C=100), minimums, kept={("1", "A", "A1"): 60, ("1", "B", "B1"): 25}, closed={}
    )

    assert shares(after) == {"A": 60, "B": 30, "C": 0}


def test_a_cap_counts_what_is_kept():
    order = an_order(a_line(90), max_share_qty=35)

    after = repair(order, free(A=70, B=70), [], kept={("1", "A", "A1"): 30, ("1", "B", "B1"): 30}, closed={})

    assert (shares(after), after.lines["1"].shortfall) == ({"A": 35, "B": 35}, 20)


def test_a_share_above_its_level_is_never_lowered():
    after = repair(ORDER, free(A=0, B=100), [], kept={("1", "A", "A1"): 80}, closed={})

    assert shares(after) == {"A": 80, "B": 10}


def test_nothing_is_added_to_a_line_that_is_full():
    after = repair(ORDER, free(A=5, B=5), [], kept={("1", "A", "A1"): 50, ("1", "B", "B1"): 40}, closed={})

    assert (shares(after), after.lines["1"].shortfall) == ({"A": 50, "B": 40}, 0)


def test_the_digest_of_a_repair_tells_what_was_kept_and_closed():
    lots = free(A=50, B=50)

    digests = {
        repair(ORDER, lots, [], kept=kept, closed=closed).input_digest
        for kept in ({}, {("1", "A", "A1"): 5})
        for closed in ({}, {"1": ["B"]})
    }

    assert len(digests) == 4


def test_a_kept_lot_that_is_not_among_the_lots_is_refused():
    with pytest.raises(ValueError, match="kept lot B1 of B is not among the lots of line 1"):
        repair(ORDER, free(A=50), [], kept={("1", "B", "B1"): 5}, closed={})


def test_confirming_less_keeps_the_most_whole_packs_that_fit():
    lots = {lot.id: lot for lot in [a_lot("A1", pack=7, expiry_day=1), a_lot("A2", pack=5, expiry_day=2)]}

    assert lowered({"A1": 14, "A2": 10}, lots, 24) == {"A1": 14, "A2": 10}
    assert lowered({"A1": 14, "A2": 10}, lots, 20) == {"A1": 14, "A2": 5}
    assert lowered({"A1": 14, "A2": 10}, lots, 11) == {"A2": 10}
    assert lowered({"A1": 14, "A2": 10}, lots, 4) == {}
