"""Who stands where while neighbours are moved apart: groups at stalls, and what exchanging two of them would change."""

from collections.abc import Sequence
from dataclasses import dataclass

NO_KIND = -1  # an empty stall, or a group without a category: nobody's rival


@dataclass(slots=True)
class Floor:
    """Stalls by falling value; `at[s]` is the group there, `kind[s]` its category. Stalls from `movable` on are fixed.

    An empty stall is held by a group of worth 0 and no kind, which may stand anywhere.
    """

    worth: Sequence[int]
    value: Sequence[int]
    can: Sequence[Sequence[bool]]
    near: Sequence[Sequence[int]]
    at: list[int]
    kind: list[int]
    movable: int

    def conflicts(self) -> int:
        """Neighbouring pairs of one kind."""
        return sum(self.rivals(stall) for stall in range(len(self.kind))) // 2

    def rivals(self, stall: int) -> int:
        """The neighbours of a stall that are of its kind."""
        kind = self.kind[stall]
        return 0 if kind == NO_KIND else sum(self.kind[place] == kind for place in self.near[stall])

    def score(self) -> int:
        """The sum of worth x value over the stalls that may move."""
        return sum(self.worth[group] * self.value[stall] for stall, group in enumerate(self.at))

    def unit(self) -> int:
        """The distance from the best order to the worst, per stall: what «much» means for a loss of score."""
        rising = sorted(self.worth)
        span = sum(
            worth * (high - low)
            for worth, high, low in zip(rising, reversed(self.value), self.value, strict=True)
        )
        return max(1, span // max(1, self.movable))

    def may_exchange(self, one: int, other: int) -> bool:
        """Whether both groups can stand where the other does."""
        return self.can[self.at[one]][other] and self.can[self.at[other]][one]

    def loss(self, one: int, other: int) -> int:
        """What exchanging costs in score."""
        return (self.worth[self.at[one]] - self.worth[self.at[other]]) * (self.value[one] - self.value[other])

    def more_conflicts(self, one: int, other: int) -> int:
        """How many more pairs of one kind there would be after exchanging."""
        here, there = self.kind[one], self.kind[other]
        if here == there:
            return 0
        more = 0
        for place in self.near[one]:
            if place != other and (kind := self.kind[place]) != NO_KIND:
                more += (kind == there) - (kind == here)
        for place in self.near[other]:
            if place != one and (kind := self.kind[place]) != NO_KIND:
                more += (kind == here) - (kind == there)
        return more

    def exchange(self, one: int, other: int) -> None:
        """Lets the groups of two stalls change places."""
        self.at[one], self.at[other] = self.at[other], self.at[one]
        self.kind[one], self.kind[other] = self.kind[other], self.kind[one]

    def copy(self) -> "Floor":
        """Another one that can be tried without changing this."""
        return Floor(
            self.worth, self.value, self.can, self.near, list(self.at), list(self.kind), self.movable
        )
