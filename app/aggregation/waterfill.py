"""Equal levels with one common pack: packs are given by exact marginal cost, found by bisection of the level.

The next pack k of a vessel costs (2 h + (2 k - 1) u) / w; taking the cheapest first is the exact optimum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.aggregation.level import Claim, fair_level, key_shift

Counts = list[int]


def pour(claims: Sequence[Claim], unit: int, wanted: int) -> Counts:
    """Deals `wanted` packs: how many each claimant gets. Ties go to whoever stands first.

    A claim is (history, weight, packs it can give); `unit` is the pack in the measure. Shares sum to
    min(wanted, all packs).
    """
    total = sum(packs for _, _, packs in claims)
    if wanted <= 0 or wanted >= total:
        return [packs if wanted > 0 else 0 for _, _, packs in claims]
    shift = key_shift([weight for _, weight, _ in claims])
    below, above = _bracket(claims, unit, wanted, shift)
    taken = sum(below)
    bits = len(claims).bit_length()
    candidates = [  # key and place in one integer: they sort faster than tuples
        ((2 * history + (2 * pack - 1) * unit) << shift) // weight << bits | place
        for place, ((history, weight, _), low, high) in enumerate(zip(claims, below, above, strict=True))
        for pack in range(low + 1, high + 1)
    ]
    candidates.sort()
    mask = (1 << bits) - 1
    for candidate in candidates[: wanted - taken]:
        below[candidate & mask] += 1
    return below


@dataclass(slots=True)
class _Edge:
    """A level and what it deals."""

    level: int
    packs: Counts
    total: int


def _bracket(claims: Sequence[Claim], unit: int, wanted: int, shift: int) -> tuple[Counts, Counts]:
    """What two levels deal, too little and enough: at most two packs a head apart, or adjacent levels."""
    low, high = _around(claims, unit, wanted, shift)
    bisects = False
    while high.total - low.total > 2 * len(claims) and high.level - low.level > 1:
        middle = _edge(claims, unit, _middle(low, high, wanted, bisects=bisects), shift)
        bisects = not bisects
        if middle.total < wanted:
            low = middle
        else:
            high = middle
    return low.packs, high.packs


def _around(claims: Sequence[Claim], unit: int, wanted: int, shift: int) -> tuple[_Edge, _Edge]:
    """A level that deals too little and one that deals enough, near twice the fair level of the continuum."""
    continuous = fair_level(claims, wanted, unit)
    numerator, denominator = continuous or (0, 1)
    step = ((2 * unit) << shift) // max(weight for _, weight, _ in claims) + 1
    low = high = _edge(claims, unit, ((2 * numerator) << shift) // denominator, shift)
    while low.total >= wanted:
        high, low = low, _edge(claims, unit, low.level - step, shift)
        step *= 2
    while high.total < wanted:
        low, high = high, _edge(claims, unit, high.level + step, shift)
        step *= 2
    return low, high


def _edge(claims: Sequence[Claim], unit: int, level: int, shift: int) -> _Edge:
    packs = _packs_at(claims, unit, level, shift)
    return _Edge(level, packs, sum(packs))


def _packs_at(claims: Sequence[Claim], unit: int, level: int, shift: int) -> Counts:
    """How many packs of each claimant have a key of at most `level`."""
    twice = 2 * unit
    counts = []
    above = level + 1
    for history, weight, packs in claims:
        dealt = (((above * weight - 1) >> shift) - 2 * history + unit) // twice
        counts.append(0 if dealt <= 0 else packs if dealt > packs else dealt)  # noqa: FURB136 - min() is slower here
    return counts


def _middle(low: _Edge, high: _Edge, wanted: int, *, bisects: bool) -> int:
    """A level strictly between: by proportion, every second time by halves so that it always converges."""
    width = high.level - low.level
    guess = low.level + (width // 2 if bisects else width * (wanted - low.total) // (high.total - low.total))
    return min(max(guess, low.level + 1), high.level - 1)
