"""Who gets a stall at all: in turn, whoever still finds one that fits while all before keep theirs.

Fixed holders come first, then whom a minimum of a quota speaks of until it is met, then everybody. So nobody waits
while somebody with fewer points stands where they could, except for a quota or a fixed stall; and within that as many
stand as possible. Whom the call only lets wait stays on the waiting list, after all others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from app.fairs.allocation.entrants import Entrant
from app.fairs.allocation.model import Applicant, Quota, Why
from app.fairs.allocation.seating import Seating


@dataclass(slots=True)
class Entry:
    """Turns of those who are in, and of those who wait with the reason and the quota behind it."""

    seated: set[int] = field(default_factory=set)
    reserved: set[int] = field(default_factory=set)  # in because of a minimum alone
    waiting: dict[int, tuple[Why, Quota | None]] = field(default_factory=dict)
    behind: set[int] = field(default_factory=set)  # waits with more points than somebody of own production


def enter(entrants: Sequence[Entrant], stalls: int, quotas: Sequence[Quota]) -> Entry:
    """Who is in and who waits, of those who are not barred and can use some stall."""
    entry = _Round(entrants, stalls, quotas).entry()
    if any(quota.at_least for quota in quotas):
        without = _Round(entrants, stalls, [replace(quota, at_least=0) for quota in quotas]).entry()
        entry.reserved = entry.seated - without.seated
        for turn in without.seated - entry.seated:
            entry.waiting[turn] = "reserved", entry.waiting[turn][1]
    entry.behind = _behind(entrants, entry)
    return entry


def _behind(entrants: Sequence[Entrant], entry: Entry) -> set[int]:
    """Who resells and waits though somebody with fewer points, who came first for own production, stands."""
    own = [turn for turn in entry.seated if entrants[turn].applicant.is_own_production]
    least = min((entrants[turn].total for turn in own if entrants[turn].fixed is None), default=None)
    return {
        turn
        for turn in entry.waiting
        if least is not None
        and not entrants[turn].applicant.is_own_production
        and entrants[turn].total > least
    }


def counts_for(applicant: Applicant, quota: Quota) -> bool:
    """Whether a quota speaks of a group."""
    return (applicant.category if quota.of == "category" else applicant.territory) == quota.value


class _Round:
    def __init__(self, entrants: Sequence[Entrant], stalls: int, quotas: Sequence[Quota]) -> None:
        self._entrants, self._quotas = entrants, quotas
        self._seating, self._entry = Seating(stalls), Entry()
        self._taken = [0] * len(quotas)
        self._named = [
            [place for place, quota in enumerate(quotas) if counts_for(one.applicant, quota)]
            for one in entrants
        ]

    def entry(self) -> Entry:
        turns = [turn for turn, one in enumerate(self._entrants) if not one.is_barred]
        for turn in turns:
            if self._entrants[turn].fixed is not None:
                self._take(turn)
        free = [turn for turn in turns if self._entrants[turn].usable and turn not in self._entry.seated]
        behind = [turn for turn in free if self._entrants[turn].applicant.is_waitlisted]
        self._entry.waiting |= dict.fromkeys(behind, ("waitlisted", None))
        free = [turn for turn in free if turn not in self._entry.waiting]
        for turn in free:
            if self._is_wanted(turn):
                self._try(turn)
        for turn in free:
            if turn not in self._entry.seated:
                self._try(turn)
        return self._entry

    def _is_wanted(self, turn: int) -> bool:
        return any(self._taken[place] < self._quotas[place].at_least for place in self._named[turn])

    def _try(self, turn: int) -> None:
        full = [self._quotas[place] for place in self._named[turn] if self._is_full(place)]
        if full:
            self._entry.waiting[turn] = "quota_full", full[0]
        elif self._seating.seat(turn, self._entrants[turn].usable):
            self._take(turn)
        else:
            self._entry.waiting[turn] = "stalls_taken", None

    def _is_full(self, place: int) -> bool:
        most = self._quotas[place].at_most
        return most is not None and self._taken[place] >= most

    def _take(self, turn: int) -> None:
        self._entry.seated.add(turn)
        self._entry.waiting.pop(turn, None)
        for place in self._named[turn]:
            self._taken[place] += 1
