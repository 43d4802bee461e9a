"""Who is next for one stall that became free: the rule's order of entry, for the stalls that are given by now. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from app.aggregation.model import Model
from app.fairs.allocation.entry import counts_for
from app.fairs.allocation.model import Applicant, Barred, Quota, Stall
from app.fairs.allocation.needs import may_use, missing

PassedWhy = Barred | Literal["not_theirs", "stall_lacks", "quota_full", "reserved", "waitlisted"]
_Taken = Counter[tuple[str, str | None]]


class Waits(NamedTuple):
    """A group that waits, and the quotas of the bases that it applied by."""

    applicant: Applicant
    quotas: Sequence[Quota] = ()


class Passed(Model, frozen=True, kw_only=True):
    """Why somebody before the next one was not offered the stall. `needs`: what it lacks for them; kept as it is."""

    needs: tuple[str, ...] = ()
    quota: Quota | None = None
    stall: str
    why: tuple[PassedWhy, ...]


class Next(NamedTuple):
    """Places in the list: who is next, if anybody is, and why those before could not be."""

    place: int | None
    passed: dict[int, Passed]


def next_for(stall: Stall, waiting: Sequence[Waits], standing: Iterable[Applicant]) -> Next:
    """The first who may stand there; before all others those whom a minimum speaks of that is not met yet.

    Whom the call only lets wait comes after all whom it admitted. `waiting` in their order, so too; `standing`: who has a stall of that date by now.
    """
    taken: _Taken = Counter(
        side for one in standing for side in (("category", one.category), ("territory", one.territory))
    )
    refused: dict[int, Passed] = {}
    able: list[int] = []
    for place, one in enumerate(waiting):
        if passed := _refused(stall, one, taken):
            refused[place] = passed
        else:
            able.append(place)
    able = [place for place in able if not waiting[place].applicant.is_waitlisted] or able
    wanted = {place: quota for place in able if (quota := _unmet(waiting[place], taken))}
    chosen = min(wanted, default=min(able, default=None))
    before = range(len(waiting) if chosen is None else chosen)
    kept_for = Passed(
        stall=stall.code, why=("reserved",), quota=None if chosen is None else wanted.get(chosen)
    )
    return Next(chosen, {place: refused.get(place, kept_for) for place in before})


def _refused(stall: Stall, one: Waits, taken: _Taken) -> Passed | None:
    applicant = one.applicant
    if applicant.barred:
        return Passed(stall=stall.code, why=applicant.barred)
    if not may_use(applicant, stall):
        lacks = missing(applicant, stall) if stall.fixed_holder is None else ()
        return Passed(stall=stall.code, why=("stall_lacks",) if lacks else ("not_theirs",), needs=lacks)
    full = _full(one, taken)
    return Passed(stall=stall.code, why=("quota_full",), quota=full) if full else None


def _full(one: Waits, taken: _Taken) -> Quota | None:
    """The maximum that leaves no stall for a group, if one does."""
    return next(
        (
            quota
            for quota in one.quotas
            if quota.at_most is not None
            and counts_for(one.applicant, quota)
            and taken[quota.of, quota.value] >= quota.at_most
        ),
        None,
    )


def _unmet(one: Waits, taken: _Taken) -> Quota | None:
    """A minimum that speaks of a group and is not met."""
    return next(
        (
            quota
            for quota in one.quotas
            if counts_for(one.applicant, quota) and taken[quota.of, quota.value] < quota.at_least
        ),
        None,
    )
