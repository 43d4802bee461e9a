"""The rotation credit: who stood in better places so far and who in worse, exactly; and how even that is.

On every date a group's credit grows by the quality of its stall less the mean quality of that date; who waited in
vain counts as standing at quality 0. Sums are kept as exact rationals and rounded once, to millionths: nothing drifts.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from app.fairs.allocation.model import MILLION


class Stood(NamedTuple):
    """One date: the quality of the stall of each group that was given one, and who waited for one in vain."""

    qualities: Mapping[str, int]
    waited: frozenset[str] = frozenset()


class Fairness(NamedTuple):
    """How even the past was: the published figure, and the distance from the best to the worst served, in quality."""

    groups: int
    variance: Fraction
    spread: Fraction


def credits(history: Iterable[Stood]) -> dict[str, int]:  # noqa: A001 - the word people use for it
    """The credit of every group of the past dates in millionths of quality, rounded half up once at the end."""
    return {group: _rounded(credit * MILLION) for group, credit in exact_credits(history).items()}


def exact_credits(history: Iterable[Stood]) -> dict[str, Fraction]:
    """The same as exact rationals, groups in alphabetical order."""
    had: dict[str, int] = {}
    means: dict[
        str, dict[int, int]
    ] = {}  # group -> number of groups on a date -> sum of the qualities of such dates
    for date in history:
        waited = date.waited - date.qualities.keys()
        count, total = len(date.qualities) + len(waited), sum(date.qualities.values())
        for group in (*date.qualities, *waited):
            had[group] = had.get(group, 0) + date.qualities.get(group, 0)
            of_group = means.setdefault(group, {})
            of_group[count] = of_group.get(count, 0) + total
    return {group: had[group] - _sum_of_means(means[group]) for group in sorted(had)}


def fairness(credit: Mapping[str, Fraction]) -> Fairness:
    """The variance and the spread of exact credits; zero where nobody stood yet."""
    if not credit:
        return Fairness(0, Fraction(0), Fraction(0))
    mean = sum(credit.values(), Fraction(0)) / len(credit)
    squares = sum(((value - mean) ** 2 for value in credit.values()), Fraction(0))
    return Fairness(len(credit), squares / len(credit), max(credit.values()) - min(credit.values()))


def _sum_of_means(totals: Mapping[int, int]) -> Fraction:
    return sum((Fraction(total, count) for count, total in totals.items()), Fraction(0))


def _rounded(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
