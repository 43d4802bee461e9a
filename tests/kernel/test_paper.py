"""Whatever is to be printed comes out: as PDF, as a workbook and as a page; and it says what it was given."""

import hashlib
import io
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pypdf
import pytest
import python_calamine
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.paper import (
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
    html,
    pdf,
    poster,
    xlsx,
)
from app.kernel.paper.codes import squares
from app.kernel.paper.grid import column_widths
from app.kernel.paper.wording import drawable, lines_of
from tests.project.tree import ROOT

FONTS = ROOT / "app" / "kernel" / "paper" / "fonts"
AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def _acta(rows=2, *, is_demo=False, lang="es"):
    table = Table(
        [Column("N.º", is_number=True), "Grupo", Column("Derecho", is_number=True)],
        [[number, f"Ch'allapata Ñuñoa {number}", Decimal("1.50")] for number in range(1, rows + 1)],
        total=["", "Total", Decimal("1.50") * rows],
    )
    blocks = [
        Facts([("Lugar", "Parque Pino"), ("Fecha", date(2026, 11, 21))]),
        Heading("Cómo se repartió"),
        Text("Por sorteo.\nNadie eligió."),
        Note("Sin parejas en conflicto."),
        table,
        Signatures(["Rosa Quispe\nJefa", "Julián Condori"]),
        QrCode("https://minka.example/f/1", "Abra el acta"),
    ]
    return Paper(
        "Acta de puestos", "Feria de Puno", lang=lang, is_demo=is_demo, blocks=blocks, footer="Minka", at=AT
    )


def _pages(content):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content), strict=True).pages]


def _cells(content):
    book = python_calamine.load_workbook(io.BytesIO(content))
    return [row for row in book.get_sheet_by_index(0).to_python() if any(cell != "" for cell in row)]


