"""Several lines of one order: levels carried from line to line, lots that several lines want shared out once."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.aggregation.demand import Demand, Split
from app.aggregation.model import Lot
from app.aggregation.tiers import level_only, split
from app.aggregation.work import LineWork

SWEEPS_MOST = 16
SWEEP_WORK_MOST = 400_000  # lots looked at, over all sweeps

Pool = tuple[str, str]  # ("bucket" or "lot", id)


def share_lines(works: list[LineWork]) -> dict[str, int]:
    """Settles every line; what each producer then has over all lines, in the measure.

    Fair over the whole order, not per line; exact where one line stands alone.
    """
    pools = _Pools(works)
    carried = _Carried(works)
    order = pools.in_order(works)
    if len(works) > 1:
        for _ in range(_sweeps(works)):
            if not [True for work in order if _settles_anew(work, level_only, pools, carried)]:
                break
    for work in order:
        _settles_anew(work, split, pools, carried)
    if len(works) > 1:
        pools.judge(works)
        carried.judge(works)
    return carried.total


def _sweeps(works: list[LineWork]) -> int:
    """How many sweeps at most: fewer where the lines have so many lots that sixteen would take minutes."""
    lots = sum(len(vessel.lots) for work in works for vessel in work.vessels)
    return max(1, min(SWEEPS_MOST, SWEEP_WORK_MOST // max(1, lots)))


def pool_of(lot: Lot) -> Pool:
    """What a lot is taken from: its bucket, which it may share with other lots, or itself."""
    return ("lot", lot.id) if lot.bucket is None else ("bucket", lot.bucket)


def _settles_anew(
    work: LineWork, solve: Callable[[Demand], Split], pools: "_Pools", carried: "_Carried"
) -> bool:
    """Solves one line with what the others leave it; whether anybody's share changed."""
    before = work.shares
    pools.refill(work)
    carried.raise_levels(work)
    work.settle(solve(work.demand()))
    pools.draw(work)
    carried.add(work, before)
    return work.shares != before


class _Carried:
    """What every producer has over all lines, in the measure."""

    def __init__(self, works: list[LineWork]) -> None:
        self.total: dict[str, int] = {}
        for work in works:
            for producer in work.granted:
                had = self.total.get(producer, 0)
                self.total[producer] = had + work.granted_to(producer) * work.line.reference_price

    def raise_levels(self, work: LineWork) -> None:
        """Adds to each history what the producer has on the other lines, and was granted on this one."""
        reference = work.line.reference_price
        shares = work.shares or [0] * len(work.vessels)
        work.carried = []
        for vessel, share in zip(work.vessels, shares, strict=True):
            besides = self.total.get(vessel.producer, 0) - share * reference
            vessel.history = vessel.recent + besides
            work.carried.append(besides - work.granted_to(vessel.producer) * reference)

    def add(self, work: LineWork, before: list[int]) -> None:
        """Counts a line's new shares instead of those it had before."""
        before = before or [0] * len(work.vessels)
        for vessel, had, has in zip(work.vessels, before, work.shares, strict=True):
            change = (has - had) * work.line.reference_price
            self.total[vessel.producer] = self.total.get(vessel.producer, 0) + change

    def judge(self, works: list[LineWork]) -> None:
        """Fairness is exact only on lines whose producers stand on no other line."""
        seen = Counter(vessel.producer for work in works for vessel in work.vessels)
        for work in works:
            if any(seen[vessel.producer] > 1 for vessel in work.vessels):
                work.split.fair_optimal = False


@dataclass(slots=True)
class _Wanted:
    """One lot that several lines want, at its place in one of them."""

    pool: Pool
    vessel: int
    lot: int
    taken: int = 0  # base units


class _Pools:
    """Lots and buckets that more than one line wants: what each line has drawn from them."""

    def __init__(self, works: list[LineWork]) -> None:
        self.wanted: dict[str, list[_Wanted]] = {work.line.id: [] for work in works}
        self.left: dict[Pool, int] = {}
        self.shared: dict[Pool, list[str]] = {}
        if len(works) > 1:
            self._find(works)

    def _find(self, works: list[LineWork]) -> None:
        for work in works:
            for place, vessel in enumerate(work.vessels):
                for index, lot in enumerate(vessel.lots):
                    pool = pool_of(lot)
                    self.left[pool] = lot.available
                    self.shared.setdefault(pool, []).append(work.line.id)
                    self.wanted[work.line.id].append(_Wanted(pool, place, index))
        self.shared = {pool: lines for pool, lines in self.shared.items() if len(lines) > 1}
        for line, wanted in self.wanted.items():
            self.wanted[line] = [one for one in wanted if one.pool in self.shared]
        self._subtract_granted(works)

    def _subtract_granted(self, works: list[LineWork]) -> None:
        for work in works:
            for shares in work.granted.values():
                for lot, quantity in shares.items():
                    pool = pool_of(work.lots[lot])
                    if pool in self.shared and not work.held:
                        self.left[pool] -= quantity

    def refill(self, work: LineWork) -> None:
        """Gives a line back what it drew, and shows it what the others leave."""
        for one in self.wanted[work.line.id]:
            self.left[one.pool] += one.taken
            one.taken = 0
            vessel = work.vessels[one.vessel]
            vessel.counts[one.lot] = max(0, self.left[one.pool]) // vessel.packs[one.lot]
            vessel.weigh()

    def draw(self, work: LineWork) -> None:
        """Books what a line took."""
        for one in self.wanted[work.line.id]:
            vessel = work.vessels[one.vessel]
            one.taken = work.split.taken[one.vessel][one.lot] * vessel.packs[one.lot]
            self.left[one.pool] -= one.taken

    def in_order(self, works: list[LineWork]) -> list[LineWork]:
        """Ascending by id; lines that want the same lots stand together, fewest eligible units first."""
        together = _classes(self.shared.values())
        first = {work.line.id: min(together.get(work.line.id, {work.line.id})) for work in works}
        units = {work.line.id: sum(vessel.stock for vessel in work.vessels) for work in works}
        return sorted(works, key=lambda work: (first[work.line.id], units[work.line.id], work.line.id))

    def judge(self, works: list[LineWork]) -> None:
        """Lines that want the same lots are filled for certain at best only if each of them is filled exactly."""
        together = _classes(self.shared.values())
        for work in works:
            group = together.get(work.line.id)
            if group and any(
                sum(other.allotted().values()) != other.line.qty for other in works if other.line.id in group
            ):
                work.split.fill_optimal = False


def _classes(groups: Iterable[list[str]]) -> dict[str, set[str]]:
    together: dict[str, set[str]] = {}
    for lines in groups:
        merged = set(lines).union(*(together.get(line, ()) for line in lines))
        for line in merged:
            together[line] = merged
    return together
