"""A paper as a workbook: one sheet with everything, numbers as numbers, nothing taken for a formula."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.kernel import i18n
from app.kernel.paper.model import (
    Block,
    Cell,
    Facts,
    Heading,
    Note,
    Paper,
    QrCode,
    Signatures,
    Table,
    Text,
)
from app.kernel.paper.wording import said
from app.kernel.sheets.writers import guarded, table_name
from app.kernel.text import clean

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_CHARACTERS = 32_000  # a cell holds 32,767
_EXACT = 10**15  # a spreadsheet's numbers have fifteen digits
_WIDEST, _NARROWEST = 60, 9
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "subtitle": {"font_color": "#6E6054"},
    "demo": {"bold": True, "bg_color": "#E0A526"},
    "heading": {"bold": True, "font_size": 12, "font_color": "#9C3A1C"},
    "name": {"font_color": "#6E6054", "valign": "top"},
    "value": {"bold": True, "align": "left", "valign": "top"},
    "head": {"bold": True, "bg_color": "#F6EFE6", "bottom": 1, "text_wrap": True, "valign": "top"},
    "head_right": {
        "bold": True,
        "bg_color": "#F6EFE6",
        "bottom": 1,
        "text_wrap": True,
        "valign": "top",
        "align": "right",
    },
    "cell": {"valign": "top", "text_wrap": True},
    "right": {"valign": "top", "align": "right"},
    "total": {"bold": True, "top": 1},
    "total_right": {"bold": True, "top": 1, "align": "right"},
    "plain": {},
}


def xlsx(paper: Paper) -> bytes:
    """The file. The same paper gives the same bytes."""
    import xlsxwriter  # 30 ms that a server needs only for its first workbook

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        created = (paper.at or _LONG_AGO).astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": clean(paper.title)[:200], "created": created})
        page = book.add_worksheet(table_name(i18n.text(paper.lang, "paper", "sheet")))
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        _Book(page, {name: book.add_format(style) for name, style in _STYLES.items()}, paper.lang).write(
            paper
        )
    return out.getvalue()


class _Book:
    def __init__(self, page: "Worksheet", styles: Mapping[str, Any], lang: str) -> None:
        self.page, self.styles, self.lang = page, styles, lang
        self.row = 0
        self.wide: dict[int, int] = {}

    def write(self, paper: Paper) -> None:
        if paper.is_demo:
            self.line(i18n.text(self.lang, "paper", "demo"), "demo")
        self.line(paper.title, "title")
        if paper.subtitle:
            self.line(paper.subtitle, "subtitle")
        self.row += 1
        for block in paper.blocks:
            _WRITE[type(block)](self, block)
            self.row += 1
        if paper.footer:
            self.line(paper.footer, "subtitle")
        for column, wide in self.wide.items():
            self.page.set_column(column, column, min(max(wide + 2, _NARROWEST), _WIDEST))

    def line(self, text: str, style: str) -> None:
        """A text that may run over the cells beside it."""
        self.put(0, text, style, counts=False)
        self.row += 1

    def put(self, column: int, cell: Cell, style: str, *, counts: bool = True) -> None:
        """One cell of the present row; `counts` for the width of its column."""
        text = clean(said(cell))[:_MOST_CHARACTERS]
        if isinstance(cell, int | Decimal) and _is_exact(cell):
            self.page.write_number(self.row, column, cell, self.styles[style])
        else:
            self.page.write_string(self.row, column, guarded(text), self.styles[style])
        if counts:
            longest = max(map(len, text.split("\n")))
            self.wide[column] = max(self.wide.get(column, 0), longest)


def _is_exact(number: int | Decimal) -> bool:
    """Whether a spreadsheet keeps it as it is."""
    exact = Decimal(number)
    return not isinstance(number, bool) and exact.is_finite() and abs(exact) < _EXACT


def _heading(book: _Book, block: Heading) -> None:
    book.line(block.text, "heading")
    book.row -= 1


def _text(book: _Book, block: Text | Note) -> None:
    for line in clean(block.text).split("\n"):
        book.line(line, "plain")


def _facts(book: _Book, block: Facts) -> None:
    for name, value in block.pairs:
        book.put(0, name, "name")
        book.put(1, value, "value", counts=False)
        book.row += 1


def _table(book: _Book, block: Table) -> None:
    heads = block.heads
    for column, head in enumerate(heads):
        book.put(column, head.title, "head_right" if head.is_number else "head")
    book.row += 1
    for cells in block.rows:
        for column, (head, cell) in enumerate(zip(heads, cells, strict=False)):
            book.put(column, cell, "right" if head.is_number else "cell")
        book.row += 1
    if block.total is not None:
        for column, (head, cell) in enumerate(zip(heads, block.total, strict=False)):
            book.put(column, cell, "total_right" if head.is_number else "total")
        book.row += 1


def _signatures(book: _Book, block: Signatures) -> None:
    for name in block.names:
        book.row += 2
        book.line("_" * 40, "plain")
        book.line(name, "value")
        book.line(i18n.text(book.lang, "paper", "signature"), "subtitle")


def _code(book: _Book, block: QrCode) -> None:
    if block.caption:
        book.line(block.caption, "plain")
    book.line(block.address, "plain")


_WRITE: Mapping[type[Block], Callable[[_Book, Any], None]] = {
    Heading: _heading,
    Text: _text,
    Note: _text,
    Facts: _facts,
    Table: _table,
    Signatures: _signatures,
    QrCode: _code,
}
