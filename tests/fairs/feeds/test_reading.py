"""What others' calendar files become: a fair, a line of the review list, or a named refusal. Never an exception."""

import warnings
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.recurrence import Dates, Day, MonthlyNth, Weekly
from app.fairs.feeds import ical, reading
from app.fairs.feeds.reading import CalendarFileError, Candidate, Changed, Found
from app.fairs.feeds.scanning import MOST_BYTES, MOST_EVENTS
from app.fairs.feeds.structs import Extra, Override, moments
from app.kernel import i18n
from tests.fairs.feeds import make

PLAIN = {
    "UID": "feria-1@qori",
    "SUMMARY": "Feria campesina",
    "DTSTART;TZID=America/Santiago": "20260103T080000",
    "DTEND;TZID=America/Santiago": "20260103T140000",
    "RRULE": "FREQ=WEEKLY;BYDAY=SA",
}


def _file(*events: dict[str, str | None], before: str = "") -> bytes:
    """A file of these events, each the plain one with some properties changed, or left out by None."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *([before] if before else [])]
    for changes in events:
        lines.append("BEGIN:VEVENT")
        lines += [f"{name}:{value}" for name, value in (PLAIN | changes).items() if value is not None]
        lines.append("END:VEVENT")
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _read(*events: dict[str, str | None], before: str = "") -> Found:
    return reading.read(_file(*events, before=before), "America/Lima")


def _fair(changes: dict[str, str | None], *more: dict[str, str | None]) -> Candidate:
    found = _read(changes, *more)
    assert found.problems == ()
    (fair,) = found.candidates
    return fair


def _problems(*events: dict[str, str | None], before: str = "") -> list[tuple[int, str, str]]:
    found = _read(*events, before=before)
    return [(problem.number, problem.code, problem.part) for problem in found.problems]


def _once(**changes: str | None) -> dict[str, str | None]:
    """An event that does not repeat, with times of no zone."""
    plain = {"RRULE": None, "DTSTART;TZID=America/Santiago": None, "DTEND;TZID=America/Santiago": None}
    return plain | {"DTSTART": "20260103T080000", "DTEND": "20260103T140000"} | changes


def test_a_weekly_fair_is_a_candidate() -> None:
    fair = _fair(
        {"LOCATION": "Plaza de Armas\\, Qori Pampa", "GEO": "-33.4372;-70.6506", "URL": "https://x.cl/f"}
    )

    assert fair == Candidate(
        number=1,
        uid="feria-1@qori",
        name="Feria campesina",
        zone="America/Santiago",
        rule=Weekly(days=(Day.SAT,)),
        starts_minute=480,
        duration_minutes=360,
        first_on=date(2026, 1, 3),
        place="Plaza de Armas, Qori Pampa",
        latitude_e6=-33_437_200,
        longitude_e6=-70_650_600,
        url="https://x.cl/f",
    )


def test_what_we_write_we_read_back() -> None:
    written = make.full()

    found = reading.read(ical.write(written), "America/Lima")

    assert found.name == "Ferias de Qori Pampa"
    by_uid = {fair.uid: fair for fair in found.candidates}
    fair, ours = by_uid["018f-a1@minka.test"], written.series[0]
    assert (fair.rule, fair.zone, fair.starts_minute, fair.duration_minutes) == (
        ours.rule,
        ours.zone,
        ours.starts_minute,
        ours.duration_minutes,
    )
    assert fair.skipped == ours.skipped
    assert [(day.key, day.starts_local, day.is_cancelled) for day in fair.changed] == [
        (day.key, day.starts_local, day.is_cancelled) for day in ours.overrides
    ]
    assert [(problem.code, problem.uid) for problem in found.problems] == [
        ("is_cancelled", "018f-b2@minka.test")
    ]


def test_moved_cancelled_skipped_and_added_dates() -> None:
    zone = "America/Santiago"
    once = {"RRULE": None, f"DTSTART;TZID={zone}": "20260118T090000", f"DTEND;TZID={zone}": "20260118T120000"}
    fair = _fair(
        {
            f"EXDATE;TZID={zone}": "20260110T080000,20260111T080000",
            "EXDATE;VALUE=DATE": "20260131",
            f"RDATE;TZID={zone}": "20260120T170000",
        },
        once | {f"RECURRENCE-ID;TZID={zone}": "20260117T080000"},
        once | {f"RECURRENCE-ID;TZID={zone}": "20260124T080000", "STATUS": "CANCELLED"},
    )

    assert fair.skipped == ("2026-01-10T08:00", "2026-01-31T08:00")
    assert fair.extras == ("2026-01-20T17:00",)
    assert fair.changed == (
        Changed(
            key="2026-01-17T08:00", starts_local="2026-01-18T09:00", duration_minutes=180, is_cancelled=False
        ),
        Changed(
            key="2026-01-24T08:00", starts_local="2026-01-18T09:00", duration_minutes=180, is_cancelled=True
        ),
    )


def test_what_a_date_says_of_its_own_is_kept_and_one_of_no_date_is_looked_at() -> None:
    zone = "America/Santiago"
    found = _read(
        {"LOCATION": "Plaza"},
        {
            "RRULE": None,
            f"RECURRENCE-ID;TZID={zone}": "20260117T080000",
            "LOCATION": "Coliseo",
            "SUMMARY": "Papa",
        },
        {"RRULE": None, f"RECURRENCE-ID;TZID={zone}": "20260118T080000", "LOCATION": "Plaza"},
    )

    ((own, other),) = [fair.changed for fair in found.candidates]
    assert (own.place, own.note, other.place, other.note) == ("Coliseo", "Papa", "", "")
    assert [(one.number, one.code, one.place) for one in found.problems] == [
        (3, "override_of_no_date", "Plaza")
    ]


def test_single_dates_in_utc_and_without_zone_are_of_the_town() -> None:
    utc = _fair(_once(DTSTART="20260103T130000Z", DTEND=None, DURATION="PT6H"))
    floating = _fair(_once(RDATE="20260110T080000"))

    assert (utc.zone, utc.starts_minute, utc.rule) == ("America/Lima", 480, Dates(dates=(date(2026, 1, 3),)))
    assert floating.rule == Dates(dates=(date(2026, 1, 3), date(2026, 1, 10)))
    assert floating.duration_minutes == 360


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ('"Pacific SA Standard Time"', "America/Santiago"),
        ("SA Pacific Standard Time", "America/Lima"),  # stands for Bogotá too: the town's own zone is meant
        ("/mozilla.org/20050126_1/America/La_Paz", "America/La_Paz"),
        ("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Salta", "America/Argentina/Salta"),
    ],
)
def test_zones_by_other_names_are_known(tzid: str, zone: str) -> None:
    times = {f"DTSTART;TZID={tzid}": "20260103T080000", f"DTEND;TZID={tzid}": "20260103T140000"}

    assert _fair(_once(DTSTART=None, DTEND=None) | times).zone == zone


def test_the_calendars_own_zone_counts_for_times_without_one() -> None:
    before = "X-WR-TIMEZONE:America/La_Paz"

    found = _read(_once(DTSTART="20260103T120000Z", DTEND=None, DURATION="PT6H"), before=before)
    utc = _read(_once(), before="X-WR-TIMEZONE:UTC")

    assert [(fair.zone, fair.starts_minute) for fair in found.candidates] == [("America/La_Paz", 480)]
    assert [fair.zone for fair in utc.candidates] == ["America/Lima"]


def test_the_newest_of_two_events_with_one_key_counts() -> None:
    found = _read({"SEQUENCE": "2", "SUMMARY": "Nueva"}, {"SEQUENCE": "1"})

    assert [fair.name for fair in found.candidates] == ["Nueva"]
    assert [(problem.number, problem.code) for problem in found.problems] == [(2, "uid_twice")]


@pytest.mark.parametrize(
    ("changes", "code", "part"),
    [
        ({"RRULE": "FREQ=SECONDLY"}, "frequency_unknown", "FREQ=SECONDLY"),
        ({"RRULE": "FREQ=MINUTELY;COUNT=2000"}, "frequency_unknown", "FREQ=MINUTELY"),
        ({"RRULE": "FREQ=WEEKLY;COUNT=9999"}, "too_many_dates", "COUNT=9999"),
        ({"RRULE": "FREQ=MONTHLY;BYMONTHDAY=31"}, "day_not_in_every_month", None),
        ({"RRULE": "FREQ=WEEKLY;INTERVAL=-1"}, "part_not_understood", None),
        ({"RRULE": "FREQ=WEEKLY;BYDAY=SU"}, "start_outside_rule", None),
        ({"RRULE": ""}, "part_not_understood", None),
        ({"UID": None}, "uid_missing", ""),
        ({"UID": "\\n"}, "uid_missing", ""),
        ({"SUMMARY": None}, "name_missing", ""),
        ({"SUMMARY": "\x07 \u200b"}, "name_missing", ""),
        ({"STATUS": "cancelled"}, "is_cancelled", ""),
        ({"EXRULE": "FREQ=DAILY"}, "several_rules", ""),
        (_once(DTSTART=None), "start_missing", ""),
        (_once(DTSTART="20261301T080000"), "property_broken", None),
        (_once(DTSTART="00010101T080000"), "year_out_of_range", None),
        (_once(DTSTART="20260103T080030"), "seconds", "08:00:30"),
        (_once(DTEND=None), "end_missing", ""),
        (_once(DTEND="20260103T080000"), "end_before_start", ""),
        (_once(DTEND="20260203T080000"), "length_out_of_range", "31 days, 0:00:00"),
        (_once(DTEND=None, DURATION="-PT6H"), "end_before_start", ""),
        (_once(DTEND=None, DURATION="P999999999D"), "length_out_of_range", None),
        (_once(DTEND=None, DURATION="seis horas"), "property_broken", None),
        (_once(DTSTART=None) | {"DTSTART;VALUE=DATE": "20260103"}, "hours_missing", "2026-01-03"),
        (
            _once(DTSTART=None) | {"DTSTART;TZID=Mars/Olympus": "20260103T080000"},
            "zone_unknown",
            "Mars/Olympus",
        ),
        (_once(RRULE="FREQ=WEEKLY;BYDAY=SA", DTSTART="20260103T080000Z"), "rule_in_utc", None),
        (_once(RDATE="20260104T090000"), "several_hours", "RDATE"),
        (_once() | {"RDATE;VALUE=PERIOD": "20260104T080000/PT2H"}, "property_broken", None),
        ({"EXDATE": "20260110T080000Z"}, "dates_of_another_kind", "EXDATE"),
        (_once(EXDATE="," * 50), "property_broken", None),
        ({"RECURRENCE-ID;TZID=America/Santiago": "20260110T080000"}, "override_alone", ""),
        ({"RECURRENCE-ID;RANGE=THISANDFUTURE": "20260110T080000"}, "range_of_dates", None),
    ],
)
def test_what_cannot_be_used_is_on_the_review_list(
    changes: dict[str, str | None], code: str, part: str | None
) -> None:
    found = _read(changes)

    assert found.candidates == ()
    (problem,) = found.problems
    broken = {"property_broken", "event_broken"}
    assert problem.code == code or {problem.code, code} <= broken
    assert part is None or problem.part == part
    assert problem.number == 1
    for lang in i18n.LANGUAGES:
        assert len(reading.said(problem, lang)) > 10


def test_other_components_are_named_and_zones_are_not_even_read() -> None:
    endless = (
        "BEGIN:VTIMEZONE\r\nTZID:America/Santiago\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+9999\r\nTZOFFSETTO:-9999\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VTODO\r\nUID:x\r\nEND:VTODO"
    )

    found = _read({}, before=endless)

    assert [fair.zone for fair in found.candidates] == ["America/Santiago"]
    assert [(problem.number, problem.code, problem.part) for problem in found.problems] == [
        (0, "not_an_event", "VTODO")
    ]


def test_what_alarms_say_is_not_what_the_event_says() -> None:
    alarm = "BEGIN:VALARM\r\nSUMMARY:Otra\r\nDURATION:PT1M\r\nEND:VALARM"

    assert _fair({"X-A": f"b\r\n{alarm}"}).name == "Feria campesina"


def test_other_encodings_are_read_and_said() -> None:
    text = _file({"SUMMARY": "Feria de Ñuñoa"}).decode()

    guessed = reading.read(text.encode("cp1252"), "America/Lima")
    marked = reading.read(b"\xef\xbb\xbf" + text.encode(), "America/Lima")
    wide = reading.read(text.encode("utf-16"), "America/Lima")

    assert {found.candidates[0].name for found in (guessed, marked, wide)} == {"Feria de Ñuñoa"}
    assert [[problem.code for problem in found.problems] for found in (guessed, marked, wide)] == [
        ["encoding_guessed"],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "no_calendar"),
        (b"<html>no</html>", "no_calendar"),
        (b"PK\x03\x04" + bytes(200), "no_calendar"),
        (b"/etc/passwd", "no_calendar"),
        (b"BEGIN:X\n" * 100_000, "too_deep"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * (MOST_EVENTS + 1), "too_many_events"),
        (b"BEGIN:VCALENDAR\n" + b"X" * MOST_BYTES, "file_too_large"),
    ],
)
def test_a_file_that_is_none_is_refused_by_name(raw: bytes, code: str) -> None:
    with pytest.raises(CalendarFileError) as refused:
        reading.read(raw, "America/Lima")

    assert refused.value.code == code
    for lang in i18n.LANGUAGES:
        assert "{" not in reading.said_of_file(refused.value, lang)


def test_a_file_without_events_says_so() -> None:
    assert _problems() == [(0, "no_events", "")]


def test_hostile_texts_come_out_clean() -> None:
    fair = _fair(
        {
            "SUMMARY": "Feria\x00\x1b[31m\u202e <b>x</b>",
            "URL": "javascript:alert(1)",
            "GEO": "nan;1e999",
            "LOCATION": "Plaza\\n\\nBEGIN:VEVENT",
            "SEQUENCE": "99999999999999999999",
        }
    )

    assert (fair.name, fair.url, fair.latitude_e6) == ("Feria [31m <b>x</b>", "", None)
    assert fair.place == "Plaza BEGIN:VEVENT"


_PIECES = st.sampled_from(
    [
        *("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM"),
        *("UID:a", "UID:b", "SUMMARY:Feria", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=SECONDLY", "RRULE:;;=", "END:"),
        *("DTSTART:20260103T080000", "DTSTART:20260103T080000Z", "DTSTART;VALUE=DATE:20260103", "DTSTART:x"),
        *("DTEND:20260103T140000", "DURATION:PT2H", "DURATION:-P1W", "EXDATE:20260110T080000", "RDATE:,", "GEO:1"),
        *("RECURRENCE-ID:20260110T080000", "SEQUENCE:x", "DTSTART;TZID=:1", 'DTSTART;TZID=":2', " doblada", "\t"),
        *('SUMMARY;LANGUAGE=es;X="a;b:c":ya', "STATUS:CANCELLED", "\x00", ":", ";", "BEGIN", "DTSTART;VALUE=TIME:080000"),
    ]
) | st.text(max_size=30)  # fmt: skip


@given(st.lists(_PIECES, max_size=40), st.sampled_from(["\r\n", "\n", "\r"]))
def test_any_mixture_of_lines_is_a_report_or_a_refusal(pieces: list[str], end: str) -> None:
    raw = end.join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *pieces]).encode("utf-8", "replace")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = _found(raw)

    assert all(reading.said(problem, "es") for problem in found.problems)
    assert all(fair.name and fair.uid for fair in found.candidates)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_report_or_a_refusal(raw: bytes) -> None:
    assert _found(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + raw)


def _found(raw: bytes) -> Found:
    """The report, or one that says why there is none."""
    try:
        return reading.read(raw, "America/Lima")
    except CalendarFileError as refused:
        return Found(name=reading.said_of_file(refused, "es"), candidates=(), problems=(), texts={})


def _as_series(fair: Candidate) -> Any:
    common = {"updated_at": make.CHANGED}
    return make.series(
        rule=fair.rule,
        zone=fair.zone,
        starts_minute=fair.starts_minute,
        duration_minutes=fair.duration_minutes,
        first_on=fair.first_on,
        until_on=fair.until_on,
        skipped=fair.skipped,
        overrides=tuple(
            Override(
                key=day.key,
                starts_local=day.starts_local,
                duration_minutes=day.duration_minutes,
                is_cancelled=day.is_cancelled,
                **common,
            )
            for day in fair.changed
        ),
        extras=tuple(
            Extra(key=born, starts_local=born, duration_minutes=fair.duration_minutes, **common)
            for born in fair.extras
        ),
    )


def test_a_fair_read_back_is_on_the_same_dates() -> None:
    rule = MonthlyNth(nths=(1, 3), day=Day.FRI, interval=3, anchor=date(2026, 2, 1))
    ours = make.series(
        rule=rule,
        until_on=date(2027, 3, 1),
        overrides=(make.override("2026-05-15T08:00", "2026-05-16T08:00"),),
    )

    (fair,) = reading.read(ical.write(make.feed(ours)), "America/Lima").candidates

    window = (date(2026, 1, 1), date(2028, 1, 1))
    assert [(moment.starts_at, moment.ends_at) for moment in moments(_as_series(fair), *window)] == [
        (moment.starts_at, moment.ends_at) for moment in moments(ours, *window)
    ]
