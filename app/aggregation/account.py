"""Everything known about one settled line, by producer."""

from dataclasses import dataclass

from app.aggregation.level import Claim, fair_level, written
from app.aggregation.vessels import Vessel
from app.aggregation.work import LineWork


@dataclass(slots=True)
class Part:
    """What one producer has on a settled line; without a vessel where none of its lots is eligible.

    `room`: the most it could have in all; `worth`: quantity x unit price, over all its lots.
    """

    vessel: Vessel | None
    allotted: int
    other_lines: int
    room: int
    worth: int
    claim: Claim = (0, 1, 0)


class Account:
    """What each producer of a line got, from which lots, for how much, and the level all are measured by."""

    def __init__(self, work: LineWork, totals: dict[str, int]) -> None:
        self.work = work
        self.totals = totals
        self.by_lot = {lot: quantity for shares in work.granted.values() for lot, quantity in shares.items()}
        self.parts: dict[str, Part] = {}
        for vessel, share, counts in zip(work.vessels, work.shares, work.split.taken, strict=True):
            self.parts[vessel.producer] = self._of_vessel(vessel, share, counts)
        for name in work.others:
            if name not in self.parts:
                self.parts[name] = self._part(name, None, 0)
        for name, shares in work.granted.items():
            self.parts[name].worth += sum(n * work.lots[lot].unit_price for lot, n in shares.items())
        self.level = self._level()
        self.level_written = None if self.level is None else written(self.level)

    def amount(self, part: Part) -> int:
        """Minor units to pay, rounded up once for the whole share: nobody is paid under the floor."""
        return -(-part.worth // self.work.line.price_unit)

    def _of_vessel(self, vessel: Vessel, share: int, counts: list[int]) -> Part:
        part = self._part(vessel.producer, vessel, share)
        for lot, count in zip(vessel.lots, counts, strict=True):
            if count:
                quantity = count * lot.pack
                self.by_lot[lot.id] = self.by_lot.get(lot.id, 0) + quantity
                part.worth += quantity * lot.unit_price
        fixed = self.work.closed.get(vessel.producer) == "fixed" and not self.work.held
        room = vessel.room if fixed else part.room
        part.claim = vessel.recent + part.other_lines, vessel.weight, room
        return part

    def _part(self, name: str, vessel: Vessel | None, share: int) -> Part:
        granted = self.work.granted_to(name)
        allotted = share + granted
        other_lines = self.totals.get(name, 0) - allotted * self.work.line.reference_price
        return Part(vessel, allotted, other_lines, (vessel.room if vessel else 0) + granted, 0)

    def _level(self) -> tuple[int, int] | None:
        """Over those who shared; fixed shares and those who answered for less stand outside."""
        closed = self.work.closed
        sharing = [part for name, part in self.parts.items() if part.vessel and name not in closed]
        fill = sum([part.allotted for part in sharing])
        return fair_level([part.claim for part in sharing], fill, self.work.line.reference_price)
