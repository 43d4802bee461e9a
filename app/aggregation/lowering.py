"""A lower answer: which lots a producer still gives when it confirms less than it was asked."""

from collections.abc import Mapping
from math import gcd

from app.aggregation.dealing import deal, largest_sum
from app.aggregation.model import Lot
from app.aggregation.reach import Meter, TooMuchWorkError
from app.aggregation.vessels import Vessel, fefo


def lowered(shares: Mapping[str, int], lots: Mapping[str, Lot], most: int) -> dict[str, int]:
    """The part of one producer's shares (lot -> quantity) that stands when it gives at most `most`.

    The largest sum of whole packs out of these shares, first expiring first. Shares already that small stand.
    """
    own = fefo(lots[lot] for lot in shares)
    counts = [shares[lot.id] // lot.pack for lot in own]
    vessel = Vessel("", 1, 0, None, 0, own, [lot.pack for lot in own], counts)
    if vessel.stock <= most:
        return dict(shares)
    try:
        taken = deal(vessel, largest_sum(vessel, most), gcd(*vessel.sizes), Meter())
    except TooMuchWorkError:
        taken = _first_fitting(vessel, most)
    return {lot.id: count * lot.pack for lot, count in zip(own, taken, strict=True) if count}


def _first_fitting(vessel: Vessel, most: int) -> list[int]:
    taken = []
    for pack, count in zip(vessel.packs, vessel.counts, strict=True):
        part = min(count, most // pack)
        taken.append(part)
        most -= part * pack
    return taken
