"""One line in the making: its vessels, what was granted beforehand, what is taken so far."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.aggregation.demand import Demand, Split, given, spread_out
from app.aggregation.model import Line, Lot, Order, Producer
from app.aggregation.vessels import Conditions, Vessel, sort_out, vessel

Shares = dict[str, dict[str, int]]  # producer -> lot -> quantity


@dataclass(slots=True)
class Entrant:
    """A producer in an order, with its lottery number."""

    producer: Producer
    tie_digest: str


@dataclass
class LineWork:
    """A line with its vessels in tie order.

    `granted` was given before any sharing (a fixed share, or what is kept in a repair); `closed` producers
    get no more, each with the code of its bound; `carried` is what each vessel's producer has on the order's
    other lines, in the measure; `held` is the part of the granted that the lots'
    `available` no longer contains.
    """

    line: Line
    conditions: Conditions
    vessels: list[Vessel]
    caps: dict[str, int | None]
    others: dict[str, list[Lot]]
    granted: Shares = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    carried: list[int] = field(default_factory=list)
    split: Split = field(default_factory=lambda: Split([], "T0", fill_optimal=True, fair_optimal=True))
    shares: list[int] = field(default_factory=list)

    @cached_property
    def lots(self) -> dict[str, Lot]:
        """Every lot of the line's product, by id: only what was granted asks for it."""
        own = (*(one.lots for one in self.vessels), *self.others.values())
        return {lot.id: lot for lots in own for lot in lots}

    def granted_to(self, producer: str) -> int:
        """What the producer was given beforehand, in base units."""
        shares = self.granted.get(producer)
        return sum(shares.values()) if shares else 0

    def allotted(self) -> dict[str, int]:
        """Base units per producer that has anything: granted and taken."""
        parts = {name: self.granted_to(name) for name in self.granted}
        for own, share in zip(self.vessels, self.shares, strict=True):
            parts[own.producer] = parts.get(own.producer, 0) + share
        return parts

    def demand(self) -> Demand:
        """What is left to share, among those who may still get something."""
        line = self.line
        before = sum(map(self.granted_to, self.granted))
        return Demand(
            goal=line.qty - before,
            limit=line.qty + line.over_tolerance - before,
            enough=None if line.under_tolerance is None else line.qty - line.under_tolerance - before,
            reference=line.reference_price,
            vessels=[self.vessels[place] for place in self._sharing()],
        )

    def _sharing(self) -> Sequence[int]:
        """Those who may still get something, in tie order; among lines, whoever has less on the others first."""
        places: Sequence[int] = range(len(self.vessels))
        if self.closed:
            places = [place for place in places if self.vessels[place].producer not in self.closed]
        return sorted(places, key=self.carried.__getitem__) if any(self.carried) else places

    def settle(self, split: Split) -> None:
        """Takes a split of `demand()` as the line's own: counts per open vessel become shares of all vessels."""
        taken = spread_out(self.vessels, self._sharing(), split.taken)
        self.split = Split(taken, split.tier, split.fill_optimal, split.fair_optimal)
        self.shares = given(self.vessels, taken)


def enter(order: Order, lots: Sequence[Lot], entrants: dict[str, Entrant]) -> list[LineWork]:
    """The lines of an order, ascending by id, each with its eligible lots as vessels. Entrants in tie order."""
    territory_of = {name: entrant.producer.territory for name, entrant in entrants.items()}
    return [
        _line_work(order, line, lots, entrants, territory_of)
        for line in sorted(order.lines, key=lambda line: line.id)
    ]


def changes_on(order: Order, line: str, act: str) -> dict[str, int]:
    """The producers a kind of change names on a line, with its quantity (the smallest where several)."""
    found: dict[str, int] = {}
    for change in order.changes:
        if change.act == act and change.line in (None, line):
            quantity = change.qty or 0
            found[change.producer] = min(quantity, found.get(change.producer, quantity))
    return found


def _line_work(
    order: Order,
    line: Line,
    lots: Sequence[Lot],
    entrants: dict[str, Entrant],
    territory_of: dict[str, str | None],
) -> LineWork:
    left_out = frozenset(changes_on(order, line.id, "leave_out"))
    conditions = Conditions(line, order.currency, left_out, territory_of)
    eligible, others = sort_out(lots, conditions)
    caps = _caps(order, line, eligible.keys() | others.keys())
    vessels = [
        vessel(entrant.producer, eligible[name], caps[name])
        for name, entrant in entrants.items()
        if name in eligible
    ]
    return LineWork(line, conditions, vessels, caps, others)


def _caps(order: Order, line: Line, producers: Collection[str]) -> dict[str, int | None]:
    """The smaller of the order's cap and the coordination's, per producer."""
    decided = changes_on(order, line.id, "cap")
    if not decided:
        return dict.fromkeys(producers, order.max_share_qty)
    both = {name: (order.max_share_qty, decided.get(name)) for name in producers}
    return {name: min((cap for cap in caps if cap is not None), default=None) for name, caps in both.items()}