class _Words(HTMLParser):
    """The tags and words of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words, self.inside = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - HTMLParser's own
        self.tags.append(tag)
        self.inside = tag

    def handle_data(self, data):
        if self.inside != "style" and data.strip():
            self.words.append(data.strip())


def test_pdf_says_everything_and_numbers_its_pages():
    text = " ".join("\n".join(_pages(pdf(_acta()))).split())

    for said in (
        *("Acta de puestos", "Feria de Puno", "Lugar", "Parque Pino", "21/11/2026", "Cómo se repartió"),
        *("Nadie eligió.", "Sin parejas en conflicto.", "Ch'allapata Ñuñoa 2", "Total", "3.00"),
        *("Rosa Quispe", "Julián Condori", "Firma y sello", "https://minka.example/f/1", "Página 1 de 1"),
    ):
        assert said in text
    assert "DEMOSTRACIÓN" not in text


def test_pdf_tells_readers_what_it_is():
    reader = pypdf.PdfReader(io.BytesIO(pdf(_acta())))

    assert reader.metadata.title == "Acta de puestos"
    assert reader.metadata.creation_date == AT
    assert reader.root_object["/Lang"] == "es"
    fonts = {name for page in reader.pages for name in page["/Resources"]["/Font"]}
    assert all("/FontFile2" in str(_descriptor(page, name)) for page in reader.pages for name in fonts)


def _descriptor(page, name):
    (descendant,) = page["/Resources"]["/Font"][name]["/DescendantFonts"]
    return descendant.get_object()["/FontDescriptor"]


def test_long_table_breaks_over_pages_with_its_titles_on_each():
    pages = _pages(pdf(_acta(200)))

    assert len(pages) > 4
    tables = [page for page in pages if "Ch'allapata" in page]
    assert all("Grupo" in page and "Derecho" in page for page in tables)
    assert [f"Página {number} de {len(pages)}" in page for number, page in enumerate(pages, 1)] == [
        True
    ] * len(pages)
    found = re.findall(r"Ñuñoa (\d+)", " ".join(pages))
    assert [int(number) for number in found] == list(range(1, 201))


def test_row_longer_than_a_page_goes_on_over_the_next():
    long = " ".join(f"palabra{number}" for number in range(3_000))

    pages = _pages(pdf(Paper("Largo", blocks=[Table(["Uno", "Dos"], [["corto", long], ["fin", "ya"]])])))

    assert re.findall(r"palabra(\d+)", " ".join(pages)) == [str(number) for number in range(3_000)]
    assert len(pages) > 3


def test_demonstration_is_marked_on_every_page_in_every_form():
    content = _pages(pdf(_acta(120, is_demo=True)))

    assert len(content) > 2
    assert all("DEMOSTRACIÓN" in page for page in content)
    assert _cells(xlsx(_acta(is_demo=True)))[0][0] == "DEMOSTRACIÓN"
    assert html(_acta(is_demo=True)).count("DEMOSTRACIÓN") == 2
    assert "DEMONSTRATION" in html(_acta(is_demo=True, lang="en"))
    assert "Page 1 of 1" in _pages(pdf(_acta(lang="en")))[0]


def _digests():
    drawn = (pdf(_acta(is_demo=True)), xlsx(_acta(is_demo=True)), html(_acta(is_demo=True)).encode())
    return " ".join(hashlib.sha256(content).hexdigest() for content in drawn)


def test_same_paper_gives_the_same_bytes_in_another_process():
    code = "from tests.kernel.test_paper import _digests; print(_digests())"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == _digests()


def test_many_columns_are_printed_across():
    wide = Paper("Ancho", blocks=[Table([f"Columna {n}" for n in range(9)], [list(range(9))])])

    box = pypdf.PdfReader(io.BytesIO(pdf(wide))).pages[0].mediabox
    assert box.width > box.height


def test_workbook_has_numbers_as_numbers_and_words_as_words():
    cells = _cells(xlsx(_acta()))

    assert cells[0][0] == "Acta de puestos"
    assert ["N.º", "Grupo", "Derecho"] in cells
    assert [1.0, "Ch'allapata Ñuñoa 1", 1.5] in cells
    assert ["", "Total", 3.0] in cells
    assert ["Fecha", "21/11/2026", ""] in cells


def test_nothing_in_a_workbook_is_a_formula():
    evil = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "-5"]
    paper = Paper(
        "=1+1", "=2", blocks=[Table(["=A"], [[text] for text in evil]), Facts([("=x", "=y")]), Text("=z")]
    )

    cells = [cell for row in _cells(xlsx(paper)) for cell in row if cell != ""]

    assert cells == [
        "'=1+1",
        "'=2",
        "'=A",
        "'=1+1",
        "'@SUM(A1)",
        "'+cmd|' /C calc'!A0",
        "'-2+3",
        "'=1",
        "-5",
        "'=x",
        "'=y",
        "'=z",
    ]


def test_page_is_escaped_and_stands_alone():
    evil = "<script>alert(1)</script>\"'&"
    blocks = [
        Heading(evil),
        Text(evil),
        Note(evil),
        Facts([(evil, evil)]),
        Table([evil], [[evil]], total=[evil]),
        Signatures([evil]),
        QrCode(f"https://minka.example/{evil}", evil),
    ]

    page = html(Paper(evil, evil, blocks=blocks, footer=evil))

    found = _Words(page)
    assert "script" not in found.tags
    assert found.words.count(evil) == 14
    assert not re.search(r"(src|href|url\()", page)
    assert page.startswith('<!doctype html><html lang="es">')


def test_page_says_what_the_paper_says():
    found = _Words(html(_acta()))

    assert found.words == [
        *(
            "Acta de puestos",
            "Acta de puestos",
            "Feria de Puno",
            "Lugar",
            "Parque Pino",
            "Fecha",
            "21/11/2026",
        ),
        *("Cómo se repartió", "Por sorteo.\nNadie eligió.", "Sin parejas en conflicto."),
        *("N.º", "Grupo", "Derecho", "1", "Ch'allapata Ñuñoa 1", "1.50", "2", "Ch'allapata Ñuñoa 2", "1.50"),
        *("Total", "3.00", "Rosa Quispe\nJefa", "Firma y sello", "Julián Condori", "Firma y sello"),
        *("Abra el acta", "https://minka.example/f/1", "Minka"),
    ]


def test_poster_is_one_page_of_its_size():
    what = Poster(
        "Feria Sabatina de Productores de Puno",
        ["Sábado 21 de noviembre", "de 8 a 2"],
        "Parque Pino",
        "Jr. Lima 400",
        "La Municipalidad invita",
        ["42 grupos", "Trueque desde las 11"],
        "https://minka.example/f/1",
        "Vea quién viene",
        "Entrada libre",
        is_demo=True,
        at=AT,
    )

    reader = pypdf.PdfReader(io.BytesIO(poster(what)))
    large = pypdf.PdfReader(io.BytesIO(poster(Poster("Feria", ["hoy"], "Puno", size=PageSize.A3))))

    (page,) = reader.pages
    text = " ".join(page.extract_text().split())
    for said in (
        *("Feria Sabatina de Productores de Puno", "Sábado 21 de noviembre", "de 8 a 2", "Parque Pino"),
        *("Jr. Lima 400", "La Municipalidad invita", "42 grupos", "Trueque desde las 11", "DEMOSTRACIÓN"),
        *("https://minka.example/f/1", "Vea quién viene", "Entrada libre"),
    ):
        assert said in text
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert (round(large.pages[0].mediabox.width), round(large.pages[0].mediabox.height)) == (842, 1191)
    assert poster(what) == poster(what)


def test_letters_of_the_andes_are_in_the_letters_that_are_sent_along():
    needed = "áéíóúüñÁÉÍÓÚÜÑ¿¡«»–—…•°ºª€äëïöÄËÏʼ’‘q'ch'ĉāōṕẍ½²³S/Bs$₡"

    for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
        known = TTFont(FONTS / name).getBestCmap()
        assert [char for char in needed if ord(char) not in known] == []
    assert sum(file.stat().st_size for file in FONTS.iterdir()) < 400_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()


def test_letters_that_cannot_be_drawn_are_replaced_or_left_out():
    known = frozenset(map(ord, "abc ñé->\ufffdx"))

    assert drawable("abc ✓ ñ → é", known) == "abc x ñ -> é"
    assert drawable("b 🌽👩🏽‍🌾 c", known) == "b  c"
    assert drawable("سوق a (市场) b", known) == "a b"
    assert drawable("市场", known) == "…"
    assert drawable("ab\x07c\x1b", known) == "ab c"


def test_lines_are_no_wider_than_asked_and_lose_no_letter():
    found = lines_of("uno dos\ntresycuatroycinco", 7, len)

    assert found == ["uno dos", "tresycu", "atroyci", "nco"]
    assert lines_of("", 5, len) == [""]
    assert lines_of("ab", 0.5, len) == ["a", "b"]


@given(
    st.lists(st.floats(0, 500), min_size=1, max_size=12),
    st.floats(50, 300),
    st.data(),
)
def test_columns_fill_the_width(natural, available, data):
    least = [data.draw(st.floats(0, width)) + 3.6 for width in natural]
    natural = [width + 3.6 for width in natural]
    weights = [data.draw(st.none() | st.integers(1, 60)) for _ in natural]

    found = column_widths(natural, least, weights, available)

    assert sum(found) == pytest.approx(available)
    assert all(width > 0 for width in found)


ANY = st.text(max_size=80) | st.sampled_from(
    [
        "",
        "🌽" * 30,
        "سوق المزارعين",
        "שוק",
        "x" * 3_000,
        "\x00\x01\x1b[0m",
        "\ud800",
        "ʼ̧̃" * 20,
        "a\u200db\u202ec",
        "{nb}",
    ]
)
CELL = ANY | st.integers() | st.decimals(allow_nan=True, allow_infinity=True) | st.dates() | st.none()
COLUMN = ANY | st.builds(Column, ANY, st.booleans(), st.none() | st.integers(1, 200))
BLOCK = st.one_of(
    st.builds(Heading, ANY),
    st.builds(Text, ANY),
    st.builds(Note, ANY),
    st.builds(Facts, st.lists(st.tuples(ANY, CELL), max_size=4)),
    st.builds(
        Table,
        st.lists(COLUMN, max_size=12),
        st.lists(st.lists(CELL, max_size=13), max_size=3),
        st.none() | st.lists(CELL, max_size=13),
    ),
    st.builds(Signatures, st.lists(ANY, max_size=3)),
    st.builds(QrCode, ANY, ANY),
)


@settings(max_examples=12)
@given(
    st.builds(Paper, ANY, ANY, st.sampled_from(["es", "en"]), st.booleans(), st.lists(BLOCK, max_size=4), ANY)
)
def test_any_paper_comes_out(paper):
    pages = pypdf.PdfReader(io.BytesIO(pdf(paper))).pages

    assert len(pages) >= 1
    assert python_calamine.load_workbook(io.BytesIO(xlsx(paper))).sheet_names
    assert "<html" in html(paper)


@settings(max_examples=8)
@given(
    st.builds(Poster, ANY, st.lists(ANY, max_size=9), ANY, ANY, ANY, st.lists(ANY, max_size=9), ANY, ANY, ANY)
)
def test_any_poster_is_one_page(what):
    assert len(pypdf.PdfReader(io.BytesIO(poster(what))).pages) == 1


def test_hundred_columns_and_hundred_thousand_letters_come_out():
    paper = Paper(
        "x" * 100_000,
        blocks=[
            Table([f"c{n}" for n in range(100)], [list(range(100))] * 3),
            Text("palabra " * 20_000),
            Note("y" * 20_000),
            Facts([("n" * 5_000, "v" * 20_000)]),
            Signatures(["z" * 5_000]),
            QrCode("https://x.example/" + "q" * 5_000),
        ],
    )

    assert len(_pages(pdf(paper))) > 10
    assert xlsx(paper)
    assert html(paper)


def test_code_is_none_where_no_code_can_hold_it():
    side, runs = squares("https://minka.example/f/1")

    assert side == 25
    assert all(column + length <= side and row < side for column, row, length in runs)
    assert squares("q" * 5_000) == (0, [])
    assert squares("") == (0, [])


def test_a_server_starts_without_what_draws():
    """Letters, pictures and workbooks are 25 MB and a second that most processes never need."""
    code = "import sys, app.main; print(sorted({'PIL', 'fpdf', 'fontTools', 'xlsxwriter', 'segno'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
