"""What the file says, line by line; and that it says the same tomorrow and in another process."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from app.calendar.recurrence import Dates, Day, Weekly
from app.fairs.feeds import ical
from app.fairs.feeds.structs import Series, Spot
from tests.fairs.feeds import make
from tests.project.tree import ROOT

GOLDEN = Path(__file__).with_name("golden.ics")


def _lines(*fairs: Series, **values: str) -> list[str]:
    """Unfolded content lines, without the zones."""
    text = ical.write(make.feed(*fairs, **values)).decode().replace("\r\n ", "")
    head, _, rest = text.partition("BEGIN:VTIMEZONE")
    return head.split("\r\n")[:-1] + rest.rpartition("END:VTIMEZONE\r\n")[2].split("\r\n")[:-1]


def _events(*fairs: Series) -> list[list[str]]:
    found: list[list[str]] = []
    for line in _lines(*fairs):
        if line == "BEGIN:VEVENT":
            found.append([])
        elif found and line not in {"END:VEVENT", "END:VCALENDAR"}:
            found[-1].append(line)
    return found


def test_the_file_is_the_golden_one() -> None:
    """Rewritten on purpose only: `python -m tests.fairs.feeds.test_ical`."""
    assert ical.write(make.full()) == GOLDEN.read_bytes()


def test_a_plain_fair_is_these_lines() -> None:
    assert _lines(make.series()) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Minka//Minka//ES",
        "CALSCALE:GREGORIAN",
        "NAME:Ferias de Qori Pampa",
        "X-WR-CALNAME:Ferias de Qori Pampa",
        "URL:https://minka.test/m/qori-pampa",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "BEGIN:VEVENT",
        "UID:018f-a1@minka.test",
        "DTSTART;TZID=America/Santiago:20260103T080000",
        "DTEND;TZID=America/Santiago:20260103T140000",
        "RRULE:FREQ=WEEKLY;BYDAY=SA",
        "SUMMARY:Feria campesina",
        "DTSTAMP:20260301T120000Z",
        "LAST-MODIFIED:20260301T120000Z",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "LOCATION:Plaza de Armas\\, Qori Pampa",
        "GEO:-33.437200;-70.650600",
        "TRANSP:TRANSPARENT",
        "URL:https://minka.test/ferias/campesina",
        "CATEGORIES:Feria semanal",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_cancelled_date_stays_and_says_so() -> None:
    cancelled = make.override(is_cancelled=True, reason="Lluvia")

    _, found = _events(make.series(overrides=(cancelled,), sequence=4))

    assert found[:10] == [
        "UID:018f-a1@minka.test",
        "RECURRENCE-ID;TZID=America/Santiago:20261121T080000",
        "DTSTART;TZID=America/Santiago:20261121T080000",
        "DTEND;TZID=America/Santiago:20261121T140000",
        "SUMMARY:CANCELADA: Feria campesina",
        "DTSTAMP:20260302T093000Z",
        "LAST-MODIFIED:20260302T093000Z",
        "SEQUENCE:5",
        "STATUS:CANCELLED",
        "DESCRIPTION:Motivo: Lluvia",
    ]


def test_a_moved_date_keeps_its_key_and_says_when_it_was() -> None:
    square = Spot(name="Estadio")
    moved = make.override(starts_local="2026-11-22T09:00", reason="Lluvia", spot=square)

    _, found = _events(make.series(overrides=(moved,)))

    assert found[1:4] == [
        "RECURRENCE-ID;TZID=America/Santiago:20261121T080000",
        "DTSTART;TZID=America/Santiago:20261122T090000",
        "DTEND;TZID=America/Santiago:20261122T150000",
    ]
    assert found[9:11] == [
        "DESCRIPTION:Antes: sábado 21 de noviembre\\, 8:00.\\nMotivo: Lluvia",
        "LOCATION:Estadio",
    ]


def test_an_extra_date_is_an_event_of_its_own() -> None:
    master, found = _events(make.series(extras=(make.extra(),)))

    assert found[:3] == [
        "UID:20261223T170000-018f-a1@minka.test",
        "DTSTART;TZID=America/Santiago:20261223T170000",
        "DTEND;TZID=America/Santiago:20261223T230000",
    ]
    assert not any(line.startswith(("RDATE", "EXDATE")) for line in master + found)


def test_a_suspended_fair_is_off_on_every_date() -> None:
    found = _events(make.series(is_suspended=True, overrides=(make.override(),)))

    for event in found:
        assert "STATUS:CANCELLED" in event
        assert "SUMMARY:SUSPENDIDA: Feria campesina" in event


def test_an_end_is_the_last_start_in_utc() -> None:
    (found,) = _events(make.series(until_on=date(2026, 11, 21)))

    assert "RRULE:FREQ=WEEKLY;BYDAY=SA;UNTIL=20261121T110000Z" in found


def test_a_skipped_date_is_an_exdate_in_its_zone_and_never_the_first() -> None:
    (found,) = _events(make.series(skipped=("2026-01-03T08:00", "2026-01-17T08:00", "2026-01-20T08:00")))

    assert found[1] == "DTSTART;TZID=America/Santiago:20260110T080000"
    assert [line for line in found if line.startswith("EXDATE")] == [
        "EXDATE;TZID=America/Santiago:20260117T080000"
    ]


def test_a_fair_that_never_takes_place_is_no_event() -> None:
    assert _events(make.series(until_on=date(2026, 1, 2))) == []


def test_a_list_of_dates_has_events_that_keep_their_uids() -> None:
    days = (date(2026, 11, 21), date(2026, 11, 28))
    before = _events(make.series(rule=Dates(dates=days)))
    after = _events(make.series(rule=Dates(dates=days[1:]), overrides=(make.override(),)))

    assert (
        [event[0] for event in before]
        == [event[0] for event in after]
        == [
            "UID:20261121T080000-018f-a1@minka.test",
            "UID:20261128T080000-018f-a1@minka.test",
        ]
    )


def test_every_dtstart_is_in_its_rule() -> None:
    sundays = Weekly(days=(Day.SUN,), interval=3, anchor=date(2025, 12, 1))
    (found,) = _events(make.series(rule=sundays, first_on=date(2026, 1, 2)))

    assert found[1] == "DTSTART;TZID=America/Santiago:20260118T080000"


@pytest.mark.parametrize("name", ["\r\nBEGIN:VEVENT\r\nUID:x", "<img src=x onerror=alert(1)>", "a\x00\x1bb"])
def test_hostile_names_stay_names(name: str) -> None:
    hostile = make.series(
        name=name,
        description=name,
        organiser=name,
        category=name,
        url="javascript:alert(1)",
        spot=Spot(name=name),
        overrides=(make.override(reason=name, note=name, is_cancelled=True),),
    )

    calendar = Calendar.from_ical(ical.write(make.feed(hostile, name=name, url="javascript:x")))

    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT", "VEVENT"]
    assert all("URL" not in event for event in [calendar, *calendar.events])
    assert {str(event["UID"]) for event in calendar.events} == {"018f-a1@minka.test"}


def test_english_says_it_in_english() -> None:
    cancelled = make.series(overrides=(make.override(is_cancelled=True, reason="rain"),))

    found = _lines(cancelled, lang="en")

    assert found[2] == "PRODID:-//Minka//Minka//EN"
    assert {"SUMMARY:CANCELLED: Feria campesina", "DESCRIPTION:Reason: rain"} < set(found)


def test_the_order_of_fairs_and_dates_does_not_matter() -> None:
    days = (make.override(), make.override("2026-11-28T08:00"))
    fairs = [
        make.series(uid=uid, overrides=days, skipped=("2026-02-07T08:00", "2026-02-14T08:00")) for uid in "ab"
    ]
    turned = [
        make.series(uid=uid, overrides=days[::-1], skipped=("2026-02-14T08:00", "2026-02-07T08:00"))
        for uid in "ba"
    ]

    assert ical.write(make.feed(*fairs)) == ical.write(make.feed(*turned))


def test_another_process_writes_the_same_bytes() -> None:
    program = (
        "import sys; from app.fairs.feeds import ical, rss, geojson; from tests.fairs.feeds import make\n"
        "for writer in (ical, rss, geojson): sys.stdout.buffer.write(writer.write(make.full()))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "America/Santiago"))
    ]

    assert runs[0] == runs[1]
    assert runs[0].startswith(ical.write(make.full()))


if __name__ == "__main__":
    GOLDEN.write_bytes(ical.write(make.full()))
