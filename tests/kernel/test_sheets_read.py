import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel import sheets
from app.kernel.sheets import CellError, Column, SheetError
from tests.kernel import workbooks

SHEET1 = "xl/worksheets/sheet1.xml"


def read(content, name="lotes.csv", max_rows=100, max_cols=20):
    return sheets.read(name, content, max_rows=max_rows, max_cols=max_cols)


def cells(content, **more):
    return [(row.number, list(row.cells)) for row in read(content, **more).rows]


def refused(content, **more):
    with pytest.raises(SheetError) as caught:
        read(content, **more)
    return caught.value.code, caught.value.params


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_is_read_however_it_was_saved(delimiter, encoding):
    text = "código;producto\r\nQ-1;Cañihua\r\n".replace(";", delimiter)

    assert cells(text.encode(encoding)) == [(1, ["código", "producto"]), (2, ["Q-1", "Cañihua"])]


def test_decimal_commas_do_not_part_columns():
    content = b"codigo;kg;precio\nA;1,5;8,00\nB;2,5;9,00\nC;3,5;9,50\n"

    assert cells(content)[1] == (2, ["A", "1,5", "8,00"])


def test_commas_in_quotes_do_not_part_columns():
    assert cells(b'codigo,nota\nA,"roja, blanca"\n')[1] == (2, ["A", "roja, blanca"])


def test_rows_keep_the_number_people_see():
    content = b'codigo;nota\n\n;;\nA;"dos\nlineas"\n  ;\nB;x\n'

    assert cells(content) == [(1, ["codigo", "nota"]), (4, ["A", "dos\nlineas"]), (6, ["B", "x"])]


def test_ragged_rows_are_kept_as_they_are():
    assert cells(b"a,b,c\n1\n1,2,3,4\n") == [(1, ["a", "b", "c"]), (2, ["1"]), (3, ["1", "2", "3", "4"])]


def test_one_column_without_any_delimiter_is_a_table():
    assert cells(b"codigo\nA\nB\n") == [(1, ["codigo"]), (2, ["A"]), (3, ["B"])]


def test_excels_delimiter_hint_is_no_row():
    assert cells(b"sep=|\r\na|b\r\n1|2\r\n") == [(1, ["a", "b"]), (2, ["1", "2"])]


def test_a_quote_inside_a_word_is_forgiven():
    assert cells(b'a;b\n"Sumaq" Tika;2\n')[1] == (2, ["Sumaq Tika", "2"])


def test_a_quote_that_is_never_closed_is_refused_with_its_row():
    assert refused(b'a;b\n1;2\n"3;4\n5;6\n') == ("unclosed_quote", {"row": 3})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b";;\n;\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 ...", "wrong_type"),
        (b"\x89PNG\r\n", "wrong_type"),
        (b"a;b\x00\n", "wrong_type"),
        (b"PK\x03\x04 no zip", "broken_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken_file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "password_protected",
        ),
    ],
)
def test_what_is_no_sheet_is_refused(content, code):
    assert refused(content)[0] == code


def test_a_word_document_is_no_sheet():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")

    assert refused(out.getvalue())[0] == "wrong_type"


def test_limits_say_what_was_found():
    assert refused(b"a;b\n" * 6, max_rows=5) == ("too_many_rows", {"found": 6, "most": 5})
    assert refused(b"a;b;c\n", max_cols=2) == ("too_many_columns", {"found": 3, "most": 2})
    assert refused(workbooks.xlsx([["a"]] * 6), max_rows=5) == ("too_many_rows", {"found": 6, "most": 5})
    assert refused(workbooks.xlsx([["a", "b", "c"]]), max_cols=2) == (
        "too_many_columns",
        {"found": 3, "most": 2},
    )
    with pytest.raises(SheetError, match="too_large"):
        sheets.read("a.csv", b"a" * 11, max_rows=1, max_cols=1, max_bytes=10)


def test_a_workbook_keeps_numbers_dates_and_places():
    rows = [
        ["LISTA"],
        [],
        ["codigo", "kg", "día", "hora", "sí"],
        ["Q-1", 12.1, date(2026, 3, 15), datetime(2026, 3, 15, 10, 30), True],  # noqa: DTZ001  Excel has no zones
        ["Q-2", 7, "", "", False],
    ]

    assert cells(workbooks.xlsx(rows), name="lotes.xlsx") == [
        (1, ["LISTA"]),
        (3, ["codigo", "kg", "día", "hora", "sí"]),
        (4, ["Q-1", Decimal("12.1"), date(2026, 3, 15), datetime(2026, 3, 15, 10, 30), True]),  # noqa: DTZ001
        (5, ["Q-2", Decimal(7), "", "", False]),
    ]


def test_the_first_visible_table_is_read_and_the_others_named():
    content = workbooks.xlsx(
        [["oculta"]], hidden=True, more=[("Vacía", []), ("Lotes", [["a"]]), ("Otra", [["b"]])]
    )

    sheet = read(content)

    assert (sheet.table, sheet.others, sheet.kind) == ("Lotes", ("Otra",), "xlsx")


def test_an_old_workbook_is_read():
    sheet = read(workbooks.xls(), name="viejo.xls")

    assert (sheet.kind, sheet.table) == ("xls", "Stock")
    assert [row.cells for row in sheet.rows][1] == ("Q-1", Decimal("12.5"), date(2026, 3, 15))


