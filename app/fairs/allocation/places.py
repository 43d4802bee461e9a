"""From who is in to who stands where: the best stalls by points, then neighbours of one category apart."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.fairs.allocation.apart import Effort, apart
from app.fairs.allocation.entrants import Entrant
from app.fairs.allocation.floor import NO_KIND, Floor
from app.fairs.allocation.matching import best_stalls
from app.fairs.allocation.model import Stall

Places = dict[int, int]  # turn -> place in the list of stalls


class Placed(NamedTuple):
    """Who stands where by points alone, and in the end."""

    by_points: Places
    final: Places


def places(
    entrants: Sequence[Entrant], seated: set[int], stalls: Sequence[Stall], near: Mapping[int, Sequence[int]], effort: Effort
) -> Placed:  # fmt: skip
    """The stalls of all who are in; `near`: the neighbours of each stall, by their places in the list."""
    fixed = {turn: place for turn in seated if (place := entrants[turn].fixed) is not None}
    free = [place for place, stall in enumerate(stalls) if stall.fixed_holder is None]
    table = _Table(entrants, seated - fixed.keys(), stalls, free)
    floor = table.floor(fixed, near)
    return Placed(fixed | table.read(floor), fixed | table.read(apart(floor, effort)))


class _Table:
    """Groups by falling worth beside stalls by falling value; empty stalls are held by nobody, who is worth nothing."""

    def __init__(
        self, entrants: Sequence[Entrant], turns: set[int], stalls: Sequence[Stall], free: list[int]
    ) -> None:
        self._entrants, self._stalls = entrants, stalls
        self._turns = sorted(turns, key=lambda turn: (-entrants[turn].total, entrants[turn].lottery, turn))
        self._places = sorted(free, key=lambda place: (-stalls[place].quality, stalls[place].number))
        self._rank = {place: rank for rank, place in enumerate(self._places)}

    def floor(self, fixed: Places, near: Mapping[int, Sequence[int]]) -> Floor:
        """The best stalls by points, as a floor on which groups can be moved."""
        worth, value, can = self._worth(), self._value(), self._can()
        at = [0] * len(worth)
        for group, rank in enumerate(best_stalls(worth, value, can)):
            at[rank] = group
        kinds = self._kinds(fixed)
        held = {place: kinds[turn] for turn, place in fixed.items()}
        ranks = {**self._rank, **{place: len(at) + n for n, place in enumerate(sorted(held))}}
        beside = [
            sorted(ranks[other] for other in near.get(place, ()) if other in ranks)
            for place in (*self._places, *sorted(held))
        ]
        kind = [kinds[self._turns[g]] if g < len(self._turns) else NO_KIND for g in at]
        kind += [held[place] for place in sorted(held)]
        return Floor(worth, value, can, beside, at, kind, len(at))

    def read(self, floor: Floor) -> Places:
        """Turn -> place of everybody on the floor."""
        return {
            self._turns[group]: self._places[rank]
            for rank, group in enumerate(floor.at)
            if group < len(self._turns)
        }

    def _worth(self) -> list[int]:
        """The points, and below one millionth of a point the order of the lottery."""
        count = len(self._turns)
        real = [self._entrants[turn].total * (count + 1) + count - n for n, turn in enumerate(self._turns)]
        return real + [0] * (len(self._places) - count)

    def _value(self) -> list[int]:
        """The quality, and below a thousandth of it the order of the numbers: equal stalls, the first number first."""
        count = len(self._places)
        return [
            self._stalls[place].quality * count * 1000 + count - rank
            for rank, place in enumerate(self._places)
        ]

    def _can(self) -> list[list[bool]]:
        rows: dict[int, list[bool]] = {}
        for turn in self._turns:
            mask = self._entrants[turn].usable
            if mask not in rows:
                rows[mask] = [bool(mask >> place & 1) for place in self._places]
        everywhere = [True] * len(self._places)
        real = [rows[self._entrants[turn].usable] for turn in self._turns]
        return real + [everywhere] * (len(self._places) - len(real))

    def _kinds(self, fixed: Places) -> dict[int, int]:
        """A number for each category; groups without one are nobody's rivals."""
        names = {turn: self._entrants[turn].applicant.category for turn in (*self._turns, *fixed)}
        numbers = {name: n for n, name in enumerate(sorted({name for name in names.values() if name}))}
        return {turn: numbers.get(name, NO_KIND) for turn, name in names.items()}
