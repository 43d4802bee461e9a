"""T0: equal levels. Exact with one pack size and no minimum; elsewhere the guide and the fall-back."""

from dataclasses import replace

from app.aggregation.demand import Demand, Taken, given, spread_out
from app.aggregation.greedy import greedy
from app.aggregation.vessels import Vessel
from app.aggregation.waterfill import pour


def common_pack(vessels: list[Vessel]) -> int | None:
    """The one pack size of all vessels, or None where there are several."""
    several = {vessel.sizes for vessel in vessels if vessel.sizes}
    sizes = several.pop() if len(several) == 1 else ()
    return sizes[0] if len(sizes) == 1 else None


def level_out(demand: Demand) -> Taken:
    """T0's split. Where a share would fall under a minimum, the longest prefix of vessels that holds.

    Prefixes are taken by theta = (minimum + history) / weight, those without a minimum first; the longest
    one is searched by bisection of its length.
    """
    floors = [vessel.floor for vessel in demand.vessels]
    if not any(floors):
        return _deal(demand)
    order = _by_theta(demand, floors)
    low, high = floors.count(0), len(order)
    best = _deal_among(demand, order[:low])
    while low < high:
        middle = (low + high + 1) // 2
        taken = _deal_among(demand, order[:middle])
        if _keeps(taken, demand.vessels, floors):
            low, best = middle, taken
        else:
            high = middle - 1
    return best


def aim(goal: int, limit: int, pack: int, packs: int) -> int:
    """How many of `packs` equal packs reach the goal best: the fewest that do within the limit, else the most."""
    needed = -(-goal // pack)
    if needed * pack > limit:
        needed = goal // pack
    return min(max(0, needed), packs)


def fill_fefo(vessel: Vessel, packs: int) -> list[int]:
    """Deals packs of one size to the lots of a vessel, first expiring first."""
    taken = []
    for count in vessel.counts:
        part = count if count < packs else packs  # noqa: FURB136 - min() is slower here
        taken.append(part)
        packs -= part
    return taken


def _deal_among(demand: Demand, places: list[int]) -> Taken:
    chosen = sorted(places)
    dealt = _deal(replace(demand, vessels=[demand.vessels[place] for place in chosen]))
    return spread_out(demand.vessels, chosen, dealt)


def _deal(demand: Demand) -> Taken:
    pack = common_pack(demand.vessels)
    return greedy(demand) if pack is None else deal_equal(demand, pack)


def deal_equal(demand: Demand, pack: int) -> Taken:
    """Equal levels where all have one pack size and nobody a minimum."""
    claims = [(v.history, v.weight, v.room // pack) for v in demand.vessels]
    packs = aim(demand.goal, demand.limit, pack, sum(most for _, _, most in claims))
    shares = pour(claims, pack * demand.reference, packs)
    return [fill_fefo(vessel, share) for vessel, share in zip(demand.vessels, shares, strict=True)]


def _by_theta(demand: Demand, floors: list[int]) -> list[int]:
    weights = [vessel.weight for vessel in demand.vessels]
    shift = 2 * max(weights).bit_length()

    def theta(place: int) -> tuple[bool, int, int]:
        vessel = demand.vessels[place]
        reach = floors[place] * demand.reference + vessel.history
        return floors[place] > 0, (reach << shift) // vessel.weight if floors[place] else 0, place

    return sorted(range(len(weights)), key=theta)


def _keeps(taken: Taken, vessels: list[Vessel], floors: list[int]) -> bool:
    return all(
        share == 0 or share >= floor for share, floor in zip(given(vessels, taken), floors, strict=True)
    )
