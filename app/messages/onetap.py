"""One-tap links: who holds one may answer for one subject, without signing in. Nothing of them is stored.

A token is the subject's id and the first 128 bits of HMAC-SHA256(server key, kind, id, version), each in 22 characters
of base64url: a link fits an SMS. A new version ends every older link.
"""

import base64
import re
from collections.abc import Mapping
from uuid import UUID

from app.kernel import ids
from app.kernel.caller import Caller

_TOKEN = re.compile(r"[A-Za-z0-9_-]{44}")
_HALF = 22


def make(key: bytes, kind: str, subject_id: UUID, version: int) -> str:
    """The token of a subject: 44 characters."""
    return _text(subject_id.bytes) + _text(_signature(key, kind, subject_id, version))


def subject_of(token: str) -> UUID | None:
    """Which subject a token speaks of, unchecked: to look its version up. None for what cannot be a token."""
    if not _TOKEN.fullmatch(token):
        return None
    found = UUID(bytes=_bytes(token[:_HALF]))
    return found if _text(found.bytes) == token[:_HALF] else None


def read(key: bytes, token: str, kind: str, version: int) -> UUID | None:
    """The subject that the token opens, or None; compared in constant time."""
    subject_id = subject_of(token)
    if subject_id is None:
        return None
    right = _text(_signature(key, kind, subject_id, version))
    return subject_id if ids.same(right.encode(), token[_HALF:].encode()) else None


def link(public_url: str, token: str) -> str:
    """The address people tap."""
    return f"{public_url.rstrip('/')}/r/{token}"


def holder(subject_id: UUID, acts: Mapping[UUID, frozenset[str]] | None = None) -> Caller:
    """Whoever holds the link, without having signed in: what the link lets them do, and how records name them."""
    return Caller(acts=acts or {}, through=f"one_tap:{subject_id}")


def _signature(key: bytes, kind: str, subject_id: UUID, version: int) -> bytes:
    return ids.signature(key, "one-tap", kind, subject_id.hex, version)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")
