"""Which totals can be reached with whole packs: sets of integers as the bits of one big integer, work counted."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.aggregation.vessels import Vessel

WORK_MOST = 5 * 10**9  # bits shifted
WIDTH_MOST = 5 * 10**7  # bits of one set
_RUN = re.compile("1+")

Shift = Callable[[int, int], int]


class TooMuchWorkError(Exception):
    """The counted work limit of the rule is passed; the caller answers with T0."""


@dataclass(slots=True)
class Meter:
    """Counts the bits shifted, so that limits are counts and never clocks."""

    work: int = 0

    def spend(self, bits: int) -> None:
        """Raises TooMuchWorkError beyond the limit."""
        self.work += bits
        if self.work > WORK_MOST:
            raise TooMuchWorkError


@dataclass(slots=True, frozen=True)
class Amounts:
    """S_p, what one vessel can give, in units of the common divisor.

    Either 0 and `count` terms `first`, `first + step`, ... or, with `count` None, the set bits of `bits`.
    """

    first: int
    step: int
    count: int | None
    bits: int

    def within(self, most: int) -> int:
        """How many of them are at most `most`, 0 included."""
        if self.count is None:
            return (self.bits & ((2 << most) - 1)).bit_count()
        return 1 + max(0, min(self.count, (most - self.first) // self.step + 1))

    def listed(self, most: int) -> list[int]:
        """Those that are at most `most`, ascending, 0 first."""
        if self.count is None:
            return [
                place for start, stop in runs(self.bits & ((2 << most) - 1)) for place in range(start, stop)
            ]
        return [0, *range(self.first, min(most, self.first + self.step * (self.count - 1)) + 1, self.step)]

    def as_bits(self) -> int:
        """The set as bits, 0 included."""
        if self.count is None:
            return self.bits
        if not self.count:
            return 1
        return 1 | progression(1 << self.first, self.step, self.count, int.__lshift__)


def amounts(vessel: Vessel, divisor: int, most: int, meter: Meter) -> Amounts:
    """S_p up to `most` (in units of the divisor): sums of whole packs that are 0 or in [minimum, cap]."""
    top = min(most, vessel.room // divisor)
    least = -(-vessel.floor // divisor)
    sizes = vessel.sizes
    if len(sizes) == 1 or top == 0:
        step = sizes[0] // divisor if sizes else 1
        first = -(-max(least, 1) // step) * step
        return Amounts(first, step, max(0, (top - first) // step + 1), 0)
    bits = pack_sums(vessel.packs, vessel.counts, divisor, top, meter)
    return Amounts(0, 1, None, bits & ~((1 << least) - 1) | 1)


def pack_sums(packs: list[int], counts: list[int], divisor: int, top: int, meter: Meter) -> int:
    """Every sum of whole packs up to `top`, as bits."""
    mask = (2 << top) - 1
    bits = 1
    for pack, count in zip(packs, counts, strict=True):
        usable = min(count, top * divisor // pack)
        if usable:
            step = pack // divisor
            meter.spend(top * usable.bit_length())
            bits = progression(bits, step, usable + 1, int.__lshift__, mask)
    return bits


def progression(bits: int, step: int, count: int, shift: Shift, mask: int = -1) -> int:
    """The union of `bits` shifted by 0, step, 2 step, ... (`count` terms), in log2(count) shifts."""
    have = 1
    while have < count:
        more = min(have, count - have)
        bits |= shift(bits, more * step) & mask
        have += more
    return bits


def spread(bits: int, amounts_: Amounts, top: int, meter: Meter, shift: Shift) -> int:
    """The union of `bits` shifted by every amount: what is reached with one vessel more (or, to the right, needed)."""
    mask = (2 << top) - 1
    if amounts_.count is not None:
        if not amounts_.count:
            return bits
        meter.spend(top * (1 + amounts_.count.bit_length()))
        start = shift(bits, amounts_.first) & mask
        return bits | progression(start, amounts_.step, amounts_.count, shift, mask)
    meter.spend(amounts_.bits.bit_length())
    reached = 0
    for start, stop in runs(amounts_.bits):
        meter.spend(top * (1 + (stop - start).bit_length()))
        reached |= progression(shift(bits, start) & mask, 1, stop - start, shift, mask)
    return reached


def runs(bits: int) -> list[tuple[int, int]]:
    """The stretches of set bits, ascending, as (start, stop)."""
    return [found.span() for found in _RUN.finditer(f"{bits:b}"[::-1])]


def best_total(sets: list[Amounts], goal: int, top: int, meter: Meter) -> int:
    """F*: the smallest reachable total in [goal, top], else the largest below. Stops once the goal itself is reached."""
    reached = 1
    for amounts_ in sets:
        reached = spread(reached, amounts_, top, meter, int.__lshift__)
        if goal <= top and reached >> goal & 1:
            return goal
    beyond = reached >> goal
    if beyond:
        return goal + (beyond & -beyond).bit_length() - 1
    return reached.bit_length() - 1
