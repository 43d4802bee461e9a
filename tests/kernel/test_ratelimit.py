from typing import Any

import pytest

from app.kernel.ratelimit import SlowDownError, check, count


def test_what_is_over_the_limit_is_refused_and_says_how_long_to_wait() -> None:
    counters: dict[str, Any] = {}
    for _ in range(3):
        count(counters, "3/minute", "pin", "10.0.0.1")

    with pytest.raises(SlowDownError) as error:
        count(counters, "3/minute", "pin", "10.0.0.1")

    assert 1 <= int(error.value.headers["retry-after"]) <= 60
    assert error.value.code == "too_many_requests"


def test_keys_and_processes_are_counted_apart() -> None:
    counters: dict[str, Any] = {}
    count(counters, "1/minute", "pin", "10.0.0.1")

    count(counters, "1/minute", "pin", "10.0.0.2")
    count(counters, "1/minute", "code", "10.0.0.1")
    count({}, "1/minute", "pin", "10.0.0.1")


def test_a_check_counts_nothing() -> None:
    counters: dict[str, Any] = {}
    for _ in range(5):
        check(counters, "1/minute", "codes")
    count(counters, "1/minute", "codes")

    with pytest.raises(SlowDownError):
        check(counters, "1/minute", "codes")
