"""The clocks of a VTIMEZONE show, to the second, what the zone data says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Timezone

from app.calendar.recurrence import zone
from app.fairs.feeds.zones import vtimezone

ZONES = ["America/Santiago", "America/Punta_Arenas", "Pacific/Easter", "America/Lima", "America/La_Paz"]
_FIRST, _LAST = datetime(2015, 1, 1), datetime(2037, 12, 31)  # noqa: DTZ001 - Hypothesis adds the zone
_OBSERVANCE = re.compile(
    r"DTSTART:(\S+)\r\nTZOFFSETFROM:([+-]\d{4,6})\r\nTZOFFSETTO:([+-]\d{4,6})\r\nTZNAME:(\S+)"
)


def _seconds(offset: str) -> int:
    sign = -1 if offset[0] == "-" else 1
    return sign * (int(offset[1:3]) * 3600 + int(offset[3:5]) * 60 + int(offset[5:] or 0))


def _offset_at(text: str, at: datetime) -> tuple[int, str]:
    """By RFC 5545 alone: the observance with the latest onset, each onset being local to the offset before it."""
    onsets = []
    for start, before, after, name in _OBSERVANCE.findall(text):
        local = datetime.strptime(start, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        onsets.append((local - timedelta(seconds=_seconds(before)), _seconds(after), name))
    return max(onset for onset in onsets if onset[0] <= at)[1:]


def _known(name: str, at: datetime) -> tuple[int, str]:
    there = at.astimezone(zone(name))
    return int(there.utcoffset().total_seconds()), there.tzname()


def _onsets(text: str) -> list[datetime]:
    return [
        datetime.strptime(start, "%Y%m%dT%H%M%S").replace(tzinfo=UTC) - timedelta(seconds=_seconds(before))
        for start, before, _, _ in _OBSERVANCE.findall(text)[1:]
    ]


@pytest.mark.parametrize("name", ZONES)
def test_the_second_of_every_change_is_right(name: str) -> None:
    text = vtimezone(name, 2015, 2030)

    for onset in _onsets(text):
        for at in (onset - timedelta(seconds=1), onset):
            assert _offset_at(text, at) == _known(name, at)


@given(
    st.sampled_from(ZONES),
    st.datetimes(min_value=_FIRST, max_value=_LAST, timezones=st.just(UTC)),
)
def test_any_instant_of_its_years_is_right(name: str, at: datetime) -> None:
    assert _offset_at(vtimezone(name, 2015, 2030), at) == _known(name, at)


def test_chiles_decrees_are_onsets_of_their_own() -> None:
    text = vtimezone("America/Santiago", 2022, 2026)

    starts = re.findall(r"BEGIN:(\w+)\r\nDTSTART:(2022\d+|2023\d+|2026\d+)T(\d+)", text)
    assert starts == [
        ("STANDARD", "20220403", "000000"),
        ("DAYLIGHT", "20220911", "000000"),  # the decree of 2022: a week later than in other years
        ("STANDARD", "20230402", "000000"),
        ("DAYLIGHT", "20230903", "000000"),
        ("STANDARD", "20260405", "000000"),
        ("DAYLIGHT", "20260906", "000000"),
    ]


@pytest.mark.parametrize(("name", "offset"), [("America/Lima", "-0500"), ("America/La_Paz", "-0400")])
def test_a_zone_without_summer_time_has_one_observance(name: str, offset: str) -> None:
    assert vtimezone(name, 2026, 2027) == (
        f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        f"TZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nTZNAME:{offset[:3]}\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE\r\n"
    )


def test_nothing_but_plain_observances_is_written() -> None:
    text = vtimezone("America/Santiago", 2020, 2026)

    names = {line.partition(":")[0] for line in text.split("\r\n") if line}
    assert names == {"BEGIN", "END", "TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"}
    assert len(text.encode()) < 6_000


@pytest.mark.parametrize("name", ZONES)
def test_icalendar_makes_the_same_zone_of_it(name: str) -> None:
    read = Timezone.from_ical(vtimezone(name, 2020, 2026).replace(name, "X-Only/Here").encode())
    theirs = read.to_tz(lookup_tzid=False)

    for month in range(24):
        noon = datetime(2025 + month // 12, month % 12 + 1, 15, 12, tzinfo=zone(name))
        assert noon.replace(tzinfo=theirs).utcoffset() == noon.utcoffset()
