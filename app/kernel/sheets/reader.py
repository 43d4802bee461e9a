"""One door for every spreadsheet: bounded, and nothing but a SheetError for what cannot be read."""

from pathlib import PurePath
from typing import Literal

from app.kernel.sheets import csv_in, excel_in
from app.kernel.sheets.values import Row, Sheet, SheetError, is_blank

MAX_BYTES = 5_000_000


def read(name: str, content: bytes, *, max_rows: int, max_cols: int, max_bytes: int = MAX_BYTES) -> Sheet:
    """The sheet in a CSV, XLSX or XLS file, told apart by its content and not by its name.

    Blank rows are dropped, the others keep the number people see. Raises SheetError: empty, wrong_type,
    broken_file, broken_csv, unclosed_quote, password_protected, too_large, too_many_rows, too_many_columns.
    """
    if not content.strip():
        raise SheetError("empty")
    if len(content) > max_bytes:
        raise SheetError("too_large", found=len(content), most=max_bytes)
    kind = _kind(content)
    sheet, found, width = _csv(name, content) if kind == "csv" else _excel(name, content, max_rows, max_cols)
    if not found:
        raise SheetError("empty")
    if found > max_rows:
        raise SheetError("too_many_rows", found=found, most=max_rows)
    if width > max_cols:
        raise SheetError("too_many_columns", found=width, most=max_cols)
    return sheet


def returned_name(sheet: Sheet, what: str = "por corregir") -> str:
    """The name under which a file goes back: «lotes - por corregir.csv»."""
    suffix = "csv" if sheet.kind == "csv" else "xlsx"
    stem = "".join(char for char in PurePath(sheet.name).stem if char.isalnum() or char in " -_().")
    stem = stem.strip().removesuffix(f" - {what}")[:150]
    return f"{stem or 'archivo'} - {what}.{suffix}"


def _kind(content: bytes) -> str:
    if content.startswith((excel_in.ZIP, excel_in.OLE)):
        return "excel"
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"PK", b"\x1f\x8b")):
        raise SheetError("wrong_type")
    return "csv"


def _csv(name: str, content: bytes) -> tuple[Sheet, int, int]:
    parsed = csv_in.parse(content)
    rows = tuple(
        Row(number, tuple(cells))
        for number, record in enumerate(parsed.records, start=1)
        if (cells := _without_blank_end(record))
    )
    width = max((len(row.cells) for row in rows), default=0)
    sheet = Sheet(name, "csv", rows, delimiter=parsed.delimiter, encoding=parsed.encoding)
    return sheet, len(rows), width


def _excel(name: str, content: bytes, max_rows: int, max_cols: int) -> tuple[Sheet, int, int]:
    book = excel_in.parse(content, max_rows=max_rows, max_cols=max_cols)
    kind: Literal["xls", "xlsx"] = "xls" if content.startswith(excel_in.OLE) else "xlsx"
    sheet = Sheet(name, kind, book.rows, table=book.table, others=book.others)
    return sheet, book.found, book.width


def _without_blank_end(record: list[str]) -> list[str]:
    end = len(record)
    while end and is_blank(record[end - 1]):
        end -= 1
    return record[:end]
