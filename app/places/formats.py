"""The three official lists of territories that can be imported, told apart by their columns. Pure.

Peru: districts by INEI code (`inei`, `provincia`, `distrito`). Bolivia: municipalities by INE code (`codigo_ine`,
`nombre_prov`, `nombre_mun`). Chile: comunas by CUT code (`id`, `name`, `province_id`), whose provinces are read from
`cl_provinces.csv` beside the file when it is there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from app.kernel.sheets import Sheet, written
from app.kernel.text import clean_line, fold
from app.places import countries

_LITTLE = frozenset({"de", "del", "la", "las", "los", "el", "y", "e"})
Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """One territory of a list."""

    code: str
    country: str
    region: str
    level: str
    name: str
    parent_name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a list holds, and the rows that could not be used: their numbers and why (a code of the texts)."""

    country: str
    found: list[Found] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


class UnknownFormatError(ValueError):
    """The columns are those of none of the three lists."""


@dataclass(frozen=True, slots=True)
class _Format:
    country: str
    level: str
    columns: frozenset[str]
    code: str
    digits: int
    name: Callable[[Line], str]
    parent: Callable[[Line, Mapping[str, str]], str]


def read(sheet: Sheet, provinces: Mapping[str, str]) -> Reading:
    """The territories of a list. `provinces` names Chile's by their codes. Raises UnknownFormatError."""
    header, *rows = sheet.rows
    names = [clean_line(written(cell)).lower() for cell in header.cells]
    form = next((form for form in _FORMATS if form.columns <= set(names)), None)
    if form is None:
        raise UnknownFormatError
    reading, seen = Reading(form.country), set[str]()
    for row in rows:
        line = dict(zip(names, (clean_line(written(cell)) for cell in row.cells), strict=False))
        found = _territory(form, line, provinces)
        if isinstance(found, str):
            reading.wrong.append((row.number, found))
        elif found.code in seen:
            reading.wrong.append((row.number, "repeated_territory"))
        else:
            seen.add(found.code)
            reading.found.append(found)
    return reading


def provinces(sheet: Sheet) -> dict[str, str]:
    """The names of Chile's provinces by their codes, from a list with `id` and `name`."""
    header, *rows = sheet.rows
    names = [clean_line(written(cell)).lower() for cell in header.cells]
    lines = (dict(zip(names, map(written, row.cells), strict=False)) for row in rows)
    return {line["id"].zfill(3): clean_line(line["name"]) for line in lines if {"id", "name"} <= line.keys()}


def _territory(form: _Format, line: Line, provinces: Mapping[str, str]) -> Found | str:
    """The territory of a line, or why it is none."""
    official = line.get(form.code, "")
    if not re.fullmatch(rf"[0-9]{{{form.digits - 1},{form.digits}}}", official):
        return "territory_code_invalid"
    official = official.zfill(form.digits)  # a spreadsheet program drops a leading zero
    region = countries.subdivision_of(form.country, official)
    name = form.name(line)
    if region is None:
        return "region_unknown"
    if not name:
        return "territory_name_missing"
    parent = form.parent(line, provinces) or region.name
    return Found(f"{form.country}-{official}", form.country, region.code, form.level, name, parent[:120])


def _peruvian_name(line: Line) -> str:
    """The list writes names in capitals without accents; its capital of the same name keeps them."""
    name, capital = line.get("distrito", ""), line.get("capital", "")
    return capital if fold(capital) == fold(name) else _titled(name)


def _titled(name: str) -> str:
    """«SAN JUAN DE LOPECANCHA» -> «San Juan de Lopecancha»."""
    return " ".join(_cased(word, place) for place, word in enumerate(name.split()))


def _cased(word: str, place: int) -> str:
    lowered = word.lower()
    return lowered if place and lowered in _LITTLE else lowered.capitalize()


_FORMATS = (
    _Format(
        "PE",
        "district",
        frozenset({"inei", "provincia", "distrito"}),
        "inei",
        6,
        _peruvian_name,
        lambda line, _: _titled(line.get("provincia", "")),
    ),
    _Format(
        "BO",
        "municipality",
        frozenset({"codigo_ine", "nombre_prov", "nombre_mun"}),
        "codigo_ine",
        6,
        lambda line: line.get("nombre_mun", ""),
        lambda line, _: line.get("nombre_prov", ""),
    ),
    _Format(
        "CL",
        "commune",
        frozenset({"id", "name", "province_id"}),
        "id",
        5,
        lambda line: line.get("name", ""),
        lambda line, provinces: provinces.get(line.get("province_id", "").zfill(3), ""),
    ),
)


def columns() -> Iterator[tuple[str, list[str]]]:
    """What each country's list must have, for telling people."""
    for form in _FORMATS:
        yield countries.COUNTRIES[form.country].es, sorted(form.columns)
