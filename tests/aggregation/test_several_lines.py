"""Several lines of one order, several orders of one document, and supply that more than one of them wants."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.aggregation.model import Producer
from app.aggregation.plan import answer_document
from app.aggregation.share import repair, share
from tests.aggregation.make import a_line, a_lot, an_order, shares

PAPA, OCA = a_line(60, line="papa", product="papa"), a_line(60, line="oca", product="oca")
FIELDS = [
    a_lot("A1", product="papa"),
    a_lot("B1", product="papa"),
    a_lot("B2", product="oca"),
    a_lot("C1", product="oca"),
]


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8))
def test_fairness_is_over_the_whole_order_whatever_the_lottery(order):
    answer = share(an_order(PAPA, OCA, order=order), FIELDS, [])

    assert (shares(answer, "papa"), shares(answer, "oca")) == ({"A": 40, "B": 20}, {"B": 20, "C": 40})
    assert [line.fair_optimal for line in answer.lines.values()] == [False, False]


def test_lines_that_share_no_producer_are_exact_each():
    answer = share(an_order(PAPA, OCA), [FIELDS[0], FIELDS[3]], [])

    assert [(line.tier, line.fair_optimal) for line in answer.lines.values()] == [("T0", True), ("T0", True)]


def test_a_dear_line_weighs_more_than_a_cheap_one():
    scarves = a_line(10, line="scarf", product="scarf", reference_price=30)
    lots = [a_lot("A1"), a_lot("B1"), a_lot("B2", product="scarf")]

    answer = share(an_order(a_line(400, line="quinua"), scarves), [*lots, a_lot("A2", available=300)], [])

    assert shares(answer, "scarf") == {"B": 10}
    assert shares(answer, "quinua") == {"A": 350, "B": 50}
    (of_b,) = (r for r in answer.lines["quinua"].explanations if r.producer == "B")
    assert (of_b.other_lines, of_b.level, of_b.entitlement) == (300, "350/1", "50/1")


def test_two_lines_that_want_one_lot_never_take_more_than_it_has():
    organic = a_line(80, line="2", seals=("organic",))
    lots = [a_lot("A1", seals=("organic",)), a_lot("B1", available=30)]

    answer = share(an_order(a_line(80, line="1"), organic), lots, [])

    assert answer.lines["2"].by_lot == {"A1": 80}  # fewest eligible units first
    assert answer.lines["1"].by_lot == {"A1": 20, "B1": 30}
    assert [answer.lines[line].fill_optimal for line in "12"] == [False, False]


def test_lines_that_are_filled_exactly_from_one_lot_are_filled_optimally():
    answer = share(an_order(a_line(40, line="1"), a_line(60, line="2")), [a_lot("A1")], [])

    assert [(line.fill, line.fill_optimal) for line in answer.lines.values()] == [(40, True), (60, True)]


def test_lots_of_one_bucket_share_its_weekly_pieces():
    loom = {"available": 50, "bucket": "week-31"}
    lots = [
        a_lot("A1", product="scarf", **loom),
        a_lot("A2", product="shawl", **loom),
        a_lot("B1", product="shawl"),
    ]
    order = an_order(a_line(40, line="scarf", product="scarf"), a_line(40, line="shawl", product="shawl"))

    answer = share(order, lots, [])

    by_lot = answer.lines["scarf"].by_lot | answer.lines["shawl"].by_lot
    assert by_lot == {"A1": 40, "B1": 40}
    assert by_lot.get("A1", 0) + by_lot.get("A2", 0) <= 50


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("AB"), st.sampled_from("xyz"), st.sampled_from("mn"), st.sampled_from([1, 3])
        ),
        unique_by=lambda t: t[:3],
        min_size=1,
    ),
    st.dictionaries(st.sampled_from("xyz"), st.integers(1, 40), min_size=1),
    st.integers(0, 30),
)
def test_no_bucket_is_overdrawn(capacity, wanted, available):
    lots = [
        a_lot(
            f"{name}{product}{week}", product=product, available=available, bucket=f"{name}{week}", pack=pack
        )
        for name, product, week, pack in capacity
    ]
    order = an_order(*(a_line(qty, line=product, product=product) for product, qty in wanted.items()))

    answer = share(order, lots, [Producer(id="A", min_qty=4)])

    drawn: dict[str, int] = {}
    for line in answer.lines.values():
        for lot, quantity in line.by_lot.items():
            bucket = lot[0] + lot[-1]
            drawn[bucket] = drawn.get(bucket, 0) + quantity
    assert all(quantity <= available for quantity in drawn.values())


def test_a_repair_shares_a_bucket_too():
    loom = {"available": 10, "bucket": "week-31"}
    lots = [a_lot("A1", product="scarf", **loom), a_lot("A2", product="shawl", **loom)]
    lots += [a_lot("B1", product="scarf", available=0), a_lot("B2", product="shawl", available=0)]
    order = an_order(a_line(40, line="scarf", product="scarf"), a_line(40, line="shawl", product="shawl"))
    kept = {("scarf", "A", "A1"): 20, ("shawl", "A", "A2"): 20, ("scarf", "B", "B1"): 5}

    after = repair(order, lots, [], kept=kept, closed={"scarf": ["B"], "shawl": ["B"]})

    new = {line: one.fill for line, one in after.lines.items()}
    assert sum(new.values()) == 45 + 10
    assert after.lines["scarf"].by_producer["B"] == 5


def test_in_sequence_each_order_takes_from_what_is_left_and_history_grows():
    def an(order, qty):
        return {"id": order, "lines": [{"id": "1", "product": "quinua", "qty": qty}]}

    lots = [
        {"id": "a", "producer": "A", "product": "quinua", "available": 30, "unit_price": 8},
        {"id": "b", "producer": "B", "product": "quinua", "available": 100, "unit_price": 8},
    ]
    document = {"orders": [an("z", 20), an("a", 50)], "lots": lots, "producers": [{"id": "B", "recent": 20}]}

    lines = json.loads(answer_document(json.dumps(document).encode()))["lines"]

    assert lines["z/1"]["by_producer"] == {"A": 20, "B": 0}
    assert lines["a/1"]["by_producer"] == {"A": 10, "B": 40}
    assert [record["recent"] for record in lines["a/1"]["explanations"]] == [20, 20]


def test_after_a_decline_every_order_of_the_document_keeps_its_shares():
    def an(order):
        return {"id": order, "lines": [{"id": "1", "product": "quinua", "qty": 40}]}

    lots = [
        {"id": name, "producer": name.upper(), "product": "quinua", "available": 40, "unit_price": 8}
        for name in "abc"
    ]
    document = {"orders": [an("o1"), an("o2")], "lots": lots, "event": {"decline": {"A": 5}}}

    answer = json.loads(answer_document(json.dumps(document).encode()))

    before, after = answer["initial"]["lines"], answer["after"]["lines"]
    for order in ("o1/1", "o2/1"):
        assert after[order]["fill"] == 40
        assert after[order]["by_producer"]["A"] == 5
        assert all(after[order]["by_producer"][name] >= before[order]["by_producer"][name] for name in "BC")
    assert sum(after[order]["by_producer"]["B"] for order in after) <= 40
