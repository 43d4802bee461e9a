"""What can be wrong with a fair, its dates and its stalls; each says what to do."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.fairs.allocation.sentences import why_passed
from app.kernel import said
from app.kernel.db import draw_again, when_broken
from app.kernel.errors import ConflictError


class DateTakenError(ConflictError):
    """The fair already has a date that starts then."""


class NoDatesError(ConflictError):
    """The rule gives no date between the first and the last day."""


class OccurrenceOverError(ConflictError):
    """The date is over: it can be reported, no longer changed."""


class PublishedFairError(ConflictError):
    """A published fair's days, hours and place change from a date on, by a successor."""


class NotABarterFairError(ConflictError):
    """Posts without money are for the dates of barter days."""


class PostClosedError(ConflictError):
    """A closed post stays as it is."""


class DateNotBegunError(ConflictError):
    """Sales are declared once the date has begun."""


class DidNotStandError(ConflictError):
    """Only whoever stood there declares what it sold."""


class SuccessorTooEarlyError(ConflictError):
    """A successor starts on a day to come."""

    def __init__(self, earliest: date) -> None:
        super().__init__(extra={"earliest": earliest.isoformat()}, earliest=earliest.isoformat())


class SupersededError(ConflictError):
    """Another fair follows from a day on: this one does not go on beyond it."""

    def __init__(self, last: date, followed_by: UUID) -> None:
        super().__init__(
            extra={"last": last.isoformat(), "followed_by": str(followed_by)}, last=last.isoformat()
        )


class StallCodeTakenError(ConflictError):
    """Two stalls with one code."""


draw_again("uq_fair_code")
when_broken("uq_occurrence_fair_id_recurrence_key", DateTakenError)
when_broken("uq_stall_layout_id_code", StallCodeTakenError)


class NotAtThisDateError(ConflictError):
    """Who has no stall, waits for none and did not apply says nothing of what it brings."""


class ReceiptUsedError(ConflictError):
    """A receipt says what one group paid, for one stall or several."""


class NotAdmittedError(ConflictError):
    """No final call admits the group for that day."""


class AlreadyStandsError(ConflictError):
    """The group has a stall on that date, or an offer of one."""


class StallTakenError(ConflictError):
    """Somebody else has that stall."""


class StallNotForYouError(ConflictError):
    """The stall is free, but not for this group: what it needs, whose it is, or a quota of the bases."""

    def __init__(self, passed: Mapping[str, Any]) -> None:
        super().__init__(extra={"why": passed["why"]}, why=lambda lang: why_passed(passed, lang))


class OfferOverError(ConflictError):
    """The time to answer is over; the stall goes to the next one."""


class SanctionedError(ConflictError):
    """The organiser gives the group no stall until a day."""

    def __init__(self, until: date) -> None:
        super().__init__(extra={"until": until.isoformat()}, until=until.isoformat())


class TwoAttendantsError(ConflictError):
    """The group stands at another fair at the same time: both need their own, named people."""

    def __init__(self, fair: str) -> None:
        super().__init__(fair=fair)


class NotTogetherError(ConflictError):
    """Only two different stalls of one date are exchanged."""


class NotTodayError(ConflictError):
    """Substitutes are for the day of the fair."""


when_broken("uq_assignment_live_stall", StallTakenError)
when_broken("uq_assignment_live_group", AlreadyStandsError)


class CallNotFinalError(ConflictError):
    """Stalls are given once the call is final: lists published, claims answered."""


class AllocationFinalError(ConflictError):
    """The stalls of this date were already given; who stands where changes by releases and exchanges."""


class NoAllocationError(ConflictError):
    """The rule has not been run for this date yet."""


class LayoutChangedError(ConflictError):
    """The fair got other stalls since the rule was run for this date: it must be run again."""


class CallNotOpenError(ConflictError):
    """Applications come in between the days of the call."""

    def __init__(self, opens_at: datetime, closes_at: datetime, *, zone: str, now: datetime) -> None:
        super().__init__(
            extra={"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()},
            opens=lambda lang: said.moment(opens_at, lang, zone=zone, now=now),
            closes=lambda lang: said.moment(closes_at, lang, zone=zone, now=now),
        )


class AlreadyAppliedError(ConflictError):
    """Somebody of the group, its network or the counter has already applied for it."""


class StillOpenError(ConflictError):
    """The lists come out after the last day to apply."""


class StillWaitingError(ConflictError):
    """Applications or claims wait for an answer."""

    def __init__(self, waiting: int) -> None:
        super().__init__(extra={"waiting": waiting}, waiting=waiting)


class ClaimsOpenError(ConflictError):
    """The days to object are not over."""


class ClaimsOverError(ConflictError):
    """The days to object are over."""


class TooLateToMendError(ConflictError):
    """The days to mend are over."""


class PapersMissingError(ConflictError):
    """Papers that the call asks for are missing."""

    def __init__(self, codes: list[str], asked: Sequence[Mapping[str, Any]]) -> None:
        """`asked`: the papers of the bases, with the names that people know them by."""
        names = [str(paper["name"]) for paper in asked if paper["code"] in codes]
        super().__init__(extra={"missing": codes}, missing=", ".join(names))


when_broken("uq_application_live_group", AlreadyAppliedError)
