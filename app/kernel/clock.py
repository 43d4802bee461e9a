"""The only place that asks what time it is. Tests and the demo set it by replacing the `Clock` they pass on."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that may
