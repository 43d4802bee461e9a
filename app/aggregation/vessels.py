"""Which lots may fill a line, and the vessel each producer brings: its eligible lots in FEFO order."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import mul

from app.aggregation.model import DAY_MOST, QUANTITY_MOST, Excluded, Failing, Line, Lot, Producer

REASONS = (
    "left_out",
    "currency",
    "territory",
    "missing_seal",
    "grade",
    "price_above_max",
    "not_ready",
    "expired",
    "shelf_life",
)
NEVER = DAY_MOST + 1  # absent dates sort last


Sides = dict[str, list[Lot]]  # by producer


@dataclass(slots=True)
class Vessel:
    """One producer's offer to one line. `packs` and `counts` run beside `lots` (FEFO: expiry, price, id).

    `recent` and `history` (with what was given elsewhere) are in the measure (quantity x reference price);
    `cap` and `minimum` in base units.
    """

    producer: str
    weight: int
    recent: int
    cap: int | None
    minimum: int
    lots: list[Lot]
    packs: list[int]
    counts: list[int]
    history: int = field(init=False)
    available: int = field(init=False)  # what its lots hold, whole packs or not
    stock: int = field(init=False)  # all whole packs together, before the cap
    sizes: tuple[int, ...] = field(init=False)  # the packs it has at least one of, ascending
    room: int = field(init=False)  # the most it can give; 0 where that is under its minimum
    floor: int = field(init=False)  # the minimum, or 0 where the smallest pack meets it anyway

    def __post_init__(self) -> None:
        self.history = self.recent
        self.available = sum([lot.available for lot in self.lots])
        self.weigh()

    def weigh(self) -> None:
        """Counts stock, sizes, room and floor anew; to be called when counts, cap or minimum change."""
        self.sizes = tuple(
            sorted({pack for pack, count in zip(self.packs, self.counts, strict=True) if count})
        )
        if len(self.sizes) == 1:
            self.stock = self.sizes[0] * sum(self.counts)
        else:
            self.stock = sum(map(mul, self.packs, self.counts))
        most = self.stock
        if self.cap is not None and self.cap < most:
            most = self.cap
            if len(self.sizes) == 1:
                most -= most % self.sizes[0]
        self.room = most if most >= self.minimum else 0
        self.floor = self.minimum if self.sizes and self.minimum > self.sizes[0] else 0


@dataclass(slots=True)
class Conditions:
    """What a line asks of a lot, with what the order and its changes add."""

    line: Line
    currency: str | None
    left_out: frozenset[str]
    territory_of: dict[str, str | None]


def fefo(lots: Iterable[Lot]) -> list[Lot]:
    """First expired, first out: by expiry, price and id; a lot that never expires comes last."""
    return sorted(lots, key=_fefo_key)


def sort_out(lots: Iterable[Lot], conditions: Conditions) -> tuple[Sides, Sides]:
    """The lots of the line's product by producer: those that may be taken, and the others."""
    eligible: Sides = defaultdict(list)
    others: Sides = defaultdict(list)
    product = conditions.line.product
    may_be_taken = _test(conditions)
    for lot in lots:
        if lot.product == product:
            (eligible if may_be_taken(lot) else others)[lot.producer].append(lot)
    return eligible, others


def failing(lot: Lot, conditions: Conditions) -> list[Failing]:
    """Every condition the lot fails, in the order of REASONS, with what was needed and what it had."""
    line = conditions.line
    checks = (
        ("left_out", lot.producer not in conditions.left_out, None, None),
        ("currency", conditions.currency in (None, lot.currency), conditions.currency, lot.currency),
        _territory(lot, conditions),
        (
            "missing_seal",
            set(line.seals) <= set(lot.seals),
            tuple(sorted(line.seals)),
            tuple(sorted(lot.seals)),
        ),
        ("grade", _reaches(lot.grade, line.min_grade), line.min_grade, lot.grade),
        (
            "price_above_max",
            _within(lot.unit_price, line.max_unit_price),
            line.max_unit_price,
            lot.unit_price,
        ),
        (
            "not_ready",
            lot.ready_day is None or _within(lot.ready_day, line.due_day),
            line.due_day,
            lot.ready_day,
        ),
        _shelf(lot, line),
    )
    return [Failing(code=code, needed=needed, had=had) for code, holds, needed, had in checks if not holds]


def excluded(lots: Sequence[Lot], conditions: Conditions) -> tuple[Excluded, ...]:
    """The record of lots that could not be taken, by lot id."""
    ordered = sorted(lots, key=lambda lot: lot.id)
    return tuple(Excluded(lot=lot.id, reasons=tuple(failing(lot, conditions))) for lot in ordered)


def vessel(producer: Producer, lots: list[Lot], cap: int | None) -> Vessel:
    """The vessel of one producer from its eligible lots."""
    lots = fefo(lots) if len(lots) > 1 else lots
    return Vessel(
        producer=producer.id,
        weight=producer.members,
        recent=producer.recent,
        cap=cap,
        minimum=producer.min_qty,
        lots=lots,
        packs=[lot.pack for lot in lots],
        counts=[lot.available // lot.pack for lot in lots],
    )


def _fefo_key(lot: Lot) -> tuple[int, int, str]:
    expiry = lot.expiry_day
    return (NEVER if expiry is None else expiry, lot.unit_price, lot.id)


def _test(conditions: Conditions) -> Callable[[Lot], bool]:
    """Whether a lot may be taken: the conditions of `failing`, stopping at the first. Many lots pass through it."""
    line, currency = conditions.line, conditions.currency
    price = QUANTITY_MOST if line.max_unit_price is None else line.max_unit_price
    due = NEVER if line.due_day is None else line.due_day
    fresh = -NEVER if line.due_day is None else line.due_day + line.min_shelf_days
    seals, grade = frozenset(line.seals), line.min_grade
    has_seals: dict[tuple[str, ...], bool] = {}  # few combinations stand on many lots
    asks_who = bool(line.territories or conditions.left_out)

    def may_be_taken(lot: Lot) -> bool:
        ready, expiry, sealed = lot.ready_day, lot.expiry_day, lot.seals
        if seals and sealed not in has_seals:
            has_seals[sealed] = seals.issubset(sealed)
        return (
            lot.unit_price <= price
            and (currency is None or lot.currency == currency)
            and (ready is None or ready <= due)
            and (expiry is None or expiry >= fresh)
            and (grade is None or (lot.grade is not None and lot.grade >= grade))
            and (not seals or has_seals[sealed])
            and (not asks_who or may_give(lot.producer))
        )

    def may_give(producer: str) -> bool:
        in_territory = not line.territories or conditions.territory_of[producer] in line.territories
        return in_territory and producer not in conditions.left_out

    return may_be_taken


_Check = tuple[str, bool, int | str | tuple[str, ...] | None, int | str | tuple[str, ...] | None]


def _territory(lot: Lot, conditions: Conditions) -> _Check:
    allowed = conditions.line.territories
    had = conditions.territory_of[lot.producer]
    return "territory", not allowed or had in allowed, tuple(sorted(allowed)), had


def _shelf(lot: Lot, line: Line) -> _Check:
    if line.due_day is None or lot.expiry_day is None:
        return "shelf_life", True, None, None
    if lot.expiry_day < line.due_day:
        return "expired", False, line.due_day, lot.expiry_day
    fresh = line.due_day + line.min_shelf_days
    return "shelf_life", lot.expiry_day >= fresh, fresh, lot.expiry_day


def _within(had: int, most: int | None) -> bool:
    return most is None or had <= most


def _reaches(had: int | None, least: int | None) -> bool:
    return least is None or (had is not None and had >= least)
