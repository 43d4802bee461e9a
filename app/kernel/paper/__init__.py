"""What people print, sign and hang up: one neutral document, drawn as PDF, as a workbook and as a page to print.

    acta = Paper("Acta de asignación", "Feria de Puno", blocks=[Facts([("Fecha", "21 de noviembre")]), Table(...)])
    pdf(acta), xlsx(acta), html(acta)

Promise: whatever text comes in, a document comes out; the same input gives the same bytes.
"""

from app.kernel.paper.model import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Note,
    PageSize,
    Paper,
    Poster,
    QrCode,
    Signatures,
    Table,
    Text,
)
from app.kernel.paper.page import html
from app.kernel.paper.workbook import xlsx

__all__ = [
    "Block",
    "Cell",
    "Column",
    "Facts",
    "Heading",
    "Note",
    "PageSize",
    "Paper",
    "Poster",
    "QrCode",
    "Signatures",
    "Table",
    "Text",
    "html",
    "pdf",
    "poster",
    "xlsx",
]


def pdf(paper: Paper) -> bytes:
    """A paper as PDF, its pages numbered. Takes from 0.2 s of processor time: call it off the event loop."""
    from app.kernel.paper import pdf_pages  # 0.5 s and 25 MB that a server needs only for its first PDF

    return pdf_pages.pdf(paper)


def poster(what: Poster) -> bytes:
    """A poster as PDF, one page. Takes from 0.2 s of processor time: call it off the event loop."""
    from app.kernel.paper import pdf_poster

    return pdf_poster.poster(what)
