"""What a fair, a date, a call, an application, an assignment and a fee may become, as data; times of a date. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from app.fairs.states import (
    ApplicationState,
    AssignmentState,
    CallState,
    FairState,
    FeeState,
    OccurrenceState,
)
from app.kernel.states import WrongStateError

AHEAD = timedelta(days=550)  # so far ahead the dates of a fair are rows: eighteen months
REFILL = timedelta(days=400)  # rolled forward when less than thirteen months are left
EARLIEST, LATEST = date(2000, 1, 1), date(2150, 12, 31)  # a typing error of a year is no fair
FARTHEST = timedelta(
    days=1_100
)  # three years: a date moved or added by hand, a sanction; beyond it is a slip as well
SHORTEST = 15  # minutes
LONGEST = timedelta(days=7, hours=1)  # seven days, one of them with the hour that comes twice

_F, _O, _C, _A = FairState, OccurrenceState, CallState, ApplicationState
_S, _M = AssignmentState, FeeState
_State = TypeVar("_State", bound=StrEnum)

FAIR_MOVES: Mapping[FairState, frozenset[FairState]] = {
    _F.DRAFT: frozenset({_F.PUBLISHED}),
    _F.PUBLISHED: frozenset({_F.SUSPENDED, _F.ENDED}),
    _F.SUSPENDED: frozenset({_F.PUBLISHED, _F.ENDED}),
    _F.ENDED: frozenset(),
}
OCCURRENCE_MOVES: Mapping[OccurrenceState, frozenset[OccurrenceState]] = {
    _O.SCHEDULED: frozenset({_O.OPEN, _O.CANCELLED}),
    _O.OPEN: frozenset({_O.CLOSED, _O.CANCELLED}),
    _O.CLOSED: frozenset({_O.REPORTED}),
    _O.REPORTED: frozenset(),
    _O.CANCELLED: frozenset(),
}
CALL_MOVES: Mapping[CallState, frozenset[CallState]] = {
    _C.DRAFT: frozenset({_C.PUBLISHED, _C.CANCELLED}),
    _C.PUBLISHED: frozenset({_C.REVIEWED, _C.CANCELLED}),
    _C.REVIEWED: frozenset({_C.FINAL, _C.CANCELLED}),
    _C.FINAL: frozenset(),
    _C.CANCELLED: frozenset(),
}
APPLICATION_MOVES: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    _A.DRAFT: frozenset({_A.SUBMITTED, _A.WITHDRAWN}),
    _A.SUBMITTED: frozenset({_A.IN_REVIEW, _A.WITHDRAWN}),
    _A.IN_REVIEW: frozenset({_A.NEEDS_INFO, _A.APPROVED, _A.WAITLISTED, _A.REJECTED, _A.WITHDRAWN}),
    _A.NEEDS_INFO: frozenset({_A.IN_REVIEW, _A.REJECTED, _A.WITHDRAWN}),
    _A.WAITLISTED: frozenset({_A.APPROVED, _A.IN_REVIEW, _A.REVOKED, _A.WITHDRAWN}),
    _A.REJECTED: frozenset({_A.IN_REVIEW}),
    _A.APPROVED: frozenset({_A.REVOKED, _A.WITHDRAWN}),
    _A.WITHDRAWN: frozenset(),
    _A.REVOKED: frozenset(),
}
ASSIGNMENT_MOVES: Mapping[AssignmentState, frozenset[AssignmentState]] = {
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.EXPIRED, _S.CANCELLED}),
    _S.CONFIRMED: frozenset({_S.RELEASED, _S.CHECKED_IN, _S.NO_SHOW, _S.CANCELLED}),
    _S.CHECKED_IN: frozenset({_S.COMPLETED, _S.NO_SHOW}),
    _S.NO_SHOW: frozenset({_S.CHECKED_IN}),
    _S.DECLINED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.RELEASED: frozenset(),
    _S.COMPLETED: frozenset(),
    _S.CANCELLED: frozenset(),
}
FEE_MOVES: Mapping[FeeState, frozenset[FeeState]] = {
    _M.DUE: frozenset({_M.PAID, _M.WAIVED, _M.OVERDUE, _M.CREDITED}),
    _M.OVERDUE: frozenset({_M.PAID, _M.WAIVED, _M.CREDITED}),
    _M.PAID: frozenset({_M.CREDITED}),
    _M.WAIVED: frozenset({_M.CREDITED}),
    _M.CREDITED: frozenset(),
}


def check_move(moves: Mapping[_State, frozenset[_State]], state: _State, to: _State) -> None:
    """Raises WrongStateError when a state may not become another."""
    if to not in moves[state]:
        raise WrongStateError(state, moves[state])


def clock_minutes(said: str) -> int:
    """«08:30» -> 510 minutes after midnight."""
    hours, minutes = said.split(":")
    return int(hours) * 60 + int(minutes)


def clock(minutes: int) -> str:
    """510 -> «08:30»; past midnight it starts again."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def duration(starts: str, ends: str, days_later: int) -> int:
    """Minutes from the start to the end; zero or less when the end does not come after the start."""
    return clock_minutes(ends) + days_later * 1440 - clock_minutes(starts)


def roll_to(today: date, until: date | None) -> date:
    """Up to which day a fair's dates should be rows, as seen today."""
    horizon = today + AHEAD
    return min(horizon, until) if until else horizon
