"""What can be wrong with a fair, its dates and its stalls; each says what to do."""

from datetime import date

from app.kernel.db import when_broken
from app.kernel.errors import ConflictError


class DateTakenError(ConflictError):
    """The fair already has a date that starts then."""


class NoDatesError(ConflictError):
    """The rule gives no date between the first and the last day."""


class OccurrenceOverError(ConflictError):
    """The date is over: it can be reported, no longer changed."""


class PublishedFairError(ConflictError):
    """A published fair's days, hours and place change from a date on, by a successor."""


class SuccessorTooEarlyError(ConflictError):
    """A successor starts on a day to come."""

    def __init__(self, earliest: date) -> None:
        super().__init__(extra={"earliest": earliest.isoformat()}, earliest=earliest.isoformat())


class StallCodeTakenError(ConflictError):
    """Two stalls with one code."""


when_broken("uq_occurrence_fair_id_recurrence_key", DateTakenError)
when_broken("uq_stall_layout_id_code", StallCodeTakenError)
