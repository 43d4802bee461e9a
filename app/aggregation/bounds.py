"""What bound a share: the one word a producer reads first."""

from collections import defaultdict

from app.aggregation.account import Account
from app.aggregation.level import Rational, key_shift
from app.aggregation.tier_zero import common_pack
from app.aggregation.vessels import Vessel
from app.aggregation.work import LineWork


def bound_of(account: Account, name: str, entitled: Rational, *, is_lucky: bool) -> str:
    """One of stock, cap, fixed, answered, left_out, level, below_minimum, pack, fill_repair, lottery.

    `entitled` is the exact share the level grants; `is_lucky` says that a tie decided.
    """
    work = account.work
    if name in work.closed:
        return work.closed[name]
    vessel = account.vessel.get(name)
    if vessel is None:
        return "left_out" if name in work.conditions.left_out else "stock"
    if not account.room(vessel):
        return _empty(vessel)
    return _where_it_stopped(account, vessel, entitled, is_lucky=is_lucky)


def _where_it_stopped(account: Account, vessel: Vessel, entitled: Rational, *, is_lucky: bool) -> str:
    allotted, room = account.allotted[vessel.producer], account.room(vessel)
    off = abs(allotted * entitled[1] - entitled[0])
    codes = (
        (entitled == (room, 1) and allotted == room, "cap" if vessel.room < vessel.stock else "stock"),
        (not allotted and 0 < entitled[0] < vessel.floor * entitled[1], "below_minimum"),
        (not off, "level"),
        (is_lucky, "lottery"),
        (off < max(vessel.packs) * entitled[1], "pack"),
    )
    return next((code for holds, code in codes if holds), "fill_repair")


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
    last, following = {}, {}
    for vessel, share in sharing:
        start = 2 * vessel.history + 2 * share * reference
        if share:
            last[vessel.producer] = ((start - unit) << shift) // vessel.weight
        if share < vessel.room:
            following[vessel.producer] = ((start + unit) << shift) // vessel.weight
    edge = max(last.values(), default=-1)
    if edge != min(following.values(), default=-2):
        return set()
    return {name for side in (last, following) for name, key in side.items() if key == edge}


def _twins_apart(sharing: list[tuple[Vessel, int]]) -> set[str]:
    alike: defaultdict[tuple[object, ...], list[tuple[str, int]]] = defaultdict(list)
    for vessel, share in sharing:
        claim = (vessel.history, vessel.weight, vessel.floor, vessel.room, *vessel.packs, *vessel.counts)
        alike[claim].append((vessel.producer, share))
    return {name for twins in alike.values() if len({share for _, share in twins}) > 1 for name, _ in twins}
