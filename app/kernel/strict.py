"""Strict JSON at the door: what the standard parser lets in and a database later chokes on is refused here."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from app.kernel.errors import BadRequestError, Fault, InvalidError

_DEPTH = 40


def decode(body: bytes) -> Any:
    """The value of a JSON body.

    Raises BadRequestError for what is no JSON (NaN, Infinity, 1e400, lone surrogates, bad UTF-8) and InvalidError for
    nesting deeper than 40, a NUL character in a text or a key that stands twice in one object.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequestError(reason="JSON") from error
    if body.count(b"[") + body.count(b"{") > _DEPTH or b"\\u0000" in body:
        _walk(value, "#", 0)
    if _may_repeat(body, value):
        _refuse_repeated(body)
    return value


def _may_repeat(body: bytes, value: Any) -> bool:
    """Whether only a slow reading can tell that no key stands twice.

    A key that stands twice has a colon more than what was read of it; an escaped colon in a text hides one. Half a
    microsecond for an acceptance.
    """
    try:
        return b"\\u003" in body or body.count(b":") != msgspec.json.encode(value).count(b":")
    except (OverflowError, ValueError):  # an integer that no reader of ours takes
        return True


def _refuse_repeated(body: bytes) -> None:
    found = json.loads(body, object_pairs_hook=_Pairs)
    if faults := list(_repeated(found, "#")):
        raise InvalidError(*faults)


class _Pairs(dict[str, Any]):
    """An object that remembers which of its keys stand twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]


def _repeated(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, _Pairs):
        for key in value.twice:
            yield Fault(f"{pointer}/{key}", "duplicate_key")
        for key, inner in value.items():
            yield from _repeated(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _repeated(inner, f"{pointer}/{position}")


def _walk(value: Any, pointer: str, depth: int) -> None:
    if depth > _DEPTH:
        raise InvalidError(Fault(pointer[:200], "too_deep", limit=_DEPTH))
    if isinstance(value, str) and "\x00" in value:
        raise InvalidError(Fault(pointer, "nul_character"))
    if isinstance(value, dict):
        for key, inner in value.items():
            if "\x00" in key:
                raise InvalidError(Fault(pointer, "nul_character"))
            _walk(inner, f"{pointer}/{key}", depth + 1)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _walk(inner, f"{pointer}/{position}", depth + 1)
