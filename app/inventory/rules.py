"""Weeks of work, the order in which stock is given out, and how a smaller part is taken back. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

WEEKS_AHEAD = 26
WHOLE_WEEK = timedelta(days=6)  # from a Monday to the Sunday on which its pieces are ready
_DAY_ZERO = date(1970, 1, 1).toordinal()


class Take(NamedTuple):
    """So much of one source for one holder, on the terms it was planned on. Without a version only the price is held to."""

    lot_id: UUID
    week_on: date | None
    quantity_base: int
    holder_id: UUID
    expected_price_minor: int
    expected_version: int | None = None


class Held(NamedTuple):
    """A quantity held of one source; `expires_day` None means it keeps."""

    key: object
    source: str
    expires_day: int | None
    price_minor: int
    quantity_base: int
    gives_first: bool = False


def day_number(day: date) -> int:
    """Days since 1970-01-01, as the interchange document counts them."""
    return day.toordinal() - _DAY_ZERO


def monday_of(day: date) -> date:
    """The Monday of the day's week: how a week is named."""
    return day - timedelta(days=day.weekday())


def first_week(today: date, notice_weeks: int) -> date:
    """The first week that can still be promised: the first Monday on or after today plus the weeks of notice."""
    earliest = today + timedelta(weeks=notice_weeks)
    return earliest + timedelta(days=-earliest.weekday() % 7)


def ready_on(week_on: date) -> date:
    """The day on which the pieces of a week can be handed over: its Sunday."""
    return week_on + WHOLE_WEEK


def weeks_from(today: date, count: int = WEEKS_AHEAD) -> list[date]:
    """The Mondays that are kept as buckets: this week's and those ahead."""
    first = monday_of(today)
    return [first + timedelta(weeks=number) for number in range(count)]


def lowered(held: Sequence[Held], to_base: int) -> dict[object, int]:
    """What each holding keeps (by its key) when the sum falls to `to_base`: the last to expire gives back first.

    Reverse FEFO (expiry, price, source): what spoils soonest stays promised; before all others those that `gives_first`.
    """
    left = to_base
    kept: dict[object, int] = {}
    for holding in sorted(held, key=_fefo):
        kept[holding.key] = min(holding.quantity_base, max(left, 0))
        left -= kept[holding.key]
    return kept


def _fefo(holding: Held) -> tuple[bool, bool, int, int, bytes]:
    expires = holding.expires_day
    return (
        holding.gives_first,
        expires is None,
        expires or 0,
        holding.price_minor,
        holding.source.encode(),
    )
