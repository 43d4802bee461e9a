"""Lines of production from a file (codigo, nombre, nombre_en, tambien), and by the names people write."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, sheets
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask, Cells, Line, Outcome
from app.kernel.sheets import Column
from app.kernel.text import fold, nearest, slug
from app.producers.queries.parts import LINE

_NAMES = ("name_es", "name_en", "also")
_ALL = sa.select(LINE).order_by(LINE.c.code)
_ADD = sa.insert(LINE)
_RENAME = (
    sa.update(LINE)
    .where(LINE.c.code == given("line"))
    .values({name: given(f"new_{name}") for name in _NAMES})
)


class LineImporter:
    """Lines by code. For the platform."""

    kind = "producer_lines"
    columns: Mapping[str, Column] = MappingProxyType(
        {
            "codigo": Column(("código", "code"), required=True),
            "nombre": Column(("linea", "línea", "name"), required=True),
            "nombre_en": Column(("inglés", "ingles", "name_en")),
            "tambien": Column(("también", "otros nombres", "also")),
        }
    )

    def require(self, caller: Caller, organisation_id: UUID | None) -> None:  # noqa: ARG002 - an Importer's signature
        """Raise ForbiddenError unless the platform imports."""
        if not caller.is_admin:
            raise ForbiddenError

    async def check(self, db: Database, found: sheets.Table, ask: Ask) -> list[Line]:  # noqa: ARG002
        """What every row says and would do."""
        known = {row["code"]: row for row in await db.all(_ALL)}
        return [_line(Cells(record), record.number, known) for record in found.records()]

    async def apply(self, tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
        """Add and rename lines."""
        for line in lines:
            if line.outcome is Outcome.CREATED:
                await tx.run(_ADD, **line.values)
            else:
                await tx.run(
                    _RENAME,
                    line=line.values["code"],
                    **{f"new_{name}": line.values[name] for name in _NAMES},
                )
        if lines:
            codes = sorted(line.values["code"] for line in lines)
            await journal.record(
                tx,
                ask.caller,
                ask.now,
                "producer.lines_named",
                ("producer_line", journal.PLATFORM),
                codes=codes,
            )


class KnownLines:
    """The lines that exist, found by their code or any of their names."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_name: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for row in rows:
            self._names[row["code"]] = row["name_es"]
            for said in (row["code"], row["name_es"], row["name_en"], *row["also"].split(";")):
                if fold(said).strip():
                    self._by_name.setdefault(fold(said).strip(), row["code"])

    def codes_of(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """The codes of the lines that are known, in order, each once; and the names of the others as written."""
        found, unknown = set(), []
        for name in names:
            if code := self._by_name.get(fold(name).strip()):
                found.add(code)
            else:
                unknown.append(name)
        return sorted(found), unknown

    def meant(self, said: Iterable[str]) -> dict[str, str]:
        """The names of the lines that these folded words may be slips of, by word."""
        found = {word: nearest(word, self._by_name) for word in said}
        return {word: self._names[self._by_name[name]] for word, name in found.items() if name is not None}


async def known_lines(db: Database) -> KnownLines:
    """Every line, for reading a file."""
    return KnownLines(await db.all(_ALL))


def _line(cells: Cells, row: int, known: Mapping[str, Row]) -> Line:
    said = cells.need("codigo", sheets.text, max_length=58)
    name = cells.need("nombre", sheets.text, max_length=80)
    english = cells.take("nombre_en", sheets.text, name, max_length=80)
    also = cells.take("tambien", sheets.listing, ())
    code = slug(said or "").replace("-", "_")
    if said and not code:
        cells.refuse("codigo", "not_a_code")
    if cells.flaws or name is None or english is None or also is None:
        return Line(row, code or said, flaws=cells.flaws)
    values = {"code": code, "name_es": name, "name_en": english, "also": ";".join(also)[:200]}
    was = known.get(code)
    if was is None:
        return Line(row, code, outcome=Outcome.CREATED, values=values)
    columns = {"nombre": "name_es", "nombre_en": "name_en", "tambien": "also"}
    for column, field in columns.items():
        if not cells.has(column):
            values[field] = was[field]
    changes = [column for column, field in columns.items() if values[field] != was[field]]
    return Line(
        row, code, outcome=Outcome.CHANGED if changes else Outcome.SAME, values=values, changes=changes
    )
