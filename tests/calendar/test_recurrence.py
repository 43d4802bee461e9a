"""What a rule is, on which days it falls, and how it is said: examples people would recognise, and properties."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from app.calendar import recurrence
from app.calendar.recurrence import (
    EARLIEST,
    LATEST,
    Dates,
    Day,
    MonthlyDay,
    MonthlyNth,
    RuleError,
    Weekly,
    YearlyDate,
    dates,
    first_date,
    read,
    rrule,
    sentence,
    wire,
)
from tests.calendar.rules import DAYS, REPEATING, RULES

SATURDAYS = {"kind": "weekly", "days": ["sat"]}
QUARTERLY = {"kind": "monthly_nth", "nths": [1], "day": "sun", "interval": 3, "anchor": "2026-10-04"}


def _days(value, first, last):
    return [
        day.isoformat() for day in dates(read(value), date.fromisoformat(first), date.fromisoformat(last))
    ]


@pytest.mark.parametrize(
    ("value", "first", "last", "expected"),
    [
        (SATURDAYS, "2026-11-20", "2026-12-06", ["2026-11-21", "2026-11-28", "2026-12-05"]),
        (
            {"kind": "weekly", "days": ["tue", "fri"]},
            "2026-12-29",
            "2027-01-05",
            ["2026-12-29", "2027-01-01", "2027-01-05"],
        ),
        (
            # the week counts from its Monday: a Sunday anchor and the Tuesday before it are of one week
            {"kind": "weekly", "days": ["tue", "sun"], "interval": 2, "anchor": "2026-11-08"},
            "2026-11-01",
            "2026-12-06",
            ["2026-11-03", "2026-11-08", "2026-11-17", "2026-11-22", "2026-12-01", "2026-12-06"],
        ),
        (
            {"kind": "monthly_nth", "nths": [1, 3], "day": "fri"},
            "2026-11-01",
            "2026-12-31",
            ["2026-11-06", "2026-11-20", "2026-12-04", "2026-12-18"],
        ),
        (
            {"kind": "monthly_nth", "nths": [-1], "day": "sun"},
            "2027-01-01",
            "2027-03-31",
            ["2027-01-31", "2027-02-28", "2027-03-28"],
        ),
        (
            {"kind": "monthly_nth", "nths": [5], "day": "sat"},
            "2026-10-01",
            "2027-03-31",
            ["2026-10-31", "2027-01-30"],
        ),
        (
            {"kind": "monthly_nth", "nths": [4, -1], "day": "sat"},
            "2026-10-01",
            "2026-11-30",
            ["2026-10-24", "2026-10-31", "2026-11-28"],
        ),
        (QUARTERLY, "2026-10-01", "2027-07-31", ["2026-10-04", "2027-01-03", "2027-04-04", "2027-07-04"]),
        (
            {"kind": "monthly_day", "days": [15, "last"]},
            "2028-02-01",
            "2028-03-15",
            ["2028-02-15", "2028-02-29", "2028-03-15"],
        ),
        ({"kind": "monthly_day", "days": [28, "last"]}, "2027-02-01", "2027-02-28", ["2027-02-28"]),
        (
            {"kind": "yearly_date", "month": 2, "day": 29},
            "2026-01-01",
            "2033-12-31",
            ["2028-02-29", "2032-02-29"],
        ),
        (
            {"kind": "yearly_date", "month": 12, "day": 24},
            "2026-12-25",
            "2028-01-01",
            ["2027-12-24"],
        ),
        (
            {"kind": "dates", "dates": ["2026-12-05", "2026-11-21", "2026-12-05"]},
            "2026-01-01",
            "2026-12-31",
            ["2026-11-21", "2026-12-05"],
        ),
        (SATURDAYS, "2026-11-28", "2026-11-21", []),
    ],
)
def test_a_rule_falls_on_its_days(value, first, last, expected):
    assert _days(value, first, last) == expected


@pytest.mark.parametrize(
    ("value", "pointer", "code"),
    [
        ("todos los sábados", "", "dict_type"),
        ({}, "/kind", "missing"),
        ({"kind": "daily"}, "/kind", "enum"),
        ({"kind": ["weekly"]}, "/kind", "enum"),
        ({"kind": "weekly"}, "/days", "missing"),
        ({"kind": "weekly", "days": []}, "/days", "too_short"),
        ({"kind": "weekly", "days": "sat"}, "/days", "list_type"),
        ({"kind": "weekly", "days": ["sábado"]}, "/days/0", "enum"),
        ({"kind": "weekly", "days": ["sat"] * 8}, "/days", "too_long"),
        (SATURDAYS | {"until": "2026-12-31"}, "/until", "extra_forbidden"),
        (SATURDAYS | {"interval": 0}, "/interval", "greater_than_equal"),
        (SATURDAYS | {"interval": 53}, "/interval", "less_than_equal"),
        (SATURDAYS | {"interval": 2**63}, "/interval", "less_than_equal"),
        (SATURDAYS | {"interval": True}, "/interval", "int_type"),
        (SATURDAYS | {"interval": 2.0}, "/interval", "int_type"),
        (SATURDAYS | {"interval": 2}, "/anchor", "anchor_missing"),
        (SATURDAYS | {"interval": 2, "anchor": "2026-W47-6"}, "/anchor", "date_type"),
        (SATURDAYS | {"interval": 2, "anchor": "2026-11-31"}, "/anchor", "date_type"),
        (SATURDAYS | {"interval": 2, "anchor": datetime(2026, 11, 21, tzinfo=UTC)}, "/anchor", "date_type"),
        (SATURDAYS | {"interval": 2, "anchor": "0026-11-21"}, "/anchor", "year_out_of_range"),
        ({"kind": "monthly_nth", "nths": [0], "day": "fri"}, "/nths/0", "nth_unknown"),
        ({"kind": "monthly_nth", "nths": [1, -6], "day": "fri"}, "/nths/1", "nth_unknown"),
        (QUARTERLY | {"interval": 25}, "/interval", "less_than_equal"),
        ({"kind": "monthly_day", "days": [31]}, "/days/0", "day_not_in_every_month"),
        ({"kind": "monthly_day", "days": [1, 29]}, "/days/1", "day_not_in_every_month"),
        ({"kind": "monthly_day", "days": [0]}, "/days/0", "day_not_in_every_month"),
        ({"kind": "monthly_day", "days": ["first"]}, "/days/0", "day_not_in_every_month"),
        ({"kind": "monthly_day", "days": [None]}, "/days/0", "int_type"),
        ({"kind": "yearly_date", "month": 2, "day": 30}, "/day", "less_than_equal"),
        ({"kind": "yearly_date", "month": 13, "day": 1}, "/month", "less_than_equal"),
        ({"kind": "yearly_date", "month": 12}, "/day", "missing"),
        ({"kind": "dates", "dates": ["21/11/2026"]}, "/dates/0", "date_type"),
        ({"kind": "dates", "dates": ["2026-11-21"] * 367}, "/dates", "too_long"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_place(value, pointer, code):
    with pytest.raises(RuleError) as refused:
        read(value)

    assert (refused.value.pointer, refused.value.code) == (pointer, code)


def test_every_refusal_has_its_text_in_both_languages():
    from app.kernel import i18n

    texts = i18n.texts("es")["faults"]

    for code in ("anchor_missing", "day_not_in_every_month", "nth_unknown", "year_out_of_range"):
        assert code in texts
    with pytest.raises(RuleError) as refused:
        read(SATURDAYS | {"interval": 53})
    assert texts[refused.value.code].format(**refused.value.facts) == "Debe ser 52 o menos."


def test_an_interval_without_anchor_is_counted_from_the_first_date():
    rule = read(SATURDAYS | {"interval": 2}, anchor=date(2026, 11, 21))

    assert rule == Weekly(days=(Day.SAT,), interval=2, anchor=date(2026, 11, 21))


def test_equal_rules_are_stored_alike():
    one = read({"kind": "weekly", "days": ["sat", "tue", "sat"], "interval": 1, "anchor": "2026-11-21"})
    other = read({"days": ["tue", "sat"], "kind": "weekly"})

    assert wire(one) == wire(other)
    assert wire(other) == {"kind": "weekly", "days": ["tue", "sat"], "interval": 1, "anchor": None}


@given(RULES)
def test_a_rule_survives_being_stored(rule):
    assert read(wire(rule)) == rule


@given(RULES, DAYS, st.integers(0, 900))
def test_days_are_in_the_window_in_order_and_once(rule, first, length):
    last = first + timedelta(days=length)

    found = list(dates(rule, first, last))

    assert found == sorted(set(found))
    assert all(first <= day <= last for day in found)


@given(RULES, DAYS, st.integers(0, 900), st.integers(0, 900))
def test_a_window_has_the_same_days_however_it_is_cut(rule, first, length, cut):
    last = first + timedelta(days=length)
    middle = first + timedelta(days=min(cut, length))

    whole = list(dates(rule, first, last))

    assert whole == [*dates(rule, first, middle), *dates(rule, middle + timedelta(days=1), last)]


@given(REPEATING, DAYS)
def test_days_are_those_of_an_independent_expansion(rule, start):
    """python-dateutil expands our own RRULE text, DTSTART being the rule's first day."""
    first = first_date(rule, start)
    assert first is not None
    last = first + timedelta(days=1200)
    begins, ends = (datetime(day.year, day.month, day.day) for day in (first, last))  # noqa: DTZ001 - local

    theirs = rrulestr(rrule(rule), dtstart=begins).between(begins, ends, inc=True)

    assert list(dates(rule, first, last)) == [found.date() for found in theirs]


