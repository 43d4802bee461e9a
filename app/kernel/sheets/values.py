"""What a sheet is once read: rows with the numbers people see, cells as exact values, errors as codes."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from app.kernel.text import clean_line, fold

CORRECTION = "Qué corregir"

Params = dict[str, str | int]


class SheetError(ValueError):
    """The whole file cannot be used. `code` says why, `params` what the sentence needs."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Params = params


@dataclass(frozen=True, slots=True)
class CellError:
    """Why one cell cannot be used; a value, so that a bad cell never loses the good ones."""

    code: str
    params: Params = field(default_factory=dict)


_DATE_FORMATS: dict[type, str] = {date: "%d/%m/%Y", datetime: "%d/%m/%Y %H:%M", time: "%H:%M"}

Cell = str | Decimal | bool | date | datetime | time | CellError


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something. `number` counts from 1 as a spreadsheet program shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its rows with something in them, and what is needed to give it back.

    `others` are further tables of the workbook that were not read.
    """

    name: str
    kind: Literal["csv", "xlsx", "xls"]
    rows: tuple[Row, ...]
    table: str = ""
    others: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"


def is_blank(cell: Cell) -> bool:
    """True for an empty cell or one of spaces."""
    return isinstance(cell, str) and not clean_line(cell)


def is_correction(cell: Cell) -> bool:
    """Whether this heads the column «Qué corregir» that we added to an earlier round of the file."""
    title, _, _ = fold(written(cell)).partition(":")
    return title.strip() == fold(CORRECTION)


def written(cell: Cell) -> str:
    """The cell as text: 7 and not 7.0, dates as dd/mm/yyyy."""
    match cell:
        case str():
            return cell
        case bool():
            return "sí" if cell else "no"
        case Decimal():
            return format(cell, "f")
        case CellError():
            return ""
    return cell.strftime(_DATE_FORMATS[type(cell)])
