"""A paper as a page to print: HTML that stands alone, escaped, A4 when it is printed."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from app.kernel import i18n
from app.kernel.paper.codes import squares
from app.kernel.paper.model import (
    Block,
    Cell,
    Column,
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
from app.kernel.text import clean

# Served with a policy that knows styles by their hash: this text is what is hashed.
STYLE = (
    "@page{size:A4;margin:16mm 18mm 18mm}"
    "body{font:11pt/1.4 'Noto Sans','Segoe UI',Roboto,Arial,sans-serif;color:#2a2019;max-width:46rem;"
    "margin:2rem auto;padding:0 1rem;position:relative}"
    "header{border-bottom:.2rem solid #9c3a1c;margin-bottom:1.2rem;padding-bottom:.5rem}"
    "h1{font-size:1.7rem;line-height:1.2;margin:0}h2{color:#9c3a1c;font-size:1.15rem;margin:1.4rem 0 .4rem}"
    "header p{color:#6e6054;margin:.2rem 0 0}"
    ".demo{background:#e0a526;display:inline-block;font-size:.8rem;font-weight:700;letter-spacing:.06em;"
    "margin:0 0 .4rem;padding:.15rem .6rem}"
    ".mark{color:#9c3a1c;font-size:5rem;font-weight:700;left:50%;opacity:.1;pointer-events:none;position:fixed;"
    "top:45%;transform:translate(-50%,-50%) rotate(-40deg);z-index:-1}"
    "dl{display:grid;gap:.5rem 2rem;grid-template-columns:1fr 1fr}dl div{break-inside:avoid}"
    "dt{color:#6e6054;font-size:.8rem}dd{font-weight:700;margin:0;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;font-size:.9rem;margin:.8rem 0;width:100%}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "th,td{border-bottom:1px solid #d9cbb8;overflow-wrap:anywhere;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}th{background:#f6efe6}.n{text-align:right;font-variant-numeric:tabular-nums}"
    "tfoot td{border-top:2px solid #2a2019;font-weight:700}"
    ".note{background:#f6efe6;border-left:.3rem solid #e0a526;padding:.6rem .9rem}"
    "p,.note{overflow-wrap:anywhere;white-space:pre-line}"
    ".signs{display:grid;gap:0 3rem;grid-template-columns:1fr 1fr}"
    ".signs div{border-top:1px solid #2a2019;break-inside:avoid;margin-top:5.5rem;padding-top:.2rem}"
    ".signs span,footer{color:#6e6054;display:block;font-size:.8rem}"
    ".code{align-items:center;break-inside:avoid;display:flex;gap:1rem;margin:1rem 0}"
    ".code svg{flex:none;height:8rem;width:8rem}"
    "footer{border-top:1px solid #d9cbb8;margin-top:2rem;padding-top:.4rem}"
    "@media print{body{margin:0;max-width:none;padding:0}*{print-color-adjust:exact;"
    "-webkit-print-color-adjust:exact}}"
)
_PAGE = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title><style>{style}</style></head>'
    "<body>{mark}<header>{demo}<h1>{title}</h1>{subtitle}</header><main>{blocks}</main>{footer}</body></html>\n"
)


def html(paper: Paper) -> str:
    """The page. The same paper gives the same text; every text of the paper is escaped."""
    demo = i18n.text(paper.lang, "paper", "demo") if paper.is_demo else ""
    return str(
        _PAGE.format(
            lang=paper.lang,
            title=_plain(paper.title),
            style=Markup(STYLE),  # noqa: S704 - our own
            mark=_if(demo, '<div class="mark" aria-hidden="true">{}</div>'),
            demo=_if(demo, '<p class="demo">{}</p>'),
            subtitle=_if(paper.subtitle, "<p>{}</p>"),
            blocks=Markup("").join(_WRITE[type(block)](block, paper.lang) for block in paper.blocks),
            footer=_if(paper.footer, "<footer>{}</footer>"),
        )
    )


def _plain(cell: Cell) -> str:
    return clean(said(cell))


def _if(text: str, template: str) -> Markup:
    return Markup(template).format(_plain(text)) if text else Markup("")  # noqa: S704 - our own template


def _heading(block: Heading, _lang: str) -> Markup:
    return Markup("<h2>{}</h2>").format(_plain(block.text))


def _text(block: Text, _lang: str) -> Markup:
    return Markup("<p>{}</p>").format(_plain(block.text))


def _note(block: Note, _lang: str) -> Markup:
    return Markup('<div class="note">{}</div>').format(_plain(block.text))


def _facts(block: Facts, _lang: str) -> Markup:
    pair = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    pairs = [pair.format(_plain(name), _plain(value)) for name, value in block.pairs]
    return Markup("<dl>{}</dl>").format(Markup("").join(pairs))


def _table(block: Table, lang: str) -> Markup:
    heads = block.heads
    titles = Markup("").join(_cell("th", head, head.title) for head in heads)
    rows = Markup("").join(_row(heads, cells) for cells in block.rows)
    if not block.rows:
        empty = i18n.text(lang, "paper", "empty_table")
        rows = Markup('<tr><td colspan="{}">{}</td></tr>').format(max(len(heads), 1), empty)
    total = Markup("<tfoot>{}</tfoot>").format(_row(heads, block.total)) if block.total is not None else ""
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table>")
    return table.format(titles, rows, total)


def _row(heads: tuple[Column, ...], cells: Any) -> Markup:
    filled = [*cells[: len(heads)], *[None] * (len(heads) - len(cells))]
    return Markup("<tr>{}</tr>").format(
        Markup("").join(_cell("td", head, cell) for head, cell in zip(heads, filled, strict=True))
    )


def _cell(tag: str, head: Column, cell: Cell) -> Markup:
    kind = Markup(" class=n") if head.is_number else ""
    return Markup("<{}{}>{}</{}>").format(tag, kind, _plain(cell), tag)


def _signatures(block: Signatures, lang: str) -> Markup:
    below = i18n.text(lang, "paper", "signature")
    lines = [
        Markup("<div><b>{}</b><span>{}</span></div>").format(_plain(name), below) for name in block.names
    ]
    return Markup('<div class="signs">{}</div>').format(Markup("").join(lines))


def _code(block: QrCode, _lang: str) -> Markup:
    words = _if(block.caption, "<b>{}</b><br>") + Markup("{}").format(_plain(block.address))
    return Markup('<div class="code">{}<p>{}</p></div>').format(_drawing(block.address), words)


def _drawing(address: str) -> Markup:
    side, runs = squares(address)
    if not side:
        return Markup("")
    path = "".join(f"M{column + 4} {row + 4}h{length}v1h-{length}z" for column, row, length in runs)
    drawing = Markup('<svg viewBox="0 0 {0} {0}" role="img" aria-label="QR"><path d="{1}"/></svg>')
    return drawing.format(side + 8, path)


_WRITE: Mapping[type[Block], Callable[[Any, str], Markup]] = {
    Heading: _heading,
    Text: _text,
    Note: _note,
    Facts: _facts,
    Table: _table,
    Signatures: _signatures,
    QrCode: _code,
}
