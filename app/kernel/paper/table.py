"""Tables on a sheet: titles on every page, numbers to the right, rows that may be longer than a page."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.kernel.paper.grid import column_widths
from app.kernel.paper.model import Cell, Column, Table
from app.kernel.paper.sheet import FILL, INK, RULE, SOFT, Sheet, height
from app.kernel.paper.wording import said

_SIZE = 9.0
_PAD = 1.8
_LINE = height(_SIZE)
_MOST_LEAST = 34.0  # millimetres: a longer word is cut


class Page(Protocol):
    """Where a table is drawn: how far down the page it is, where it begins and ends, and how to begin the next one."""

    sheet: Sheet
    left: float
    width: float
    top: float
    y: float

    @property
    def bottom(self) -> float:
        """Where the page ends."""
        ...

    def new_page(self) -> None:
        """Begin another page."""


class _Row(NamedTuple):
    lines: list[list[str]]
    is_bold: bool


def draw_table(page: Page, table: Table, empty: str) -> None:
    """The table from where the page stands; `empty` is said of one without rows."""
    heads = table.heads
    if not heads:
        return
    rows = [_filled(row, len(heads)) for row in table.rows]
    total = _filled(table.total, len(heads)) if table.total is not None else None
    _Drawing(page, heads, [*rows, total] if total else rows).draw(rows, total, empty)


def _filled(row: Sequence[Cell], count: int) -> list[str]:
    cells = [said(cell) for cell in row[:count]]
    return cells + [""] * (count - len(cells))


class _Drawing:
    def __init__(self, page: Page, heads: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        self.page, self.sheet, self.heads = page, page.sheet, heads
        self.widths = self._widths(rows)
        self.titles = self._row([head.title for head in heads], is_bold=True)

    def _widths(self, rows: Sequence[Sequence[str]]) -> list[float]:
        natural, least = [], []
        for at, head in enumerate(self.heads):
            texts = {row[at] for row in rows}
            title = self._wide(head.title, is_bold=True)
            natural.append(max([title, *(self._wide(text) for text in texts)]) + 2 * _PAD)
            words = {word for text in texts for word in text.split()}
            longest = max(
                [
                    *(self._wide(word, is_bold=True) for word in head.title.split()),
                    *(self._wide(word) for word in words),
                    0.0,
                ]
            )
            least.append(min(longest, _MOST_LEAST) + 2 * _PAD)
        return column_widths(natural, least, [head.weight for head in self.heads], self.page.width)

    def _wide(self, text: str, *, is_bold: bool = False) -> float:
        plain = self.sheet.plain(text)
        return max(self.sheet.wide(line, _SIZE, bold=is_bold) for line in plain.split("\n"))

    def _row(self, cells: Sequence[str], *, is_bold: bool = False) -> _Row:
        found = [
            self.sheet.wrapped(cell, max(width - 2 * _PAD, 0.5), _SIZE, bold=is_bold)
            for cell, width in zip(cells, self.widths, strict=True)
        ]
        return _Row(found, is_bold)

    def draw(self, rows: Sequence[Sequence[str]], total: Sequence[str] | None, empty: str) -> None:
        first = self._row(rows[0]) if rows else None
        self._need(_tall(self.titles) + (min(_tall(first), 3 * _LINE) if first else _LINE + 2 * _PAD))
        self._put_titles()
        for cells in rows:
            self._put(self._row(cells))
        if not rows:
            self.sheet.put(empty, self.page.left + _PAD, self.page.y + _PAD, _SIZE, colour=SOFT)
            self.page.y += _LINE + 2 * _PAD
            self._rule()
        if total:
            self._put(self._row(total, is_bold=True))

    def _need(self, tall: float) -> None:
        if self.page.y + tall > self.page.bottom:
            self.page.new_page()

    def _put_titles(self) -> None:
        if (
            _tall(self.titles) > (self.page.bottom - self.page.y) / 2
        ):  # titles of many words: their first lines
            most = max(int((self.page.bottom - self.page.y) / 2 / _LINE), 1)
            self.titles = _Row([lines[:most] for lines in self.titles.lines], is_bold=True)
        self.sheet.box(self.page.left, self.page.y, self.page.width, _tall(self.titles), FILL)
        self._lines(self.titles)

    def _put(self, row: _Row) -> None:
        """A row; one that is longer than what a page has goes on over the next."""
        rest: _Row | None = row
        while rest:
            if self.page.y + _tall(rest) > self.page.bottom and not self._may_be_cut_here(rest):
                self.page.new_page()
                self._put_titles()
            fitting = max(int((self.page.bottom - self.page.y - 2 * _PAD) / _LINE), 1)
            now, rest = _cut(rest, fitting)
            self._lines(now)

    def _may_be_cut_here(self, row: _Row) -> bool:
        """Only a row that no page holds is cut, and not for a few lines at the end of one."""
        whole = self.page.bottom - self.page.top - _tall(self.titles)
        return _tall(row) > whole and self.page.y + 6 * _LINE < self.page.bottom

    def _lines(self, row: _Row) -> None:
        x = self.page.left
        for head, width, lines in zip(self.heads, self.widths, row.lines, strict=True):
            for number, line in enumerate(lines):
                y = self.page.y + _PAD + number * _LINE
                right = x + width - _PAD if head.is_number else None
                self.sheet.put(line, x + _PAD, y, _SIZE, bold=row.is_bold, right=right)
            x += width
        self.page.y += _tall(row)
        self._rule(heavy=row.is_bold)

    def _rule(self, *, heavy: bool = False) -> None:
        colour, thick = (INK, 0.3) if heavy else (RULE, 0.2)
        self.sheet.rule(self.page.left, self.page.y, self.page.width, colour=colour, thick=thick)


def _cut(row: _Row, lines: int) -> tuple[_Row, _Row | None]:
    """The first lines of a row, and the rest of it if there is any."""
    if max(len(cell) for cell in row.lines) <= lines:
        return row, None
    now = _Row([cell[:lines] for cell in row.lines], row.is_bold)
    return now, _Row([cell[lines:] for cell in row.lines], row.is_bold)


def _tall(row: _Row) -> float:
    return max(len(lines) for lines in row.lines) * _LINE + 2 * _PAD
