"""The fair level: the height to which every claimant may be filled, as an exact rational."""

from collections.abc import Sequence
from math import gcd

Claim = tuple[int, int, int]  # history, weight, room; history and room in the measure
Rational = tuple[int, int]  # numerator, denominator > 0, in lowest terms


def fair_level(claims: Sequence[Claim], wanted: int) -> Rational | None:
    """The least L for which the sum of min(room, max(0, weight L - history)) is `wanted`.

    None when nothing is wanted. `wanted` must not exceed the sum of the rooms.
    Source: constrained equal awards (Sprumont 1991), weighted, with history.
    """
    if wanted <= 0:
        return None
    slope, constant = 0, 0
    for _, numerator, weight, by_slope, by_constant in _bends(claims):
        if slope * numerator + constant * weight >= wanted * weight:
            break
        slope += by_slope
        constant += by_constant
    return lowest(wanted - constant, slope)


def entitlement(claim: Claim, level: Rational | None, reference: int) -> Rational:
    """What the level grants one claimant, in base units: min(room, max(0, weight L - history))."""
    if level is None:
        return 0, 1
    history, weight, room = claim
    numerator, denominator = level
    term = min(room * denominator, max(0, weight * numerator - history * denominator))
    return lowest(term, denominator * reference)


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


def _bends(claims: Sequence[Claim]) -> list[tuple[int, int, int, int, int]]:
    shift = key_shift([weight for _, weight, _ in claims])
    bends = []
    for history, weight, room in claims:
        if room:
            full = history + room
            bends.append(((history << shift) // weight, history, weight, weight, -history))
            bends.append(((full << shift) // weight, full, weight, -weight, full))
    bends.sort()
    return bends
