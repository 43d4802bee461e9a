"""What an order and a part of it may become, as data; deadlines; what a line still lacks. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class OrderState(StrEnum):
    """Where an order stands («pedido»)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PROPOSED = "proposed"
    AWAITING_PRODUCERS = "awaiting_producers"
    CONFIRMED = "confirmed"
    PARTIALLY_CONFIRMED = "partially_confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    COLLECTING = "collecting"
    DELIVERED = "delivered"
    SETTLED = "settled"


class PlanState(StrEnum):
    """Where a plan stands («propuesta de reparto»)."""

    DRAFTED = "drafted"
    RELEASED = "released"
    ACCEPTED = "accepted"
    VOID = "void"


class PlanKind(StrEnum):
    """Whether it shares a whole order or what is missing of one."""

    FIRST = "first"
    REPAIR = "repair"


class AllocationState(StrEnum):
    """Where one producer's part stands («su parte»)."""

    OFFERED = "offered"
    CONFIRMED = "confirmed"
    PARTIALLY_CONFIRMED = "partially_confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    NOT_TOLD = "not_told"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SETTLED = "settled"


class Channel(StrEnum):
    """How an answer reached us."""

    APP = "app"
    ONE_TAP = "one_tap"
    PHONE = "phone"
    WHATSAPP = "whatsapp"
    IN_PERSON = "in_person"


_O, _A = OrderState, AllocationState

ORDER_TRANSITIONS: Mapping[OrderState, frozenset[OrderState]] = {
    _O.DRAFT: frozenset({_O.SUBMITTED, _O.CANCELLED}),
    _O.SUBMITTED: frozenset({_O.DRAFT, _O.PROPOSED, _O.CANCELLED}),
    _O.PROPOSED: frozenset({_O.DRAFT, _O.AWAITING_PRODUCERS, _O.EXPIRED, _O.CANCELLED}),
    _O.AWAITING_PRODUCERS: frozenset({_O.CONFIRMED, _O.PARTIALLY_CONFIRMED, _O.EXPIRED, _O.CANCELLED}),
    _O.CONFIRMED: frozenset({_O.AWAITING_PRODUCERS, _O.PARTIALLY_CONFIRMED, _O.COLLECTING, _O.CANCELLED}),
    _O.PARTIALLY_CONFIRMED: frozenset({_O.AWAITING_PRODUCERS, _O.CONFIRMED, _O.COLLECTING, _O.CANCELLED}),
    _O.COLLECTING: frozenset({_O.DELIVERED}),
    _O.DELIVERED: frozenset({_O.SETTLED}),
    _O.EXPIRED: frozenset(),
    _O.CANCELLED: frozenset(),
    _O.SETTLED: frozenset(),
}

ALLOCATION_TRANSITIONS: Mapping[AllocationState, frozenset[AllocationState]] = {
    _A.OFFERED: frozenset(
        {_A.CONFIRMED, _A.PARTIALLY_CONFIRMED, _A.DECLINED, _A.EXPIRED, _A.NOT_TOLD, _A.WITHDRAWN}
    ),
    _A.CONFIRMED: frozenset({_A.PARTIALLY_CONFIRMED, _A.DECLINED, _A.WITHDRAWN, _A.HANDED_OVER}),
    _A.PARTIALLY_CONFIRMED: frozenset({_A.PARTIALLY_CONFIRMED, _A.DECLINED, _A.WITHDRAWN, _A.HANDED_OVER}),
    _A.EXPIRED: frozenset({_A.CONFIRMED, _A.PARTIALLY_CONFIRMED}),
    _A.NOT_TOLD: frozenset({_A.CONFIRMED, _A.PARTIALLY_CONFIRMED}),
    _A.HANDED_OVER: frozenset({_A.ACCEPTED, _A.REJECTED}),
    _A.ACCEPTED: frozenset({_A.SETTLED}),
    _A.REJECTED: frozenset({_A.SETTLED}),
    _A.DECLINED: frozenset(),
    _A.WITHDRAWN: frozenset(),
    _A.SETTLED: frozenset(),
}

