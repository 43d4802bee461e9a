"""The fairest split of a total: (min,+) dynamic programming over what each vessel can give. Exact, counted."""

from array import array
from itertools import islice
from math import lcm

from app.aggregation.vessels import Vessel

WORK_MOST = 3_000_000


def fairest(vessels: list[Vessel], amounts: list[list[int]], total: int, unit: int) -> list[int]:
    """The amounts with sum `total` and least Phi; among those the lexicographically greatest vector.

    Phi is the sum of ((h + y)^2 - h^2) / w. `amounts` and `total` count in `unit` of the measure; every list
    ascends from 0, and some choice must reach the total.
    """
    common = lcm(*(vessel.weight for vessel in vessels))
    costs = [
        [unit * y * (2 * vessel.history + unit * y) * (common // vessel.weight) for y in choices]
        for vessel, choices in zip(vessels, amounts, strict=True)
    ]
    unreachable = 1 + sum(row[-1] for row in costs)
    best = [0] + [unreachable] * total
    chosen = []
    for choices, row in zip(reversed(amounts), reversed(costs), strict=True):
        best, picked = _with_one_more(best, choices, row)
        chosen.append(picked)
    return _follow(chosen[::-1], amounts, total)


def _with_one_more(best: list[int], choices: list[int], costs: list[int]) -> "tuple[list[int], array[int]]":
    """Least cost of every total with one vessel more in front, and the place of its greatest best amount.

    Cost and place travel in one integer, cost x size + (last place - place): the least integer has the least
    cost and, among equals, the greatest amount.
    """
    size = len(choices)
    scaled = [cost * size for cost in best]
    total = len(best)
    tagged = [cost + size - 1 for cost in scaled]
    for place in range(1, size):
        amount = choices[place]
        step = costs[place] * size + size - 1 - place
        tagged[amount:] = map(
            min, islice(tagged, amount, None), map(step.__add__, islice(scaled, total - amount))
        )
    return [value // size for value in tagged], array("q", [size - 1 - value % size for value in tagged])


def _follow(chosen: "list[array[int]]", amounts: list[list[int]], total: int) -> list[int]:
    split = []
    for picked, choices in zip(chosen, amounts, strict=True):
        amount = choices[picked[total]]
        split.append(amount)
        total -= amount
    return split