def test_a_formula_nobody_has_calculated_is_an_error_of_its_cell():
    content = workbooks.xlsx(
        [["codigo", "kg", "x"], ["Q-1", "=1+1", "=2+2"], ["Q-2", "=3+3", 1], ["Q-3", "=4+4"]]
    )
    content = workbooks.edited(content, SHEET1, b"<f>1+1</f><v>0</v>", b"<f>1+1</f>")
    content = workbooks.edited(content, SHEET1, b"<f>3+3</f><v>0</v>", b"<f>3+3</f><v></v>")
    content = workbooks.edited(content, SHEET1, b"<f>4+4</f><v>0</v>", b"<f>4+4</f><v>8</v>")

    nobody = CellError("formula_without_value")
    assert cells(content)[1:] == [
        (2, ["Q-1", nobody, Decimal(0)]),
        (3, ["Q-2", nobody, Decimal(1)]),
        (4, ["Q-3", Decimal(8)]),
    ]


def test_a_failed_formula_is_an_error_of_its_cell_and_an_empty_text_is_not():
    content = workbooks.xlsx([["codigo", "kg"], ["Q-1", "=1/0"], ["Q-2", '=""']])
    content = workbooks.edited(
        content, SHEET1, b'<c r="B2"><f>1/0</f><v>0</v>', b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v>'
    )
    content = workbooks.edited(
        content, SHEET1, b'<c r="B3"><f>""</f><v>0</v>', b'<c r="B3" t="str"><f>""</f><v></v>'
    )

    assert cells(content)[1:] == [(2, ["Q-1", CellError("formula_error")]), (3, ["Q-2"])]


def test_a_flawed_cell_in_an_otherwise_empty_row_is_not_lost():
    content = workbooks.xlsx([["codigo", "kg"], [], ["", "=1+1"]])
    content = workbooks.edited(content, SHEET1, b"<v>0</v>", b"")

    assert cells(content)[1:] == [(3, ["", CellError("formula_without_value")])]


@pytest.mark.parametrize("far", ["AZ1048576", "XFD1048576"])  # grids of 2 and of 400 GB
def test_a_bomb_of_two_cells_is_refused(far):
    row = f'<row r="1048576"><c r="{far}"'.encode()
    content = workbooks.edited(
        workbooks.xlsx([["a"], ["b"]]), SHEET1, b'<row r="2" spans="1:1"><c r="A2"', row
    )

    assert refused(content, max_cols=20_000)[0] == "too_large"


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", bytes(65_000_000))

    assert len(out.getvalue()) < 200_000
    assert refused(out.getvalue()) == ("too_large", {"most": 64_000_000})


def test_entities_in_a_workbook_do_not_grow():
    bomb = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">'.encode() for i in range(9)
    )
    content = workbooks.xlsx([["a"]])
    content = workbooks.edited(
        content, SHEET1, b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', bomb + b"]>"
    )
    content = workbooks.edited(content, SHEET1, b"<v>0</v>", b"<v>&j;</v>")

    assert refused(content)[0] in {"broken_file", "too_large"}


COLUMNS = {
    "codigo": Column(required=True),
    "producto": Column(aliases=("artículo", "nombre_producto"), required=True),
    "cantidad": Column(aliases=("kg",)),
}


def test_headers_match_as_people_write_them():
    sheet = read(
        "LISTA 2026;;\nCÓDIGO ; Nombre  del Producto:;Kg.;Notas\nQ-1;Quinua;12;x\nQ-2;Oca\n".encode()
    )

    table = sheets.match(sheet, COLUMNS)

    assert (table.header_row, table.unknown) == (2, ("Notas",))
    assert table.headers == {"codigo": "CÓDIGO", "producto": "Nombre del Producto:", "cantidad": "Kg."}
    assert [(r.number, r["codigo"], r["producto"], r["cantidad"]) for r in table.records()] == [
        (3, "Q-1", "Quinua", "12"),
        (4, "Q-2", "Oca", ""),
    ]


@pytest.mark.parametrize(
    ("content", "code", "params"),
    [
        (b"a;b\n1;2\n", "no_header", {"expected": "codigo, producto, cantidad"}),
        (b"codigo;kg\n1;2\n", "missing_columns", {"columns": "producto"}),
        (b"codigo;producto;articulo\n", "duplicate_columns", {"column": "producto"}),
    ],
)
def test_a_header_that_does_not_serve_is_refused(content, code, params):
    with pytest.raises(SheetError) as caught:
        sheets.match(read(content), COLUMNS)

    assert (caught.value.code, caught.value.params) == (code, params)


def _anything_goes(content):
    try:
        sheet = read(content)
        sheets.decimal_mark(sheet)
        sheets.write_back(sheet, {row.number: "revise" for row in sheet.rows})
        sheets.match(sheet, COLUMNS)
    except SheetError as error:
        return error.code
    return "read"


@settings(max_examples=300)
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: text.encode("utf-8")))
def test_any_bytes_are_read_or_refused(content):
    assert _anything_goes(content)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@cache
def _whole_workbooks() -> list[bytes]:
    """Made once: a workbook holds the instant it was made, and examples must not differ from run to run."""
    return [workbooks.xls(), workbooks.xlsx([["codigo", "producto"], [1, 2]])]


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data):
    content = bytearray(data.draw(st.sampled_from(_whole_workbooks())))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    assert _anything_goes(bytes(content))
