"""From a vessel's share to its lots: the lexicographically greatest pack counts, in FEFO order, that sum to it."""

from math import gcd

from app.aggregation.reach import WIDTH_MOST, Meter, TooMuchWorkError, pack_sums, progression
from app.aggregation.tier_zero import fill_fefo
from app.aggregation.vessels import Vessel

BITS_MOST = 4 * 10**8  # kept at once


def deal(vessel: Vessel, share: int, divisor: int, meter: Meter) -> list[int]:
    """Whole packs per lot that sum to `share`, which must be in the vessel's sums.

    Raises TooMuchWorkError where the sets needed would pass the counted limits.
    """
    sizes = vessel.sizes
    if len(sizes) <= 1:
        return fill_fefo(vessel, share // sizes[0] if sizes else 0)
    stretches = _stretches(vessel)
    top = share // divisor
    rest = _reachable_by_the_rest(stretches, divisor, top, meter)
    left, packs = top, []
    for (pack, count), reached in zip(stretches, rest, strict=True):
        part = _most(reached, left, pack // divisor, count)
        packs.append(part)
        left -= part * (pack // divisor)
    return _per_lot(vessel, packs)


def largest_sum(vessel: Vessel, most: int) -> int:
    """The largest sum of whole packs that is at most `most`.

    Raises TooMuchWorkError where packs are mixed and the set of sums would pass the counted limits.
    """
    sizes = vessel.sizes
    top = min(most, vessel.stock)
    if len(sizes) <= 1:
        return top - top % sizes[0] if sizes else 0
    divisor = gcd(*sizes)
    top //= divisor
    if top > WIDTH_MOST:
        raise TooMuchWorkError
    return (pack_sums(vessel.packs, vessel.counts, divisor, top, Meter()).bit_length() - 1) * divisor


def _stretches(vessel: Vessel) -> list[tuple[int, int]]:
    """Neighbouring lots of one pack together: (pack, packs). Dealing them first to last changes nothing."""
    stretches: list[tuple[int, int]] = []
    for pack, count in zip(vessel.packs, vessel.counts, strict=True):
        if stretches and stretches[-1][0] == pack:
            stretches[-1] = pack, stretches[-1][1] + count
        else:
            stretches.append((pack, count))
    return stretches


def _reachable_by_the_rest(
    stretches: list[tuple[int, int]], divisor: int, top: int, meter: Meter
) -> list[int]:
    """For every stretch: the sums that those after it can make, up to `top`."""
    if top * len(stretches) > BITS_MOST:
        raise TooMuchWorkError
    mask = (2 << top) - 1
    reached, rest = 1, []
    for pack, count in reversed(stretches):
        rest.append(reached)
        if not count:
            continue
        meter.spend(top * count.bit_length())
        step = pack // divisor
        reached = progression(reached, step, min(count, top // step) + 1, int.__lshift__, mask)
    return rest[::-1]


def _most(reached: int, left: int, step: int, count: int) -> int:
    """The most packs, at most `count`, after which the rest can make what is then left."""
    if not count:
        return 0
    least_left = max(left - count * step, left % step)
    if not least_left and reached & 1:
        return left // step
    width = left - least_left + 1
    pattern = progression(1, step, width // step + 1, int.__lshift__)
    found = (reached >> least_left) & pattern
    return (left - least_left - (found & -found).bit_length() + 1) // step


def _per_lot(vessel: Vessel, packs: list[int]) -> list[int]:
    taken: list[int] = []
    stretch, before = -1, 0
    left = 0
    for pack, count in zip(vessel.packs, vessel.counts, strict=True):
        if stretch < 0 or pack != before:
            stretch, before = stretch + 1, pack
            left = packs[stretch]
        part = min(count, left)
        taken.append(part)
        left -= part
    return taken
