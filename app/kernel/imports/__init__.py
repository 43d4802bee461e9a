"""Spreadsheets that become rows: a dry run that says what each row would do, then exactly that.

A room writes an `Importer` (its columns; `check`, which reads a table and says what each row would do; `apply`, which
does it; `require`, which says who may) and registers it: `imports.register(LotImporter())`. The routes, the stored
file, the report, the file given back with «Qué corregir» and the commit are here, the same for every kind:

    POST /v1/imports?kind=lots&for=ORGANISATION&filename=NAME    the file as the body: a dry run, stored
    GET  /v1/imports/{id}        its report        GET /v1/imports/{id}/file    the user's own file, with corrections
    POST /v1/imports/{id}/commit     what the dry run showed, or 409 with a new dry run
    GET  /v1/imports?kind=lots&for=ORGANISATION    which files have rows to put right
    POST /v1/imports/{id}/corrections    rows put right: a new dry run of the same file, every row under its number

From Python: `report = await imports.bring_in(db, "lots", name=..., content=..., ask=Ask(...))` does both at once.
A code that `check` gives to a cell has its text in the section [cells] of the room's messages.
"""

from app.kernel.imports.lines import Cells, Flaw, Line, Measured, Outcome
from app.kernel.imports.models import ImportRun
from app.kernel.imports.runs import (
    Ask,
    Importer,
    ImportStaleError,
    SheetRefusedError,
    also_read,
    bring_in,
    importer_of,
    register,
    try_out,
)

__all__ = [
    "Ask",
    "Cells",
    "Flaw",
    "ImportRun",
    "ImportStaleError",
    "Importer",
    "Line",
    "Measured",
    "Outcome",
    "SheetRefusedError",
    "also_read",
    "bring_in",
    "importer_of",
    "register",
    "try_out",
]
