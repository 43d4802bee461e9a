"""Any text as the font can draw it, broken into lines of a width. Pure."""

import re
import unicodedata
from collections.abc import Callable, Container
from datetime import date, datetime
from decimal import Decimal

from app.kernel.paper.model import Cell
from app.kernel.text import clean

Measure = Callable[[str], float]

_NOTHING_LEFT = "…"
_HOLLOW = re.compile(r"[(\[«“‹]\s*[)\]»”›]")  # what stood between is left out
_INSTEAD = {
    "\u2212": "-",
    "\u2192": "->",
    "\u2190": "<-",
    "\u2713": "x",
    "\u2714": "x",
    "\u00ad": "",
    "\u2011": "-",
    "\u202f": "\u00a0",
    "\u2009": "\u00a0",
    "\u02bb": "\u2018",
}
_SILENT = frozenset(
    {"Cf", "Mn", "Me", "So", "Sk", "Cs", "Cn", "Co"}
)  # marks, emoji, what joins and steers them


def said(cell: Cell) -> str:
    """A cell in words: dates as 21/11/2026, numbers without exponent."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case Decimal():
            return f"{cell:f}"
        case _:
            return str(cell)


def drawable(text: str, known: Container[int]) -> str:
    """The text in letters that the font has; emoji and words of other scripts are left out, with the brackets around them.

    Of a text that the font has nothing of «…» is left.
    """
    found: list[str] = []
    lost = False
    for char in clean(text):
        if ord(char) in known or char == "\n":
            found.append(char)
            continue
        plain = _INSTEAD.get(char)
        if plain is None:
            plain = "".join(part for part in unicodedata.normalize("NFKD", char) if ord(part) in known)
        if plain or char in _INSTEAD:
            found.append(plain)
        else:
            lost = lost or unicodedata.category(char) not in _SILENT
    whole = "".join(found)
    if not lost:
        return whole
    left = re.sub("  +", " ", _HOLLOW.sub("", whole)).strip()
    return left if any(map(str.isalnum, left)) else _NOTHING_LEFT


def lines_of(text: str, width: float, measure: Measure) -> list[str]:
    """The text in lines no wider than `width`, at words where possible; at least one line.

    `measure` adds up: two letters are as wide as one and the other.
    A character that is wider than the width stands alone.
    """
    found: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            wider = f"{line} {word}" if line else word
            if measure(wider) <= width:
                line = wider
                continue
            if line:
                found.append(line)
            *whole, line = _pieces(word, width, measure)
            found += whole
        found.append(line)
    return found


def _pieces(word: str, width: float, measure: Measure) -> list[str]:
    """A word cut where it reaches the width."""
    if measure(word) <= width:
        return [word]
    pieces, start, used = [], 0, 0.0
    for at, char in enumerate(word):
        wide = measure(char)
        if at > start and used + wide > width:
            pieces.append(word[start:at])
            start, used = at, 0.0
        used += wide
    return [*pieces, word[start:]]
