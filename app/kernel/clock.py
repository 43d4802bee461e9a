"""The only place that asks what time it is. Tests and the demo set it by replacing the `Clock` they pass on."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that may


def local_date(instant: datetime, zone: str) -> date:
    """Which day it is at that instant, by the clocks of an IANA zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def end_of_day(instant: datetime, days: int, zone: str) -> datetime:
    """The last second, in UTC, of the local day so many days later: «hasta el miércoles» lasts all of Wednesday."""
    day = local_date(instant, zone) + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)
