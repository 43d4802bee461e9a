"""The fair level: the height to which every claimant may be filled, as an exact rational."""

from collections.abc import Sequence
from math import gcd

Claim = tuple[int, int, int]  # history (in the measure), weight, room (in units)
STEPS_MOST = 12
Rational = tuple[int, int]  # numerator, denominator > 0, in lowest terms


def fair_level(claims: Sequence[Claim], wanted: int, unit: int) -> Rational | None:
    """The least L for which the sum of min(room, max(0, weight L - history)) is `wanted`.

    Rooms and what is wanted count units (base units, packs); `unit` is one of them in the measure.
    None when nothing is wanted. `wanted` must not exceed the sum of the rooms.
    Source: constrained equal awards (Sprumont 1991), weighted, with history.
    """
    if wanted <= 0:
        return None
    found = _by_steps(claims, wanted, unit) or _by_sorting(claims, wanted, unit)
    return lowest(*found)


def entitlement(claim: Claim, level: Rational | None, unit: int) -> Rational:
    """What the level grants one claimant, in units: min(room, max(0, weight L - history))."""
    if level is None:
        return 0, 1
    history, weight, room = claim
    numerator, denominator = level
    term = max(0, weight * numerator - history * denominator)
    denominator *= unit
    return lowest(min(room * denominator, term), denominator)


def lowest(numerator: int, denominator: int) -> Rational:
    """The same fraction in lowest terms."""
    common = gcd(numerator, denominator)
    return numerator // common, denominator // common


def written(value: Rational) -> str:
    """A rational as people store it: "p/q"."""
    return f"{value[0]}/{value[1]}"


def key_shift(weights: Sequence[int]) -> int:
    """By how many bits to shift x before x // weight so that two fractions keep their order and equality.

    Two different fractions with denominators up to W differ by at least 1 / W^2, hence their floors, scaled
    by 2^s >= W^2, differ too: integers compare exactly, without a common denominator.
    """
    return 2 * max(weights, default=1).bit_length()


def _by_steps(claims: Sequence[Claim], wanted: int, unit: int) -> Rational | None:
    """The level by Newton's steps from "everybody shares", checked exactly; None where they do not settle soon.

    At the level found somebody is neither empty nor full, so it is the only one that gives the sum.
    """
    goal = wanted * unit
    numerator = goal + sum(history for history, _, _ in claims)
    denominator = sum(weight for _, weight, _ in claims)
    for _ in range(STEPS_MOST):
        slope = credit = full = 0
        one = unit * denominator
        for history, weight, room in claims:
            height = weight * numerator - history * denominator
            if height >= room * one:
                full += room
            elif height > 0:
                slope += weight
                credit += history
        rest = goal + credit - full * unit
        if slope and slope * numerator == rest * denominator:
            return numerator, denominator
        numerator, denominator = rest, slope
        if slope == 0 or numerator <= 0:
            return None
    return None


def _by_sorting(claims: Sequence[Claim], wanted: int, unit: int) -> Rational:
    """The level by going up through every place where somebody starts or is full."""
    slope, constant = 0, -wanted * unit
    for place in _bends(claims, unit):
        history, weight, room = claims[place >> 1]
        ends = place & 1
        numerator = history + room * unit if ends else history
        if slope * numerator + constant * weight >= 0:
            break
        slope += -weight if ends else weight
        constant += numerator if ends else -numerator
    return -constant, slope


def _bends(claims: Sequence[Claim], unit: int) -> list[int]:
    """Where the sum changes its slope, by level: twice a claim's place where it starts, one more where it is full.

    Level and place travel in one integer: a hundred thousand of them sort in half the time of tuples.
    """
    shift = key_shift([weight for _, weight, _ in claims])
    bits = (2 * len(claims)).bit_length()
    bends = []
    for place, (history, weight, room) in enumerate(claims):
        if room:
            bends.append((history << shift) // weight << bits | 2 * place)
            bends.append((history + room * unit << shift) // weight << bits | 2 * place + 1)
    bends.sort()
    mask = (1 << bits) - 1
    return [bend & mask for bend in bends]
