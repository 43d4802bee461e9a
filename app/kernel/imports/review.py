"""Rows that were not understood: which imports have some, and the same file once somebody has put them right."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import sheets
from app.kernel.db import Database, Query, Row
from app.kernel.errors import Fault, InvalidError
from app.kernel.imports import runs
from app.kernel.imports.lines import Outcome
from app.kernel.imports.models import ImportRun
from app.kernel.schema import table
from app.kernel.sheets import Cell, Column, Sheet, Table

_RUN, _LATER = table(ImportRun), table(ImportRun).alias("later")
_IS_FOLLOWED = sa.exists().where(_LATER.c.follows_id == _RUN.c.id)
_LEFT = sa.case((_IS_FOLLOWED, 0), else_=_RUN.c.to_correct)
_LIST = Query(
    sa.select(
        _RUN.c.id,
        _RUN.c.kind,
        _RUN.c.organisation_id,
        _RUN.c.filename,
        _LEFT.label("to_correct"),
        _RUN.c.created_at,
        _RUN.c.committed_at,
    )
    .where(_RUN.c.organisation_id == given("organisation"))
    .order_by(_RUN.c.id.desc())
    .limit(100),
    kind=_RUN.c.kind == given("kind"),
    least=given("least", type_=sa.Integer) <= _LEFT,
)


class Corrected(NamedTuple):
    """What somebody says of a row that was not understood: other cells by their headers, or that it is not wanted."""

    row: int
    cells: Mapping[str, str]
    is_left_out: bool = False


async def listed(db: Database, organisation_id: UUID, kind: str, *, only_open: bool) -> list[Row]:
    """The latest imports of a kind, and how many of their rows nobody has put right yet."""
    found = await db.all(_LIST, organisation=organisation_id, kind=kind, least=1 if only_open else None)
    return [{"for": line.pop("organisation_id"), **line} for line in found]


async def corrected(db: Database, run: Row, said: Sequence[Corrected]) -> tuple[str, bytes]:
    """The file of a run with these rows put right: its name and bytes; every row keeps its number. Raises InvalidError."""
    columns = runs.importer_of(run["kind"]).columns
    sheet = await runs.read(run["filename"], await runs.content_of(db, run["id"]))
    found = sheets.match(sheet, columns)
    wrong = {line.row for line in run["lines"] if line.outcome is Outcome.ERROR}
    rows = _Rows(found, columns)
    for at, each in enumerate(said):
        if each.row not in wrong:
            raise InvalidError(Fault(f"#/rows/{at}/row", "row_not_wrong"))
        rows.correct(each, f"#/rows/{at}/cells")
    content = await asyncio.to_thread(sheets.write_back, rows.sheet(sheet), {}, header_row=found.header_row)
    return sheets.returned_name(sheet, "corregido"), content


class _Rows:
    """The rows of a sheet while they are put right."""

    def __init__(self, found: Table, columns: Mapping[str, Column]) -> None:
        self._columns, self._header = columns, found.header_row
        self._positions = dict(found.positions)
        self._beyond = {row.number: found.beyond(row) for row in found.sheet.rows}
        self._cells: dict[int, list[Cell]] = {row.number: list(row.cells) for row in found.sheet.rows}

    def correct(self, said: Corrected, pointer: str) -> None:
        cells = self._cells[said.row]
        if said.is_left_out:
            cells.clear()
            return
        beyond = self._beyond[said.row]
        for header in said.cells.keys() & beyond.keys():
            cells[int(header[1:]) - 1] = said.cells[header]
        named = {
            self._column(header, pointer): text for header, text in said.cells.items() if header not in beyond
        }
        for name, column in self._columns.items():
            if name not in named and named.keys() & set(column.void_by):
                self._write(cells, name, "")
        for name, text in named.items():
            self._write(cells, name, text)

    def sheet(self, old: Sheet) -> Sheet:
        rows = tuple(replace(row, cells=tuple(self._cells[row.number])) for row in old.rows)
        return replace(old, rows=rows)

    def _column(self, header: str, pointer: str) -> str:
        name = sheets.column_named(header, self._columns)
        if name is None:
            raise InvalidError(Fault(pointer, "unknown_column", column=header[:60]))
        return name

    def _write(self, cells: list[Cell], name: str, text: str) -> None:
        if name not in self._positions:
            if not text:
                return
            header: list[Any] = self._cells[self._header]
            self._positions[name] = max(map(len, self._cells.values()))
            header += [""] * (self._positions[name] - len(header)) + [name]
        at = self._positions[name]
        cells += [""] * (at + 1 - len(cells))
        cells[at] = text
