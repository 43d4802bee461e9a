"""Equal levels with one common pack: packs are given by exact marginal cost, found by bisection of the level.

The next pack k of a vessel costs (2 h + (2 k - 1) u) / w; taking the cheapest first is the exact optimum.
"""

from collections.abc import Sequence

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
    candidates = [
        (((2 * history + (2 * pack - 1) * unit) << shift) // weight, place)
        for place, ((history, weight, _), low, high) in enumerate(zip(claims, below, above, strict=True))
        for pack in range(low + 1, high + 1)
    ]
    for _, place in sorted(candidates)[: wanted - taken]:
        below[place] += 1
    return below


def _bracket(claims: Sequence[Claim], unit: int, wanted: int, shift: int) -> tuple[Counts, Counts]:
    """What two levels deal, too little and enough: at most two packs a head apart, or adjacent levels."""
    low, high = _around(claims, unit, wanted, shift)
    below, above = _packs_at(claims, unit, low, shift), _packs_at(claims, unit, high, shift)
    dealt_below, dealt_above = sum(below), sum(above)
    bisects = False
    while dealt_above - dealt_below > 2 * len(claims) and high - low > 1:
        middle = _middle(low, high, wanted - dealt_below, dealt_above - dealt_below, bisects=bisects)
        counts = _packs_at(claims, unit, middle, shift)
        dealt = sum(counts)
        bisects = not bisects
        if dealt < wanted:
            low, below, dealt_below = middle, counts, dealt
        else:
            high, above, dealt_above = middle, counts, dealt
    return below, above


def _around(claims: Sequence[Claim], unit: int, wanted: int, shift: int) -> tuple[int, int]:
    """A level that deals too little and one that deals enough, near twice the fair level of the continuum."""
    continuous = fair_level([(h, w, packs * unit) for h, w, packs in claims], wanted * unit)
    numerator, denominator = continuous or (0, 1)
    low = high = ((2 * numerator) << shift) // denominator
    step = ((2 * unit) << shift) // max(weight for _, weight, _ in claims) + 1
    while sum(_packs_at(claims, unit, low, shift)) >= wanted:
        high = low
        low -= step
        step *= 2
    while sum(_packs_at(claims, unit, high, shift)) < wanted:
        low = high
        high += step
        step *= 2
    return low, high


def _packs_at(claims: Sequence[Claim], unit: int, level: int, shift: int) -> Counts:
    """How many packs of each claimant have a key of at most `level`."""
    twice = 2 * unit
    counts = []
    above = level + 1
    for history, weight, packs in claims:
        dealt = (((above * weight - 1) >> shift) - 2 * history + unit) // twice
        counts.append(0 if dealt <= 0 else packs if dealt > packs else dealt)  # noqa: FURB136 - min() is slower here
    return counts


def _middle(low: int, high: int, part: int, whole: int, *, bisects: bool) -> int:
    """A level strictly between: by proportion, every second time by halves so that it always converges."""
    guess = (low + high) // 2 if bisects else low + (high - low) * part // whole
    return min(max(guess, low + 1), high - 1)
