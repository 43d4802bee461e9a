"""The sheet of a PDF: its letters, colours and margins, and the few ways to put text on it. Millimetres and points."""

import math
from collections.abc import Container, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.fonts import TTFFont

from app.kernel.paper.wording import drawable, lines_of

Colour = tuple[int, int, int]
INK, SOFT, RULE, FILL = (42, 32, 25), (110, 96, 84), (217, 203, 184), (246, 239, 230)
ACCENT, GREEN, MUSTARD, WHITE = (156, 58, 28), (29, 106, 72), (224, 165, 38), (255, 255, 255)

POINT = 25.4 / 72  # millimetres
_FONTS = Path(__file__).with_name("fonts")
_FACE = "Noto"
_LEADING = 1.36
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_WATERMARK_OPACITY, _WATERMARK_PART = 0.09, 0.78  # of the page's diagonal


class Sheet(FPDF):
    """A document being drawn. Text is put at places; nothing breaks a page by itself."""

    def __init__(
        self,
        *,
        title: str,
        lang: str,
        at: datetime | None,
        watermark: str = "",
        format: str = "A4",  # noqa: A002 - FPDF's own name
        orientation: str = "portrait",
    ) -> None:
        super().__init__(orientation=orientation, unit="mm", format=format)
        self._widths: dict[str, Mapping[int, float]] = {}
        for style, weight in (("", "Regular"), ("B", "Bold")):
            self.add_font(_FACE, style, _FONTS / f"NotoSans-{weight}.ttf")
            font = cast("TTFFont", self.fonts[f"{_FACE.lower()}{style}"])
            self._widths[style] = cast("Mapping[int, float]", font.cw)
            self.known: Container[int] = frozenset(font.cmap)
        self.watermark = watermark
        self.set_auto_page_break(auto=False)
        self.set_title(self.plain(title))
        self.set_lang(lang)
        self.set_creation_date(at or _LONG_AGO)
        self.set_producer("Minka")

    def plain(self, text: str) -> str:
        """The text in letters that can be drawn."""
        return drawable(text, self.known)

    def wide(self, text: str, size: float, *, bold: bool = False) -> float:
        """Millimetres that a line takes at this size in points."""
        widths = self._widths["B" if bold else ""]
        return sum(widths[ord(char)] for char in text) * size * POINT / 1_000

    def wrapped(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """The text as lines of at most this width."""
        return lines_of(self.plain(text), width, lambda part: self.wide(part, size, bold=bold))

    def put(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = INK,
        right: float | None = None,
        centre: float | None = None,
    ) -> None:
        """One line whose top is at `y`; from `x`, or up to `right`, or around `centre`."""
        if right is not None:
            x = right - self.wide(text, size, bold=bold)
        if centre is not None:
            x = centre - self.wide(text, size, bold=bold) / 2
        if not text.strip():
            return
        self.set_font(_FACE, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.text(x, y + height(size) * 0.5 + size * POINT * 0.36, text)

    def rule(self, x: float, y: float, width: float, *, colour: Colour = RULE, thick: float = 0.2) -> None:
        """A horizontal line."""
        self.set_draw_color(*colour)
        self.set_line_width(thick)
        self.line(x, y, x + width, y)

    def box(self, x: float, y: float, width: float, tall: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.set_fill_color(*colour)
        self.rect(x, y, width, tall, style="F")

    def header(self) -> None:
        """What FPDF draws first on every page: the mark of a demonstration, across the page, under everything."""
        if not self.watermark:
            return
        size = _WATERMARK_PART * math.hypot(self.w, self.h) / self.wide(self.watermark, 1, bold=True)
        wide = self.wide(self.watermark, size, bold=True)
        angle = math.degrees(math.atan2(self.h, self.w))
        with (
            self.local_context(fill_opacity=_WATERMARK_OPACITY),
            self.rotation(angle, self.w / 2, self.h / 2),
        ):
            self.put(
                self.watermark,
                (self.w - wide) / 2,
                self.h / 2 - height(size) / 2,
                size,
                bold=True,
                colour=ACCENT,
            )

    def turn_to(self, page: int) -> None:
        """Go on drawing on a page that is there already."""
        self.page = page
        self.current_font_is_set_on_page = False
        self.set_draw_color(*INK)  # FPDF writes only what differs from the page that was drawn on last
        self.set_line_width(1)

    def bytes(self) -> bytes:
        """The finished file."""
        return bytes(self.output())


def height(size: float) -> float:
    """Millimetres from one line to the next at this size in points."""
    return size * POINT * _LEADING
