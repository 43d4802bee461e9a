"""Looks into one foreign file in a process of its own: a bomb or a fault of a decoder ends here and nowhere else.

Run by `bounded_child`: the file on standard input; on standard output one line of JSON, then the bytes of the images it
names. It imports nothing of the application.
"""

import io
import json
import re
import sys
import warnings
import zlib
from typing import Any

_EDGES = {"large": 1600, "medium": 800, "small": 240}  # pixels of the longer side
_QUALITY = 82
_MOST_INFLATED = 256_000_000
_CHUNK = 1 << 16

# What acts, or carries other files, in a PDF (ISO 32000-1, 12.6.4, 12.6.4.16, 13.6, 7.11.4). Every script needs the
# name /JavaScript; names may be written with #-escapes, and objects may stand in compressed streams.
_ACTS = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA\b)")
_LONGEST = 64  # bytes of the longest such name, every letter escaped
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_END = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF")
_TABLE = re.compile(rb"\s*(?:xref\s+[0-9]+\s+[0-9]+|[0-9]+\s+[0-9]+\s+obj\b)")
_ODD_FILTERS = re.compile(rb"/(LZWDecode|LZW|ASCIIHexDecode|AHx|ASCII85Decode|A85|RunLengthDecode|RL)\b")


class RefusedError(Exception):
    """The file is not kept; its argument says why, as a code."""


def main() -> None:
    """Print what the file is, with its images, or why it is refused."""
    most_pixels = int(sys.argv[1])
    content = sys.stdin.buffer.read()
    try:
        if content.startswith(b"%PDF-"):
            check_pdf(content)
            answer: dict[str, Any] = {"media": "application/pdf"}
            bodies: list[bytes] = []
        else:
            answer, bodies = _images(content, most_pixels)
    except RefusedError as refused:
        answer, bodies = {"refused": str(refused)}, []
    except MemoryError:
        answer, bodies = {"refused": "too_large"}, []
    out = sys.stdout.buffer
    out.write(json.dumps(answer).encode() + b"\n")
    for body in bodies:
        out.write(body)


# -- photos -----------------------------------------------------------------------------------------------------------


def _images(content: bytes, most_pixels: int) -> tuple[dict[str, Any], list[bytes]]:
    """The photo in three sizes, upright, in sRGB, as new files that hold nothing but pixels."""
    from PIL import Image, UnidentifiedImageError

    warnings.simplefilter("ignore")  # foreign files are odd; what matters is bounded below
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > most_pixels:
                raise RefusedError("too_many_pixels")
            whole = _upright(opened)
    except Image.DecompressionBombError as error:
        raise RefusedError("too_many_pixels") from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
    ) as error:
        raise RefusedError("broken_image") from error
    except (EOFError, ArithmeticError, AttributeError, RuntimeError, zlib.error) as error:
        raise RefusedError("broken_image") from error
    kind = "WEBP" if whole.mode == "RGBA" else "JPEG"
    sizes, bodies = [], []
    for name, edge in _EDGES.items():
        image = whole.copy()
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
        image.info.clear()  # comments, colour profiles and what else a writer would take along
        bodies.append(_written(image, kind))
        sizes.append({"size": name, "width": image.width, "height": image.height, "bytes": len(bodies[-1])})
    return {"media": f"image/{kind.lower()}", "sizes": sizes}, bodies


def _upright(opened: Any) -> Any:
    """The first picture, turned as the camera was held, in RGB, or RGBA where something shows through."""
    from PIL import Image, ImageOps

    profile = opened.info.get("icc_profile")
    if opened.format in {"JPEG", "MPO"}:
        opened.draft(None, (_EDGES["large"], _EDGES["large"]))  # decoded smaller where that is enough
    opened.seek(0)
    opened.load()
    image = ImageOps.exif_transpose(opened)
    if image.mode.startswith(("I", "F")):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    see_through = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    if see_through:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema()[0] == 255:
            image = image.convert("RGB")
    elif image.mode == "RGB" and profile:
        image = _in_srgb(image, profile)
    elif image.mode != "RGB":
        image = image.convert("RGB")
    image.thumbnail((_EDGES["large"],) * 2, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return image


def _in_srgb(image: Any, profile: bytes) -> Any:
    """The colours as the camera meant them; as they are when its profile cannot be read."""
    from PIL import ImageCms

    try:
        given, wanted = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, given, wanted, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _written(image: Any, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "JPEG":
        image.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    else:
        image.save(out, "WEBP", quality=_QUALITY, method=4, exact=False)
    return out.getvalue()


# -- documents --------------------------------------------------------------------------------------------------------


def check_pdf(content: bytes) -> None:
    """Refuse what a PDF must not have here: scripts and other actions, files inside, a password, another file behind."""
    if b"%%EOF" not in content[-1_024:] or not re.match(rb"%PDF-[12]\.\d", content):
        raise RefusedError("broken_pdf")
    ends = _END.findall(content[-1_024:])
    if not ends or not _TABLE.match(content, int(ends[-1])) or b"/Root" not in _unescaped(content):
        raise RefusedError("broken_pdf")  # no table of objects where it says: the words alone make no PDF
    if b"PK\x05\x06" in content[-66_000:]:  # a ZIP, seen from its end
        raise RefusedError("two_in_one")
    plain = _unescaped(content)
    if b"/Encrypt" in plain:
        raise RefusedError("locked_pdf")
    has_objects = b"/ObjStm" in plain
    if has_objects and _ODD_FILTERS.search(plain):  # objects that this cannot look into
        raise RefusedError("unusual_pdf")
    if _ACTS.search(plain):
        raise RefusedError("active_pdf")
    budget = _MOST_INFLATED
    for found in _STREAM.finditer(content):
        budget = _check_stream(content, found.end(), budget, has_objects=has_objects)


def _check_stream(content: bytes, at: int, budget: int, *, has_objects: bool) -> int:
    """Look through what a stream holds, whatever its dictionary says of it; returns what is left of the budget.

    A damaged one is refused where objects may stand in streams: readers mend them, this does not.
    """
    is_zlib = int.from_bytes(content[at : at + 2], "big") % 31 == 0 and content[at : at + 1] == b"\x78"
    inflater, tail = zlib.decompressobj(), b""
    while at < len(content) and not inflater.eof:
        piece = content[at : at + _CHUNK]
        at += len(piece)
        while piece and not inflater.eof:
            try:
                part = inflater.decompress(piece, _CHUNK)
            except zlib.error as error:
                if is_zlib and has_objects:
                    raise RefusedError("broken_pdf") from error
                return budget
            if _ACTS.search(_unescaped(tail + part)):
                raise RefusedError("active_pdf")
            piece, tail = inflater.unconsumed_tail, part[-_LONGEST:]
            budget -= len(part)
            if budget < 0:
                raise RefusedError("too_large")
    return budget


def _unescaped(part: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), part)


if __name__ == "__main__":
    main()
