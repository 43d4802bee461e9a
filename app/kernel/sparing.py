"""Answers that cost little over a weak signal: 304 to whoever has the bytes, text compressed for whoever can read that."""

import asyncio
import gzip
import hashlib
from typing import Any

from app.kernel.visit import Reply, Visit

LEAST_BYTES = 800  # fewer go in one packet as they are
_SLOW_BYTES = 100_000  # compressed off the event loop
_MOST_KEPT = 2_000_000  # bytes of compressed answers that a process keeps
_TEXT = (
    b"text/",
    b"application/ld+json",
    b"application/geo+json",
    b"application/rss+xml",
    b"application/json",
)


async def spare(visit: Visit, reply: Reply, *, is_known: bool = False) -> Reply:
    """The same answer with a strong ETag unless nobody may store it, as 304 to whoever has it, compressed where that is read.

    Either encoding has an ETag of its own (RFC 9110, 8.8.3.3); If-None-Match may name one of them. Starlette's
    GZipMiddleware would give both the same one, and weigh on every answer of the API. `is_known`: the reader has it by
    its date.
    """
    headers = dict(reply.raw_headers)
    if reply.status_code != 200 or b"content-encoding" in headers:
        return reply
    body = bytes(reply.body)
    is_text = headers[b"content-type"].startswith(_TEXT) and len(body) >= LEAST_BYTES
    is_zipped = is_text and _reads_gzip(visit)
    tag = headers.get(b"etag") or _tag(body)
    zipped_tag = tag[:-1] + b'-gzip"'
    kept = [(name, value) for name, value in reply.raw_headers if name not in {b"content-length", b"etag"}]
    if is_text:
        kept.append((b"vary", b"accept-encoding"))
    if b"no-store" not in headers.get(b"cache-control", b""):
        own = zipped_tag if is_zipped else tag
        if known := own if is_known else _known(visit, own, tag, zipped_tag):
            return Reply(304, b"", [*(one for one in kept if one[0] != b"content-type"), (b"etag", known)])
        kept.append((b"etag", own))
    if is_zipped:
        body = await _zipped(visit.house.caches, zipped_tag, body)
        kept.append((b"content-encoding", b"gzip"))
    return Reply(200, body, kept)


def _tag(body: bytes) -> bytes:
    return b'"%s"' % hashlib.blake2b(body, digest_size=9).hexdigest().encode()


def _known(visit: Visit, *tags: bytes) -> bytes | None:
    """The ETag of ours that the reader has; `*` is the first (RFC 9110, 13.1.2: compared weakly)."""
    asked = visit.header(b"if-none-match")
    if asked is None:
        return None
    named = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return next((tag for tag in tags if tag.decode() in named or "*" in named), None)


def _reads_gzip(visit: Visit) -> bool:
    """Whether `gzip` is among what the reader decodes; with `q=0` it is not."""
    parts = (visit.header(b"accept-encoding") or "").lower().replace(" ", "").split(",")
    named = {name: quality for name, _, quality in (part.partition(";q=") for part in parts)}
    quality = named.get("gzip", named.get("*", "0"))
    return not quality or quality.strip("0.") != ""


async def _zipped(caches: dict[str, Any], tag: bytes, body: bytes) -> bytes:
    kept: dict[bytes, bytes] = caches.setdefault("zipped", {})
    if tag not in kept:
        made = await asyncio.to_thread(_compressed, body) if len(body) > _SLOW_BYTES else _compressed(body)
        if sum(map(len, kept.values())) + len(made) > _MOST_KEPT:
            kept.clear()
        kept[tag] = made
    return kept[tag]


def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)
