"""What the rule promises for every order: always, and what it promises only with one pack and no minimum."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.aggregation.canonical import canonical
from app.aggregation.model import Producer
from app.aggregation.share import repair, share
from tests.aggregation import slow
from tests.aggregation.cases import orders_of_lines, orders_of_one_line
from tests.aggregation.make import a_lot, shared, shares

MANY = settings(max_examples=120, deadline=None)
MIXED = orders_of_one_line(packs=[1, 2, 3, 5], minimums=[0, 0, 4, 7], most=15)
PLAIN = orders_of_one_line(packs=[1], minimums=[0], most=12)
COMMON = orders_of_one_line(packs=[3], minimums=[0])


def by_producer(case):
    return share(*case).lines["1"].by_producer


@MANY
@given(orders_of_lines())
def test_no_lot_gives_more_than_it_has_nor_a_part_of_a_pack(case):
    _, lots, _ = case
    by_id = {lot.id: lot for lot in lots}

    given_by_lot = [entry for line in share(*case).lines.values() for entry in line.by_lot.items()]

    assert all(0 < quantity <= by_id[lot].available for lot, quantity in given_by_lot)
    assert all(quantity % by_id[lot].pack == 0 for lot, quantity in given_by_lot)


@MANY
@given(MIXED)
def test_every_share_is_one_the_producer_can_give_and_the_fill_is_the_best(case):
    order, lots, producers = case
    sources = slow.sources(order, order.lines[0], lots, producers)

    line = share(*case).lines["1"]

    assert all(line.by_producer[source.producer.id] in source.possible() for source in sources)
    assert not line.fill_optimal or line.fill == slow.best_total(order.lines[0], slow.able(sources))
    assert line.fill == sum(line.by_producer.values()) == sum(line.by_lot.values())
    assert line.shortfall == max(0, order.lines[0].qty - line.fill)


@MANY
@given(orders_of_lines(), st.randoms(use_true_random=False))
def test_permuting_the_input_changes_no_byte(case, chance):
    order, lots, producers = case
    answer = canonical(share(*case))

    def shuffled(things):
        return chance.sample(list(things), len(things))

    again = share(replace(order, lines=tuple(shuffled(order.lines))), shuffled(lots), shuffled(producers))

    assert canonical(again) == answer


@MANY
@given(PLAIN, st.sampled_from("ABCD"), st.integers(1, 9))
def test_more_stock_never_lowers_its_owner_nor_the_fill_and_raises_nobody_else(case, name, more):
    order, lots, producers = case
    assume(any(producer.id == name for producer in producers))
    before = by_producer(case)

    grown = [
        replace(lot, available=lot.available + more) if lot.id == f"{name}0quinua" else lot for lot in lots
    ]
    after = by_producer((order, grown, producers))

    assert sum(after.values()) >= sum(before.values())
    assert after[name] >= before[name]
    assert all(after[other] <= before[other] for other in before if other != name)


@MANY
@given(COMMON)
def test_one_producer_more_never_raises_anybody(case):
    order, lots, producers = case
    before = by_producer(case)

    after = by_producer((order, [*lots, a_lot("Z1", available=20, pack=3)], producers))

    assert all(after[name] <= before[name] for name in before)


@MANY
@given(COMMON)
def test_sharing_again_what_some_got_among_them_gives_each_the_same(case):
    order, lots, producers = case
    before = by_producer(case)
    assume(len(before) > 1)
    gone = min(before)
    left = replace(order.lines[0], qty=max(1, sum(before.values()) - before[gone]), over_tolerance=0)
    assume(sum(before.values()) > before[gone])

    after = by_producer(
        (replace(order, lines=(left,)), [lot for lot in lots if lot.producer != gone], producers)
    )

    assert after == {name: quantity for name, quantity in before.items() if name != gone}


@MANY
@given(COMMON, st.sampled_from("ABCD"))
def test_declaring_stock_above_ones_share_changes_nothing(case, name):
    order, lots, producers = case
    before = by_producer(case)
    own = [lot for lot in lots if lot.producer == name]
    assume(own and before[name] < sum(lot.available // 3 * 3 for lot in own))

    boasted = [replace(lot, available=lot.available + 30) if lot.producer == name else lot for lot in lots]

    assert by_producer((order, boasted, producers)) == before


@MANY
@given(COMMON, st.sampled_from("ABCD"), st.integers(1, 30))
def test_more_history_never_gives_more(case, name, more):
    order, lots, producers = case
    before = by_producer(case)
    assume(name in before)

    served = [replace(p, recent=p.recent + more) if p.id == name else p for p in producers]

    assert by_producer((order, lots, served))[name] <= before[name]


def _repaired(case, name, gives):
    """The plan after one producer answered that it gives only so much (whole packs), and what stood before."""
    order, lots, producers = case
    line = share(*case).lines["1"]
    by_id = {lot.id: lot for lot in lots}
    kept = {}
    for lot, quantity in sorted(line.by_lot.items()):
        part = (
            quantity
            if by_id[lot].producer != name
            else min(quantity, gives // by_id[lot].pack * by_id[lot].pack)
        )
        gives -= part if by_id[lot].producer == name else 0
        kept["1", by_id[lot].producer, lot] = part
    free = [replace(lot, available=lot.available - kept.get(("1", lot.producer, lot.id), 0)) for lot in lots]
    return line, kept, repair(order, free, producers, kept=kept, closed={"1": [name]}).lines["1"]


@MANY
@given(MIXED, st.sampled_from("ABCD"), st.integers(0, 10))
def test_a_repair_lowers_no_kept_share_and_gives_the_one_who_answered_no_more(case, name, gives):
    order, lots, _ = case

    before, kept, after = _repaired(case, name, gives)

    stood = dict.fromkeys(after.by_producer, 0)
    for (_, producer, _), quantity in kept.items():
        stood[producer] += quantity
    assert all(after.by_producer[producer] >= quantity for producer, quantity in stood.items())
    assert all(after.by_producer[producer] == stood[producer] for producer in stood if producer == name)
    assert (
        after.fill
        == sum(after.by_lot.values())
        <= max(before.fill, order.lines[0].qty + order.lines[0].over_tolerance)
    )
    assert all(after.by_lot.get(lot.id, 0) <= lot.available for lot in lots)
    cap = order.max_share_qty
    assert cap is None or all(quantity <= cap for quantity in after.by_producer.values())


@MANY
@given(COMMON, st.sampled_from("ABCD"), st.integers(0, 10))
def test_without_minimums_patching_a_decline_equals_planning_anew(case, name, gives):
    order, lots, producers = case
    before, kept, after = _repaired(case, name, gives)
    gave = sum(quantity for (_, producer, _), quantity in kept.items() if producer == name)
    assume(name in before.by_producer)
    rest = [lot for lot in lots if lot.producer != name]
    line = order.lines[0]
    assume(line.qty > gave and rest)

    anew = share(replace(order, lines=(replace(line, qty=line.qty - gave),)), rest, producers).lines["1"]

    assert after.by_lot == anew.by_lot | {
        lot: q for (_, producer, lot), q in kept.items() if producer == name and q
    }
    assert all(
        after.by_producer[other] >= before.by_producer[other] for other in after.by_producer if other != name
    )


@MANY
@given(st.integers(2, 12), st.integers(1, 11))
def test_equal_producers_who_never_decline_stay_within_one_pack_week_after_week(groups, packs):
    names = [f"G{n:02}" for n in range(groups)]
    delivered, served = dict.fromkeys(names, 0), dict.fromkeys(names)

    for week in range(2 * groups):
        producers = [
            Producer(id=name, recent=delivered[name], last_served_day=served[name]) for name in names
        ]
        lots = [a_lot(name, producer=name, available=1000, pack=5) for name in names]
        order = slow.Order(id=f"week-{week}", lines=(slow.Line(id="1", product="quinua", qty=5 * packs),))
        for name, quantity in by_producer((order, lots, producers)).items():
            delivered[name] += quantity
            served[name] = 7 * week if quantity else served[name]

        assert max(delivered.values()) - min(delivered.values()) <= 5


def test_monotonicity_is_not_promised_with_mixed_packs():
    lots = [
        a_lot("A1", available=2, pack=2),
        a_lot("B1", available=2, pack=2),
        a_lot("C1", available=9, pack=3),
    ]

    assert shares(shared(9, lots)) == {"A": 0, "B": 0, "C": 9}
    assert shares(shared(10, lots)) == {"A": 2, "B": 2, "C": 6}
