"""Spreadsheets people really send: read, understood cell by cell, given back with what to correct."""

from app.kernel.sheets.headers import Column, Record, Table, column_named, match, nearest_column
from app.kernel.sheets.numbers import decimal_es, decimal_mark
from app.kernel.sheets.parsers import (
    Amount,
    Asked,
    choice,
    date_es,
    integer,
    listing,
    phone,
    price,
    quantity,
    text,
    yes_no,
)
from app.kernel.sheets.reader import MAX_BYTES, read, returned_name
from app.kernel.sheets.values import Cell, CellError, Row, Sheet, SheetError, is_blank, written
from app.kernel.sheets.writers import export_csv, export_xlsx, write_back

__all__ = [
    "MAX_BYTES",
    "Amount",
    "Asked",
    "Cell",
    "CellError",
    "Column",
    "Record",
    "Row",
    "Sheet",
    "SheetError",
    "Table",
    "choice",
    "column_named",
    "date_es",
    "decimal_es",
    "decimal_mark",
    "export_csv",
    "export_xlsx",
    "integer",
    "is_blank",
    "listing",
    "match",
    "nearest_column",
    "phone",
    "price",
    "quantity",
    "read",
    "returned_name",
    "text",
    "write_back",
    "written",
    "yes_no",
]
