"""`minka import KIND FILE`: a spreadsheet brought in by whoever keeps this server."""

import asyncio
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from rich.console import Console
from sqlalchemy import bindparam as given

from app.kernel import clock, imports
from app.kernel.caller import TERMINAL
from app.kernel.db import Database, Row, connect
from app.kernel.errors import DomainError
from app.kernel.imports import Ask, terminal
from app.kernel.settings import Settings
from app.people.tables import ORGANISATION

_BY_CODE = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.code == given("code"))


class UnknownOrganisationCodeError(DomainError):
    """No organisation has this code."""

    status = 404


class UnreadableFileError(DomainError):
    """The file cannot be opened."""

    status = 400


def bring_in(
    settings: Settings,
    kind: str,
    path: Path,
    *,
    organisation: str | None,
    only_check: bool,
    console: Console | None = None,
) -> int:
    """Import a file of this kind and tell what it did; 1 when a row has an error, the others are in.

    `organisation` is the code of whose file it is; without it the rows say it, or it is the platform's.
    Raises UnreadableFileError, UnknownOrganisationCodeError, SheetRefusedError.
    """
    console = console or Console(highlight=False)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(name=path.name) from error

    async def do() -> Row:
        async with await connect(settings) as db:
            ask = Ask(TERMINAL, await _organisation(db, organisation), clock.now())
            verb = imports.try_out if only_check else imports.bring_in
            return await verb(db, kind, name=path.name, content=content, ask=ask)

    with console.status(f"Leyendo {path.name} ..."):
        report = asyncio.run(do())
    return terminal.tell(console, report, is_done=not only_check)


async def _organisation(db: Database, code: str | None) -> UUID | None:
    if code is None:
        return None
    found: UUID | None = await db.value(_BY_CODE, code=code)
    if found is None:
        raise UnknownOrganisationCodeError(code=code)
    return found
