"""The rule word for word: sets, fractions and enumeration. Slow, obvious, and what the fast one is held against.

Eligibility is not part of it: all lots given are eligible, none is wanted by two lines.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from hashlib import sha256
from itertools import product
from math import gcd

from app.aggregation.model import Line, Lot, Order, Producer


@dataclass
class Source:
    """A producer's lots for one line, in FEFO order."""

    producer: Producer
    lots: list[Lot]
    cap: int | None
    history: int

    def possible(self, *, without_minimum: bool = False) -> dict[int, tuple[int, ...]]:
        """S_p: every sum in [m, cap] and 0, with the lexicographically greatest pack counts that make it."""
        minimum = 0 if without_minimum else self.producer.min_qty
        found = {}
        for counts in product(*(range(lot.available // lot.pack + 1) for lot in self.lots)):
            total = sum(count * lot.pack for count, lot in zip(counts, self.lots, strict=True))
            if total == 0 or (total >= minimum and (self.cap is None or total <= self.cap)):
                found[total] = max(counts, found.get(total, counts))
        return found


def in_tie_order(order: str, producers: list[Producer]) -> list[Producer]:
    def key(producer):
        day = producer.last_served_day
        lottery = sha256((order + "|" + producer.id).encode()).hexdigest()
        return (day is not None, day or 0, lottery, producer.id.encode())

    return sorted(producers, key=key)


def sources(order: Order, line: Line, lots: list[Lot], producers: list[Producer]) -> list[Source]:
    never = 10**9
    ordered = sorted(
        (lot for lot in lots if lot.product == line.product),
        key=lambda lot: (
            never if lot.expiry_day is None else lot.expiry_day,
            lot.unit_price,
            lot.id.encode(),
        ),
    )
    return [
        Source(producer, own, order.max_share_qty, producer.recent)
        for producer in in_tie_order(order.id, producers)
        if (own := [lot for lot in ordered if lot.producer == producer.id])
    ]


def able(given: list[Source]) -> list[Source]:
    """Those who can give anything at all."""
    return [source for source in given if len(source.possible()) > 1]


def packs_of(given: list[Source]) -> set[int]:
    return {lot.pack for source in given for lot in source.lots if lot.available >= lot.pack}


def floor_of(source: Source) -> int:
    smallest = min(packs_of([source]))
    return source.producer.min_qty if source.producer.min_qty > smallest else 0


def phi(line: Line, given: list[Source], split: list[int]) -> Fraction:
    total = Fraction(0)
    for source, y in zip(given, split, strict=True):
        h = source.history
        total += Fraction((h + line.reference_price * y) ** 2 - h**2, source.producer.members)
    return total


def greedy(line: Line, given: list[Source]) -> list[list[int]]:
    """T0: the next pack k of a lot has key (2(h + offset) + (2k - 1)u) / w; the smallest that fits is taken."""
    taken = [[0] * len(source.lots) for source in given]
    open_lots = [(p, i) for p, source in enumerate(given) for i in range(len(source.lots))]
    limit = line.qty + line.over_tolerance

    def amount(p):
        return sum(k * lot.pack for k, lot in zip(taken[p], given[p].lots, strict=True))

    def key(p, i):
        source, unit = given[p], line.reference_price
        offset = sum(lot.available // lot.pack * lot.pack for lot in source.lots[:i])
        steps = (2 * (taken[p][i] + 1) - 1) * source.lots[i].pack
        return Fraction(2 * (source.history + offset * unit) + steps * unit, source.producer.members)

    def fits(p, i):
        source, lot = given[p], given[p].lots[i]
        if taken[p][i] == lot.available // lot.pack:
            return False
        total = sum(map(amount, range(len(given))))
        return total + lot.pack <= limit and (source.cap is None or amount(p) + lot.pack <= source.cap)

    while open_lots and sum(map(amount, range(len(given)))) < line.qty:
        p, i = min(open_lots, key=lambda place: (key(*place), *place))
        if fits(p, i):
            taken[p][i] += 1
        else:
            open_lots.remove((p, i))
    return taken


def amounts(given: list[Source], taken: list[list[int]]) -> list[int]:
    return [
        sum(k * lot.pack for k, lot in zip(counts, source.lots, strict=True))
        for source, counts in zip(given, taken, strict=True)
    ]


def level_out(line: Line, given: list[Source]) -> list[list[int]]:
    """T0 with its fall-back for minimums: the longest prefix by theta that holds, by bisection of its length."""

    def theta(p):
        source = given[p]
        reach = floor_of(source) * line.reference_price + source.history
        return (floor_of(source) > 0, Fraction(reach, source.producer.members) if floor_of(source) else 0, p)

    order = sorted(range(len(given)), key=theta)

    def with_first(length):
        chosen = sorted(order[:length])
        taken = [[0] * len(source.lots) for source in given]
        for p, counts in zip(chosen, greedy(line, [given[p] for p in chosen]), strict=True):
            taken[p] = counts
        return taken

    low, high = sum(not floor_of(source) for source in given), len(given)
    while low < high:
        middle = (low + high + 1) // 2
        ys = amounts(given, with_first(middle))
        if all(y == 0 or y >= floor_of(source) for y, source in zip(ys, given, strict=True)):
            low = middle
        else:
            high = middle - 1
    return with_first(low)


def best_total(line: Line, given: list[Source]) -> int:
    """F*: the smallest reachable total in [Q, T], else the largest reachable below Q."""
    reachable = reduce(lambda sums, source: {s + y for s in sums for y in source.possible()}, given, {0})
    enough = [total for total in reachable if line.qty <= total <= line.qty + line.over_tolerance]
    return min(enough) if enough else max(total for total in reachable if total <= line.qty)


def fairest(line: Line, given: list[Source]) -> list[list[int]]:
    """T1: of all splits of F* with the least Phi, the lexicographically greatest."""
    total = best_total(line, given)
    splits = [ys for ys in product(*(source.possible() for source in given)) if sum(ys) == total]
    best = min(splits, key=lambda ys: (phi(line, given, list(ys)), [-y for y in ys]))
    return [list(source.possible()[y]) for source, y in zip(given, best, strict=True)]


def rounded(line: Line, given: list[Source]) -> list[list[int]]:
    """T1b: the least flexible first, each as near to T0's share as the rest still allows, the smaller of two."""
    total = best_total(line, given)
    guide = amounts(given, level_out(line, given))

    def stiffness(p):
        return max(floor_of(given[p]), *(lot.pack for lot in given[p].lots if lot.available >= lot.pack))

    order = sorted(range(len(given)), key=lambda p: (-stiffness(p), p))
    split, left = [0] * len(given), total
    for place, p in enumerate(order):
        rest = {0}
        for q in order[place + 1 :]:
            rest = {s + y for s in rest for y in given[q].possible()}
        choices = [y for y in given[p].possible() if left - y in rest]
        split[p] = min(choices, key=lambda y: (abs(y - guide[p]), y))
        left -= split[p]
    return [list(source.possible()[y]) for source, y in zip(given, split, strict=True)]


def solve(line: Line, given: list[Source], *, budget: int = 3_000_000) -> tuple[list[list[int]], str]:
    """One line by its tier."""
    if len(packs_of(given)) <= 1 and not any(floor_of(source) for source in given):
        return greedy(line, given), "T0"
    guide = level_out(line, given)
    if line.under_tolerance is not None and sum(amounts(given, guide)) >= line.qty - line.under_tolerance:
        return guide, "T0"
    total, divisor = best_total(line, given), gcd(*packs_of(given))
    choices = sum(sum(y <= total for y in source.possible()) for source in given)
    if (total // divisor + 1) * choices <= budget:
        return fairest(line, given), "T1"
    return rounded(line, given), "T1b"


def share(
    order: Order, lots: list[Lot], producers: list[Producer], *, budget: int = 3_000_000
) -> dict[str, dict[str, int]]:
    """By line: lot -> quantity. Levels are carried from line to line in sweeps, then one pass by tier."""
    lines = sorted(order.lines, key=lambda line: line.id)
    by_line = {line.id: sources(order, line, lots, producers) for line in lines}
    has = {line.id: {source.producer.id: 0 for source in by_line[line.id]} for line in lines}
    answer = {}

    def settle(line, how):
        def elsewhere(producer):
            return sum(has[o.id].get(producer.id, 0) * o.reference_price for o in lines if o.id != line.id)

        for source in by_line[line.id]:
            source.history = source.producer.recent + elsewhere(source.producer)
        given = able(by_line[line.id])
        rank = {source.producer.id: place for place, source in enumerate(given)}
        given.sort(key=lambda source: (elsewhere(source.producer), rank[source.producer.id]))
        taken = how(line, given)
        before = dict(has[line.id])
        has[line.id] = dict.fromkeys(before, 0)
        has[line.id] |= {s.producer.id: y for s, y in zip(given, amounts(given, taken), strict=True)}
        answer[line.id] = {
            lot.id: count * lot.pack
            for source, counts in zip(given, taken, strict=True)
            for lot, count in zip(source.lots, counts, strict=True)
            if count
        }
        return has[line.id] != before

    if len(lines) > 1:
        for _ in range(16):
            if not sum(settle(line, level_out) for line in lines):
                break
    for line in lines:
        settle(line, lambda line, given: solve(line, given, budget=budget)[0])
    return answer
