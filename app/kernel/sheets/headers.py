"""Which column is which: headers as people write them, matched to the names a reader asks for."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from app.kernel.sheets.values import Cell, Row, Sheet, SheetError, is_blank, is_correction, written
from app.kernel.text import clean_line, fold, nearest

_LITTLE_WORDS = frozenset({"de", "del", "el", "la", "los", "las"})
_HEADER_WITHIN = 10  # people put a title, a date and a logo above their table


@dataclass(frozen=True, slots=True)
class Column:
    """A column a reader understands, by its own name or any alias.

    `void_by`: columns that say the same in people's words. Whoever corrects one of those empties this one.
    """

    aliases: tuple[str, ...] = ()
    required: bool = False
    void_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row below the header, its cells by column name; `beyond` are those to the right of every title, by number."""

    number: int
    cells: Mapping[str, Cell]
    beyond: Mapping[str, Cell] = field(default_factory=dict)

    def __getitem__(self, column: str) -> Cell:
        """The cell, or "" when the row or the file does not have it."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose header is understood. `unknown` headers are reported, never an error."""

    sheet: Sheet
    header_row: int
    positions: Mapping[str, int]
    headers: Mapping[str, str]
    unknown: tuple[str, ...]

    def beyond(self, row: Row) -> dict[str, Cell]:
        """What the row says to the right of every title, by number («#7»); our own column of corrections is no title of theirs."""
        header = next(row.cells for row in self.sheet.rows if row.number == self.header_row)
        last = max(
            at for at, cell in enumerate(header, start=1) if not is_blank(cell) and not is_correction(cell)
        )
        return {
            f"#{at + 1}": cell
            for at, cell in enumerate(row.cells)
            if at >= last and not is_blank(cell) and not (at < len(header) and is_correction(header[at]))
        }

    def said(self, numbers: Container[int]) -> dict[int, dict[str, str]]:
        """What these rows say, by the headers of the file; a column without one by its number. Blank cells are left out."""
        header = next(row.cells for row in self.sheet.rows if row.number == self.header_row)
        titles = [clean_line(written(cell)) or f"#{at}" for at, cell in enumerate(header, start=1)]
        return {
            row.number: {
                titles[at] if at < len(titles) else f"#{at + 1}": written(cell)
                for at, cell in enumerate(row.cells)
                if not is_blank(cell)
            }
            for row in self.sheet.rows
            if row.number in numbers
        }

    def records(self) -> Iterator[Record]:
        """The rows below the header, in order."""
        for row in self.sheet.rows:
            if row.number > self.header_row:
                yield Record(
                    row.number,
                    {name: row.cells[at] for name, at in self.positions.items() if at < len(row.cells)},
                    self.beyond(row),
                )


def match(sheet: Sheet, columns: Mapping[str, Column]) -> Table:
    """Find the header among the first rows: the one that names most columns.

    Accents, case, spaces, signs and «de la» do not count: «Semanas de aviso» is `semanas_aviso`. Raises SheetError: no_header,
    missing_columns, duplicate_columns.
    """
    names = {_key(said): name for name, column in columns.items() for said in (name, *column.aliases)}
    row = max(sheet.rows[:_HEADER_WITHIN], key=lambda row: len(_named(row, names)), default=None)
    if row is None or not _named(row, names):
        raise SheetError("no_header", expected=", ".join(columns))
    positions = _positions(row, names)
    missing = [name for name, column in columns.items() if column.required and name not in positions]
    if missing:
        raise SheetError("missing_columns", columns=", ".join(missing))
    headers = {name: clean_line(written(row.cells[at])) for name, at in positions.items()}
    return Table(sheet, row.number, positions, headers, _unknown(row, names))


def column_named(header: str, columns: Mapping[str, Column]) -> str | None:
    """The column that a header means; None when nobody understands it."""
    key = _key(header)
    return next((name for name, column in columns.items() if key in map(_key, (name, *column.aliases))), None)


def nearest_column(header: str, columns: Mapping[str, Column], *, taken: Container[str]) -> str | None:
    """The column that a header nobody understands may mean, among those not `taken` by another; None when none is near."""
    names = {
        _key(said): name
        for name, column in columns.items()
        if name not in taken
        for said in (name, *column.aliases)
    }
    found = nearest(_key(header), names)
    return None if found is None else names[found]


def _named(row: Row, names: Mapping[str, str]) -> set[str]:
    return {names[key] for cell in row.cells if (key := _key(written(cell))) in names}


def _positions(row: Row, names: Mapping[str, str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for at, cell in enumerate(row.cells):
        name = names.get(_key(written(cell)))
        if name in positions:
            raise SheetError("duplicate_columns", column=name)
        if name is not None:
            positions[name] = at
    return positions


def _unknown(row: Row, names: Mapping[str, str]) -> tuple[str, ...]:
    texts = (clean_line(written(cell)) for cell in row.cells if not is_correction(cell))
    return tuple(text for text in texts if text and _key(text) not in names)


def _key(text: str) -> str:
    """The folded words of a header joined by one underscore, articles and «de» left out."""
    words = "".join(char if char.isalnum() else " " for char in fold(text)).split()
    return "_".join([word for word in words if word not in _LITTLE_WORDS] or words)
