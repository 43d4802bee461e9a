"""What a posting must be. Pure."""

from collections import Counter
from collections.abc import Sequence


class UnbalancedError(ValueError):
    """The sides of a posting do not sum to zero in each currency, are fewer than two, or move nothing.

    A fault of the program that posts, never of who asked: it undoes the transaction.
    """


def check_balance(sides: Sequence[tuple[str, int]]) -> None:
    """Currencies and amounts in minor units: at least two, none zero, zero in all per currency. Raises UnbalancedError."""
    sums: Counter[str] = Counter()
    for currency, amount_minor in sides:
        sums[currency] += amount_minor
    if len(sides) < 2 or any(sums.values()) or not all(amount for _, amount in sides):
        raise UnbalancedError(f"{len(sides)} sides leave {dict(sums)}")
