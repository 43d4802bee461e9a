"""The applicants as the rule sees them: their points, their lottery number, their turn."""

from dataclasses import dataclass

from app.fairs.allocation.lottery import draw
from app.fairs.allocation.model import AllocationInputs, Applicant, Points, Stall
from app.fairs.allocation.needs import may_use
from app.fairs.allocation.points import criteria, total


@dataclass(slots=True)
class Entrant:
    """A group with its points. `usable`: bit s is set when it may stand at stall s. `fixed`: its own stall."""

    applicant: Applicant
    criteria: tuple[Points, ...]
    total: int
    lottery: str
    usable: int
    fixed: int | None
    is_barred: bool


def in_turn(inputs: AllocationInputs, stalls: tuple[Stall, ...]) -> list[Entrant]:
    """Everybody in the order of entry: whom the call admitted; own production before resale if the bases say so, most points, lottery."""
    masks: dict[tuple[object, ...], int] = {}
    entrants = [_entrant(applicant, inputs, stalls, masks) for applicant in inputs.applicants]
    resale_waits = inputs.own_production_first
    entrants.sort(
        key=lambda one: (
            one.applicant.is_waitlisted,
            resale_waits and not one.applicant.is_own_production,
            -one.total,
            one.lottery,
            one.applicant.group,
        )
    )
    return entrants


def _entrant(
    applicant: Applicant,
    inputs: AllocationInputs,
    stalls: tuple[Stall, ...],
    masks: dict[tuple[object, ...], int],
) -> Entrant:
    points = criteria(applicant, inputs)
    own = [place for place, stall in enumerate(stalls) if stall.fixed_holder == applicant.group]
    return Entrant(
        applicant=applicant,
        criteria=points,
        total=total(points),
        lottery=draw(inputs.seed, applicant.group),
        usable=_usable(applicant, stalls, masks),
        fixed=own[0] if own else None,
        is_barred=bool(applicant.barred),
    )


def _usable(applicant: Applicant, stalls: tuple[Stall, ...], masks: dict[tuple[object, ...], int]) -> int:
    """The free stalls that fit, as bits; groups with the same needs share the work."""
    asked = (
        applicant.needs_access, applicant.needs_power, applicant.needs_roof, applicant.needs_water,
        applicant.width_cm,
    )  # fmt: skip
    if asked not in masks:
        masks[asked] = sum(
            1 << place
            for place, stall in enumerate(stalls)
            if stall.fixed_holder is None and may_use(applicant, stall)
        )
    return masks[asked]
