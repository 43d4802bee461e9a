"""Neighbours of one category are moved apart, at the least cost in score: exchanges of two groups, a fixed number of
them, in a fixed order of chance. No clock, no float.

First a search by threshold accepting (Dueck & Scheuer 1990) from the best places, with exchanges between stalls of
ever nearer quality. If pairs remain, the floor is coloured stall by stall (Brélaz 1979, with so many of each category as
there are) from several beginnings and the search goes on from there without ever adding a pair. The fewest pairs win,
then the highest score. The steps grow with the number of stalls.
"""  # noqa: D205

from typing import NamedTuple

from app.fairs.allocation.colouring import coloured
from app.fairs.allocation.floor import Floor

_MASK = (1 << 64) - 1
_MULTIPLIER, _INCREMENT = 6364136223846793005, 1442695040888963407  # Knuth's MMIX generator
_BEGINNINGS = 8


class Effort(NamedTuple):
    """How long to look: exchanges tried per stall, and the beginning of the fixed order of chance."""

    steps_per_stall: int = 600
    chance: int = 20_261_120


def apart(floor: Floor, effort: Effort) -> Floor:
    """A floor with as few neighbouring pairs of one kind as was found; the given one where it has none already."""
    before = floor.conflicts()
    if not before or floor.movable < 2:
        return floor
    unit, steps = floor.unit(), effort.steps_per_stall * floor.movable
    best = floor.copy()
    _search(best, steps, heat=unit // 16, price=unit, chance=effort.chance)
    if best.conflicts():
        for other in _coloured(floor):
            _search(other, steps, heat=unit // 8, price=unit * 4, chance=effort.chance)
            best = min(best, other, key=_rank)
    return best


def _rank(floor: Floor) -> tuple[int, int]:
    return floor.conflicts(), -floor.score()


def _coloured(floor: Floor) -> list[Floor]:
    """The two best colourings from several beginnings, the fewest pairs first."""
    stride = -(-floor.movable // _BEGINNINGS)
    found = [coloured(floor, first) for first in range(0, floor.movable, stride)]
    return sorted(found, key=_rank)[:2]


def _search(floor: Floor, steps: int, *, heat: int, price: int, chance: int) -> None:
    """Tries so many exchanges. `heat`: the loss accepted at first, falling to 0; `price`: what a pair of one kind costs."""
    count, state = floor.movable, chance & _MASK
    at, can, worth, value = floor.at, floor.can, floor.worth, floor.value
    for left in range(steps, 0, -1):
        state = (state * _MULTIPLIER + _INCREMENT) & _MASK
        one = ((state >> 40) * count) >> 24
        state = (state * _MULTIPLIER + _INCREMENT) & _MASK
        other = one + 1 + (((state >> 40) * (3 + count * left // (4 * steps))) >> 24)
        if other >= count:
            continue
        group, rival = at[one], at[other]
        if not (can[group][other] and can[rival][one]):
            continue
        loss = (worth[group] - worth[rival]) * (value[one] - value[other])
        allowed = heat * left * left // (steps * steps)
        if loss + price * floor.more_conflicts(one, other) <= allowed:
            floor.exchange(one, other)
