"""How often something may be tried. Counted in this process's memory: every process has its own counts, a restart forgets.

With several processes a limit is that many times higher; what must hold exactly (five wrong PINs) is counted in the
database instead.
"""

import math
import time
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from app.kernel.errors import TooManyRequestsError

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import MovingWindowRateLimiter


class SlowDownError(TooManyRequestsError):
    """Too many tries; Retry-After says how many seconds to wait."""

    code: ClassVar[str] = TooManyRequestsError.code

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.headers = {"retry-after": str(seconds)}  # type: ignore[misc]  # this answer's own


def count(counters: dict[str, Any], limit: str, *key: str) -> None:
    """Count one try of `key` (what is tried, by whom) against a limit such as `5/minute`.

    `counters` is the house's `caches`. Raises SlowDownError when the limit is reached; such a try is not counted.
    """
    limiter, item = _limiter(counters), _parsed(limit)
    if not limiter.hit(item, *key):
        raise _refusal(limiter, item, key)


def check(counters: dict[str, Any], limit: str, *key: str) -> None:
    """As `count`, without counting: for limits of what went wrong, counted once that is known."""
    limiter, item = _limiter(counters), _parsed(limit)
    if not limiter.test(item, *key):
        raise _refusal(limiter, item, key)


def _limiter(counters: dict[str, Any]) -> "MovingWindowRateLimiter":
    from limits.storage import MemoryStorage  # 15 ms: it brings every store there is
    from limits.strategies import MovingWindowRateLimiter

    found: MovingWindowRateLimiter | None = counters.get("rate_limiter")
    if found is None:
        found = counters["rate_limiter"] = MovingWindowRateLimiter(MemoryStorage())
    return found


def _refusal(
    limiter: "MovingWindowRateLimiter", item: "RateLimitItem", key: tuple[str, ...]
) -> SlowDownError:
    reset = limiter.get_window_stats(item, *key).reset_time
    return SlowDownError(max(1, math.ceil(reset - time.time())))


@cache
def _parsed(limit: str) -> "RateLimitItem":
    from limits import parse

    return parse(limit)
