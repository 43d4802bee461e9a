"""Which condition to relax, how far, and how much that adds."""

from app.aggregation.model import Producer
from app.aggregation.relaxations import Relaxation, relaxations
from app.aggregation.share import share
from tests.aggregation.make import a_line, a_lot, an_order

LINE = a_line(
    100,
    max_unit_price=800,
    due_day=30,
    min_shelf_days=10,
    seals=("organic",),
    min_grade=2,
    territories=("PE",),
)
GOOD = {"seals": ("organic",), "grade": 2, "ready_day": 20, "expiry_day": 90}


def helped(lots, *, line=LINE, producers=(), **more):
    order = an_order(line, **more)
    producers = [Producer(id="A", territory="PE"), *producers]
    return [
        (one.code, one.supply, one.adds, one.to)
        for one in relaxations(order, lots, producers, share(order, lots, producers))
    ]


def test_a_filled_line_needs_nothing():
    assert helped([a_lot("A1", **GOOD), a_lot("A2", **GOOD, price=900)]) == []


def test_each_condition_alone_is_counted_anew_and_the_nearest_value_named():
    lots = [
        a_lot("A1", available=50, **GOOD),
        a_lot("A2", available=30, **GOOD, price=900),
        a_lot("A3", available=30, **GOOD, price=850),
        a_lot("A4", available=30, **GOOD, price=990),
        a_lot("A5", available=20, **GOOD | {"ready_day": 33}),
        a_lot("A6", available=10, **GOOD | {"grade": 1}),
        a_lot("A7", available=9, **GOOD | {"seals": ()}),
        a_lot("A8", available=8, **GOOD | {"expiry_day": 35}),
        a_lot("A9", available=99, **GOOD | {"expiry_day": 35, "grade": 1}),
        a_lot("B1", available=7, **GOOD),
    ]

    assert helped(lots, producers=[Producer(id="B", territory="BO")]) == [
        ("price_above_max", 90, 50, 900),
        ("not_ready", 20, 20, 33),
        ("grade", 10, 10, 1),
        ("missing_seal", 9, 9, None),
        ("shelf_life", 8, 8, 5),
        ("territory", 7, 7, None),
    ]


def test_a_cap_counts_as_a_condition_and_packs_and_minimums_stay():
    line = a_line(100)
    lots = [a_lot("A1", available=60), a_lot("B1", available=9, pack=5, price=9)]

    assert helped(lots, line=line, max_share_qty=40) == [("cap", 20, 20, None)]
    tight = [a_lot("A1", available=60), a_lot("B1", available=9, pack=5, price=900)]
    assert helped(tight, line=a_line(100, max_unit_price=800), producers=[Producer(id="B", min_qty=6)]) == []
    assert helped(tight, line=a_line(100, max_unit_price=800)) == [("price_above_max", 5, 5, 900)]


def test_a_relaxation_names_its_line_and_field():
    order = an_order(a_line(100, line="quinua", max_unit_price=800))
    lots = [a_lot("A1", price=801)]

    assert relaxations(order, lots, [], share(order, lots, [])) == [
        Relaxation("quinua", "price_above_max", "max_unit_price", supply=100, adds=100, to=801)
    ]