@given(RULES)
def test_no_window_is_too_wide_and_nothing_is_made_ahead(rule):
    first_ten = list(islice(dates(rule, date.min, date.max), 10))

    assert all(EARLIEST <= day <= LATEST for day in first_ten)
    assert list(dates(rule, date.max, date.max)) == list(dates(rule, date.min, date.min)) == []
    assert all(day.year == LATEST.year for day in dates(rule, date(LATEST.year, 12, 1), date.max))


def test_the_first_day_of_a_rare_rule_is_found():
    """A fifth Tuesday in February: 2028 and 2056."""
    rule = MonthlyNth(nths=(5,), day=Day.TUE, interval=12, anchor=date(2027, 2, 1))

    assert first_date(rule, date(2027, 1, 1)) == date(2028, 2, 29)
    assert first_date(rule, date(2028, 3, 1)) == date(2056, 2, 29)
    assert first_date(Dates(dates=(date(2026, 1, 1),)), date(2026, 1, 2)) is None


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Weekly(days=(Day.SAT,)), "FREQ=WEEKLY;BYDAY=SA"),
        (
            Weekly(days=(Day.FRI, Day.TUE), interval=2, anchor=date(2026, 11, 17)),
            "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TU,FR",
        ),
        (MonthlyNth(nths=(3, 1), day=Day.FRI), "FREQ=MONTHLY;BYDAY=1FR,3FR"),
        (
            MonthlyNth(nths=(-1,), day=Day.SUN, interval=3, anchor=date(2026, 10, 4)),
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1SU",
        ),
        (MonthlyDay(days=("last", 15)), "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
        (YearlyDate(month=2, day=29), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        (Dates(dates=(date(2026, 11, 21),)), None),
    ],
)
def test_a_rule_is_written_as_rrule(rule, expected):
    assert rrule(rule) == expected


