"""A floor with few neighbours of one kind, built stall by stall: the stall with the most kinds beside it comes next.

Source: DSATUR (Brélaz 1979); the number of groups of each kind is given, so the kind with most groups left is taken.
Every step exchanges two groups that both fit, so hard conditions hold throughout.
"""

from collections import Counter

from app.fairs.allocation.floor import NO_KIND, Floor


def coloured(floor: Floor, first: int) -> Floor:
    """Another floor with the same groups, begun at one stall."""
    return _Colouring(floor.copy()).begun_at(first)


class _Colouring:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._todo = set(range(floor.movable))
        self._left = Counter(floor.kind[: floor.movable])
        self._beside = [
            Counter(floor.kind[place] for place in near if place >= floor.movable) for near in floor.near
        ]

    def begun_at(self, stall: int) -> Floor:
        while True:
            self._settle(stall)
            self._todo.discard(stall)
            kind = self._floor.kind[stall]
            self._left[kind] -= 1
            for place in self._floor.near[stall]:
                self._beside[place][kind] += kind != NO_KIND
            if not self._todo:
                return self._floor
            stall = max(self._todo, key=self._urgency)

    def _urgency(self, stall: int) -> tuple[int, int, int]:
        return len(self._beside[stall]), len(self._floor.near[stall]), -stall

    def _settle(self, stall: int) -> None:
        """Brings the kind that fits best: fewest rivals beside it, most groups left, then the least loss of score."""
        floor, beside, left = self._floor, self._beside[stall], self._left
        order = sorted(left, key=lambda kind: (beside[kind], kind == NO_KIND, -left[kind], kind))
        for kind in order:
            found = [s for s in self._todo if floor.kind[s] == kind and floor.may_exchange(stall, s)]
            if found:
                floor.exchange(stall, min(found, key=lambda place: (floor.loss(stall, place), place)))
                return
