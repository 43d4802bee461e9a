"""Rules written elsewhere: what equals ours is translated, the rest is said, and nothing else ever comes out."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.readers import (
    Hours,
    Reading,
    Unclear,
    from_opening_hours,
    from_rrule,
    from_spanish,
    said,
)
from app.calendar.recurrence import (
    Dates,
    Day,
    MonthlyDay,
    MonthlyNth,
    Weekly,
    YearlyDate,
    dates,
    first_date,
    read,
    rrule,
    sentence,
    wire,
)
from app.kernel import i18n
from tests.calendar.rules import DAYS, REPEATING, RULES

START = date(2026, 11, 21)  # a Saturday
MORNING = (Hours(480, 840),)
TUE_FRI = Weekly(days=(Day.TUE, Day.FRI))
SATURDAYS = Weekly(days=(Day.SAT,))
WORKDAYS = Weekly(days=tuple(Day)[:5])


def _first_third(day):
    return MonthlyNth(nths=(1, 3), day=day)


def _parts(reading):
    assert reading.is_clear, [said(one, "es") for one in reading.unclear]
    return [(timing.rule, timing.hours) for timing in reading.timings]


def _unclear(reading):
    assert not reading.is_clear
    assert reading.rule is None
    return [(one.code, one.part) for one in reading.unclear]


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=SA", START, SATURDAYS),
        ("RRULE:freq=weekly;byday=sa;", START, SATURDAYS),
        ("FREQ=WEEKLY", START, SATURDAYS),
        ("FREQ=DAILY", START, Weekly(days=tuple(Day))),
        ("FREQ=DAILY;INTERVAL=14", START, Weekly(days=(Day.SAT,), interval=2, anchor=START)),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", date(2026, 11, 20), WORKDAYS),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SA",
            START,
            Weekly(days=(Day.TUE, Day.SAT), interval=2, anchor=START),
        ),
        ("FREQ=MONTHLY;BYDAY=1SA,3SA", START, _first_third(Day.SAT)),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1,3", START, _first_third(Day.SAT)),
        (
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=15,16,17,18,19,20,21",
            START,
            MonthlyNth(nths=(3,), day=Day.SAT),
        ),
        ("FREQ=MONTHLY;BYDAY=SA,SU", START, Weekly(days=(Day.SAT, Day.SUN))),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1SU",
            date(2026, 10, 25),
            MonthlyNth(nths=(-1,), day=Day.SUN, interval=3, anchor=date(2026, 10, 25)),
        ),
        ("FREQ=MONTHLY", START, MonthlyDay(days=(21,))),
        ("FREQ=MONTHLY;BYMONTHDAY=21,-1", START, MonthlyDay(days=(21, "last"))),
        ("FREQ=YEARLY", date(2028, 2, 29), YearlyDate(month=2, day=29)),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", date(2026, 12, 24), YearlyDate(month=12, day=24)),
        (
            "FREQ=YEARLY;BYMONTH=10;BYDAY=2SU",
            date(2026, 10, 11),
            MonthlyNth(nths=(2,), day=Day.SUN, interval=12, anchor=date(2026, 10, 1)),
        ),
        (
            "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=1SU",
            date(2026, 10, 4),
            MonthlyNth(nths=(1,), day=Day.SUN, interval=3, anchor=date(2000, 1, 1)),
        ),
        ("FREQ=WEEKLY;BYHOUR=8;BYMINUTE=0", datetime(2026, 11, 21, 8, 0), SATURDAYS),  # noqa: DTZ001
    ],
)
def test_an_rrule_that_equals_a_shape_is_translated(text, start, expected):
    assert from_rrule(text, start).rule == expected


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("", "part_not_understood", ""),
        ("todos los sábados", "part_not_understood", "TODOS LOS SÁBADOS"),
        ("FREQ=SECONDLY", "frequency_unknown", "FREQ=SECONDLY"),
        ("FREQ=MINUTELY;COUNT=999999999", "frequency_unknown", "FREQ=MINUTELY"),
        ("FREQ=HOURLY;INTERVAL=24", "frequency_unknown", "FREQ=HOURLY"),
        ("FREQ=WEEKLY;BYDAY=1SA", "part_not_understood", "BYDAY=1SA"),
        ("FREQ=WEEKLY;BYDAY=SA;BYDAY=SU", "part_not_understood", "BYDAY=SU"),
        ("FREQ=WEEKLY;BYSETPOS=1", "part_not_understood", "BYSETPOS=1"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA,SU", "part_not_understood", "WKST=SU"),
        ("FREQ=WEEKLY;WKST=XX", "part_not_understood", "WKST=XX"),
        ("FREQ=WEEKLY;INTERVAL=53", "out_of_range", "FREQ=WEEKLY;INTERVAL=53"),
        ("FREQ=WEEKLY;INTERVAL=0", "part_not_understood", "INTERVAL=0"),
        ("FREQ=WEEKLY;INTERVAL=2,3", "part_not_understood", "INTERVAL=2,3"),
        ("FREQ=DAILY;INTERVAL=3", "part_not_understood", "FREQ=DAILY;INTERVAL=3"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "day_not_in_every_month", "FREQ=MONTHLY;INTERVAL=1"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "day_not_in_every_month", "FREQ=MONTHLY;INTERVAL=1"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "part_not_understood", "BYDAY=MO,TU,WE,TH,FR"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "part_not_understood", "BYMONTHDAY=13"),
        ("FREQ=MONTHLY;BYDAY=6SA", "part_not_understood", "BYDAY=6SA"),
        ("FREQ=MONTHLY;BYMONTH=1,2,7;BYDAY=1SA", "months_uneven", "BYMONTH=1,2,7"),
        ("FREQ=YEARLY;BYDAY=20MO", "part_not_understood", "FREQ=YEARLY;BYDAY=20MO"),
        ("FREQ=YEARLY;BYWEEKNO=20", "part_not_understood", "BYWEEKNO=20"),
        ("FREQ=WEEKLY;BYDAY=SU", "start_outside_rule", "FREQ=WEEKLY;BYDAY=SU"),
        ("FREQ=WEEKLY;COUNT=0", "part_not_understood", "COUNT=0"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "part_not_understood", "COUNT=3;UNTIL=20270101"),
        ("FREQ=WEEKLY;UNTIL=20270101T000000Z", "until_needs_zone", "UNTIL=20270101T000000Z"),
        ("FREQ=WEEKLY;UNTIL=20260101", "until_before_start", "UNTIL=20260101"),
        ("FREQ=WEEKLY;UNTIL=mañana", "part_not_understood", "UNTIL=MAÑANA"),
        ("FREQ=WEEKLY;BYHOUR=8,20", "part_not_understood", "BYHOUR=8,20"),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["SA"] * 200), "too_long", ("FREQ=WEEKLY;BYDAY=" + "SA," * 20)[:60]),
    ],
)
def test_an_rrule_that_is_none_of_our_shapes_is_said(text, code, part):
    assert _unclear(from_rrule(text, START)) == [(code, part)]


@pytest.mark.parametrize(
    ("text", "zone", "until"),
    [
        ("FREQ=WEEKLY;COUNT=3", None, date(2026, 12, 5)),
        ("FREQ=WEEKLY;UNTIL=20261205", None, date(2026, 12, 5)),
        ("FREQ=WEEKLY;UNTIL=20261205T200000", None, date(2026, 12, 5)),
        ("FREQ=WEEKLY;UNTIL=20261205T195959", None, date(2026, 12, 4)),
        # eight in the evening in Lima is one at night of the next day in UTC
        ("FREQ=WEEKLY;UNTIL=20261206T010000Z", "America/Lima", date(2026, 12, 5)),
        ("FREQ=WEEKLY;UNTIL=20261206T005959Z", "America/Lima", date(2026, 12, 4)),
        ("FREQ=WEEKLY", None, None),
    ],
)
def test_the_end_of_an_rrule_is_its_last_local_date(text, zone, until):
    evening = datetime(2026, 11, 21, 20, 0)  # noqa: DTZ001 - local

    assert from_rrule(text, evening, zone_name=zone).until == until


@given(REPEATING, DAYS)
def test_our_own_rrule_is_read_back_as_the_same_days(rule, start):
    first = first_date(rule, start)

    found = from_rrule(rrule(rule), first).rule

    assert found is not None
    last = first + timedelta(days=1500)
    assert list(dates(found, first, last)) == list(dates(rule, first, last))


_BY = st.sampled_from(
    [
        *("BYDAY=SA", "BYDAY=1SA,-1SA", "BYDAY=MO,SU", "BYDAY=2TU", "BYMONTHDAY=15", "BYMONTHDAY=1,28,-1"),
        *("BYMONTHDAY=8,9,10,11,12,13,14", "BYMONTH=11", "BYMONTH=2,5,8,11", "BYMONTH=1,12", "BYSETPOS=1"),
        *("BYSETPOS=-1,2", "WKST=SU", "WKST=MO", "WKST=WE", "INTERVAL=2", "INTERVAL=3", "INTERVAL=7"),
    ]
)


@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]), st.lists(_BY, max_size=4, unique=True), DAYS
)
def test_a_translated_rrule_has_the_days_of_an_independent_expansion(frequency, parts, day):
    text = ";".join([f"FREQ={frequency}", *parts])
    begins = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local
    ends = begins + timedelta(days=1500)
    if len({part.partition("=")[0] for part in parts}) < len(parts):
        return
    theirs = [found.date() for found in rrulestr(text, dtstart=begins).between(begins, ends, inc=True)]

    found = from_rrule(text, theirs[0] if theirs else day)

    if found.rule and theirs:
        begins = datetime(theirs[0].year, theirs[0].month, theirs[0].day)  # noqa: DTZ001
        theirs = [one.date() for one in rrulestr(text, dtstart=begins).between(begins, ends, inc=True)]
        assert list(dates(found.rule, begins.date(), ends.date())) == theirs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sa 08:00-14:00", [(SATURDAYS, MORNING)]),
        ("sa 8:00-14:00 open", [(SATURDAYS, MORNING)]),
        ("Sa", [(SATURDAYS, ())]),
        ("Sa 08:00+", [(SATURDAYS, (Hours(480),))]),
        (
            "We,Sa[1,3] 07:00-13:00",
            [(Weekly(days=(Day.WED,)), (Hours(420, 780),)), (_first_third(Day.SAT), (Hours(420, 780),))],
        ),
        ("Su[-1] 08:00-14:00", [(MonthlyNth(nths=(-1,), day=Day.SUN), MORNING)]),
        ("Sa[1-2] 08:00-14:00", [(MonthlyNth(nths=(1, 2), day=Day.SAT), MORNING)]),
        ("Mo-Fr 08:00-12:00,14:00-18:00", [(WORKDAYS, (Hours(480, 720), Hours(840, 1080)))]),
        ("Sa-Mo 20:00-02:00", [(Weekly(days=(Day.SAT, Day.SUN, Day.MON)), (Hours(1200, 1560),))]),
        ("08:00-14:00", [(Weekly(days=tuple(Day)), MORNING)]),
        ("24/7", [(Weekly(days=tuple(Day)), (Hours(0, 1440),))]),
        ("Jan-Dec Sa 08:00-14:00", [(SATURDAYS, MORNING)]),
        (
            "Mo-Su 08:00-14:00; Sa 09:00-10:00; Su off",
            [(WORKDAYS, MORNING), (SATURDAYS, (Hours(540, 600),))],
        ),
        (
            "Tu 08:00-14:00, Sa 09:00-10:00",
            [(Weekly(days=(Day.TUE,)), MORNING), (SATURDAYS, (Hours(540, 600),))],
        ),
        (
            "Jan,Apr,Jul,Oct Su[1] 08:00-14:00",
            [(MonthlyNth(nths=(1,), day=Day.SUN, interval=3, anchor=date(2000, 1, 1)), MORNING)],
        ),
        (
            "Oct Su[2]",
            [(MonthlyNth(nths=(2,), day=Day.SUN, interval=12, anchor=date(2000, 10, 1)), ())],
        ),
        ("Dec 24 08:00-14:00", [(YearlyDate(month=12, day=24), MORNING)]),
        (
            "2026 Nov 21 08:00-14:00; 2026 Dec 05 08:00-14:00",
            [(Dates(dates=(START, date(2026, 12, 5))), MORNING)],
        ),
    ],
)
def test_opening_hours_are_read(text, expected):
    assert _parts(from_opening_hours(text)) == expected


def test_opening_hours_say_when_they_are_closed():
    found = from_opening_hours("Sa 08:00-14:00; PH off; 2026 Dec 26 off")

    assert (found.rule, found.hours) == (SATURDAYS, MORNING[0])
    assert found.is_closed_on_holidays
    assert found.exceptions == (date(2026, 12, 26),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("no_day", "")]),
        ("off", [("part_not_understood", "off")]),
        ("Sa sunrise-sunset", [("part_not_understood", "sa sunrise-sunset")]),
        ("week 1-53/2 Sa 08:00-14:00", [("part_not_understood", "week 1-53/2 sa 08:00-14:00")]),
        ("Sa 08:00-14:00; SH off", [("part_not_understood", "sh off")]),
        ('Sa 08:00-14:00 "previa cita"', [("part_not_understood", 'sa 08:00-14:00 "previa cita"')]),
        ("Sa[1] +1 day 08:00-14:00", [("part_not_understood", "sa[1] +1 day 08:00-14:00")]),
        ("Sa[6] 08:00-14:00", [("part_not_understood", "sa[6] 08:00-14:00")]),
        ("Sa 25:00-26:00", [("hours_unclear", "sa 25:00-26:00")]),
        ("Sa 08:99-14:00", [("hours_unclear", "08:99")]),
        ("Sa 08:00-14:00; Sa[1] 09:00-10:00", [("days_overlap", "Sa 08:00-14:00; Sa[1] 09:00-10:00")]),
        ("Sa 08:00-14:00; Dec 24 08:00-10:00", [("days_overlap", "Sa 08:00-14:00; Dec 24 08:00-10:00")]),
        (
            "Sa 08:00-14:00; 2026 Nov 21 09:00-10:00",
            [("days_overlap", "Sa 08:00-14:00; 2026 Nov 21 09:00-10:00")],
        ),
        ("Jan,Feb Su[1]", [("months_uneven", "Jan,Feb Su[1]")]),
        ("Dec 25 off", [("year_missing", "dec 25 off")]),
        ("2026 Feb 30", [("no_such_date", "2026 feb 30")]),
        ("Feb 30", [("no_such_date", "feb 30")]),
        ("Sa;" * 50, [("too_long", ("Sa;" * 20))]),
    ],
)
def test_opening_hours_that_are_not_ours_are_said(text, expected):
    assert _unclear(from_opening_hours(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("martes y viernes", [(TUE_FRI, ())]),
        ("Los MARTES, y los viernes.", [(TUE_FRI, ())]),
        ("todos los sábados de 8 a 14 h", [(SATURDAYS, MORNING)]),
        ("todos los sabados de 8 a. m. a 2 p. m.", [(SATURDAYS, MORNING)]),
        ("Sáb. 8:00 - 14:00 hrs", [(SATURDAYS, MORNING)]),
        ("de 8h00 a 14h00, cada sábado", [(SATURDAYS, MORNING)]),
        ("sábados desde las 8 hasta las 14", [(SATURDAYS, MORNING)]),
        ("sábados a las 8 horas", [(SATURDAYS, (Hours(480),))]),
        ("sábados de 9 a 1 pm", [(SATURDAYS, (Hours(540, 780),))]),
        ("sábados de 6 de la tarde a 10 de la noche", [(SATURDAYS, (Hours(1080, 1320),))]),
        ("sábados de 20:00 a 2:00", [(SATURDAYS, (Hours(1200, 1560),))]),
        ("primer y tercer domingo de cada mes", [(_first_third(Day.SUN), ())]),
        ("1er y 3er domingo del mes", [(_first_third(Day.SUN), ())]),
        ("todos los primeros y terceros domingos de mes", [(_first_third(Day.SUN), ())]),
        ("último domingo", [(MonthlyNth(nths=(-1,), day=Day.SUN), ())]),
        ("cada 15 días los sábados", [(Weekly(days=(Day.SAT,), interval=2, anchor=START), ())]),
        ("sábados por medio", [(Weekly(days=(Day.SAT,), interval=2, anchor=START), ())]),
        ("cada dos sábados", [(Weekly(days=(Day.SAT,), interval=2, anchor=START), ())]),
        ("lunes a viernes", [(WORKDAYS, ())]),
        ("fines de semana", [(Weekly(days=(Day.SAT, Day.SUN)), ())]),
        ("todos los días excepto sábados y domingos", [(WORKDAYS, ())]),
        ("todos los días excepto domingos", [(Weekly(days=tuple(Day)[:6]), ())]),
        ("24 de diciembre", [(YearlyDate(month=12, day=24), ())]),
        ("24 y 31 de diciembre", [(YearlyDate(month=12, day=24), ()), (YearlyDate(month=12, day=31), ())]),
        ("21 de noviembre y 5 de diciembre de 2026", [(Dates(dates=(START, date(2026, 12, 5))), ())]),
        ("sábado 21/11/2026 de 8 a 14 h", [(Dates(dates=(START,)), MORNING)]),
        (
            "del 18 al 20 de setiembre de 2027",
            [(Dates(dates=tuple(date(2027, 9, day) for day in (18, 19, 20))), ())],
        ),
        (
            "primer domingo cada tres meses",
            [(MonthlyNth(nths=(1,), day=Day.SUN, interval=3, anchor=START), ())],
        ),
        (
            "trimestral, segundo sábado, desde enero de 2027",
            [(MonthlyNth(nths=(2,), day=Day.SAT, interval=3, anchor=date(2027, 1, 1)), ())],
        ),
        (
            "el 1 y el último día de enero",
            [(MonthlyDay(days=(1, "last"), interval=12, anchor=date(2000, 1, 1)), ())],
        ),
        ("el 1° y el último día de cada mes", [(MonthlyDay(days=(1, "last")), ())]),
        (
            "martes de 8 a 12 y sábados de 8 a 14 h",
            [(Weekly(days=(Day.TUE,)), (Hours(480, 720),)), (SATURDAYS, MORNING)],
        ),
        (
            "miércoles y primer sábado de cada mes",
            [(Weekly(days=(Day.WED,)), ()), (MonthlyNth(nths=(1,), day=Day.SAT), ())],
        ),
    ],
)
def test_spanish_is_read(text, expected):
    assert _parts(from_spanish(text, START)) == expected


def test_spanish_says_from_when_until_when_and_when_not():
    found = from_spanish(
        "Sábados de 8 a 14 h desde el 9 de enero de 2027 hasta el 26 de junio de 2027, salvo feriados"
        " y excepto el 1 de mayo de 2027"
    )

    assert (found.rule, found.hours) == (SATURDAYS, MORNING[0])
    assert (found.first, found.until) == (date(2027, 1, 9), date(2027, 6, 26))
    assert found.exceptions == (date(2027, 5, 1),)
    assert found.is_closed_on_holidays


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("no_day", "")]),
        ("con luna llena", [("part_not_understood", "con luna llena")]),
        ("sábados, previa inscripción", [("part_not_understood", "previa inscripcion")]),
        ("no hay los sábados", [("part_not_understood", "no hay")]),
        ("cada 15 días los sábados", [("anchor_missing", "sabados")]),
        ("quincenal", [("which_day", "quincenal")]),
        ("sábados cada tres meses", [("which_day", "sabados")]),
        ("sábados de mayo", [("part_not_understood", "mayo")]),
        ("de 2 a 6 pm los martes", [("hours_unclear", "de 2 a 6 pm")]),
        ("martes de 8 a 2", [("hours_unclear", "de 8 a 2")]),
        ("martes de 14:00 a 8:00", [("hours_backwards", "de 14:00 a 8:00")]),
        ("martes 8:00-5:00", [("hours_backwards", "8:00 - 5:00")]),
        ("el 31 de cada mes", [("day_not_in_every_month", "31")]),
        ("30 de febrero", [("no_such_date", "30 de febrero")]),
        ("30 de febrero de 2027", [("no_such_date", "30 de febrero de 2027")]),
        ("domingo 21 de noviembre de 2026", [("weekday_differs", "domingo 21 de noviembre de 2026")]),
        ("sábado 21 de noviembre", [("year_missing", "sabado 21 de noviembre")]),
        (
            "24 de diciembre y 5 de enero de 2027",
            [("year_missing", "24 de diciembre 5 de enero de 2027")],
        ),
        ("hasta junio", [("part_not_understood", "hasta junio")]),
        ("primer domingo excepto lunes", [("days_overlap", "")]),
        ("sábados " * 100, [("too_long", ("sábados " * 8)[:60].strip())]),
    ],
)
def test_spanish_that_is_not_understood_is_said(text, expected):
    assert _unclear(from_spanish(text)) == expected


@given(RULES)
def test_what_we_say_in_spanish_is_read_back_as_the_same_days(rule):
    if isinstance(rule, Dates) and len(rule.dates) > 6:
        return
    anchor = getattr(rule, "anchor", None)

    found = from_spanish(sentence(rule, "es"), anchor)

    assert found.is_clear, (sentence(rule, "es"), found.unclear)
    window = (date(2026, 1, 1), date(2029, 12, 31))
    if isinstance(rule, Dates):
        window = (date(2000, 1, 1), date(2050, 1, 1))
    read_back = {day for timing in found.timings for day in dates(timing.rule, *window)}
    assert sorted(read_back) == list(dates(rule, *window)), sentence(rule, "es")


def test_every_reason_has_its_sentence():
    for lang in ("es", "en"):
        for code in i18n.texts(lang)["unclear"]:
            assert said(Unclear(code, "tal cosa"), lang)
    assert said(Unclear("part_not_understood", "luna llena"), "es") == "No entendemos «luna llena»."


_WORDS = st.sampled_from(
    [
        *[
            "lunes",
            "martes",
            "sábado",
            "domingos",
            "primer",
            "tercer",
            "último",
            "quinto",
            "y",
            "e",
            ",",
            "a",
            "al",
            "de",
            "del",
            "el",
            "los",
            "cada",
            "todos",
        ],
        *[
            "hasta",
            "desde",
            "excepto",
            "salvo",
            "feriados",
            "8",
            "14",
            "15",
            "31",
            "2026",
            "8:00",
            "14h",
            "am",
            "pm",
            "h",
            "las",
            "mes",
            "meses",
            "día",
            "días",
        ],
        *[
            "enero",
            "febrero",
            "diciembre",
            "tres",
            "dos",
            "semanas",
            "año",
            "trimestral",
            "quincenal",
            "por",
            "medio",
            "(",
            ")",
            "-",
            "/",
            ";",
            ".",
            "1°",
            "21/11/2026",
        ],
        *[
            "Mo",
            "Sa-Su",
            "Sa[1,3]",
            "Sa[",
            "]",
            "PH",
            "off",
            "08:00-14:00",
            "08:00+",
            "Jan",
            "Dec",
            "24",
            "24/7",
            "||",
            "week",
            "1-53/2",
            ":",
        ],
        *[
            "FREQ=DAILY",
            "FREQ=YEARLY",
            ";BYDAY=1SA",
            ";INTERVAL=9",
            ";COUNT=9999",
            ";UNTIL=99991231T235959Z",
            ";BYMONTH=2",
            ";BYSETPOS=-5",
        ],
    ]
)
_SOUP = st.lists(_WORDS, max_size=14).map(" ".join) | st.lists(_WORDS, max_size=14).map("".join)


@given(_SOUP | st.text(max_size=120), DAYS | st.dates() | st.none())
def test_readers_give_a_reading_or_say_why_not_and_nothing_else(text, start):
    readings = [
        from_opening_hours(text),
        from_spanish(text, start),
        from_rrule(text, start or START, zone_name="America/Santiago"),
    ]

    for found in readings:
        assert isinstance(found, Reading)
        assert found.timings or found.unclear
        for one in found.unclear:
            assert said(one, "es")
            assert len(one.part) <= 60
        for timing in found.timings:
            assert read(wire(timing.rule)) == timing.rule
            assert all(0 <= hours.starts < 1440 for hours in timing.hours)
            assert all(hours.ends is None or hours.starts < hours.ends <= 2880 for hours in timing.hours)


@pytest.mark.parametrize(
    "text",
    [
        "Sa," * 166,
        "Jan-" * 120,
        "Sa[" + "1," * 240,
        "08:00-14:00," * 41,
        "1 y " * 75,
        "de las " * 42,
        "(" * 300,
    ],
)
def test_hostile_texts_are_read_at_once(text):
    """Each ends by itself: a reader that went back and forth over these would not."""
    assert isinstance(from_opening_hours(text), Reading)
    assert isinstance(from_spanish(text), Reading)
    assert isinstance(from_rrule(text, START), Reading)