def test_the_last_start_is_written_in_utc():
    until = datetime(2027, 6, 26, 12, 0, tzinfo=UTC)

    assert rrule(Weekly(days=(Day.SAT,)), until=until) == "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270626T120000Z"


@pytest.mark.parametrize(
    ("rule", "spanish", "english"),
    [
        (Weekly(days=tuple(Day)), "todos los días", "every day"),
        (Weekly(days=(Day.SAT,)), "todos los sábados", "every Saturday"),
        (Weekly(days=(Day.TUE, Day.FRI)), "todos los martes y viernes", "every Tuesday and Friday"),
        (Weekly(days=tuple(Day)[:5]), "de lunes a viernes", "Monday to Friday"),
        (
            Weekly(days=(Day.SAT,), interval=2, anchor=date(2026, 11, 21)),
            "cada 2 semanas, los sábados",
            "every 2 weeks on Saturday",
        ),
        (
            Weekly(days=tuple(Day)[:3], interval=2, anchor=date(2026, 11, 21)),
            "cada 2 semanas, de lunes a miércoles",
            "every 2 weeks, Monday to Wednesday",
        ),
        (
            Weekly(days=tuple(Day), interval=2, anchor=date(2026, 11, 21)),
            "cada 2 semanas, toda la semana",
            "every 2 weeks, all week",
        ),
        (
            MonthlyNth(nths=(1, 3), day=Day.FRI),
            "primer y tercer viernes de cada mes",
            "first and third Friday of each month",
        ),
        (
            MonthlyNth(nths=(-1,), day=Day.SUN, interval=3, anchor=date(2026, 10, 4)),
            "último domingo de enero, abril, julio y octubre",
            "last Sunday of January, April, July and October",
        ),
        (
            MonthlyNth(nths=(2,), day=Day.SUN, interval=12, anchor=date(2026, 10, 4)),
            "segundo domingo de octubre",
            "second Sunday of October",
        ),
        (
            MonthlyNth(nths=(2,), day=Day.SUN, interval=5, anchor=date(2026, 10, 4)),
            "segundo domingo cada 5 meses desde octubre de 2026",
            "second Sunday every 5 months from October 2026",
        ),
        (
            MonthlyDay(days=(1, 15, "last")),
            "el 1, el 15 y el último día de cada mes",
            "day 1, day 15 and the last day of each month",
        ),
        (YearlyDate(month=12, day=24), "cada 24 de diciembre", "every 24 December"),
        (
            YearlyDate(month=2, day=29),
            "cada 29 de febrero (años bisiestos)",
            "every 29 February (leap years)",
        ),
        (
            Dates(dates=(date(2026, 11, 21), date(2026, 12, 5), date(2027, 1, 2))),
            "21 de noviembre, 5 de diciembre de 2026 y 2 de enero de 2027",
            "21 November, 5 December 2026 and 2 January 2027",
        ),
        (
            Dates(dates=tuple(date(2026, month, 1) for month in range(1, 8))),
            "7 fechas, del 1 de enero de 2026 al 1 de julio de 2026",
            "7 dates, 1 January 2026 to 1 July 2026",
        ),
    ],
)
def test_a_rule_is_said_in_both_languages(rule, spanish, english):
    assert (sentence(rule, "es"), sentence(rule, "en")) == (spanish, english)


@given(RULES, st.sampled_from(["es", "en"]))
def test_every_rule_can_be_said(rule, lang):
    said = sentence(rule, lang)

    assert said
    assert "{" not in said


def test_the_room_offers_what_it_names():
    assert [name for name in recurrence.__all__ if not hasattr(recurrence, name)] == []
