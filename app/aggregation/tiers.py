"""Which algorithm a line gets, and what is guaranteed about its answer."""

from collections.abc import Callable
from dataclasses import replace
from math import gcd

from app.aggregation.dealing import deal
from app.aggregation.demand import Demand, Split, Taken, given, spread_out
from app.aggregation.fairest import WORK_MOST as FAIREST_WORK_MOST
from app.aggregation.fairest import fairest
from app.aggregation.reach import WIDTH_MOST, Meter, TooMuchWorkError, amounts, best_total
from app.aggregation.rounding import round_to
from app.aggregation.tier_zero import common_pack, deal_equal, level_out


def split(demand: Demand) -> Split:
    """The best split of one line that its tier can promise; never above the limit, the caps or the stock."""
    return _scattered(demand, _split)


def level_only(demand: Demand) -> Split:
    """T0's split whatever the packs and minimums: what the sweeps over several lines carry along."""
    return _scattered(demand, _level_only)


def _scattered(demand: Demand, solve: Callable[[Demand], Split]) -> Split:
    """Solves for the vessels that can give anything at all; the others give nothing."""
    rooms = [vessel.room for vessel in demand.vessels]
    if demand.goal <= 0 or not any(rooms):
        return Split(spread_out(demand.vessels, (), []), "T0", fill_optimal=True, fair_optimal=True)
    places = [place for place, room in enumerate(rooms) if room]
    found = solve(replace(demand, vessels=[demand.vessels[place] for place in places]))
    return replace(found, taken=spread_out(demand.vessels, places, found.taken))


def _level_only(demand: Demand) -> Split:
    return Split(level_out(demand), "T0", fill_optimal=False, fair_optimal=False)


def _split(demand: Demand) -> Split:
    pack = common_pack(demand.vessels)
    if pack and not any(vessel.floor for vessel in demand.vessels):
        return Split(deal_equal(demand, pack), "T0", fill_optimal=True, fair_optimal=True)
    guide = level_out(demand)
    total = sum(given(demand.vessels, guide))
    if demand.enough is not None and total >= demand.enough:
        return _as_it_stands(demand, guide, total)
    try:
        return _exact(demand, guide, gcd(*(size for vessel in demand.vessels for size in vessel.sizes)))
    except TooMuchWorkError:
        return _as_it_stands(demand, guide, total)


def _exact(demand: Demand, guide: Taken, divisor: int) -> Split:
    """T1, or T1b beyond the budget of the fairest split."""
    vessels = demand.vessels
    top = min(demand.limit, sum(vessel.room for vessel in vessels)) // divisor
    if top > WIDTH_MOST:
        raise TooMuchWorkError
    meter = Meter()
    sets = [amounts(vessel, divisor, top, meter) for vessel in vessels]
    total = best_total(sets, -(-demand.goal // divisor), top, meter)
    is_fair = (total + 1) * sum(within.within(total) for within in sets) <= FAIREST_WORK_MOST
    if is_fair:
        listed = [choices.listed(total) for choices in sets]
        shares = fairest(vessels, listed, total, divisor * demand.reference)
    else:
        shares = round_to(vessels, sets, given(vessels, guide), total=total, divisor=divisor, meter=meter)
    taken = [
        deal(vessel, share * divisor, divisor, meter) for vessel, share in zip(vessels, shares, strict=True)
    ]
    return Split(taken, "T1" if is_fair else "T1b", fill_optimal=True, fair_optimal=is_fair)


def _as_it_stands(demand: Demand, taken: Taken, total: int) -> Split:
    """T0's answer with honest flags: its fill is known to be the best only where nothing more could be had."""
    everything = sum(vessel.room for vessel in demand.vessels)
    return Split(
        taken,
        "T0",
        fill_optimal=total in (demand.goal, everything) and total <= demand.goal,
        fair_optimal=False,
    )
