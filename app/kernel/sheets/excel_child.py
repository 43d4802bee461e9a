"""Reads one workbook in a process of its own: a bomb or a panic in a foreign file ends here and nowhere else.

Run by `bounded_child`: the workbook on standard input, one JSON document on standard output. It imports nothing of
the application. calamine allocates a dense grid, so a 3 kB file whose only cells are A1 and XFD1048576 asks
for 400 GB: the memory limit turns that into a refusal.
"""

import io
import json
import math
import posixpath
import re
import sys
import zipfile
from collections import defaultdict
from datetime import date, datetime, time
from typing import Any
from xml.parsers import expat

import python_calamine as calamine

_EXPECTED = (calamine.CalamineError, zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, OSError)
_OTHER_ERRORS = (NotImplementedError, RuntimeError, EOFError, zipfile.LargeZipFile)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Flaws = dict[int, dict[int, str]]


def main() -> None:
    """Print the first visible table that holds something, or an error code."""
    max_rows, max_cols = int(sys.argv[1]), int(sys.argv[2])
    content = sys.stdin.buffer.read()
    try:
        answer = _answer(content, max_rows, max_cols)
    except calamine.PasswordError:
        answer = {"error": "password_protected"}
    except MemoryError:
        answer = {"error": "too_large"}
    except (*_EXPECTED, *_OTHER_ERRORS):
        answer = {"error": "broken_file"}
    json.dump(answer, sys.stdout)


def _answer(content: bytes, max_rows: int, max_cols: int) -> dict[str, Any]:
    workbook = calamine.load_workbook(io.BytesIO(content))
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible is calamine.SheetVisibleEnum.Visible
        and sheet.typ is calamine.SheetTypeEnum.WorkSheet
    ]
    full: list[tuple[str, dict[str, Any]]] = []
    for name in names:
        flaws = _flaws(content, name) if content.startswith(b"PK") else {}
        grid = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if (table := _table(grid, flaws, max_rows, max_cols))["found"]:
            full.append((name, table))
    if not full:
        return {"error": "empty"}
    return full[0][1] | {"table": full[0][0], "others": [name for name, _ in full[1:]]}


def _table(grid: list[list[Any]], flaws: Flaws, max_rows: int, max_cols: int) -> dict[str, Any]:
    """The rows that hold something, as far as allowed, and how many there are."""
    rows: list[Any] = []
    found = width = 0
    for index in range(max([len(grid), *(row + 1 for row in flaws)])):
        cells = _cells(grid[index] if index < len(grid) else [], flaws.get(index, {}))
        if not cells:
            continue
        found, width = found + 1, max(width, len(cells))
        if found <= max_rows and width <= max_cols:
            rows.append([index + 1, cells])
    return {"rows": rows, "found": found, "width": width}


def _cells(values: list[Any], flaws: dict[int, str]) -> list[Any]:
    """The row's cells for JSON, without the empty ones at its end."""
    cells = [_cell(value) for value in values]
    for col, code in flaws.items():
        cells.extend([""] * (col + 1 - len(cells)))
        cells[col] = {"error": code}
    while cells and isinstance(cells[-1], str) and not cells[-1].strip():
        cells.pop()
    return cells


def _cell(value: Any) -> Any:
    """Text as it is, everything else tagged; numbers with the 15 digits a spreadsheet has."""
    match value:
        case bool():
            return {"bool": value}
        case int() | float():
            return {"number": format(value, ".15g")} if math.isfinite(value) else {"error": "formula_error"}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case _:
            return str(value)


def _flaws(content: bytes, name: str) -> Flaws:
    """Cells calamine reads as empty and people do not: formulas nobody has calculated, and errors."""
    flaws: Flaws = defaultdict(dict)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        ids = {attrs["name"]: _relation(attrs) for attrs in _elements(archive, "xl/workbook.xml", "sheet")}
        relations = _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
        targets = {attrs["Id"]: attrs["Target"] for attrs in relations}
        path = posixpath.join("/xl", targets[ids[name]]).lstrip("/")
        parser = _FlawFinder(flaws)
        with archive.open(path) as part:
            parser.read(part.read())
    return flaws


def _relation(attrs: dict[str, str]) -> str:
    return next(value for key, value in attrs.items() if key.rpartition(":")[2] == "id")


def _elements(archive: zipfile.ZipFile, path: str, wanted: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(tag: str, attrs: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == wanted:
            found.append(attrs)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(archive.read(path), True)  # noqa: FBT003  expat's own signature
    return found


class _FlawFinder:
    """Walks a worksheet's XML; a formula counts as calculated when its <v> has text, or is a text's empty one."""

    def __init__(self, flaws: Flaws) -> None:
        self.flaws = flaws
        self.row = self.col = -1
        self.kind = ""
        self.has_formula = self.has_value = self.in_value = False

    def read(self, xml: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.Parse(xml, True)  # noqa: FBT003  expat's own signature

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self.row = int(attrs["r"]) - 1 if "r" in attrs else self.row + 1
                self.col = -1
            case "c":
                self.col = _column(attrs["r"]) if "r" in attrs else self.col + 1
                self.kind = attrs.get("t", "n")
                self.has_formula = self.has_value = False
            case "f":
                self.has_formula = True
            case "v":
                self.in_value = True
                self.has_value = self.has_value or self.kind == "str"

    def text(self, _: str) -> None:
        self.has_value = self.has_value or self.in_value

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v":
                self.in_value = False
            case "c" if self.kind == "e":
                self.flaws[self.row][self.col] = "formula_error"
            case "c" if self.has_formula and not self.has_value:
                self.flaws[self.row][self.col] = "formula_without_value"


def _column(reference: str) -> int:
    """«B12» -> 1."""
    letters = _REFERENCE.fullmatch(reference)
    if letters is None:
        raise ValueError(reference)
    col = 0
    for letter in letters.group(1):
        col = col * 26 + ord(letter) - ord("A") + 1
    return col - 1


if __name__ == "__main__":
    main()
