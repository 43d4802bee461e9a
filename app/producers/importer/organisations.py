"""Organisations known by facts alone (code, name, kind, place, lines): in the directory, without members or stock."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from app.kernel import sheets
from app.kernel.caller import Caller
from app.kernel.db import Database, Tx
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask, Cells, Line
from app.kernel.sheets import Cell, CellError, Column, Record
from app.people.models import OrganisationKind
from app.producers.importer import forms, reading
from app.producers.importer.forms import Form
from app.producers.importer.lines import KnownLines, known_lines

_KINDS = {kind.value: kind for kind in OrganisationKind}


class OrganisationImporter:
    """Organisations by code. For the platform."""

    kind = "organisations"
    columns: Mapping[str, Column] = MappingProxyType(
        {
            "codigo": Column(("código", "code"), required=True),
            "nombre": Column(("name",), required=True),
            "siglas": Column(("acronym", "sigla")),
            "tipo": Column(("kind",), required=True),
            "pais": Column(("país", "country"), required=True),
            "region": Column(("región", "territory", "departamento")),
            "lugar": Column(("place", "distrito")),
            "lineas": Column(("líneas", "lines", "rubros")),
            "dirigen_mujeres": Column(("women_led", "liderado por mujeres")),
            "web": Column(("website", "sitio web")),
            "hechos": Column(("facts", "datos")),
        }
    )

    def require(self, caller: Caller, organisation_id: UUID | None) -> None:  # noqa: ARG002 - an Importer's signature
        """Raise ForbiddenError unless the platform imports."""
        if not caller.is_admin:
            raise ForbiddenError

    async def check(self, db: Database, found: sheets.Table, ask: Ask) -> list[Line]:
        """What every row says and would do."""
        lines = await known_lines(db)
        read = [_read(record, lines) for record in found.records()]
        await forms.place(db, read, "lugar")
        await forms.refuse_unknown_lines(lines, read)
        known = await forms.stored(db, [form.code for form in read if form.code])
        return [forms.line_of(form, known.get(form.code), ask) for form in read]

    async def apply(self, tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
        """Add organisations, and change those that differ. Raises ImportStaleError."""
        await forms.apply(tx, lines, ask)


def _read(record: Record, lines: KnownLines) -> Form:
    cells = Cells(record)
    form = reading.start(record, cells)
    form.ask("nombre", "name", cells.need("nombre", reading.name))
    form.kind = cells.need("tipo", sheets.choice, options=_KINDS)
    form.ask("siglas", "acronym", cells.take("siglas", sheets.text, None, max_length=60))
    reading.place(form, country_column="pais", region_column="region", place_column="lugar")
    if cells.has("lineas"):
        form.lines, form.unknown_lines = lines.codes_of(cells.take("lineas", sheets.listing, ()) or ())
    form.ask("dirigen_mujeres", "women_led", cells.take("dirigen_mujeres", sheets.yes_no, None))
    form.ask("web", "website", cells.take("web", _website, None))
    form.ask("hechos", "facts", cells.take("hechos", sheets.text, None, max_length=2000))
    return form


def _website(cell: Cell) -> str | CellError:
    """«munihuamanga.gob.pe» is http://munihuamanga.gob.pe: what a published domain is known to answer."""
    found = sheets.text(cell, max_length=190)
    if isinstance(found, CellError):
        return found
    if any(char.isspace() for char in found) or "." not in found:
        return CellError("not_a_website")
    return found if found.startswith(("http://", "https://")) else f"http://{found}"
