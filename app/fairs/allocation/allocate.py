"""The rule `stalls-1`: who stands where on one date, and why. Pure: no database, clock, chance or float."""

from collections.abc import Sequence

from msgspec.structs import replace

from app.aggregation.canonical import digest_of_document
from app.fairs.allocation.apart import Effort
from app.fairs.allocation.entrants import Entrant, in_turn
from app.fairs.allocation.entry import Entry, counts_for, enter
from app.fairs.allocation.lottery import commit
from app.fairs.allocation.model import (
    MILLION,
    AllocationError,
    AllocationInputs,
    Outcome,
    Quota,
    QuotaResult,
    Stall,
)
from app.fairs.allocation.neighbours import Pair, pairs
from app.fairs.allocation.places import Placed, places
from app.fairs.allocation.records import Case, record


def allocate(inputs: AllocationInputs, *, effort: Effort | None = None) -> Outcome:
    """Who stands where, who waits in which order, who is left out, and why; the same for the same inputs, always.

    `effort` is the rule's own unless somebody wants to see how much better more steps would be. Raises AllocationError.
    """
    inputs = normal(inputs)
    _refuse(inputs)
    stalls = inputs.layout.stalls
    entrants = in_turn(inputs, stalls)
    entry = enter(entrants, len(stalls), inputs.quotas)
    beside = pairs(inputs.layout)
    placed = places(entrants, entry.seated, stalls, _near(stalls, beside), effort or Effort())
    return _outcome(inputs, entrants, entry, placed, beside)


def normal(inputs: AllocationInputs) -> AllocationInputs:
    """The same inputs with every list sorted: stalls by number, the rest by name."""
    layout = inputs.layout
    boxes = sorted(layout.aisles, key=lambda box: (box.x_cm, box.y_cm, box.w_cm, box.d_cm))
    stalls = sorted(layout.stalls, key=lambda stall: (stall.number, stall.code))
    applicants = (replace(one, barred=tuple(sorted(set(one.barred)))) for one in inputs.applicants)
    return replace(
        inputs,
        applicants=tuple(sorted(applicants, key=lambda one: one.group)),
        layout=replace(layout, aisles=tuple(boxes), stalls=tuple(stalls)),
        quotas=tuple(sorted(inputs.quotas, key=lambda quota: (quota.of, quota.value))),
    )


def _refuse(inputs: AllocationInputs) -> None:
    """Raises AllocationError where a name stands twice or a quota cannot be kept."""
    stalls = inputs.layout.stalls
    for code, values in (
        ("stall_code_repeated", [stall.code for stall in stalls]),
        ("stall_number_repeated", [str(stall.number) for stall in stalls]),
        ("group_repeated", [one.group for one in inputs.applicants]),
        ("quota_repeated", [f"{quota.of} {quota.value}" for quota in inputs.quotas]),
    ):
        seen: set[str] = set()
        for value in values:
            if value in seen:
                raise AllocationError(code, value)
            seen.add(value)
    for quota in inputs.quotas:
        if quota.at_most is not None and quota.at_least > quota.at_most:
            raise AllocationError("quota_contradicts", quota.value)


def _near(stalls: Sequence[Stall], beside: Sequence[Pair]) -> dict[int, list[int]]:
    place = {stall.code: n for n, stall in enumerate(stalls)}
    near: dict[int, list[int]] = {}
    for one, other in beside:
        near.setdefault(place[one], []).append(place[other])
        near.setdefault(place[other], []).append(place[one])
    return near


def _outcome(
    inputs: AllocationInputs, entrants: Sequence[Entrant], entry: Entry, placed: Placed, beside: Sequence[Pair]
) -> Outcome:  # fmt: skip
    stalls = inputs.layout.stalls
    queue = {turn: n for n, turn in enumerate(sorted(entry.waiting), start=1)}
    numbers = {turn: n for n, turn in enumerate(sorted({*entry.seated, *entry.waiting}), start=1)}
    records = tuple(
        sorted(
            (
                record(Case(turn, one, stalls, entry, placed, queue, numbers))
                for turn, one in enumerate(entrants)
            ),
            key=lambda one: one.group,
        )
    )
    totals = [entrants[turn].total for turn in entry.seated if entrants[turn].fixed is None]
    return Outcome(
        conflicts=_conflicts(entrants, placed, stalls, beside),
        cutoff=min(totals, default=None),
        input_digest=digest_of_document(inputs),
        left_out=tuple(one.group for one in records if one.state == "left_out"),
        placed={one.group: one.stall for one in records if one.stall is not None},
        quotas=tuple(_result(quota, entrants, entry) for quota in inputs.quotas),
        records=records,
        score=_score(entrants, stalls, placed.final),
        score_by_points=_score(entrants, stalls, placed.by_points),
        seed_sha256=commit(inputs.seed),
        waiting=tuple(entrants[turn].applicant.group for turn in sorted(entry.waiting)),
    )


def _conflicts(
    entrants: Sequence[Entrant], placed: Placed, stalls: Sequence[Stall], beside: Sequence[Pair]
) -> tuple[Pair, ...]:
    kinds = {stalls[place].code: entrants[turn].applicant.category for turn, place in placed.final.items()}
    return tuple(pair for pair in beside if kinds.get(pair[0]) and kinds[pair[0]] == kinds.get(pair[1]))


def _result(quota: Quota, entrants: Sequence[Entrant], entry: Entry) -> QuotaResult:
    named = [turn for turn, one in enumerate(entrants) if counts_for(one.applicant, quota)]
    return QuotaResult(
        asked=sum(not entrants[turn].is_barred for turn in named),
        placed=sum(turn in entry.seated for turn in named),
        quota=quota,
    )


def _score(entrants: Sequence[Entrant], stalls: Sequence[Stall], where: dict[int, int]) -> int:
    """In whole points: sums in millionths would leave what a JavaScript number can hold."""
    return sum(entrants[turn].total * stalls[place].quality for turn, place in where.items()) // MILLION
