"""Three expansions of one file agree: ours, a JavaScript client's (the committed table) and a Python client's."""

import json
from datetime import UTC, timedelta

import pytest
import recurring_ical_events
from icalendar import Calendar

from app.calendar.recurrence import ZONE_DATA
from app.fairs.feeds import ical
from app.fairs.feeds.structs import moments
from tests.calendar.oracle.__main__ import TABLE
from tests.calendar.oracle.cases import cases
from tests.fairs.feeds import make

CASES = cases()
KEPT = json.loads(TABLE.read_text())


def _sorted(found):
    """Starts by whether they are held, as the table writes them."""
    kinds = {"held": [], "cancelled": []}
    for start, is_cancelled in found:
        kinds["cancelled" if is_cancelled else "held"].append(f"{start.astimezone(UTC):%Y-%m-%dT%H:%MZ}")
    return {kind: sorted(starts) for kind, starts in kinds.items()}


def test_the_table_is_of_these_cases_and_this_zone_data():
    """Else: make oracle."""
    assert list(KEPT["cases"]) == list(CASES)
    assert KEPT["zone_data"] == ZONE_DATA
    assert all(found["held"] for found in KEPT["cases"].values())


@pytest.mark.parametrize("name", CASES)
def test_our_dates_are_those_of_a_javascript_client(name):
    series, first, last = CASES[name]

    ours = _sorted((moment.starts_at, moment.is_cancelled) for moment in moments(series, first, last))

    assert ours == KEPT["cases"][name]


@pytest.mark.parametrize("name", CASES)
def test_our_dates_are_those_of_a_python_client(name):
    series, first, last = CASES[name]
    calendar = Calendar.from_ical(ical.write(make.feed(series)))
    around = timedelta(days=10)

    events = recurring_ical_events.of(calendar).between(first - around, last + around)

    theirs = _sorted(
        (event.start, str(event["STATUS"]) == "CANCELLED")
        for event in events
        if first <= event.start.date() <= last
    )
    assert theirs == KEPT["cases"][name]
