"""What bound a share: the one word a producer reads first."""

from collections import defaultdict

from app.aggregation.account import Part
from app.aggregation.level import Rational, key_shift
from app.aggregation.tier_zero import common_pack
from app.aggregation.vessels import Vessel
from app.aggregation.work import LineWork


def bound_of(work: LineWork, name: str, part: Part, entitled: Rational, *, is_lucky: bool) -> str:
    """One of stock, cap, fixed, answered, left_out, level, below_minimum, pack, fill_repair, lottery.

    `entitled` is the exact share the level grants; `is_lucky` says that a tie decided.
    """
    if name in work.closed:
        return work.closed[name]
    if part.vessel is None:
        return "left_out" if name in work.conditions.left_out else "stock"
    if not part.room:
        return _empty(part.vessel)
    return _where_it_stopped(part.vessel, part, entitled, is_lucky=is_lucky)


def _where_it_stopped(vessel: Vessel, part: Part, entitled: Rational, *, is_lucky: bool) -> str:
    off = abs(part.allotted * entitled[1] - entitled[0])
    if part.allotted == part.room and entitled == (part.room, 1):
        return "cap" if vessel.room < vessel.stock else "stock"
    if not part.allotted and 0 < entitled[0] < vessel.floor * entitled[1]:
        return "below_minimum"
    if not off:
        return "level"
    if is_lucky:
        return "lottery"
    return "pack" if off < max(vessel.packs) * entitled[1] else "fill_repair"


def drawn_by_lot(work: LineWork) -> set[str]:
    """The producers whose share the tie order decided: others with the very same claim got another amount."""
    sharing = [
        (vessel, share)
        for vessel, share in zip(work.vessels, work.shares, strict=True)
        if vessel.producer not in work.closed and vessel.room
    ]
    pack = common_pack([vessel for vessel, _ in sharing])
    if work.split.tier == "T0" and pack and not any(vessel.floor for vessel, _ in sharing):
        return _tied_at_the_last_pack(sharing, pack, work.line.reference_price)
    return _twins_apart(sharing)


def _empty(vessel: Vessel) -> str:
    """Why a vessel with eligible lots can give nothing."""
    if not vessel.stock:
        return "pack" if any(lot.available for lot in vessel.lots) else "stock"
    if vessel.cap is not None and vessel.cap < min(vessel.sizes):
        return "cap"
    return "below_minimum"


def _tied_at_the_last_pack(sharing: list[tuple[Vessel, int]], pack: int, reference: int) -> set[str]:
    """Where the dearest pack taken costs as much as the cheapest one left: both sides of that tie."""
    shift = key_shift([vessel.weight for vessel, _ in sharing])
    unit = pack * reference
    last, following = [], []
    for vessel, share in sharing:
        start = 2 * vessel.history + 2 * share * reference
        if share:
            last.append((((start - unit) << shift) // vessel.weight, vessel.producer))
        if share < vessel.room:
            following.append((((start + unit) << shift) // vessel.weight, vessel.producer))
    edge = max([key for key, _ in last], default=-1)
    if edge != min([key for key, _ in following], default=-2):
        return set()
    return {name for side in (last, following) for key, name in side if key == edge}


def _twins_apart(sharing: list[tuple[Vessel, int]]) -> set[str]:
    alike: defaultdict[tuple[object, ...], list[tuple[str, int]]] = defaultdict(list)
    for vessel, share in sharing:
        claim = (vessel.history, vessel.weight, vessel.floor, vessel.room, *vessel.packs, *vessel.counts)
        alike[claim].append((vessel.producer, share))
    return {name for twins in alike.values() if len({share for _, share in twins}) > 1 for name, _ in twins}
