"""A file that was sent: kept with what its dry run showed, committed once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import i18n, ids, journal, sheets
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx, write
from app.kernel.errors import ConflictError, InvalidError, NotFoundError
from app.kernel.imports.lines import (
    Line,
    Outcome,
    correction,
    counts,
    joined,
    of_columns,
    refuse_repeated_keys,
    shown,
)
from app.kernel.imports.models import ImportRun
from app.kernel.schema import table

MAX_ROWS, MAX_COLUMNS = 5_000, 60


class ImportStaleError(ConflictError):
    """Something the file touches changed after the dry run; the problem names a new dry run (`import_id`)."""

    code = "import_stale"


class SheetRefusedError(InvalidError):
    """The file as a whole cannot be read; the detail says why."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Who imports, for which organisation, when; whether what comes in is marked as demonstration."""

    caller: Caller
    organisation_id: UUID | None
    now: datetime
    lang: str = i18n.DEFAULT
    is_demo: bool = False


class Importer(Protocol):
    """What a room says about its files."""

    @property
    def kind(self) -> str:
        """What is imported, as in the address: «lots»."""
        ...

    @property
    def columns(self) -> Mapping[str, sheets.Column]:
        """The columns it understands."""
        ...

    def require(self, caller: Caller, organisation_id: UUID | None) -> None:
        """Raise ForbiddenError or NotFoundError unless the caller may import for this organisation."""

    async def check(self, db: Database, found: sheets.Table, ask: Ask) -> list[Line]:
        """What every row says and would do. Reads only."""
        ...

    async def apply(self, tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
        """Do what the created and changed lines say. Raises ImportStaleError when a row is no longer as `seen`."""


class Checked(NamedTuple):
    """A dry run before it is stored."""

    headers: dict[str, str]
    unknown: tuple[str, ...]
    lines: list[Line]


_IMPORTERS: dict[str, Importer] = {}
_READERS: dict[bytes, Callable[[str, bytes], sheets.Sheet]] = {}
_RUN = table(ImportRun)
_ADD = sa.insert(_RUN)
_ONE = sa.select(
    _RUN.c.id,
    _RUN.c.kind,
    _RUN.c.organisation_id,
    _RUN.c.filename,
    _RUN.c.headers,
    _RUN.c.unknown,
    _RUN.c.lines,
    _RUN.c.created_at,
    _RUN.c.committed_at,
    _RUN.c.version,
).where(_RUN.c.id == given("id"))
_CONTENT = sa.select(_RUN.c.content).where(_RUN.c.id == given("id"))
_DONE = (
    sa.update(_RUN)
    .where(_RUN.c.id == given("run"), _RUN.c.committed_at.is_(None))
    .values(committed_at=given("at"), version=_RUN.c.version + 1)
)


def register(importer: Importer) -> None:
    """Let files of this kind be imported (called once, where the importer is written)."""
    _IMPORTERS[importer.kind] = importer


def also_read(mark: bytes, reader: Callable[[str, bytes], sheets.Sheet]) -> None:
    """Read files that begin so by a room's own reader: a sheet, or SheetError."""
    _READERS[mark] = reader


def importer_of(kind: str) -> Importer:
    """The importer of a kind. Raises NotFoundError."""
    found = _IMPORTERS.get(kind)
    if found is None:
        raise NotFoundError
    return found


async def check(db: Database, importer: Importer, *, name: str, content: bytes, ask: Ask) -> Checked:
    """What committing this file would do; nothing is stored. Raises SheetRefusedError."""
    try:
        found = sheets.match(await read(name, content), importer.columns)
    except sheets.SheetError as error:
        raise refused(error, ask.lang) from error
    lines = await importer.check(db, found, ask)
    refuse_repeated_keys(lines)
    wrong = {line.row: line for line in lines if line.outcome is Outcome.ERROR}
    for number, said in found.said(wrong).items():
        wrong[number].said = said
    return Checked(dict(found.headers), found.unknown, lines)


async def read(name: str, content: bytes) -> sheets.Sheet:
    """The sheet, read off the event loop. Raises SheetError."""
    head = content[:100].removeprefix(b"\xef\xbb\xbf").lstrip().upper()
    if own := next((reader for mark, reader in _READERS.items() if head.startswith(mark)), None):
        return await asyncio.to_thread(own, name, content)
    return await asyncio.to_thread(sheets.read, name, content, max_rows=MAX_ROWS, max_cols=MAX_COLUMNS)


def refused(error: sheets.SheetError, lang: str) -> SheetRefusedError:
    """The problem of a file that cannot be read."""
    return SheetRefusedError(
        why=i18n.text(lang, "sheets", error.code, **error.params), extra={"sheet": error.code}
    )


async def store(
    tx: Tx,
    kind: str,
    checked: Checked,
    *,
    name: str,
    content: bytes,
    ask: Ask,
    follows: UUID | None = None,
) -> Row:
    """Keep a dry run with its file; returns its report. `follows`: the run whose rows it puts right."""
    identifier, facts = ids.uuid7(), {"of": kind, **counts(checked.lines)}
    await tx.run(
        _ADD,
        id=identifier,
        kind=kind,
        organisation_id=ask.organisation_id,
        caller=ask.caller.name,
        filename=name[:200],
        content=content,
        headers=checked.headers,
        unknown=checked.unknown,
        lines=checked.lines,
        to_correct=facts[Outcome.ERROR],
        follows_id=follows,
        created_at=ask.now,
        committed_at=None,
    )
    await journal.record(tx, ask.caller, ask.now, "import.checked", ("import", identifier), **facts)
    return report(await load(tx, identifier), ask.lang)


async def load(db: Database, run_id: UUID) -> Row:
    """A stored run with its `lines`. Raises NotFoundError."""
    found = await db.one(_ONE, id=run_id)
    if found is None:
        raise NotFoundError
    found["lines"] = msgspec.convert(found["lines"], list[Line])
    return found


async def content_of(db: Database, run_id: UUID) -> bytes:
    """The file itself."""
    found: bytes = await db.value(_CONTENT, id=run_id)
    return found


async def commit(tx: Tx, run_id: UUID, *, ask: Ask) -> Row:
    """Do what the dry run showed, once; a repetition only reports. Raises NotFoundError, ImportStaleError."""
    run = await load(tx, run_id)
    importer = importer_of(run["kind"])
    importer.require(ask.caller, run["organisation_id"])
    if await tx.run(_DONE, run=run_id, at=ask.now):
        todo = [line for line in run["lines"] if line.outcome in (Outcome.CREATED, Outcome.CHANGED)]
        await importer.apply(tx, todo, replace(ask, organisation_id=run["organisation_id"]))
        facts = {"of": run["kind"], **counts(run["lines"])}
        await journal.record(tx, ask.caller, ask.now, "import.committed", ("import", run_id), **facts)
    return report(await load(tx, run_id), ask.lang)


async def check_again(db: Database, run_id: UUID, *, ask: Ask) -> Row:
    """A new dry run of the same file, stored; returns its report. For a run that has become stale."""
    run = await load(db, run_id)
    content = await content_of(db, run_id)
    ask = replace(ask, organisation_id=run["organisation_id"])
    checked = await check(db, importer_of(run["kind"]), name=run["filename"], content=content, ask=ask)
    return await write(
        db, lambda tx: store(tx, run["kind"], checked, name=run["filename"], content=content, ask=ask)
    )


async def returned(db: Database, run_id: UUID, lang: str) -> tuple[str, bytes]:
    """The user's own file with its column «Qué corregir»: its name and bytes. Raises NotFoundError."""
    run = await load(db, run_id)
    sheet = await read(run["filename"], await content_of(db, run_id))
    columns = importer_of(run["kind"]).columns
    found = sheets.match(sheet, columns)
    notes = {
        line.row: correction(line, run["headers"], lang)
        for line in run["lines"]
        if line.flaws or line.warnings
    }
    if run["unknown"]:
        notes[found.header_row] = joined(of_columns(run["unknown"], columns, run["headers"], lang))
    content = await asyncio.to_thread(sheets.write_back, sheet, notes, header_row=found.header_row)
    return sheets.returned_name(sheet), content


async def try_out(db: Database, kind: str, *, name: str, content: bytes, ask: Ask) -> Row:
    """The report of a file that is neither stored nor done, for programs. Raises what `bring_in` raises."""
    importer = importer_of(kind)
    importer.require(ask.caller, ask.organisation_id)
    checked = await check(db, importer, name=name, content=content, ask=ask)
    return report(
        {
            "id": None,
            "kind": kind,
            "organisation_id": ask.organisation_id,
            "filename": name,
            "headers": checked.headers,
            "unknown": checked.unknown,
            "lines": checked.lines,
            "created_at": ask.now,
            "committed_at": None,
            "version": None,
        },
        ask.lang,
    )


async def bring_in(db: Database, kind: str, *, name: str, content: bytes, ask: Ask) -> Row:
    """Dry run and commit at once, for programs; returns the report. Raises SheetRefusedError and what `require` raises."""
    importer = importer_of(kind)
    importer.require(ask.caller, ask.organisation_id)

    async def both(tx: Tx, checked: Checked) -> Row:
        stored = await store(tx, kind, checked, name=name, content=content, ask=ask)
        return await commit(tx, UUID(str(stored["id"])), ask=ask)

    return await write(db, both, lambda source: check(source, importer, name=name, content=content, ask=ask))


def report(run: Row, lang: str) -> Row:
    """What people read about a run: every row that changes something or may be mistaken, its columns named as in their file."""
    lines: list[Line] = run["lines"]
    columns = importer_of(run["kind"]).columns
    return {
        "id": run["id"],
        "kind": run["kind"],
        "for": run["organisation_id"],
        "filename": run["filename"],
        "counts": counts(lines),
        "unknown_columns": run["unknown"],
        "warnings": of_columns(run["unknown"], columns, run["headers"], lang),
        "rows": [
            shown(line, run["headers"], lang)
            for line in lines
            if line.outcome is not Outcome.SAME or line.warnings
        ],
        "created_at": run["created_at"],
        "committed_at": run["committed_at"],
        "version": run["version"],
    }
