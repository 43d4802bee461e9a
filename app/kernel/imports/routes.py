"""The door of every import."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from app.kernel.bodies import Given, Shown
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from app.kernel.imports import review, runs
from app.kernel.imports.lines import Outcome
from app.kernel.imports.review import Corrected
from app.kernel.imports.runs import Ask, ImportStaleError
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Visit

CSV = "text/csv"
CALENDAR = "text/calendar"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
_FILE = {"type": "string", "format": "binary"}
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            CSV: {"schema": {"type": "string"}},
            CALENDAR: {"schema": {"type": "string"}},
            XLSX: {"schema": _FILE},
            XLS: {"schema": _FILE},
        },
    }
}
_DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {CSV: {"schema": _FILE}, XLSX: {"schema": _FILE}}}
}

router = room("imports")


class ImportFault(Shown):
    """One cell to correct, or to look at."""

    column: str | None = Field(description="As it is called in the file; null: the whole row")
    code: str
    message: str


class ImportRow(Shown):
    """What one row of the file does."""

    row: int = Field(description="As a spreadsheet program counts, the title row included")
    key: str | None
    outcome: Outcome
    changes: list[str]
    errors: list[ImportFault]
    warnings: list[ImportFault] = Field(description="What may be a slip; the row is done all the same")
    said: dict[str, str] = Field(description="Of a row with errors: what the file says, by its columns")


class ImportCounts(Shown):
    """How many rows of each outcome."""

    created: int
    changed: int
    same: int
    error: int


class ImportReport(Shown):
    """A dry run, and whether it was committed. `rows` leaves out those that change nothing and need no look."""

    id: UUID
    kind: str
    for_: UUID | None = Field(alias="for")
    filename: str
    counts: ImportCounts
    unknown_columns: list[str]
    warnings: list[ImportFault] = Field(description="About columns that are not read, and what each may mean")
    rows: list[ImportRow]
    created_at: datetime
    committed_at: datetime | None
    version: int


class ImportLine(Shown):
    """One import in a list."""

    id: UUID
    kind: str
    for_: UUID | None = Field(alias="for")
    filename: str
    to_correct: int = Field(description="Rows with errors that no later import of the file has put right")
    created_at: datetime
    committed_at: datetime | None


class ImportList(Shown):
    """The latest hundred imports of a kind."""

    items: list[ImportLine]


class RowCorrection(Given):
    """A row put right."""

    row: int = Field(ge=1, le=1_000_000, description="Its number in the report")
    cells: dict[str, Annotated[str, Field(max_length=4_000)]] = Field(
        default={}, max_length=60, description="What it should say, by column; other cells stay"
    )
    is_left_out: bool = Field(default=False, description="It is not wanted: it leaves the list")


class ImportCorrections(Given):
    """Rows with errors, put right."""

    rows: list[RowCorrection] = Field(min_length=1, max_length=500)


@router.get("/imports", response_model=ImportList)
async def list_imports(
    visit: Visit,
    *,
    kind: Annotated[str, Query(pattern=r"^[a-z_]{2,40}$", examples=["fairs"])],
    organisation: Annotated[UUID, Query(alias="for", description="Whose files they are")],
    to_correct: Annotated[bool, Query(description="Only those with rows to put right")] = False,
) -> Response:
    """Your imports, the latest first, and how many of their rows wait to be put right."""
    runs.importer_of(kind).require(visit.caller, organisation)
    return visit.listing({"items": await review.listed(visit.db, organisation, kind, only_open=to_correct)})


@router.post("/imports", status_code=201, response_model=ImportReport, openapi_extra=_UPLOAD)
async def check_import(
    visit: Visit,
    kind: Annotated[str, Query(pattern=r"^[a-z_]{2,40}$", examples=["lots"])],
    organisation: Annotated[UUID, Query(alias="for", description="Whose file it is")],
    filename: Annotated[str, Query(min_length=1, max_length=200, examples=["existencias.csv"])],
) -> Response:
    """Try a CSV or Excel file, of fairs also a calendar file: what each row would do, and what to correct. Nothing of it is done yet."""
    importer = runs.importer_of(kind)
    importer.require(visit.caller, organisation)
    content = await visit.upload(CSV, CALENDAR, XLSX, XLS)
    ask = _ask(visit, organisation)

    async def before(db: Database) -> runs.Checked:
        return await runs.check(db, importer, name=filename, content=content, ask=ask)

    async def work(tx: Tx, checked: runs.Checked) -> Row:
        return await runs.store(tx, kind, checked, name=filename, content=content, ask=ask)

    return await visit.write(work, before=before, status=201)


@router.get("/imports/{import_id}", response_model=ImportReport, responses=problems(NotFoundError))
async def read_import(import_id: UUID, visit: Visit) -> Response:
    """The report of a dry run."""
    return visit.item(runs.report(await _mine(visit, import_id), visit.lang))


@router.get("/imports/{import_id}/file", responses=_DOWNLOAD | problems(NotFoundError))
async def read_import_file(import_id: UUID, visit: Visit) -> Response:
    """Your own file back, with a column «Qué corregir»."""
    await _mine(visit, import_id)
    name, content = await runs.returned(visit.db, import_id, visit.lang)
    return visit.file(name, CSV if name.endswith(".csv") else XLSX, content)


@router.post(
    "/imports/{import_id}/commit",
    response_model=ImportReport,
    responses=problems(NotFoundError, ImportStaleError),
)
async def commit_import(import_id: UUID, visit: Visit) -> Response:
    """Do exactly what the dry run showed; rows with errors are left out.

    When something it touches has changed since, nothing is done: 409 with `import_id`, a new dry run of the same file.
    """
    await _mine(visit, import_id)
    ask = _ask(visit, None)

    async def work(tx: Tx) -> Row:
        return await runs.commit(tx, import_id, ask=ask)

    try:
        return await visit.write(work)
    except ConflictError as changed:
        again = await runs.check_again(visit.db, import_id, ask=ask)
        raise ImportStaleError(extra={"import_id": str(again["id"])}) from changed


@router.post(
    "/imports/{import_id}/corrections",
    status_code=201,
    response_model=ImportReport,
    responses=problems(NotFoundError),
)
async def correct_import(import_id: UUID, body: ImportCorrections, visit: Visit) -> Response:
    """Put rows right that had errors: a new dry run of the same file, to be committed; rows that are in already stay the same."""
    run = await _mine(visit, import_id)
    importer = runs.importer_of(run["kind"])
    ask = _ask(visit, run["organisation_id"])
    said = [Corrected(each.row, each.cells, each.is_left_out) for each in body.rows]

    async def before(db: Database) -> tuple[str, bytes, runs.Checked]:
        name, content = await review.corrected(db, run, said)
        return name, content, await runs.check(db, importer, name=name, content=content, ask=ask)

    async def work(tx: Tx, found: tuple[str, bytes, runs.Checked]) -> Row:
        name, content, checked = found
        return await runs.store(
            tx, run["kind"], checked, name=name, content=content, ask=ask, follows=import_id
        )

    return await visit.write(work, before=before, status=201)


def _ask(visit: Visit, organisation: UUID | None) -> Ask:
    demo = (
        visit.house.settings.demo
    )  # what is brought into the demo is marked, so that the demo may start over
    return Ask(visit.caller, organisation, visit.now, visit.lang, is_demo=demo)


async def _mine(visit: Visit, import_id: UUID) -> Row:
    run = await runs.load(visit.db, import_id)
    try:
        runs.importer_of(run["kind"]).require(visit.caller, run["organisation_id"])
    except ForbiddenError as foreign:
        raise NotFoundError from foreign
    return run
