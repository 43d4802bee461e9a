"""Equal levels with packs of several sizes: the greedy of the rule, pack by pack, with long stretches in one jump.

The next pack k of a lot has key (2 (h + offset) + (2 k - 1) u) / w, the offset being all that earlier lots of
its vessel hold, taken or not. Among lots whose next pack still fits, the smallest (key, tie order, FEFO
position) is taken; a lot whose pack does not fit is closed for good. It stops once the goal is reached.
"""

from heapq import heapify, heappop, heapreplace

from app.aggregation.demand import Demand, Taken
from app.aggregation.level import key_shift

ROUNDS_MOST = 16  # a work limit, counted: only inputs made for it come near


def greedy(demand: Demand) -> Taken:
    """Packs taken from every lot. Never more than the limit or a cap; a guide where packs are mixed."""
    dealing = _Dealing(demand)
    for _ in range(ROUNDS_MOST):
        dealing.close_too_large()
        if dealing.is_done:
            break
        dealing.jump()
        dealing.walk(4 * len(dealing.open) + 64)
    return dealing.taken


class _Dealing:
    """The state of one greedy: what is taken, which lots are open, what is still wanted."""

    def __init__(self, demand: Demand) -> None:
        vessels = demand.vessels
        self.reference = demand.reference
        self.vessels = vessels
        self.shift = key_shift([v.weight for v in vessels])
        self.total = 0
        self.goal = demand.goal
        self.limit = demand.limit
        self.taken: Taken = [[0] * len(v.lots) for v in vessels]
        self.cap_left = [demand.limit if v.cap is None else v.cap for v in vessels]
        self.base = [self._bases(place) for place in range(len(vessels))]
        self.open = [(p, i) for p, v in enumerate(vessels) for i, n in enumerate(v.counts) if n]

    def _bases(self, place: int) -> list[int]:
        """2 (h + offset) of every lot of a vessel, in the measure."""
        vessel = self.vessels[place]
        bases, offset = [], 0
        for pack, count in zip(vessel.packs, vessel.counts, strict=True):
            bases.append(2 * (vessel.history + offset * self.reference))
            offset += pack * count
        return bases

    @property
    def is_done(self) -> bool:
        return self.total >= self.goal or not self.open

    def close_too_large(self) -> None:
        """Closes every lot that is used up or whose pack can never fit again (what is left only shrinks)."""
        left = self.limit - self.total
        self.open = [(p, i) for p, i in self.open if self._fits(p, i, left)]

    def _fits(self, place: int, lot: int, left: int) -> bool:
        vessel = self.vessels[place]
        pack = vessel.packs[lot]
        return pack <= left and pack <= self.cap_left[place] and self.taken[place][lot] < vessel.counts[lot]

    def key(self, place: int, lot: int) -> int:
        """The exact key of the lot's next pack, as an integer."""
        vessel = self.vessels[place]
        steps = (2 * self.taken[place][lot] + 1) * vessel.packs[lot] * self.reference
        return ((self.base[place][lot] + steps) << self.shift) // vessel.weight

    def walk(self, steps: int) -> None:
        """Takes at most so many packs one by one, exactly as the rule says."""
        heap = [(self.key(p, i), p, i) for p, i in self.open]
        heapify(heap)
        while heap and steps and self.total < self.goal:
            _, place, lot = heap[0]
            if self._fits(place, lot, self.limit - self.total):
                self._take(place, lot, 1)
                heapreplace(heap, (self.key(place, lot), place, lot))
            else:
                heappop(heap)
            steps -= 1
        self.open = sorted((place, lot) for _, place, lot in heap)

    def _take(self, place: int, lot: int, packs: int) -> None:
        quantity = packs * self.vessels[place].packs[lot]
        self.taken[place][lot] += packs
        self.cap_left[place] -= quantity
        self.total += quantity

    def jump(self) -> None:
        """Takes all packs up to a level at which nothing can yet fail to fit and the goal is not reached."""
        largest = max(self.vessels[p].packs[i] for p, i in self.open)
        safe = min(self.goal, self.limit) - self.total - largest
        if safe <= 0:
            return
        rows = self._rows()
        low, high = -1, max(self._last_key(p, i) for p, i in self.open)
        taken_low, taken_high = 0, sum(pack * most for _, pack, _, most, _ in rows)
        bisects = False
        while taken_low < safe < taken_high and high - low > 1:
            guess = (
                (low + high) // 2
                if bisects
                else low + (high - low) * (safe - taken_low) // (taken_high - taken_low)
            )
            middle = min(max(guess, low + 1), high - 1)
            taken = sum(row[1] * packs for row, packs in zip(rows, self._packs_at(rows, middle), strict=True))
            bisects = not bisects
            if taken <= safe:
                low, taken_low = middle, taken
            else:
                high, taken_high = middle, taken
        level = high if taken_high <= safe else low
        for (place, lot), packs in zip(self.open, self._packs_at(rows, level), strict=True):
            self._take(place, lot, packs)

    def _rows(self) -> list[tuple[int, int, int, int, int]]:
        """Per open lot: twice its next key's start, pack, pack in the measure, packs its cap allows, weight."""
        rows = []
        place_before, cap_left = -1, 0
        for place, lot in self.open:
            vessel = self.vessels[place]
            if place != place_before:
                place_before, cap_left = place, self.cap_left[place]
            pack, done = vessel.packs[lot], self.taken[place][lot]
            most = min(vessel.counts[lot] - done, cap_left // pack)
            cap_left -= most * pack
            unit = pack * self.reference
            rows.append((self.base[place][lot] + 2 * done * unit, pack, unit, most, vessel.weight))
        return rows

    def _last_key(self, place: int, lot: int) -> int:
        vessel = self.vessels[place]
        steps = (2 * vessel.counts[lot] - 1) * vessel.packs[lot] * self.reference
        return ((self.base[place][lot] + steps) << self.shift) // vessel.weight

    def _packs_at(self, rows: list[tuple[int, int, int, int, int]], level: int) -> list[int]:
        counts = []
        above, shift = level + 1, self.shift
        for start, _, unit, most, weight in rows:
            dealt = (((above * weight - 1) >> shift) - start + unit) // (2 * unit)
            counts.append(0 if dealt <= 0 else min(dealt, most))
        return counts
