"""A paper as PDF: A4, upright, or across when a table has many columns."""

from collections.abc import Callable, Mapping
from typing import Any

from app.kernel import i18n
from app.kernel.paper.codes import squares
from app.kernel.paper.model import (
    Block,
    Facts,
    Heading,
    Note,
    Paper,
    QrCode,
    Signatures,
    Table,
    Text,
)
from app.kernel.paper.sheet import ACCENT, FILL, INK, MUSTARD, SOFT, WHITE, Sheet, height
from app.kernel.paper.table import draw_table
from app.kernel.paper.wording import said

_SIDE, _TOP, _BOTTOM = 18.0, 16.0, 20.0
_UPRIGHT_COLUMNS = 7
_BODY, _SMALL, _HEAD, _TITLE, _SUBTITLE = 10.0, 8.0, 12.5, 20.0, 11.5
_GAP = 10.0  # between two columns
_CODE = 34.0
_MOST_FOOT = 300  # characters: a line holds half of them
_QUIET = 4  # modules left white around a code (ISO/IEC 18004)
_SIGN_ROOM = 24.0


def pdf(paper: Paper) -> bytes:
    """The file. The same paper gives the same bytes."""
    page = _Page(paper)
    for block in paper.blocks:
        _DRAW[type(block)](page, block)
    _number(page.sheet, paper)
    return page.sheet.bytes()


def _number(sheet: Sheet, paper: Paper) -> None:
    """At the foot of every page, now that there are all: of which paper it is, and which page of how many."""
    pages = sheet.pages_count
    y = sheet.h - _BOTTOM + 6
    told = " ".join((paper.footer or paper.title).split())[:_MOST_FOOT]
    for number in range(1, pages + 1):
        sheet.turn_to(number)
        sheet.rule(_SIDE, y, sheet.w - 2 * _SIDE)
        count = i18n.text(paper.lang, "paper", "page", page=number, pages=pages)
        left = sheet.w - 2 * _SIDE - _GAP - sheet.wide(count, _SMALL)
        sheet.put(sheet.wrapped(told, left, _SMALL)[0], _SIDE, y + 1.5, _SMALL, colour=SOFT)
        sheet.put(count, 0, y + 1.5, _SMALL, colour=SOFT, right=sheet.w - _SIDE)


class _Page:
    """Where drawing stands."""

    def __init__(self, paper: Paper) -> None:
        tables = [len(block.columns) for block in paper.blocks if isinstance(block, Table)]
        across = max(tables, default=0) > _UPRIGHT_COLUMNS
        self.lang, self.is_demo = paper.lang, paper.is_demo
        self.sheet = Sheet(
            title=paper.title,
            lang=paper.lang,
            at=paper.at,
            watermark=self.word("demo") if paper.is_demo else "",
            orientation="landscape" if across else "portrait",
        )
        self.left, self.top, self.y = _SIDE, _TOP, _TOP
        self.sheet.add_page()
        self.width = self.sheet.w - 2 * _SIDE
        self._begin(paper)

    @property
    def bottom(self) -> float:
        """Where the page ends for text."""
        return float(self.sheet.h) - _BOTTOM

    def word(self, key: str) -> str:
        return i18n.text(self.lang, "paper", key)

    def new_page(self) -> None:
        self.sheet.add_page()
        self.y = self.top

    def need(self, tall: float) -> None:
        """Go on over the page unless so much is left."""
        if self.y + tall > self.bottom and self.y > self.top:
            self.new_page()

    def lines(
        self, text: str, size: float, *, x: float | None = None, width: float | None = None, **look: Any
    ) -> None:
        """A text in as many lines and pages as it takes."""
        wrapped = self.sheet.wrapped(text, width or self.width, size, bold=look.get("bold", False))
        for line in wrapped:
            self.need(height(size))
            self.sheet.put(line, self.left if x is None else x, self.y, size, **look)
            self.y += height(size)

    def _begin(self, paper: Paper) -> None:
        """Title and subtitle over a thick line; beside them the mark of a demonstration."""
        mark = self._demo_mark() if self.is_demo else 0.0
        self.lines(paper.title, _TITLE, bold=True, width=self.width - mark)
        if paper.subtitle:
            self.y += 0.5
            self.lines(paper.subtitle, _SUBTITLE, colour=SOFT)
        self.y += 2.5
        self.sheet.rule(self.left, self.y, self.width, colour=ACCENT, thick=0.8)
        self.y += 6

    def _demo_mark(self) -> float:
        word = self.word("demo")
        wide = self.sheet.wide(word, _SMALL, bold=True) + 6
        self.sheet.box(self.left + self.width - wide, self.y + 1.2, wide, height(_SMALL) + 2.4, MUSTARD)
        self.sheet.put(word, self.left + self.width - wide + 3, self.y + 2.4, _SMALL, bold=True)
        return wide + 4


def _heading(page: _Page, block: Heading) -> None:
    page.need(height(_HEAD) + 6 * height(_BODY))
    page.y += 2
    page.lines(block.text, _HEAD, bold=True, colour=ACCENT)
    page.y += 1.5


def _text(page: _Page, block: Text) -> None:
    page.lines(block.text, _BODY)
    page.y += 3


