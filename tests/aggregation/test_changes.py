"""What the coordinating organisation decides, and what it cannot."""

import pytest

from app.aggregation.model import Change, Producer, RefusedChangeError
from app.aggregation.share import repair, share
from tests.aggregation.make import a_line, a_lot, an_order, shares

LOTS = [a_lot("A1"), a_lot("B1"), a_lot("C1")]


def a_change(act, producer="A", qty=None, **more):
    return Change(
        act=act, producer=producer, qty=qty, reason=more.pop("reason", "acordado por teléfono"), **more
    )


def planned(*changes, lots=LOTS, producers=(), qty=90, **more):
    return share(an_order(a_line(qty), changes=changes, **more), lots, list(producers))


def record(answer, producer, line="1"):
    return next(r for r in answer.lines[line].explanations if r.producer == producer)


def test_who_is_left_out_gets_nothing_and_the_reason_stands_in_its_record():
    change = a_change("leave_out", reason="pidieron descansar")

    answer = planned(change)

    assert shares(answer) == {"A": 0, "B": 45, "C": 45}
    assert answer.lines["1"].reasons == {"A": "left_out", "A1": "left_out"}
    assert (record(answer, "A").bound, record(answer, "A").changes) == ("left_out", (change,))
    assert record(answer, "B").changes == ()


def test_a_cap_is_the_smaller_of_both():
    assert shares(planned(a_change("cap", qty=10))) == {"A": 10, "B": 40, "C": 40}
    assert shares(planned(a_change("cap", qty=50), max_share_qty=20)) == {"A": 20, "B": 20, "C": 20}
    assert (
        record(planned(a_change("cap", qty=10)), "A").bound,
        record(planned(a_change("cap", qty=10)), "A").cap,
    ) == ("cap", 10)


def test_a_fixed_share_is_given_first_and_the_rest_shared_over_what_is_left():
    answer = planned(a_change("fix", qty=50))

    assert shares(answer) == {"A": 50, "B": 20, "C": 20}
    assert (record(answer, "A").bound, record(answer, "A").entitlement, record(answer, "A").deviation) == (
        "fixed",
        "20/1",
        "30/1",
    )


def test_a_fixed_share_needs_no_minimum_but_whole_packs_stock_and_room_under_the_cap():
    lots = [a_lot("A1", pack=7, available=21), a_lot("A2", pack=5, available=20), a_lot("B1")]
    minimum = [Producer(id="A", min_qty=40)]

    assert planned(a_change("fix", qty=17), lots=lots, producers=minimum).lines["1"].by_lot == {
        "A1": 7,
        "A2": 10,
        "B1": 73,
    }
    assert shares(planned(a_change("fix", qty=0), lots=lots)) == {"A": 0, "B": 90}
    for quantity in (13, 42):
        with pytest.raises(RefusedChangeError) as refused:
            planned(a_change("fix", qty=quantity), lots=lots)
        assert (refused.value.code, refused.value.line) == ("fix_not_reachable", "1")
    with pytest.raises(RefusedChangeError, match="fix_not_reachable"):
        planned(a_change("fix", qty=17), lots=lots, max_share_qty=16)


def test_a_fixed_share_of_somebody_without_an_eligible_lot_is_refused():
    with pytest.raises(RefusedChangeError, match="fix_not_reachable"):
        planned(a_change("fix", "Z", 1), producers=[Producer(id="Z")])


def test_more_may_not_be_fixed_than_is_wanted():
    with pytest.raises(RefusedChangeError, match="fix_above_wanted"):
        planned(a_change("fix", qty=60), a_change("fix", "B", 31))
    assert shares(planned(a_change("fix", qty=60), a_change("fix", "B", 30))) == {"A": 60, "B": 30, "C": 0}


def test_a_change_on_one_line_leaves_the_other_lines_alone():
    order = an_order(a_line(90), a_line(90, line="2"), changes=(a_change("leave_out", line="2"),))

    answer = share(order, LOTS, [])

    assert answer.lines["2"].by_producer["A"] == 0
    assert answer.lines["1"].by_producer["A"] > 0


def test_two_fixed_shares_out_of_one_bucket_are_counted_together():
    loom = {"available": 50, "bucket": "week-31"}
    lots = [a_lot("A1", product="scarf", **loom), a_lot("A2", product="shawl", **loom)]
    lines = (a_line(40, line="scarf", product="scarf"), a_line(40, line="shawl", product="shawl"))

    answer = share(an_order(*lines, changes=(a_change("fix", qty=25),)), lots, [])

    assert (shares(answer, "scarf"), shares(answer, "shawl")) == ({"A": 25}, {"A": 25})
    with pytest.raises(RefusedChangeError, match="fix_not_reachable"):
        share(an_order(*lines, changes=(a_change("fix", qty=26),)), lots, [])


def test_a_fixed_share_stays_as_it_is_in_a_repair():
    order = an_order(a_line(90), changes=(a_change("fix", qty=50),))
    free = [a_lot("A1", available=50), a_lot("B1", available=80), a_lot("C1", available=80)]

    after = repair(order, free, [], kept={("1", "A", "A1"): 50, ("1", "C", "C1"): 20}, closed={"1": ["B"]})

    assert shares(after) == {"A": 50, "B": 0, "C": 40}
    assert {r.producer: r.bound for r in after.lines["1"].explanations} == {
        "A": "fixed",
        "B": "answered",
        "C": "level",
    }
