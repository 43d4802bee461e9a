"""One line as a cooperative would recognise it: packs, minimums, caps, ties, what a lot must be, what is said."""

from fractions import Fraction
from hashlib import sha256

import pytest

from app.aggregation.model import Producer
from app.aggregation.share import share
from tests.aggregation.make import a_line, a_lot, an_order, shared, shares


def bounds(answer, line="1"):
    return {record.producer: record.bound for record in answer.lines[line].explanations}


def lottery(order, names):
    return sorted(names, key=lambda name: sha256(f"{order}|{name}".encode()).hexdigest())


def test_shares_are_equal_per_person_not_per_group():
    groups = [Producer(id="A", members=3), Producer(id="B", members=5), Producer(id="C", members=1)]

    answer = shared(90, [a_lot("A1"), a_lot("B1"), a_lot("C1")], groups)

    assert shares(answer) == {"A": 30, "B": 50, "C": 10}
    assert answer.lines["1"].level == "10/1"


def test_what_was_delivered_lately_counts_as_received():
    answer = shared(90, [a_lot("A1"), a_lot("B1")], [Producer(id="A", recent=30)])

    assert shares(answer) == {"A": 30, "B": 60}
    assert answer.lines["1"].level == "60/1"


def test_who_has_less_gives_all_and_the_others_share_the_rest():
    answer = shared(90, [a_lot("A1", available=10), a_lot("B1"), a_lot("C1")])

    assert shares(answer) == {"A": 10, "B": 40, "C": 40}
    assert bounds(answer) == {"A": "stock", "B": "level", "C": "level"}


def test_a_cap_limits_the_sum_of_a_producers_lots_not_each_lot():
    lots = [a_lot("A1", available=7, pack=7, expiry_day=1), a_lot("A2", available=10, pack=5, expiry_day=2)]

    answer = share(an_order(a_line(10), max_share_qty=10), lots, [])

    assert (shares(answer), answer.lines["1"].by_lot, answer.lines["1"].tier) == ({"A": 10}, {"A2": 10}, "T1")
    assert bounds(answer) == {"A": "cap"}


def test_the_first_to_expire_goes_first_and_no_date_goes_last():
    lots = [a_lot("A1"), a_lot("A2", available=20, expiry_day=9), a_lot("A3", available=20, expiry_day=5)]

    assert shared(50, lots).lines["1"].by_lot == {"A3": 20, "A2": 20, "A1": 10}


def test_of_equal_expiry_the_cheaper_goes_first_then_the_smaller_id():
    lots = [a_lot("A3", available=5, price=7), a_lot("A2", available=5), a_lot("A1", available=5)]

    assert shared(12, lots).lines["1"].by_lot == {"A3": 5, "A1": 5, "A2": 2}


def test_a_tie_goes_to_whoever_was_never_served_then_longest_ago_then_to_the_lottery():
    lots = [a_lot("A1"), a_lot("B1"), a_lot("C1"), a_lot("D1")]
    served = [Producer(id="A", last_served_day=8), Producer(id="B", last_served_day=5)]
    first, second = lottery("o", "CD")

    assert shares(shared(1, lots, served)) == dict.fromkeys("ABCD", 0) | {first: 1}
    assert shares(shared(3, lots, served)) == {"A": 0, "B": 1, "C": 1, "D": 1}
    assert bounds(shared(3, lots, served)) == dict.fromkeys("ABCD", "lottery")
    records = {
        record.producer: record.tie_digest for record in shared(1, lots, served).lines["1"].explanations
    }
    assert records == {name: sha256(f"o|{name}".encode()).hexdigest() for name in "ABCD"}
    assert records[first] < records[second]


def test_another_order_draws_another_lottery():
    winners = set()
    for number in range(20):
        answer = share(an_order(a_line(1), order=f"order-{number}"), [a_lot("A1"), a_lot("B1")], [])
        (winner,) = (name for name, quantity in shares(answer).items() if quantity)
        assert winner == lottery(f"order-{number}", "AB")[0]
        winners.add(winner)

    assert winners == {"A", "B"}


def test_a_producer_under_its_minimum_is_left_at_nothing_and_told_why():
    answer = shared(60, [a_lot("A1"), a_lot("B1")], [Producer(id="B", min_qty=61)])

    assert shares(answer) == {"A": 60, "B": 0}
    assert (answer.lines["1"].tier, bounds(answer)["B"], answer.lines["1"].reasons) == (
        "T1",
        "below_minimum",
        {"B": "below_minimum"},
    )


def test_a_producer_whose_stock_is_under_its_minimum_changes_nothing_for_the_others():
    answer = shared(60, [a_lot("A1"), a_lot("B1", available=40)], [Producer(id="B", min_qty=50)])

    assert (shares(answer), answer.lines["1"].tier) == ({"A": 60, "B": 0}, "T0")
    assert bounds(answer) == {"A": "level", "B": "below_minimum"}


