"""Long lists by keyset, never OFFSET: the cursor says after which row, signed and bound to its filter and sort."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import msgspec

from app.kernel import ids
from app.kernel.errors import Fault, InvalidError

_SIGNATURE_BYTES = 8


class CursorError(InvalidError):
    """The cursor was not made by this server for this list."""

    status = 400


def write_cursor(key: bytes, scope: str, last: Sequence[Any]) -> str:
    """The cursor after a row with these sort values, for one list (`scope`: its path, filters and sort)."""
    values = msgspec.json.encode(list(last))
    return base64.urlsafe_b64encode(_sign(key, scope, values) + values).rstrip(b"=").decode()


def read_cursor(key: bytes, scope: str, cursor: str) -> list[Any]:
    """The sort values of the row before. Raises CursorError."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        signature, values = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if ids.same(signature, _sign(key, scope, values)):
            found: list[Any] = msgspec.json.decode(values)
            return found
    except (binascii.Error, ValueError):
        pass
    raise CursorError(Fault("query/cursor", "cursor"))


def _sign(key: bytes, scope: str, values: bytes) -> bytes:
    return ids.signature(key, "cursor", scope, values.hex(), size=_SIGNATURE_BYTES)
