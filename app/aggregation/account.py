"""Everything known about one settled line, looked up by producer."""

from app.aggregation.level import Claim, fair_level, written
from app.aggregation.vessels import Vessel
from app.aggregation.work import LineWork


class Account:
    """What each producer of a line got, from which lots, for how much, and the level all are measured by."""

    def __init__(self, work: LineWork, totals: dict[str, int]) -> None:
        self.work = work
        self.totals = totals
        self.vessel = {vessel.producer: vessel for vessel in work.vessels}
        self.names = self.vessel.keys() | work.others.keys() | work.granted.keys()
        shares = {v.producer: share for v, share in zip(work.vessels, work.shares, strict=True)}
        granted = {name: work.granted_to(name) for name in work.granted}
        self.allotted = {name: shares.get(name, 0) + granted.get(name, 0) for name in self.names}
        self.by_lot: dict[str, int] = {}
        self.worth: dict[str, int] = {}
        self._add_granted()
        self._add_taken()
        self.claims = {name: self._claim(vessel) for name, vessel in self.vessel.items()}
        self.level = self._level()
        self.level_written = None if self.level is None else written(self.level)

    def other_lines(self, name: str) -> int:
        """What the producer has on the order's other lines, in the measure."""
        return self.totals.get(name, 0) - self.allotted[name] * self.work.line.reference_price

    def amount(self, name: str) -> int:
        """Minor units to pay, rounded up once for the whole share: nobody is paid under the floor."""
        return -(-self.worth.get(name, 0) // self.work.line.price_unit)

    def eligible_stock(self, name: str) -> int:
        """What the producer's eligible lots hold, with what it keeps from before."""
        vessel = self.vessel.get(name)
        stock = sum([lot.available for lot in vessel.lots]) if vessel else 0
        return stock + self.work.held.get(name, 0)

    def room(self, vessel: Vessel) -> int:
        """The most the producer could have in all, in base units."""
        return vessel.room + self.work.granted_to(vessel.producer)

    def _claim(self, vessel: Vessel) -> Claim:
        name = vessel.producer
        reference = self.work.line.reference_price
        history = self.work.recent[name] + self.other_lines(name)
        room = (
            vessel.room if self.work.closed.get(name) == "fixed" and not self.work.held else self.room(vessel)
        )
        return history, vessel.weight, room * reference

    def _level(self) -> tuple[int, int] | None:
        """Over those who shared; fixed shares and those who answered for less stand outside."""
        reference = self.work.line.reference_price
        sharing = [name for name in self.vessel if name not in self.work.closed]
        fill = sum(self.allotted[name] for name in sharing)
        return fair_level([self.claims[name] for name in sharing], fill * reference)

    def _add_granted(self) -> None:
        for name, shares in self.work.granted.items():
            for lot, quantity in shares.items():
                if quantity:
                    self.by_lot[lot] = quantity
                    self.worth[name] = self.worth.get(name, 0) + quantity * self.work.lots[lot].unit_price

    def _add_taken(self) -> None:
        by_lot, granted = self.by_lot, self.work.granted
        for vessel, counts in zip(self.work.vessels, self.work.split.taken, strict=True):
            worth = self.worth.get(vessel.producer, 0)
            for lot, count in zip(vessel.lots, counts, strict=True):
                if count:
                    quantity = count * lot.pack
                    worth += quantity * lot.unit_price
                    by_lot[lot.id] = quantity + by_lot.get(lot.id, 0) if granted else quantity
            self.worth[vessel.producer] = worth
