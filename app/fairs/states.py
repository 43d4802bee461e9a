"""What the nouns of fairs can be, by the words that cross the door. Pure; transitions are in `rules.py`."""

from enum import StrEnum


class FairKind(StrEnum):
    """What people go there for."""

    WEEKLY = "weekly"
    CRAFT = "craft"
    EXPO = "expo"
    BARTER = "barter"
    NIGHT = "night"
    WORKSHOP = "workshop"


class FairState(StrEnum):
    """draft -> published <-> suspended; published | suspended -> ended (`rules.FAIR_MOVES`)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    ENDED = "ended"


class OccurrenceState(StrEnum):
    """scheduled -> open -> closed -> reported; scheduled | open -> cancelled (`rules.OCCURRENCE_MOVES`)."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    REPORTED = "reported"
    CANCELLED = "cancelled"


class CallState(StrEnum):
    """draft -> published -> reviewed -> final | cancelled; the clock says whether a published one is open."""

    DRAFT = "draft"
    PUBLISHED = "published"  # its bases stand; applications between opens_at and closes_at
    REVIEWED = "reviewed"  # the lists are out; claims until claims_until
    FINAL = "final"
    CANCELLED = "cancelled"


class ApplicationState(StrEnum):
    """See `rules.APPLICATION_MOVES`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    APPROVED = "approved"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class ApplicationChannel(StrEnum):
    """Who brought an application in."""

    GROUP = "group"
    NETWORK = "network"
    COUNTER = "counter"


class AssignmentState(StrEnum):
    """See `rules.ASSIGNMENT_MOVES`."""

    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    RELEASED = "released"
    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"
    COMPLETED = "completed"
    CANCELLED = "cancelled"  # with its date


class WaitState(StrEnum):
    """waiting -> offered -> taken | passed; waiting -> left."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    PASSED = "passed"  # declined or let it expire
    LEFT = "left"


class FeeState(StrEnum):
    """See `rules.FEE_MOVES`."""

    DUE = "due"
    PAID = "paid"
    WAIVED = "waived"
    OVERDUE = "overdue"
    CREDITED = "credited"


class Presence(StrEnum):
    """What an officer's phone notes about a group on a date."""

    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"
    EXCUSED = "excused"
    COMPLETED = "completed"


class SalesRange(StrEnum):
    """How much a group sold on a date, in the fair's currency, in steps of a local day's wage; shown only as sums."""

    NONE = "none"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    VERY_HIGH = "very_high"


class PostKind(StrEnum):
    """A barter post gives or looks for; no cash."""

    OFFER = "offer"
    SEEK = "seek"
