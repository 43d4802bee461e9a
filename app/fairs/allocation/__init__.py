"""Who stands where: the pure rule `stalls-1`, its draw, its neighbours and its rotation. Usable alone."""

from app.fairs.allocation.allocate import allocate
from app.fairs.allocation.lottery import commit, draw, is_the_promised
from app.fairs.allocation.model import (
    AllocationError,
    AllocationInputs,
    Applicant,
    Box,
    Layout,
    Outcome,
    Points,
    Quota,
    QuotaResult,
    Record,
    Stall,
    Weights,
)
from app.fairs.allocation.needs import may_use, missing
from app.fairs.allocation.neighbours import pairs
from app.fairs.allocation.rotation import Fairness, Stood, credits, exact_credits, fairness  # noqa: A004
from app.fairs.allocation.succession import Next, Passed, Waits, next_for

__all__ = [
    "AllocationError",
    "AllocationInputs",
    "Applicant",
    "Box",
    "Fairness",
    "Layout",
    "Next",
    "Outcome",
    "Passed",
    "Points",
    "Quota",
    "QuotaResult",
    "Record",
    "Stall",
    "Stood",
    "Waits",
    "Weights",
    "allocate",
    "commit",
    "credits",
    "draw",
    "exact_credits",
    "fairness",
    "is_the_promised",
    "may_use",
    "missing",
    "next_for",
    "pairs",
]