def test_tolerance_lets_a_last_pack_in_and_no_more():
    lots = [a_lot("A1", pack=25), a_lot("B1", pack=25)]

    exact, above = shared(90, lots).lines["1"], shared(90, lots, over_tolerance=15).lines["1"]

    assert (exact.fill, exact.shortfall, above.fill, above.shortfall) == (75, 15, 100, 0)


def test_under_tolerance_spares_the_reshuffle_and_the_flags_stay_honest():
    lots = [a_lot("A1", pack=7), a_lot("B1", pack=10)]

    chased, spared = shared(54, lots).lines["1"], shared(54, lots, under_tolerance=6).lines["1"]

    assert (chased.by_producer, chased.tier, chased.fill_optimal) == ({"A": 14, "B": 40}, "T1", True)
    assert (spared.by_producer, spared.tier) == ({"A": 28, "B": 20}, "T0")
    assert (spared.fill_optimal, spared.fair_optimal) == (False, False)


def test_lots_that_cannot_be_taken_say_every_condition_they_fail():
    seals = {"seals": ("organic",), "grade": 2, "ready_day": 10, "expiry_day": 60, "currency": "PEN"}
    lots = [
        a_lot("A1", **seals),
        a_lot("A2", **seals | {"currency": "BOB"}),
        a_lot("A3", **seals | {"seals": (), "grade": None}, price=901),
        a_lot("A4", **seals | {"ready_day": 31, "expiry_day": 29}),
        a_lot("A5", **seals | {"expiry_day": 49}),
        a_lot("B1", **seals),
        a_lot("C1", product="kiwicha", **seals),
    ]
    line = a_line(
        500,
        seals=("organic",),
        min_grade=2,
        due_day=30,
        min_shelf_days=20,
        max_unit_price=900,
        territories=("PE",),
    )
    producers = [Producer(id="A", territory="PE"), Producer(id="B", territory="BO")]

    answer = share(an_order(line, currency="PEN"), lots, producers).lines["1"]

    assert (answer.by_lot, answer.by_producer, answer.shortfall) == ({"A1": 100}, {"A": 100, "B": 0}, 400)
    assert answer.reasons == {
        "A2": "currency",
        "A3": "missing_seal",
        "A4": "not_ready",
        "A5": "shelf_life",
        "B": "territory",
        "B1": "territory",
    }
    said = {
        lot.lot: [(r.code, r.needed, r.had) for r in lot.reasons]
        for e in answer.explanations
        for lot in e.excluded
    }
    assert said == {
        "A2": [("currency", "PEN", "BOB")],
        "A3": [("missing_seal", ("organic",), ()), ("grade", 2, None), ("price_above_max", 900, 901)],
        "A4": [("not_ready", 30, 31), ("expired", 30, 29)],
        "A5": [("shelf_life", 50, 49)],
        "B1": [("territory", ("PE",), "BO")],
    }


def test_no_supply_is_an_empty_plan():
    answer = shared(90, [a_lot("A1", price=900)], max_unit_price=899).lines["1"]

    assert (answer.fill, answer.shortfall, answer.by_producer, answer.by_lot) == (0, 90, {"A": 0}, {})
    assert (answer.tier, answer.fill_optimal, answer.fair_optimal, answer.level) == ("T0", True, True, None)
    assert answer.reasons == {"A": "price_above_max", "A1": "price_above_max"}


def test_the_price_is_paid_to_the_last_cent_rounded_up_once_per_share():
    lots = [a_lot("A1", available=5, price=333, expiry_day=1), a_lot("A2", price=334)]

    (record,) = shared(8, lots, price_unit=1000).lines["1"].explanations

    assert record.amount == 3  # (5 x 333 + 3 x 334) / 1000 = 2.667; lot by lot it would be 2 + 2


def test_a_record_lets_anybody_recompute_the_share():
    lots = [a_lot("A1", pack=5), a_lot("B1", pack=5), a_lot("C1", available=10, pack=5)]

    answer = shared(90, lots, [Producer(id="A", members=2, recent=6)])

    for record in answer.lines["1"].explanations:
        level, room = Fraction(record.level), record.eligible_stock
        entitled = min(room, max(0, record.weight * level - record.recent - record.other_lines))
        assert Fraction(record.entitlement) == entitled
        assert Fraction(record.deviation) == record.allotted - entitled
        assert abs(record.allotted - entitled) < record.packs[0]


@pytest.mark.parametrize("twice", [[a_lot("A1"), a_lot("A1")], [a_lot("A1"), a_lot("A1", available=3)]])
def test_a_lot_that_stands_twice_is_refused(twice):
    with pytest.raises(ValueError, match="an id stands twice"):
        shared(9, twice)
