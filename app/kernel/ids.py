"""Everything that must not be guessed or repeated: identifiers, tokens and the codes people spell on the phone."""

import contextlib
import hashlib
import hmac
import os
import secrets
import time
import uuid
from collections.abc import Iterator
from contextvars import ContextVar

_SPELLABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no 0/O, 1/I/L: they are read aloud


class _Repeatable:
    """Numbers that look random and are the same at every run: for the demo, whose examples name its rows."""

    def __init__(self, seed: str, millis: int) -> None:
        self.seed, self.millis, self.drawn = seed, millis, 0

    def draw(self, size: int) -> bytes:
        self.drawn += 1
        return hashlib.sha256(f"{self.seed}:{self.drawn}".encode()).digest()[:size]


_repeatable: ContextVar[_Repeatable | None] = ContextVar("repeatable", default=None)


@contextlib.contextmanager
def repeatable(seed: str, millis: int) -> Iterator[None]:
    """Within it, identifiers and codes repeat from run to run, from this instant on. Tokens never do."""
    token = _repeatable.set(_Repeatable(seed, millis))
    try:
        yield
    finally:
        _repeatable.reset(token)


def uuid7() -> uuid.UUID:
    """A new time-ordered identifier (RFC 9562, 5.7 and 6.2 method 3).

    The twelve bits after the milliseconds are their fraction: what one process makes one after the other is in order,
    and so are the events of one transaction.
    """
    source = _repeatable.get()
    if source is None:
        millis, rest = divmod(time.time_ns(), 1_000_000)
        fraction, drawn = rest * 4_096 // 1_000_000, os.urandom(8)
    else:
        drawn = source.draw(8)
        millis, fraction = source.millis + source.drawn, 0
    chance = int.from_bytes(drawn, "big") & 0x3FFFFFFFFFFFFFFF
    return uuid.UUID(int=millis << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | chance)


def instant_of(identifier: uuid.UUID) -> float | None:
    """Seconds since 1970 that a UUIDv7 claims to be made at; None for any other version."""
    return (identifier.int >> 80) / 1000 if identifier.version == 7 else None


def token(prefix: str) -> str:
    """A new 256-bit bearer secret; the prefix tells people and leak scanners what it opens."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def spellable_code(length: int = 6) -> str:
    """A short code for telephone and paper, from 31 letters and digits that sound and look apart."""
    source = _repeatable.get()
    if source is not None:
        return "".join(_SPELLABLE[byte % len(_SPELLABLE)] for byte in source.draw(length))
    return "".join(secrets.choice(_SPELLABLE) for _ in range(length))


def digits(length: int = 6) -> str:
    """A numeric one-time code."""
    return "".join(secrets.choice("0123456789") for _ in range(length))


def digest(secret: str) -> bytes:
    """How a high-entropy secret is kept at rest: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def signature(key: bytes, *parts: object, size: int = 16) -> bytes:
    """The first `size` bytes of HMAC-SHA256 over the parts."""
    return hmac.digest(key, "\x1f".join(map(str, parts)).encode(), "sha256")[:size]


def same(one: bytes, other: bytes) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(one, other)
