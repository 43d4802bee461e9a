"""What a file is, by its content alone, and what of it is kept."""

import asyncio
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from app.kernel import bounded_child
from app.kernel.files.models import FileSize

PDF = "application/pdf"
IMAGES = ("image/jpeg", "image/webp")
MEDIA = (PDF, *IMAGES)
PHOTO_SIZES = (FileSize.LARGE, FileSize.MEDIUM, FileSize.SMALL)
_CHILD = Path(__file__).with_name("content_child.py")
_HANG_SECONDS = 60  # beyond the child's own limit of processor time
_EXAMINERS = ThreadPoolExecutor(2, "examine")  # a large photo takes 200 MB while it is made anew


class RefusedContentError(Exception):
    """Content that is not kept; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Body(NamedTuple):
    """The bytes of a file in one size; pixels of a photo."""

    size: FileSize
    width: int | None
    height: int | None
    content: bytes


class Examined(NamedTuple):
    """What a file turned out to be, and what is kept of it."""

    media: str
    bodies: tuple[Body, ...]


async def examine(content: bytes, *, most_pixels: int) -> Examined:
    """As `look_into`, off the event loop, two at a time."""
    look = partial(look_into, content, most_pixels=most_pixels)
    return await asyncio.get_running_loop().run_in_executor(_EXAMINERS, look)


def look_into(content: bytes, *, most_pixels: int) -> Examined:
    """Look into the bytes, in a bounded process of their own: a PDF is kept as it came, a photo is made anew.

    Raises RefusedContentError for any other kind, and for what is broken, locked, too large or acts by itself.
    """
    if not _is_known(content):
        raise RefusedContentError("other_kind")
    answer, made = _child_answer(content, most_pixels)
    if "refused" in answer:
        raise RefusedContentError(str(answer["refused"]))
    if answer["media"] == PDF:
        return Examined(PDF, (Body(FileSize.WHOLE, None, None, content),))
    return Examined(answer["media"], tuple(_bodies(answer["sizes"], made)))


def _is_known(content: bytes) -> bool:
    """By their first bytes: JPEG, PNG, WebP, PDF. A PDF starts at its first byte: what stands before it may be a program."""
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def _child_answer(content: bytes, most_pixels: int) -> tuple[dict[str, Any], bytes]:
    """What the child wrote; one that was stopped by its limits says nothing."""
    command = bounded_child.command(_CHILD, most_pixels)
    try:
        done = subprocess.run(  # noqa: S603  nothing of the user's is in the command
            command, input=content, capture_output=True, timeout=_HANG_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {"refused": "too_large"}, b""
    if done.returncode:
        return {"refused": "too_large" if done.returncode < 0 else "broken_file"}, b""
    head, _, made = done.stdout.partition(b"\n")
    return json.loads(head), made


def _bodies(sizes: list[dict[str, Any]], made: bytes) -> list[Body]:
    found, start = [], 0
    for size in sizes:
        end = start + size["bytes"]
        found.append(Body(FileSize(size["size"]), size["width"], size["height"], made[start:end]))
        start = end
    return found
