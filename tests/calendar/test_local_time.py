"""Local starts as instants: Chile changes its clocks twice a year, Peru and Bolivia never."""

from datetime import UTC, date, datetime
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.recurrence import (
    ZONE_DATA,
    LocalTimeError,
    UnknownZoneError,
    from_key,
    instant,
    key,
    zone,
)
from tests.calendar.rules import DAYS
from tests.project.tree import ROOT

SANTIAGO, LIMA, LA_PAZ = "America/Santiago", "America/Lima", "America/La_Paz"


@pytest.mark.parametrize(
    ("day", "minute", "name", "expected"),
    [
        ("2026-11-21", 480, LIMA, "2026-11-21T13:00"),
        ("2026-11-21", 480, LA_PAZ, "2026-11-21T12:00"),
        ("2026-12-31", 1380, LIMA, "2027-01-01T04:00"),
        # Santiago is at -3 in summer and -4 in winter
        ("2026-04-04", 480, SANTIAGO, "2026-04-04T11:00"),
        ("2026-04-05", 480, SANTIAGO, "2026-04-05T12:00"),
        ("2026-09-05", 480, SANTIAGO, "2026-09-05T12:00"),
        ("2026-09-06", 480, SANTIAGO, "2026-09-06T11:00"),
        ("2027-04-03", 480, SANTIAGO, "2027-04-03T11:00"),
        ("2027-04-04", 480, SANTIAGO, "2027-04-04T12:00"),
        ("2027-09-04", 480, SANTIAGO, "2027-09-04T12:00"),
        ("2027-09-05", 480, SANTIAGO, "2027-09-05T11:00"),
        # the minutes around the gap and the repeated hour exist once
        ("2026-09-05", 1439, SANTIAGO, "2026-09-06T03:59"),
        ("2026-09-06", 60, SANTIAGO, "2026-09-06T04:00"),
        ("2026-04-04", 1379, SANTIAGO, "2026-04-05T01:59"),
        ("2026-04-05", 0, SANTIAGO, "2026-04-05T04:00"),
    ],
)
def test_a_local_start_is_an_instant(day, minute, name, expected):
    found = instant(date.fromisoformat(day), minute, name)

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "minute", "code", "suggestion"),
    [
        ("2026-09-06", 0, "local_time_missing", "2026-09-06T01:00"),
        ("2026-09-06", 59, "local_time_missing", "2026-09-06T01:59"),
        ("2027-09-05", 30, "local_time_missing", "2027-09-05T01:30"),
        ("2026-04-04", 1380, "local_time_twice", "2026-04-04T22:00"),
        ("2026-04-04", 1439, "local_time_twice", "2026-04-04T22:59"),
        ("2027-04-03", 1410, "local_time_twice", "2027-04-03T22:30"),
    ],
)
def test_a_start_that_does_not_exist_once_is_refused_with_one_that_does(day, minute, code, suggestion):
    with pytest.raises(LocalTimeError) as refused:
        instant(date.fromisoformat(day), minute, SANTIAGO)

    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)
    assert instant(*from_key(suggestion), SANTIAGO)


@given(DAYS, st.integers(0, 1439), st.sampled_from([SANTIAGO, LIMA, LA_PAZ, "America/Punta_Arenas"]))
def test_an_instant_shows_its_local_start_again(day, minute, name):
    try:
        found = instant(day, minute, name)
    except LocalTimeError as refused:
        assert name == SANTIAGO
        found, (day, minute) = instant(*from_key(refused.suggestion), name), from_key(refused.suggestion)

    shown = found.astimezone(zone(name))

    assert key(shown.date(), shown.hour * 60 + shown.minute) == key(day, minute)


@pytest.mark.parametrize("name", ["", "Lima", "america/lima", "../../etc/passwd", "America/", "a" * 5000])
def test_a_name_of_no_zone_is_refused(name):
    with pytest.raises(UnknownZoneError):
        zone(name)


def test_zones_are_those_of_the_pinned_data_not_of_the_machine():
    pinned = next(
        line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("tzdata==")
    )

    assert pinned == f"tzdata=={version('tzdata')}"
    assert f"`tzdata` {ZONE_DATA}" in (ROOT / "docs/fairs.md").read_text()
    assert zone(LIMA) is zone(LIMA)


@given(DAYS, st.integers(0, 1439))
def test_a_key_is_read_back(day, minute):
    assert from_key(key(day, minute)) == (day, minute)


@pytest.mark.parametrize("text", ["", "2026-11-21", "2026-11-21T25:00", "2026-11-21T08:00Z"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match=r"time data|unconverted"):
        from_key(text)
