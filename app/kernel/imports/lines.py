"""One row of a file: what it says, what it would do, and what is wrong with it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from app.kernel import i18n, units
from app.kernel.sheets import Cell, CellError, Column, Record, is_blank, nearest_column, written

T = TypeVar("T")
D = TypeVar("D")


class Outcome(StrEnum):
    """What committing a row does."""

    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"
    ERROR = "error"


class Measured(msgspec.Struct, frozen=True):
    """A quantity in what is said of a cell: read in the reader's language, in a unit of fixed size."""

    quantity_base: int
    unit: str

    def __call__(self, lang: str) -> str:
        """«12,5 kg»."""
        return units.display(self.quantity_base, self.unit, lang)


Fact = str | int | Measured


class Flaw(msgspec.Struct, frozen=True):
    """One cell to correct; `column` None is about the whole row."""

    column: str | None
    code: str
    params: dict[str, Fact] = {}


class Line(msgspec.Struct):
    """What a row means: its `values` in JSON types, the row of ours it touches and the version that was seen of it.

    `key` names the thing in the user's file («codigo»), once `within` a file or, where it says so, a part of it.
    `changes` are the columns that differ from what is stored. `warnings` are looked at by people; the row is done as it is.
    `said` is the row as the file has it, where it has an error.
    """

    row: int
    key: str | None = None
    within: str = ""
    outcome: Outcome = Outcome.ERROR
    values: dict[str, Any] = {}
    target: UUID | None = None
    seen: int | None = None
    changes: list[str] = []
    flaws: list[Flaw] = []
    warnings: list[Flaw] = []
    said: dict[str, str] = {}


class Cells:
    """Reads one record cell by cell: a bad cell is noted and the others are still read."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.flaws = [
            Flaw(column, "beyond_titles", {"said": written(cell)[:60]})
            for column, cell in record.beyond.items()
        ]
        self.warnings: list[Flaw] = []

    def has(self, column: str) -> bool:
        """Whether something is written there."""
        return not is_blank(self._record[column])

    def need(self, column: str, parse: Callable[..., T | CellError], **options: Any) -> T | None:
        """The cell's value; None and a flaw when it is empty or bad."""
        return self._read(column, parse(self._record[column], **options))

    def take(
        self, column: str, parse: Callable[..., T | CellError], default: D, **options: Any
    ) -> T | D | None:
        """The cell's value, the default when it is empty; None and a flaw when it is bad."""
        cell: Cell = self._record[column]
        return default if is_blank(cell) else self._read(column, parse(cell, **options))

    def refuse(self, column: str | None, code: str, **params: Fact) -> None:
        """Note what is wrong with a cell that could be read."""
        self.flaws.append(Flaw(column, code, params))

    def warn(self, column: str | None, code: str, **params: Fact) -> None:
        """Note what may be a slip: the row is done all the same."""
        self.warnings.append(Flaw(column, code, params))

    def _read(self, column: str, found: T | CellError) -> T | None:
        if isinstance(found, CellError):
            self.flaws.append(Flaw(column, found.code, dict(found.params)))
            return None
        return found


def refuse_repeated_keys(lines: Sequence[Line]) -> None:
    """Of several rows with one code the first good one counts; one below a bad row is done, with a warning."""
    first: dict[tuple[str, str], Line] = {}
    for line in lines:
        if line.key is None:
            continue
        above = first.setdefault((line.within, line.key), line)
        if above is line:
            continue
        if above.outcome is Outcome.ERROR and line.outcome is not Outcome.ERROR:
            line.warnings = [*line.warnings, Flaw(None, "repeated_key_of_bad", {"row": above.row})]
            first[line.within, line.key] = line
        else:
            line.outcome = Outcome.ERROR
            line.flaws = [*line.flaws, Flaw(None, "repeated_key", {"row": above.row})]


def counts(lines: Sequence[Line]) -> dict[str, int]:
    """How many rows of each outcome."""
    found = Counter(line.outcome for line in lines)
    return {outcome.value: found[outcome] for outcome in Outcome}


def shown(line: Line, headers: Mapping[str, str], lang: str) -> dict[str, Any]:
    """A row of the report, its columns named as in the user's file."""
    return {
        "row": line.row,
        "key": line.key,
        "outcome": line.outcome,
        "changes": [headers.get(column, column) for column in line.changes],
        "errors": [told(flaw, headers, lang) for flaw in line.flaws],
        "warnings": [told(flaw, headers, lang) for flaw in line.warnings],
        "said": line.said,
    }


def told(flaw: Flaw, headers: Mapping[str, str], lang: str) -> dict[str, Any]:
    """What is said of a cell, its column named as in the user's file."""
    return {
        "column": None if flaw.column is None else headers.get(flaw.column, flaw.column),
        "code": flaw.code,
        "message": i18n.filled(i18n.texts(lang)["cells"][flaw.code], flaw.params, lang),
    }


def of_columns(
    unknown: Sequence[str], columns: Mapping[str, Column], headers: Mapping[str, str], lang: str
) -> list[dict[str, Any]]:
    """What is said of the columns that are not read, with the one that each may mean."""
    found = []
    for header in unknown:
        meant = nearest_column(header, columns, taken=headers)
        flaw = Flaw(header, "misspelt_column", {"meant": meant}) if meant else Flaw(header, "unknown_column")
        found.append(told(flaw, headers, lang))
    return found


def correction(line: Line, headers: Mapping[str, str], lang: str) -> str:
    """What stands in «Qué corregir»: «Precio: Falta este dato. Cantidad: ...»."""
    return joined([told(flaw, headers, lang) for flaw in (*line.flaws, *line.warnings)])


def joined(found: Sequence[Mapping[str, Any]]) -> str:
    """What is said of several cells, one after the other."""
    return " ".join(
        f"{one['column']}: {one['message']}" if one["column"] else one["message"] for one in found
    )
