from datetime import UTC, date, datetime

import pytest
from pydantic import BaseModel

from app.calendar.recurrence import Day, Weekly
from app.calendar.wire import RuleBody, read_instant, read_rule
from app.kernel import i18n
from app.kernel.errors import InvalidError


class _Body(BaseModel):
    rule: RuleBody


def test_a_body_documents_five_shapes_and_leaves_the_reading_to_the_rules():
    schema = _Body.model_json_schema()
    kinds = schema["properties"]["rule"]["discriminator"]["mapping"]

    assert sorted(kinds) == ["dates", "monthly_day", "monthly_nth", "weekly", "yearly_date"]
    assert _Body(rule={"kind": "daily"}).rule == {"kind": "daily"}


def test_a_refused_rule_says_where_in_the_body():
    with pytest.raises(InvalidError) as refused:
        read_rule({"kind": "monthly_day", "days": [1, 31]}, "#/rule")

    (fault,) = refused.value.faults
    assert (fault.pointer, fault.code) == ("#/rule/days/1", "day_not_in_every_month")


def test_a_rule_takes_the_first_date_as_its_anchor():
    rule = read_rule({"kind": "weekly", "days": ["sat"], "interval": 2}, "#/rule", anchor=date(2026, 11, 21))

    assert rule == Weekly(days=(Day.SAT,), interval=2, anchor=date(2026, 11, 21))


def test_a_start_in_the_gap_is_refused_with_a_suggestion():
    with pytest.raises(InvalidError) as refused:
        read_instant(date(2026, 9, 6), 30, "America/Santiago", "#/starts")

    (fault,) = refused.value.faults
    assert (fault.pointer, fault.code) == ("#/starts", "local_time_missing")
    assert refused.value.extra == {"suggestion": "2026-09-06T01:30"}
    assert "2026-09-06T01:30" in i18n.texts("es")["faults"][fault.code].format(**fault.facts)


def test_an_unknown_zone_is_refused_and_a_good_start_is_an_instant():
    with pytest.raises(InvalidError) as refused:
        read_instant(date(2026, 9, 6), 480, "America/Puno", "#/zone")

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("#/zone", "unknown_zone")]
    assert read_instant(date(2026, 9, 6), 480, "America/Lima", "#/zone") == datetime(
        2026, 9, 6, 13, tzinfo=UTC
    )