LIVE = (_A.OFFERED, _A.CONFIRMED, _A.PARTIALLY_CONFIRMED, _A.HANDED_OVER, _A.ACCEPTED, _A.SETTLED)
"""States whose quantity counts for the order."""
HELD = (_A.OFFERED, _A.CONFIRMED, _A.PARTIALLY_CONFIRMED)
"""States whose quantity is held in stock."""
AGREED = (_A.CONFIRMED, _A.PARTIALLY_CONFIRMED, _A.HANDED_OVER, _A.ACCEPTED, _A.SETTLED)
"""States in which the producer has said yes."""
LATE = (_A.EXPIRED, _A.NOT_TOLD)
"""States in which a yes may still come."""
OPEN_TO_PLANS = (_O.SUBMITTED, _O.PROPOSED)
OVER = (_O.EXPIRED, _O.CANCELLED)
RUNNING = (_O.AWAITING_PRODUCERS, _O.CONFIRMED, _O.PARTIALLY_CONFIRMED)

ANSWER_HOURS = 48
LEAST_HOURS = 2  # where delivery leaves no evening before it
DEADLINE_HOUR = time(20, 0)
PROPOSAL_HOURS = 72


def evening(instant: datetime, zone: str) -> datetime:
    """The first 20:00 on the wall of the zone at or after the instant: when deadlines end, inclusive."""
    local = instant.astimezone(ZoneInfo(zone))
    found = datetime.combine(local.date(), DEADLINE_HOUR, local.tzinfo)
    if found < local:
        found = datetime.combine(local.date() + timedelta(days=1), DEADLINE_HOUR, local.tzinfo)
    return found.astimezone(UTC)


def deadline(now: datetime, zone: str, *, hours: int, due_on: date) -> datetime:
    """The first evening of the coordinating organisation that is at least `hours` away, before delivery on `due_on`.

    It is the evening before that day at the latest; where that is past or less than two hours away, two hours from now,
    and never after the end of that day.
    """
    day = datetime.combine(due_on, time(0), ZoneInfo(zone))
    last = datetime.combine(due_on - timedelta(days=1), DEADLINE_HOUR, day.tzinfo).astimezone(UTC)
    soon = min(now + timedelta(hours=LEAST_HOURS), (day + timedelta(days=1)).astimezone(UTC))
    return min(evening(now + timedelta(hours=hours), zone), max(last, soon))


def proposed_until(now: datetime, zone: str, *, due_on: date) -> datetime:
    """Until when a buyer may accept a plan: 72 hours, and never after the end of the day of delivery."""
    over = datetime.combine(due_on + timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC)
    return min(now + timedelta(hours=PROPOSAL_HOURS), over)


def agreed_state(quantity_base: int, offered_base: int) -> AllocationState:
    """What a yes to this much of the offer makes of it."""
    return _A.CONFIRMED if quantity_base >= offered_base else _A.PARTIALLY_CONFIRMED


def settled_state(
    wanted: Mapping[str, int], live: Mapping[str, int], *, open_offers: int, has_hole: bool, is_over: bool
) -> OrderState:
    """What the answers make of a running order whose lines want and have (offered or agreed) this much.

    It waits while somebody may still answer, while a hole is to be offered to others (`has_hole`), and until its
    cut-off (`is_over`) when nobody gives anything.
    """
    if open_offers:
        return _O.AWAITING_PRODUCERS
    if all(live.get(line, 0) >= quantity for line, quantity in wanted.items()):
        return _O.CONFIRMED
    if has_hole:
        return _O.AWAITING_PRODUCERS
    if any(live.values()):
        return _O.PARTIALLY_CONFIRMED
    return _O.EXPIRED if is_over else _O.AWAITING_PRODUCERS


def amount(takes: list[tuple[int, int]], price_unit_base: int) -> int:
    """What one allocation is paid, in minor units: the sum of quantity x price over its lots, rounded up once."""
    return -(-sum(quantity * price for quantity, price in takes) // price_unit_base)


def is_as_good(old: list[dict[str, int]], new: list[dict[str, int]]) -> bool:
    """Whether a new plan leaves the buyer at least what the old one promised: per line no less fill, no higher amount.

    Each entry is one line in the same order: {"fill": base units, "amount": minor units}.
    """
    return len(old) == len(new) and all(
        b["fill"] >= a["fill"] and b["amount"] <= a["amount"] for a, b in zip(old, new, strict=True)
    )
