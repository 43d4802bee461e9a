"""Cells that files of groups and of organisations have in common."""

from app.kernel import sheets
from app.kernel.imports import Cells
from app.kernel.sheets import Cell, CellError, Record
from app.kernel.text import clean_line, slug
from app.places.countries import COUNTRIES, subdivision_named
from app.producers.importer.forms import Form

_COUNTRIES = {
    said: country.code for country in COUNTRIES.values() for said in (country.code, country.es, country.en)
}


def start(record: Record, cells: Cells) -> Form:
    """The row's own code: «sumaq tika» is SUMAQ-TIKA."""
    said = cells.need("codigo", sheets.text, max_length=58)
    code = slug(said or "").upper()
    if said and len(code) < 2:
        cells.refuse("codigo", "not_a_code")
    return Form(record.number, said, code, cells)


def name(cell: Cell) -> str | CellError:
    """The name of an organisation."""
    found = sheets.text(cell, max_length=200)
    if isinstance(found, CellError):
        return found
    return clean_line(found) if len(clean_line(found)) > 1 else CellError("too_short", {"least": 2})


def place(form: Form, *, country_column: str, region_column: str, place_column: str) -> None:
    """Country (that of the region where it is not said), region and place."""
    cells = form.cells
    said = cells.take(region_column, sheets.text, None, max_length=80)
    form.country = cells.take(country_column, sheets.choice, None, options=_COUNTRIES)
    if form.country is None and not cells.has(country_column):
        form.country = next((code for code in COUNTRIES if (said or "").upper().startswith(f"{code}-")), None)
        if form.country is None:
            cells.refuse(country_column, "missing")
    region = subdivision_named(form.country, said) if said and form.country else None
    if said and form.country and region is None:
        cells.refuse(region_column, "unknown_region")
    form.ask(region_column, "region", region and region.code)
    form.ask(place_column, "place", _line(cells, place_column))


def _line(cells: Cells, column: str) -> str | None:
    found = cells.take(column, sheets.text, None, max_length=200)
    return found and clean_line(found)
