"""The fast rule gives the same shares, lot by lot, as the rule written word for word."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.aggregation import tiers
from app.aggregation.share import share
from tests.aggregation import slow
from tests.aggregation.cases import orders_of_lines, orders_of_one_line

MANY = settings(max_examples=150, deadline=None)


@MANY
@given(orders_of_one_line(packs=[1], minimums=[0], most=12))
def test_t0_with_one_pack_takes_what_the_literal_greedy_takes(case):
    answer = share(*case).lines["1"]

    assert (answer.tier, answer.by_lot) == ("T0", slow.share(*case)["1"])


@MANY
@given(orders_of_one_line(packs=[5], minimums=[0, 3, 5], most=40))
def test_t0_with_a_common_pack_takes_what_the_literal_greedy_takes(case):
    answer = share(*case).lines["1"]

    assert (answer.tier, answer.by_lot) == ("T0", slow.share(*case)["1"])


@settings(max_examples=60, deadline=None)
@given(orders_of_one_line(packs=[1, 7, 30], minimums=[0, 0, 60], most=200))
def test_the_guide_jumps_over_what_the_literal_greedy_walks(case):
    order, lots, producers = case
    order = replace(order, lines=(replace(order.lines[0], under_tolerance=10**6),), max_share_qty=None)

    answer = share(order, lots, producers).lines["1"]

    assert (answer.tier, answer.by_lot) == ("T0", slow.share(order, lots, producers)["1"])


@MANY
@given(orders_of_one_line(packs=[1, 2, 3, 5], minimums=[0, 0, 4, 7], most=12))
def test_t1_finds_what_enumeration_finds(case):
    answer = share(*case).lines["1"]

    assert answer.by_lot == slow.share(*case)["1"]


@MANY
@given(orders_of_one_line(packs=[2, 3, 6, 10], minimums=[0, 5, 9], most=30))
def test_t1b_rounds_as_the_rule_says(case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiers, "FAIREST_WORK_MOST", 0)
        answer = share(*case).lines["1"]

    assert answer.by_lot == slow.share(*case, budget=0)["1"]
    assert answer.tier in ("T0", "T1b")


@MANY
@given(orders_of_one_line(packs=[1, 2, 5, 7], minimums=[0, 0, 6], most=20), st.integers(0, 10))
def test_under_tolerance_lets_the_guide_stand(case, under):
    order, lots, producers = case
    order = replace(order, lines=(replace(order.lines[0], under_tolerance=under),))

    answer = share(order, lots, producers).lines["1"]

    assert answer.by_lot == slow.share(order, lots, producers)["1"]


@MANY
@given(orders_of_lines())
def test_several_lines_carry_levels_as_the_literal_sweeps_do(case):
    answer = share(*case)

    assert {line: one.by_lot for line, one in answer.lines.items()} == slow.share(*case)


@MANY
@given(orders_of_one_line(packs=[1, 2, 3], minimums=[0, 0, 4], most=15))
def test_the_level_is_the_exact_rational_of_its_definition(case):
    order, lots, producers = case
    line = share(*case).lines["1"]

    if line.level is None:
        assert line.fill == 0
        return
    level = Fraction(line.level)
    terms = []
    for source in slow.able(slow.sources(order, order.lines[0], lots, producers)):
        most = min(sum(lot.available // lot.pack * lot.pack for lot in source.lots), source.cap or 10**9)
        if len(slow.packs_of([source])) == 1:
            most -= most % slow.packs_of([source]).pop()
        height = source.producer.members * level - source.history
        terms.append(min(most, max(0, height / order.lines[0].reference_price)))
    assert sum(terms) == line.fill
    entitled = {record.producer: Fraction(record.entitlement) for record in line.explanations}
    assert sum(entitled.values()) == line.fill
    assert all(Fraction(r.deviation) == r.allotted - Fraction(r.entitlement) for r in line.explanations)
