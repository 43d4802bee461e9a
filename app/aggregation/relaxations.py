"""What would help a line that is not filled: which condition to relax, how far, and how much that adds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.aggregation.model import Answer, Line, Lot, Order, Producer
from app.aggregation.share import entrants_of, with_defaults
from app.aggregation.vessels import failing, vessel
from app.aggregation.work import Entrant, LineWork, enter

CONDITIONS = {
    "territory": "territories",
    "missing_seal": "seals",
    "grade": "min_grade",
    "price_above_max": "max_unit_price",
    "not_ready": "due_day",
    "expired": "due_day",
    "shelf_life": "min_shelf_days",
    "cap": "max_share_qty",
}


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Ignoring just the test `code` makes `supply` base units more available; the line wants `adds` of them.

    `condition` is the field to change and `to` the nearest value that already adds as much; None where the
    condition is no number or no value would do.
    """

    line: str
    code: str
    condition: str
    supply: int
    adds: int
    to: int | None


def relaxations(
    order: Order, lots: Sequence[Lot], producers: Sequence[Producer], answer: Answer
) -> list[Relaxation]:
    """For every line with a shortfall, each condition that would add something, the most helpful first.

    Exact: what producers can give is counted anew with that one test ignored; packs, caps and minimums stay.
    """
    entrants = entrants_of(order, with_defaults(lots, producers))
    found: list[Relaxation] = []
    for work in enter(order, lots, entrants):
        missing = answer.lines[work.line.id].shortfall
        if missing:
            found += _of_eligibility(work, entrants, missing)
            found += _of_the_cap(work, order.max_share_qty, missing)
    return sorted(found, key=lambda one: (one.line, -one.adds, -one.supply, list(CONDITIONS).index(one.code)))


def _of_eligibility(work: LineWork, entrants: dict[str, Entrant], missing: int) -> Iterable[Relaxation]:
    for code, lots in _failing_alone(work).items():
        supply = _more(work, entrants, lots)
        if supply:
            adds = min(missing, supply)
            to = _nearest(work, entrants, lots, code, adds)
            yield Relaxation(work.line.id, code, CONDITIONS[code], supply, adds, to)


def _of_the_cap(work: LineWork, cap: int | None, missing: int) -> Iterable[Relaxation]:
    bound = [one for one in work.vessels if cap is not None and one.cap == cap]
    supply = sum(replace(one, cap=None).room - one.room for one in bound)
    if supply:
        yield Relaxation(work.line.id, "cap", CONDITIONS["cap"], supply, min(missing, supply), None)


def _failing_alone(work: LineWork) -> dict[str, list[Lot]]:
    """The lots that fail exactly one condition a buyer can relax, by its code."""
    alone: dict[str, list[Lot]] = {}
    for lots in work.others.values():
        for lot in lots:
            codes = [failure.code for failure in failing(lot, work.conditions)]
            if len(codes) == 1 and codes[0] in CONDITIONS:
                alone.setdefault(codes[0], []).append(lot)
    return alone


def _more(work: LineWork, entrants: dict[str, Entrant], lots: list[Lot]) -> int:
    """How much more the producers of these lots could give with them."""
    vessels = {one.producer: one for one in work.vessels}
    added: dict[str, list[Lot]] = {}
    for lot in lots:
        added.setdefault(lot.producer, []).append(lot)
    more = 0
    for name, own in added.items():
        before = vessels.get(name)
        together = [*own, *(before.lots if before else ())]
        more += vessel(entrants[name].producer, together, work.caps[name]).room
        more -= before.room if before else 0
    return more


def _nearest(
    work: LineWork, entrants: dict[str, Entrant], lots: list[Lot], code: str, adds: int
) -> int | None:
    """The value of the condition nearest to today's that already adds as much, by bisection over the lots."""
    if code not in _VALUES:
        return None
    direction, value = _VALUES[code]
    far = [(one, lot.id, lot) for lot in lots if (one := value(lot, work.line)) is not None]
    ordered = sorted(far, key=lambda entry: (direction * entry[0], entry[1]))
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if _more(work, entrants, [lot for _, _, lot in ordered[: middle + 1]]) >= adds:
            high = middle
        else:
            low = middle + 1
    return ordered[low][0] if low < len(ordered) else None


def _days_left(lot: Lot, line: Line) -> int | None:
    return None if lot.expiry_day is None or line.due_day is None else lot.expiry_day - line.due_day


_VALUES: dict[str, tuple[int, Callable[[Lot, Line], int | None]]] = {
    "price_above_max": (1, lambda lot, _: lot.unit_price),
    "not_ready": (1, lambda lot, _: lot.ready_day),
    "grade": (-1, lambda lot, _: lot.grade),
    "expired": (
        -1,
        lambda lot, line: None if lot.expiry_day is None else lot.expiry_day - line.min_shelf_days,
    ),
    "shelf_life": (-1, _days_left),
}
