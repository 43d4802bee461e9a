"""What one line asks of the vessels before it, and the split that answers it: the language of the tiers."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import mul

from app.aggregation.vessels import Vessel

Taken = list[list[int]]  # whole packs taken, per vessel and lot


@dataclass(slots=True)
class Demand:
    """`goal` base units are wanted, at most `limit` may be given, `enough` (or None) would do.

    `reference` turns a quantity of this line into the measure. Vessels stand in tie order.
    """

    goal: int
    limit: int
    enough: int | None
    reference: int
    vessels: list[Vessel]


@dataclass(slots=True)
class Split:
    """Packs taken from every lot, by which tier, and what is guaranteed about it."""

    taken: Taken
    tier: str
    fill_optimal: bool
    fair_optimal: bool


def given(vessels: list[Vessel], taken: Taken) -> list[int]:
    """Base units per vessel."""
    return [sum(map(mul, v.packs, counts)) for v, counts in zip(vessels, taken, strict=True)]


def spread_out(vessels: list[Vessel], places: Iterable[int], dealt: Taken) -> Taken:
    """What was dealt to the vessels at some places, as a row per vessel: the others took nothing."""
    rows: list[list[int] | None] = [None] * len(vessels)
    for place, counts in zip(places, dealt, strict=True):
        rows[place] = counts
    return [[0] * len(v.lots) if row is None else row for v, row in zip(vessels, rows, strict=True)]