def _note(page: _Page, block: Note) -> None:
    """Set apart by a coloured ground, line by line so that it may go on over a page."""
    pad = 3.5
    wrapped = page.sheet.wrapped(block.text, page.width - 2 * pad - 1.2, _BODY)
    page.need(min(len(wrapped), 4) * height(_BODY) + 2 * pad)
    for number, line in enumerate(wrapped):
        is_first, is_last = number == 0, number == len(wrapped) - 1
        page.need(height(_BODY) + pad)
        tall = height(_BODY) + pad * (is_first + is_last)
        page.sheet.box(page.left, page.y, page.width, tall + (0 if is_last else 0.1), FILL)
        page.sheet.box(page.left, page.y, 1.2, tall + (0 if is_last else 0.1), MUSTARD)
        page.sheet.put(line, page.left + pad + 1.2, page.y + pad * is_first, _BODY)
        page.y += tall
    page.y += 4


def _facts(page: _Page, block: Facts) -> None:
    """Two pairs beside each other where both values are short."""
    half = (page.width - _GAP) / 2
    waiting: list[tuple[str, str]] = []
    for name, value in ((name, said(value)) for name, value in block.pairs):
        if len(page.sheet.wrapped(value, half, _BODY)) > 2:
            _beside(page, waiting, half)
            _beside(page, [(name, value)], page.width)
            waiting = []
            continue
        waiting.append((name, value))
        if len(waiting) == 2:
            _beside(page, waiting, half)
            waiting = []
    _beside(page, waiting, half)
    page.y += 2


def _beside(page: _Page, pairs: list[tuple[str, str]], width: float) -> None:
    if not pairs:
        return
    names = [page.sheet.wrapped(name, width, _SMALL) for name, _ in pairs]
    values = [page.sheet.wrapped(value, width, _BODY, bold=True) for _, value in pairs]
    page.need(min(sum(height(_SMALL) * len(n) for n in names) + 2 * height(_BODY), page.bottom - page.top))
    for at, lines in enumerate(names):
        for number, line in enumerate(lines[:3]):
            x = page.left + at * (width + _GAP)
            page.sheet.put(line, x, page.y + number * height(_SMALL), _SMALL, colour=SOFT)
    page.y += height(_SMALL) * min(max(map(len, names)), 3)
    for number in range(max(map(len, values))):
        page.need(height(_BODY))
        for at, lines in enumerate(values):
            if number < len(lines):
                page.sheet.put(lines[number], page.left + at * (width + _GAP), page.y, _BODY, bold=True)
        page.y += height(_BODY)
    page.y += 2


def _table(page: _Page, block: Table) -> None:
    draw_table(page, block, page.word("empty_table"))
    page.y += 5


def _signatures(page: _Page, block: Signatures) -> None:
    """Two lines to sign beside each other, with room for a stamp above."""
    half = (page.width - 2 * _GAP) / 2
    for first in range(0, len(block.names), 2):
        names = [
            page.sheet.wrapped(name, half, _BODY, bold=True)[:4] for name in block.names[first : first + 2]
        ]
        tall = _SIGN_ROOM + max(map(len, names)) * height(_BODY) + height(_SMALL) + 2
        page.need(tall)
        for at, lines in enumerate(names):
            x = page.left + at * (half + 2 * _GAP)
            y = page.y + _SIGN_ROOM
            page.sheet.rule(x, y, half, colour=INK, thick=0.3)
            for number, line in enumerate(lines):
                page.sheet.put(line, x, y + 1 + number * height(_BODY), _BODY, bold=True)
            under = y + 1 + len(lines) * height(_BODY)
            page.sheet.put(page.word("signature"), x, under, _SMALL, colour=SOFT)
        page.y += tall
    page.y += 2


def _code(page: _Page, block: QrCode) -> None:
    page.y += 5
    page.need(_CODE + 5)
    x = page.left
    if draw_code(page.sheet, block.address, page.left, page.y, _CODE):
        x += _CODE + 5
    top, width = page.y, page.left + page.width - x
    page.y += 3
    if block.caption:
        page.lines(block.caption, _BODY, x=x, width=width, bold=True)
    page.lines(block.address, _SMALL, x=x, width=width, colour=SOFT)
    page.y = max(page.y, top + _CODE) + 4 if page.y >= top else page.y + 4


def draw_code(sheet: Sheet, address: str, x: float, y: float, side: float) -> bool:
    """A QR code whose quiet zone is the paper around it; False when no code can hold the address."""
    modules, runs = squares(address)
    if not modules:
        return False
    step = side / modules
    sheet.box(x - _QUIET * step, y - _QUIET * step, side + 2 * _QUIET * step, side + 2 * _QUIET * step, WHITE)
    for column, row, length in runs:
        sheet.box(x + column * step, y + row * step, length * step + 0.01, step + 0.01, (0, 0, 0))
    return True


_DRAW: Mapping[type[Block], Callable[[_Page, Any], None]] = {
    Heading: _heading,
    Text: _text,
    Note: _note,
    Facts: _facts,
    Table: _table,
    Signatures: _signatures,
    QrCode: _code,
}
