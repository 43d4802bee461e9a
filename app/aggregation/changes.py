"""Decisions of the coordinating organisation that give a fixed share before anything is shared."""

from math import gcd

from app.aggregation.dealing import deal
from app.aggregation.lines import Pool, pool_of
from app.aggregation.model import Change, Order, RefusedChangeError
from app.aggregation.reach import WIDTH_MOST, Meter, TooMuchWorkError, pack_sums
from app.aggregation.vessels import Vessel
from app.aggregation.work import LineWork, changes_on


def grant_fixed(order: Order, works: list[LineWork]) -> None:
    """Gives every fixed share, line by line in tie order, and closes its producer on the line.

    Raises RefusedChangeError where a fixed share is no sum of whole packs of eligible lots within the cap,
    or where they pass what the line wants with its tolerance.
    """
    drawn: dict[Pool, int] = {}
    for work in works:
        fixed = changes_on(order, work.line.id, "fix")
        vessels = {vessel.producer: vessel for vessel in work.vessels}
        for name in [v.producer for v in work.vessels if v.producer in fixed]:
            work.granted[name] = _grant(order, work, vessels[name], fixed[name], drawn)
            work.closed[name] = "fixed"
        missing = [name for name, quantity in fixed.items() if quantity and name not in vessels]
        if missing:
            raise RefusedChangeError("fix_not_reachable", _named(order, work, min(missing)), work.line.id)
        if fixed and work.demand().limit < 0:
            last = list(work.granted)[-1]
            raise RefusedChangeError("fix_above_wanted", _named(order, work, last), work.line.id)


def _grant(
    order: Order, work: LineWork, vessel: Vessel, quantity: int, drawn: dict[Pool, int]
) -> dict[str, int]:
    _show_what_is_left(vessel, drawn)
    packs = _packs(vessel, quantity)
    if packs is None or (vessel.cap is not None and quantity > vessel.cap):
        raise RefusedChangeError("fix_not_reachable", _named(order, work, vessel.producer), work.line.id)
    shares = {}
    for lot, count in zip(vessel.lots, packs, strict=True):
        if count:
            shares[lot.id] = count * lot.pack
            drawn[pool_of(lot)] = drawn.get(pool_of(lot), 0) + count * lot.pack
    return shares


def _show_what_is_left(vessel: Vessel, drawn: dict[Pool, int]) -> None:
    vessel.counts = [(lot.available - drawn.get(pool_of(lot), 0)) // lot.pack for lot in vessel.lots]
    vessel.weigh()


def _packs(vessel: Vessel, quantity: int) -> list[int] | None:
    """Whole packs per lot that sum to the quantity, or None where none do."""
    divisor = gcd(*vessel.sizes)
    if quantity > vessel.stock or quantity % (divisor or 1):
        return None
    if not quantity:
        return [0] * len(vessel.lots)
    top = quantity // divisor
    try:
        if len(vessel.sizes) > 1 and (top > WIDTH_MOST or not _is_sum(vessel, divisor, top)):
            return None
        return deal(vessel, quantity, divisor, Meter())
    except TooMuchWorkError:
        return None


def _is_sum(vessel: Vessel, divisor: int, top: int) -> bool:
    return bool(pack_sums(vessel.packs, vessel.counts, divisor, top, Meter()) >> top & 1)


def _named(order: Order, work: LineWork, producer: str) -> Change:
    return next(
        change
        for change in order.changes
        if change.act == "fix" and change.producer == producer and change.line in (None, work.line.id)
    )
