"""Sheets people get: their own file with what to correct, and exports no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from app.kernel.sheets.values import CORRECTION, Cell, CellError, Sheet, is_blank, is_correction, written

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)?")


def guarded(text: str) -> str:
    """The text with a ' before it if a spreadsheet could take it for a formula; «-5» stays a number (OWASP)."""
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given: an export that comes back is the same text."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def export_csv(rows: Iterable[Sequence[Cell]], *, delimiter: str = ";") -> bytes:
    """UTF-8 with the mark that makes Excel read accents; one record per row, header first."""
    return _csv_bytes(([_csv_text(cell) for cell in row] for row in rows), delimiter, "utf-8-sig")


def export_xlsx(rows: Iterable[Sequence[Cell]], *, table: str = "Datos") -> bytes:
    """A workbook with these rows, header first; numbers and dates stay what they are."""
    return _workbook(rows, table=table, marked=frozenset())


def write_back(sheet: Sheet, corrections: Mapping[int, str], *, header_row: int | None = None) -> bytes:
    """The user's own file with a last column «Qué corregir»; row numbers stay what they were.

    `corrections` is by row number, that of the header about the columns; a column of that name from an earlier round is
    replaced. CSV keeps its delimiter and encoding; .xls comes back as .xlsx; a workbook keeps its first table's values,
    not its colours.
    """
    header_row = header_row or (sheet.rows[0].number if sheet.rows else 1)
    title = f"{CORRECTION}: {corrections[header_row]}" if header_row in corrections else CORRECTION
    notes = {**corrections, header_row: title}
    old = _earlier_column(sheet, header_row)
    kept = {row.number: [cell for at, cell in enumerate(row.cells) if at != old] for row in sheet.rows}
    width = max((len(cells) for cells in kept.values()), default=0)
    rows: list[list[Cell]] = []
    for number in range(1, max([*kept, *notes]) + 1):
        cells = kept.get(number, [])
        note = notes.get(number, "")
        rows.append([*cells, *[""] * (width - len(cells)), note] if cells or note else [])
    if sheet.kind == "csv":
        return _csv_bytes(
            ([_csv_text(cell) for cell in row] for row in rows), sheet.delimiter, sheet.encoding
        )
    return _workbook(rows, table=sheet.table, marked=frozenset(corrections))


def _earlier_column(sheet: Sheet, header_row: int) -> int | None:
    header = next((row.cells for row in sheet.rows if row.number == header_row), ())
    found = [at for at, cell in enumerate(header) if is_correction(cell)]
    return found[-1] if found else None


def _csv_text(cell: Cell) -> str:
    """Numbers and dates are no formulas; text is guarded."""
    return guarded(cell) if isinstance(cell, str) else written(cell)


def _csv_bytes(rows: Iterable[Sequence[str]], delimiter: str, encoding: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    try:
        return out.getvalue().encode(encoding)
    except UnicodeEncodeError:
        return out.getvalue().encode("utf-8-sig", errors="replace")


def _workbook(rows: Iterable[Sequence[Cell]], *, table: str, marked: frozenset[int]) -> bytes:
    """`marked` rows are coloured."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    import xlsxwriter  # 30 ms and 1.4 MB that a server needs only for its first workbook

    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(table_name(table))
        styles = {
            (colour, kind): book.add_format(colour_style | ({"num_format": kind} if kind else {}))
            for colour, colour_style in ((False, {}), (True, {"bg_color": "#FFF2CC"}))
            for kind in ("", "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "hh:mm")
        }
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                if not is_blank(cell):
                    _write(page, number - 1, at, cell, styles[number in marked, _date_format(cell)])
    return out.getvalue()


def _write(page: "Worksheet", row: int, col: int, cell: Cell, style: object) -> None:
    match cell:
        case bool():
            page.write_boolean(row, col, cell, style)
        case Decimal():
            page.write_number(row, col, cell, style)
        case date() | time():
            page.write_datetime(row, col, cell, style)
        case CellError():
            page.write_string(row, col, "", style)
        case _:
            page.write_string(row, col, guarded(cell), style)


def _date_format(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return "dd/mm/yyyy hh:mm"
    if isinstance(cell, date):
        return "dd/mm/yyyy"
    return "hh:mm" if isinstance(cell, time) else ""


def table_name(table: str) -> str:
    """A worksheet's name: at most 31 characters, no brackets, colons, stars, question marks or slashes."""
    return (
        "".join(char for char in table if char not in "[]:*?/\\'" and char.isprintable())[:31].strip()
        or "Hoja1"
    )
