import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import sheets
from tests.kernel import workbooks


def read(content, name="lotes.csv"):
    return sheets.read(name, content, max_rows=100, max_cols=20)


def cells(content):
    return [(row.number, list(row.cells)) for row in read(content).rows]


def test_a_csv_comes_back_as_it_was_with_what_to_correct():
    sent = 'código;"nota"\r\nA;"ña;ña"\r\n\r\nB\r\n'.encode("cp1252")

    back = sheets.write_back(read(sent), {4: "Falta la cantidad."})

    assert back == 'código;nota;Qué corregir\r\nA;"ña;ña";\r\n\r\nB;;Falta la cantidad.\r\n'.encode("cp1252")


def test_a_second_round_replaces_the_first_one_s_column():
    first = sheets.write_back(read(b"codigo;kg\nA;x\nB;2\n"), {2: "¿Cuántos kilos?"})
    second = sheets.write_back(read(first), {3: "Otra cosa"})

    assert cells(second) == [
        (1, ["codigo", "kg", "Qué corregir"]),
        (2, ["A", "x"]),
        (3, ["B", "2", "Otra cosa"]),
    ]


def test_the_column_stands_in_the_header_row_and_titles_stay():
    sheet = read(b"LISTA 2026\ncodigo;kg\nA;x\n")

    back = sheets.write_back(sheet, {3: "revise"}, header_row=2)

    assert cells(back) == [
        (1, ["LISTA 2026"]),
        (2, ["codigo", "kg", "Qué corregir"]),
        (3, ["A", "x", "revise"]),
    ]


def test_a_workbook_comes_back_with_its_rows_where_they_were():
    sent = workbooks.xlsx(
        [["codigo", "kg", "dia"], [], ["A", 12.5, date(2026, 3, 15)], ["B", "x"]], table="Mi stock"
    )

    sheet = read(sheets.write_back(read(sent), {4: "«x» no es una cantidad."}))

    assert (sheet.kind, sheet.table) == ("xlsx", "Mi stock")
    assert [(row.number, list(row.cells)) for row in sheet.rows] == [
        (1, ["codigo", "kg", "dia", "Qué corregir"]),
        (3, ["A", Decimal("12.5"), date(2026, 3, 15)]),
        (4, ["B", "x", "", "«x» no es una cantidad."]),
    ]


def test_an_old_workbook_comes_back_as_a_new_one():
    sheet = read(workbooks.xls(), name="mis lotes.xls")

    assert read(sheets.write_back(sheet, {2: "revise"})).kind == "xlsx"
    assert sheets.returned_name(sheet) == "mis lotes - por corregir.xlsx"


@pytest.mark.parametrize("name", ["../../etc/passwd", 'a"b\r\n.csv', ""])
def test_a_returned_name_is_only_a_name(name):
    returned = sheets.returned_name(read(b"a;b\n", name))

    assert returned.endswith(" - por corregir.csv")
    assert not set('/\\"\r\n') & set(returned)


@pytest.mark.parametrize(
    "risky", ["=1+1", "+51 900", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "-", '=cmd|"/c calc"!A1']
)
def test_exports_neutralise_what_looks_like_a_formula(risky):
    rows = [["nota"], [risky]]

    as_csv = list(
        csv.reader(io.StringIO(sheets.export_csv(rows).decode("utf-8-sig"), newline=""), delimiter=";")
    )
    as_xlsx = _strings(sheets.export_xlsx(rows))

    assert as_csv == [["nota"], ["'" + risky]]
    assert f"'{risky}" in as_xlsx


@pytest.mark.parametrize("plain", ["-5", "-5,25", "quinua", "5", "'", "'a"])
def test_exports_leave_what_is_harmless(plain):
    assert sheets.export_csv([["a"], [plain]]).decode("utf-8-sig") == f"a\r\n{plain}\r\n"


def test_numbers_and_dates_stay_numbers_and_dates():
    rows = [["a", "b", "c"], [Decimal("-5.5"), date(2026, 3, 15), True]]

    assert sheets.export_csv(rows).decode("utf-8-sig") == "a;b;c\r\n-5.5;15/03/2026;sí\r\n"
    assert read(sheets.export_xlsx(rows)).rows[1].cells == (Decimal("-5.5"), date(2026, 3, 15), True)


def test_accents_survive_excel():
    assert sheets.export_csv([["ñandú"]]).startswith(b"\xef\xbb\xbf")


@given(st.lists(st.text("=+-@'a1;\"", min_size=1, max_size=8), min_size=2, max_size=5))
def test_an_exported_file_reads_back_the_same(texts):
    rows = [["x", *texts], ["y"]]

    assert cells(sheets.export_csv(rows))[0] == (1, ["x", *texts])


def test_an_exported_workbook_reads_back_the_same():
    rows = [["x", "+51 900", "'=1", "=1"], ["y"]]

    assert cells(sheets.export_xlsx(rows))[0] == (1, rows[0])


def _strings(workbook):
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        texts = ET.fromstring(archive.read("xl/sharedStrings.xml")).iter()
        return [text.text.replace("_x000D_", "\r") for text in texts if text.tag.endswith("}t")]
