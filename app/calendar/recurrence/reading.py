"""A rule from JSON and back. What is refused is refused with its place and what would be right."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

import msgspec

from app.calendar.recurrence.shapes import (
    LAST_DAY,
    MOST_DATES,
    Dates,
    Day,
    MonthlyDay,
    MonthlyNth,
    Rule,
    RuleError,
    Weekly,
    YearlyDate,
)

_Reader = Callable[[Any, str], Any]


def read(value: Any, *, anchor: date | None = None) -> Rule:
    """The rule that a JSON value says; an interval that names no anchor is counted from `anchor`. Raises RuleError."""
    if not isinstance(value, Mapping):
        raise RuleError("", "dict_type")
    if "kind" not in value:
        raise RuleError("/kind", "missing")
    shape, fields, needed = _shape_of(value["kind"])
    for name in value:
        if name != "kind" and name not in fields:
            raise RuleError(f"/{str(name)[:60]}", "extra_forbidden")
    found = {
        name: read_field(value[name], f"/{name}") for name, read_field in fields.items() if name in value
    }
    for name in needed:
        if name not in found:
            raise RuleError(f"/{name}", "missing")
    if "anchor" in fields and found.get("anchor") is None:
        found["anchor"] = anchor
    return shape(**found)


def wire(rule: Rule) -> dict[str, Any]:
    """The JSON value of a rule, as it is stored and shown: `read(wire(rule)) == rule`."""
    return cast("dict[str, Any]", msgspec.json.decode(msgspec.json.encode(rule)))  # lists, not tuples


def _shape_of(kind: Any) -> tuple[Callable[..., Rule], dict[str, _Reader], tuple[str, ...]]:
    found = _SHAPES.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise RuleError("/kind", "enum", expected=", ".join(_SHAPES))
    return found


def _listed(read_one: _Reader, most: int) -> _Reader:
    def read_list(value: Any, pointer: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise RuleError(pointer, "list_type")
        if len(value) > most:
            raise RuleError(pointer, "too_long", max_length=most)
        return tuple(read_one(one, f"{pointer}/{position}") for position, one in enumerate(value))

    return read_list


def _integer(value: Any, pointer: str) -> int:
    if type(value) is not int:  # True is an int to Python
        raise RuleError(pointer, "int_type")
    return value


def _day_of_month(value: Any, pointer: str) -> int | str:
    if isinstance(value, str) and value != LAST_DAY:
        raise RuleError(pointer, "day_not_in_every_month")
    return LAST_DAY if isinstance(value, str) else _integer(value, pointer)


def _day(value: Any, pointer: str) -> Day:
    try:
        return Day(value)
    except ValueError:
        raise RuleError(pointer, "enum", expected=", ".join(Day)) from None


def _date(value: Any, pointer: str) -> date:
    """RFC 3339 alone: Python itself reads week dates too. A `datetime` is no date."""
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise RuleError(pointer, "date_type")


def _date_or_nothing(value: Any, pointer: str) -> date | None:
    return None if value is None else _date(value, pointer)


_COUNTED: dict[str, _Reader] = {"interval": _integer, "anchor": _date_or_nothing}
_SHAPES: dict[str, tuple[Callable[..., Rule], dict[str, _Reader], tuple[str, ...]]] = {
    "weekly": (Weekly, {"days": _listed(_day, 7)} | _COUNTED, ("days",)),
    "monthly_nth": (MonthlyNth, {"nths": _listed(_integer, 10), "day": _day} | _COUNTED, ("nths", "day")),
    "monthly_day": (MonthlyDay, {"days": _listed(_day_of_month, 29)} | _COUNTED, ("days",)),
    "yearly_date": (YearlyDate, {"month": _integer, "day": _integer}, ("month", "day")),
    "dates": (Dates, {"dates": _listed(_date, MOST_DATES)}, ("dates",)),
}
