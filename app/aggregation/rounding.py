"""T1b: the exact total where the fairest split costs too much.

Every producer is rounded from T0's share, the least flexible first, to an amount from which the others can
still complete the total.
"""

from app.aggregation.dealing import BITS_MOST
from app.aggregation.reach import Amounts, Meter, TooMuchWorkError, spread
from app.aggregation.vessels import Vessel


def round_to(
    vessels: list[Vessel], sets: list[Amounts], guide: list[int], *, total: int, divisor: int, meter: Meter
) -> list[int]:
    """Amounts (in units of the divisor) with sum `total`, each the nearest possible to the guide, the smaller of two.

    Guide in base units. Raises TooMuchWorkError where the sets needed would pass the counted limits.
    """
    if total * len(vessels) > BITS_MOST:
        raise TooMuchWorkError
    order = sorted(range(len(vessels)), key=lambda place: (-_stiffness(vessels[place]), place))
    completing = _completing([sets[place] for place in order], total, meter)
    split = [0] * len(vessels)
    used = 0
    for place, after in zip(order, completing, strict=True):
        possible = sets[place].as_bits() & (after >> used)
        split[place] = _nearest(possible, guide[place], divisor)
        used += split[place]
    return split


def _stiffness(vessel: Vessel) -> int:
    return max(vessel.floor, *vessel.sizes, 0)


def _completing(sets: list[Amounts], total: int, meter: Meter) -> list[int]:
    """For every vessel in turn: the totals so far, its own amount included, that those after it can complete."""
    needed, all_needed = 1 << total, []
    for amounts in reversed(sets):
        all_needed.append(needed)
        needed = spread(needed, amounts, total, meter, int.__rshift__)
    return all_needed[::-1]


def _nearest(possible: int, wanted: int, divisor: int) -> int:
    """The set bit nearest to wanted / divisor, the smaller of two."""
    whole = wanted // divisor
    below = (possible & ((2 << whole) - 1)).bit_length() - 1
    beyond = possible >> (whole + 1)
    if not beyond:
        return below
    above = whole + (beyond & -beyond).bit_length()
    if below < 0 or above * divisor - wanted < wanted - below * divisor:
        return above
    return below
