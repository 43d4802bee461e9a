"""The record behind every place: points, lottery number, what fits, and the reason in codes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.fairs.allocation.entrants import Entrant
from app.fairs.allocation.entry import Entry
from app.fairs.allocation.model import Quota, Record, Stall, State, Why
from app.fairs.allocation.needs import needs
from app.fairs.allocation.places import Placed


class Case(NamedTuple):
    """One group's turn, and everything that was decided."""

    turn: int
    entrant: Entrant
    stalls: Sequence[Stall]
    entry: Entry
    placed: Placed
    queue: Mapping[int, int]
    numbers: Mapping[int, int]  # which in turn, of those who are in or wait


def record(case: Case) -> Record:
    """Why this group stands where it stands, waits or is left out."""
    applicant, turn = case.entrant.applicant, case.turn
    place = case.placed.final.get(turn)
    by_points = case.placed.by_points.get(turn)
    state, why, quota = _decided(case)
    return Record(
        by_points=case.stalls[by_points].code if by_points is not None and by_points != place else None,
        category=applicant.category,
        credit=applicant.credit,
        criteria=case.entrant.criteria,
        fitting_stalls=case.entrant.usable.bit_count() + (case.entrant.fixed is not None),
        group=applicant.group,
        lottery=case.entrant.lottery,
        needs=needs(applicant),
        position=case.queue.get(turn),
        quality=None if place is None else case.stalls[place].quality,
        quota=quota,
        stall=None if place is None else case.stalls[place].code,
        state=state,
        total=case.entrant.total,
        turn=case.numbers.get(turn),
        why=why,
    )


def _decided(case: Case) -> tuple[State, tuple[Why, ...], Quota | None]:
    applicant, turn, entry = case.entrant.applicant, case.turn, case.entry
    if applicant.barred:
        return "left_out", applicant.barred, None
    if turn in entry.seated:
        return "placed", (_why_placed(case),), None
    if turn not in entry.waiting:
        return "left_out", ("no_stall_fits",), None
    why, quota = entry.waiting[turn]
    if why == "stalls_taken" and turn in entry.behind:
        return "waiting", (why, "resale_last"), quota
    return "waiting", (why,), quota


def _why_placed(case: Case) -> Why:
    if case.entrant.fixed is not None:
        return "fixed_holder"
    return "quota_minimum" if case.turn in case.entry.reserved else "points"
