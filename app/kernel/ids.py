"""Everything that must not be guessed or repeated: identifiers, tokens and the codes people spell on the phone."""

import hashlib
import hmac
import os
import secrets
import time
import uuid

_SPELLABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no 0/O, 1/I/L: they are read aloud


def uuid7() -> uuid.UUID:
    """A new time-ordered identifier (RFC 9562, 5.7)."""
    millis = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10), "big")
    return uuid.UUID(
        int=millis << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62 | chance & 0x3FFFFFFFFFFFFFFF
    )


def instant_of(identifier: uuid.UUID) -> float | None:
    """Seconds since 1970 that a UUIDv7 claims to be made at; None for any other version."""
    return (identifier.int >> 80) / 1000 if identifier.version == 7 else None


def token(prefix: str) -> str:
    """A new 256-bit bearer secret; the prefix tells people and leak scanners what it opens."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def spellable_code(length: int = 6) -> str:
    """A short code for telephone and paper, from 31 letters and digits that sound and look apart."""
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
