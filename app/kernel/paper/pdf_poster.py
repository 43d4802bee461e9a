"""A poster as PDF: read from across a street what, when and where."""

from typing import NamedTuple

from app.kernel import i18n
from app.kernel.paper.model import Poster
from app.kernel.paper.pdf_pages import draw_code
from app.kernel.paper.sheet import ACCENT, INK, MUSTARD, SOFT, WHITE, Colour, Sheet, height

_A4_WIDTH = 210.0
_SCALES = (1.25, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
_TITLE_SIZES = (62.0, 54.0, 47.0, 41.0, 36.0, 31.0, 27.0, 23.0)
_CREAM = (255, 241, 204)


def poster(what: Poster) -> bytes:
    """The file, one page upright. The same poster gives the same bytes.

    Texts are set as large as there is room; what does not fit at the smallest size is cut.
    """
    demo = i18n.text(what.lang, "paper", "demo") if what.is_demo else ""
    sheet = Sheet(title=what.title, lang=what.lang, at=what.at, watermark=demo, format=what.size.value)
    sheet.add_page()
    _Poster(sheet, what, demo).draw()
    return sheet.bytes()


class _Line(NamedTuple):
    """One line of the middle: its text and look, in A4's points; `gap` millimetres above it."""

    text: str
    size: float
    is_bold: bool
    colour: Colour
    gap: float


class _Poster:
    def __init__(self, sheet: Sheet, what: Poster, demo: str) -> None:
        self.sheet, self.what, self.demo = sheet, what, demo
        self.unit = sheet.w / _A4_WIDTH  # everything grows with the paper
        self.side = 17 * self.unit
        self.width = sheet.w - 2 * self.side

    def draw(self) -> None:
        top, floor = self._head() + 10 * self.unit, self._foot()
        room = floor - top
        lines: list[_Line] = []
        for scale in _SCALES:
            lines = self._middle(scale)
            if self._tall(lines) <= room and not self._breaks_words(scale):
                break
        spare = min(max(room - self._tall(lines), 0.0), 60 * self.unit)
        gaps = sum(1 for line in lines if line.gap) + 1
        y = top + spare / gaps / 2
        for line in lines:
            y += line.gap * self.unit + (spare / gaps if line.gap else 0)
            size = line.size * self.unit
            if y + height(size) > floor + 1:
                return
            self.sheet.put(line.text, self.side, y, size, bold=line.is_bold, colour=line.colour)
            y += height(size)

    def _texts(self) -> list[tuple[str, float, bool, Colour, float]]:
        what = self.what
        return [
            *(
                (date, 30.0, True, ACCENT, 8.0 if not number else 0.0)
                for number, date in enumerate(what.dates)
            ),
            (what.place, 25.0, True, INK, 7.0),
            (what.address, 14.0, False, SOFT, 0.0),
            *((line, 15.0, False, INK, 7.0 if not number else 0.0) for number, line in enumerate(what.lines)),
        ]

    def _middle(self, scale: float) -> list[_Line]:
        found: list[_Line] = []
        for text, size, is_bold, colour, gap in self._texts():
            if not text:
                continue
            wrapped = self.sheet.wrapped(text, self.width, size * scale * self.unit, bold=is_bold)
            for number, line in enumerate(wrapped):
                above = gap if found and not number else 0.0
                found.append(_Line(line, size * scale, is_bold, colour, above))
        return found

    def _tall(self, lines: list[_Line]) -> float:
        return sum((height(line.size) + line.gap) * self.unit for line in lines)

    def _breaks_words(self, scale: float) -> bool:
        """Whether a word would be cut: then letters are set smaller."""
        return any(
            self.sheet.wide(word, size * scale * self.unit, bold=is_bold) > self.width
            for text, size, is_bold, _, _ in self._texts()
            for word in self.sheet.plain(text).split()
        )

    def _head(self) -> float:
        """The coloured ground with who invites and what it is; returns where it ends."""
        unit, small = self.unit, 15 * self.unit
        size, title = self._title(78 * unit)
        kicker = self.sheet.wrapped(self.what.kicker, self.width, small, bold=True)[:2]
        kicker = kicker if self.what.kicker else []
        y = 20 * unit
        end = y + len(kicker) * height(small) + len(title) * _close(size) + 13 * unit
        self.sheet.box(0, 0, self.sheet.w, end, ACCENT)
        self.sheet.box(0, end, self.sheet.w, 2.6 * unit, MUSTARD)
        for line in kicker:
            self.sheet.put(line, self.side, y, small, bold=True, colour=_CREAM)
            y += height(small)
        for line in title:
            self.sheet.put(line, self.side, y, size, bold=True, colour=WHITE)
            y += _close(size)
        self._demo_mark()
        return end + 2.6 * unit

    def _title(self, room: float) -> tuple[float, list[str]]:
        words = self.sheet.plain(self.what.title).split()
        for points in _TITLE_SIZES:
            size = points * self.unit
            lines = self.sheet.wrapped(self.what.title, self.width, size, bold=True)
            whole = all(self.sheet.wide(word, size, bold=True) <= self.width for word in words)
            if whole and len(lines) * _close(size) <= room:
                return size, lines
        size = _TITLE_SIZES[-1] * self.unit
        lines = self.sheet.wrapped(self.what.title, self.width, size, bold=True)
        return size, lines[: int(room / _close(size))]

    def _demo_mark(self) -> None:
        if not self.demo:
            return
        unit, size = self.unit, 11 * self.unit
        wide = self.sheet.wide(self.demo, size, bold=True) + 8 * unit
        x, y = self.sheet.w - self.side - wide, 6 * unit
        self.sheet.box(x, y, wide, height(size) + 3 * unit, MUSTARD)
        self.sheet.put(self.demo, x + 4 * unit, y + 1.5 * unit, size, bold=True)

    def _foot(self) -> float:
        """The code and the last line; returns where texts above must end."""
        unit, small, bottom = self.unit, 10 * self.unit, self.sheet.h - 13 * self.unit
        if self.what.footer:
            lines = self.sheet.wrapped(self.what.footer, self.width, small)[:2]
            bottom -= len(lines) * height(small)
            for number, line in enumerate(lines):
                self.sheet.put(line, self.side, bottom + number * height(small), small, colour=SOFT)
            bottom -= 3 * unit
            self.sheet.rule(self.side, bottom, self.width)
            bottom -= 9 * unit
        side = 46 * unit
        x, y = self.sheet.w - self.side - side, bottom - side
        if self.what.qr and draw_code(self.sheet, self.what.qr, x, y, side):
            self._code_words(bottom, side)
            return y - 6 * unit
        return bottom

    def _code_words(self, bottom: float, side: float) -> None:
        """What the code opens, beside it, standing on the same line."""
        unit, width = self.unit, self.width - side - 8 * self.unit
        large, small = 18 * unit, 10 * unit
        caption = self.sheet.wrapped(self.what.qr_caption, width, large, bold=True)[:3]
        address = self.sheet.wrapped(self.what.qr, width, small)[:2]
        y = bottom - len(caption) * height(large) - len(address) * height(small)
        for line in caption:
            self.sheet.put(line, self.side, y, large, bold=True)
            y += height(large)
        for line in address:
            self.sheet.put(line, self.side, y, small, colour=SOFT)
            y += height(small)


def _close(size: float) -> float:
    """Lines of a large title stand closer."""
    return height(size) * 0.86
