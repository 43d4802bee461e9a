"""Strategies: small orders among a few producers, every lot eligible."""

from hypothesis import strategies as st

from app.aggregation.model import Lot, Producer
from tests.aggregation.make import a_line, an_order


@st.composite
def suppliers(draw, *, packs, minimums, most, product="quinua", names="ABCD", count=3):
    """Lots and producers, at most `count` lots a producer."""
    lots, producers = [], []
    for name in names[: draw(st.integers(1, len(names)))]:
        for number in range(draw(st.integers(1, count))):
            available, pack = draw(st.integers(0, most)), draw(st.sampled_from(packs))
            expiry = draw(st.sampled_from([None, 5, 9]))
            price = draw(st.integers(1, 3))
            lot = f"{name}{number}{product}"
            lots.append(
                Lot(
                    id=lot,
                    producer=name,
                    product=product,
                    available=available,
                    pack=pack,
                    unit_price=price,
                    expiry_day=expiry,
                )
            )
        producers.append(draw(producers_named(name, minimums)))
    return lots, producers


@st.composite
def producers_named(draw, name, minimums):
    return Producer(
        id=name,
        members=draw(st.sampled_from([1, 1, 2, 3, 7])),
        recent=draw(st.sampled_from([0, 0, 4, 11])),
        min_qty=draw(st.sampled_from(minimums)),
        last_served_day=draw(st.sampled_from([None, 3, 4])),
    )


@st.composite
def orders_of_one_line(draw, *, packs, minimums, most=25):
    """An order, its lots and its producers."""
    lots, producers = draw(
        suppliers(packs=packs, minimums=minimums, most=most, count=3 if len(packs) > 1 else 4)
    )
    qty, over = draw(st.integers(1, 3 * most)), draw(st.sampled_from([0, 0, 1, 4]))
    cap = draw(st.sampled_from([None, None, 8, 11]))
    reference = draw(st.sampled_from([1, 1, 3]))
    line = a_line(qty, over_tolerance=over, reference_price=reference)
    return an_order(line, order=draw(st.sampled_from(["o", "p", "q"])), max_share_qty=cap), lots, producers


@st.composite
def orders_of_lines(draw):
    """An order of two or three lines whose products several producers have; no lot on two lines."""
    lots, producers, lines = [], {}, []
    packs = draw(st.sampled_from([[1], [1], [1, 2, 5]]))
    for number, product in enumerate(("oca", "papa", "quinua")[: draw(st.integers(2, 3))]):
        names = "".join(draw(st.permutations("ABC")))
        own, known = draw(
            suppliers(packs=packs, minimums=[0, 0, 0, 6], most=14, product=product, names=names, count=2)
        )
        lots += own
        producers = {producer.id: producer for producer in known} | producers
        qty, reference = draw(st.integers(1, 40)), draw(st.sampled_from([1, 1, 2]))
        lines.append(a_line(qty, line=f"{number}", product=product, reference_price=reference))
    order = an_order(
        *lines, order=draw(st.sampled_from(["o", "p", "q"])), max_share_qty=draw(st.sampled_from([None, 9]))
    )
    return order, lots, list(producers.values())
