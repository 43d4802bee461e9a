"""Strict JSON at the door: what the standard parser lets in and a database later chokes on is refused here."""

from typing import Any

import msgspec

from app.kernel.errors import BadRequestError, Fault, InvalidError

_DEPTH = 40


def decode(body: bytes) -> Any:
    """The value of a JSON body.

    Raises BadRequestError for what is no JSON (NaN, Infinity, 1e400, lone surrogates, bad UTF-8) and InvalidError for
    nesting deeper than 40 or a NUL character in a text.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequestError(reason="JSON") from error
    if body.count(b"[") + body.count(b"{") > _DEPTH or b"\\u0000" in body:
        _walk(value, "#", 0)
    return value


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
