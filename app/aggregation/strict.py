"""A document read slowly and strictly: every problem by name, where a fast reader would stop at the first.

The conditions are those the models declare; `app.aggregation.document` uses this only where the fast way fails.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import inspect

from app.aggregation.model import Model
from app.aggregation.problems import DocumentError, Problem, pointer

NOT_SERVED = frozenset({"standing", "standing_order", "standing_orders"})
MODES_NOT_SERVED = frozenset({"batch"})
DIGITS_MOST = 30

Steps = tuple[str | int, ...]


class NotInteger:
    """A number of the document that is not an integer: 1.5, 1e400, NaN."""


class Pairs(dict[str, object]):
    """An object of the document; remembers the keys that stand twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        counted = Counter(key for key, _ in pairs)
        self.repeated = [key for key, count in counted.items() if count > 1]


def read(text: str) -> object:
    """The JSON value of a text; numbers and keys that must be refused are kept as marks for `problems_of`.

    Raises DocumentError where the text is no JSON or is nested too deeply.
    """
    try:
        return json.loads(
            text, object_pairs_hook=Pairs, parse_float=_mark, parse_constant=_mark, parse_int=_bounded
        )
    except json.JSONDecodeError as error:
        where: dict[str, int | str] = {"line": error.lineno, "column": error.colno}
        raise DocumentError([Problem("", "invalid_json", where)]) from None
    except RecursionError:
        raise DocumentError([Problem("", "too_deep")]) from None


def problems_of(value: object, model: type[Model]) -> Iterator[Problem]:
    """Everything that keeps a value from being the model."""
    return _check(value, inspect.type_info(model), ())


def _mark(_: str) -> NotInteger:
    return NotInteger()


def _bounded(digits: str) -> int:
    return int(digits[: DIGITS_MOST + 1])  # any number that long is out of range, however it goes on


def _check(value: object, kind: inspect.Type, at: Steps) -> Iterator[Problem]:
    if isinstance(kind, inspect.UnionType):
        if value is None:
            return
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    yield from _CHECKS[type(kind)](value, kind, at)


def _check_object(value: object, kind: inspect.StructType, at: Steps) -> Iterator[Problem]:
    if not isinstance(value, Pairs):
        yield _wrong(at, "object")
        return
    fields = {field.encode_name: field for field in kind.fields}
    yield from _check_keys(value, at)
    for name in value:
        if name not in fields:
            code = "not_served" if name in NOT_SERVED else "unknown_field"
            yield Problem(pointer(*at, name), code, {"name": pointer(name)[1:]})
    for name, field in fields.items():
        if name in value:
            yield from _check(value[name], field.type, (*at, name))
        elif field.required:
            yield Problem(pointer(*at, name), "missing_field", {"name": name})


def _check_keys(value: Pairs, at: Steps) -> Iterator[Problem]:
    for name in value.repeated:
        yield Problem(pointer(*at, name), "duplicate_key", {"name": pointer(name)[1:]})


def _check_mapping(value: object, kind: inspect.DictType, at: Steps) -> Iterator[Problem]:
    if not isinstance(value, Pairs):
        yield _wrong(at, "object")
        return
    yield from _check_keys(value, at)
    if len(value) < (kind.min_length or 0):
        yield Problem(pointer(*at), "empty")
    for name, one in value.items():
        yield from _check(name, kind.key_type, (*at, name))
        yield from _check(one, kind.value_type, (*at, name))


def _check_list(value: object, kind: inspect.VarTupleType, at: Steps) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield _wrong(at, "list")
        return
    if len(value) < (kind.min_length or 0):
        yield Problem(pointer(*at), "empty")
    for place, one in enumerate(value):
        yield from _check(one, kind.item_type, (*at, place))


def _check_integer(value: object, kind: inspect.IntType, at: Steps) -> Iterator[Problem]:
    if isinstance(value, NotInteger):
        yield Problem(pointer(*at), "not_an_integer")
    elif not isinstance(value, int) or isinstance(value, bool):
        yield _wrong(at, "integer")
    elif not (kind.ge or 0) <= value <= (kind.le or 0):
        yield Problem(pointer(*at), "out_of_range", {"min": kind.ge or 0, "max": kind.le or 0})


def _check_text(value: object, kind: inspect.StrType, at: Steps) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong(at, "text")
    elif not value and kind.min_length:
        yield Problem(pointer(*at), "empty")
    elif kind.max_length is not None and len(value) > kind.max_length:
        yield Problem(pointer(*at), "too_long", {"max": kind.max_length})
    elif any(c < " " or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in value):
        yield Problem(pointer(*at), "bad_text")
    elif kind.pattern is not None and not _is_currency(value):
        yield Problem(pointer(*at), "bad_currency")


def _is_currency(value: str) -> bool:
    return len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()


def _check_choice(value: object, kind: inspect.LiteralType, at: Steps) -> Iterator[Problem]:
    if isinstance(value, str) and value in kind.values:
        return
    if isinstance(value, str) and value in MODES_NOT_SERVED and at == ("mode",):
        yield Problem(pointer(*at), "not_served", {"name": f"mode {value}"})
    else:
        yield Problem(pointer(*at), "not_one_of", {"choices": ", ".join(map(str, kind.values))})


def _wrong(at: Steps, expected: str) -> Problem:
    return Problem(pointer(*at), "wrong_type", {"expected": expected})


def _check_boolean(value: object, _: inspect.BoolType, at: Steps) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield _wrong(at, "boolean")


def _check_absent(value: object, _: inspect.NoneType, at: Steps) -> Iterator[Problem]:
    if value is not None:
        yield Problem(pointer(*at), "not_served", {"name": str(at[-1])})


_CHECKS: dict[type[inspect.Type], Callable[[object, Any, Steps], Iterator[Problem]]] = {
    inspect.BoolType: _check_boolean,
    inspect.DictType: _check_mapping,
    inspect.IntType: _check_integer,
    inspect.LiteralType: _check_choice,
    inspect.NoneType: _check_absent,
    inspect.StrType: _check_text,
    inspect.StructType: _check_object,
    inspect.VarTupleType: _check_list,
}
