"""`minka import lots FILE`: stock from a spreadsheet, by whoever keeps this server."""

import asyncio
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from rich.console import Console
from sqlalchemy import bindparam as given

from app.kernel import clock, imports
from app.kernel.caller import WORKER
from app.kernel.db import Database, Row, connect
from app.kernel.errors import DomainError
from app.kernel.imports import Ask, terminal
from app.kernel.schema import table
from app.kernel.settings import Settings
from app.people.models import Organisation

ORGANISATION = table(Organisation)
_BY_CODE = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.code == given("code"))


class UnknownOrganisationCodeError(DomainError):
    """No organisation has this code."""

    status = 404


class UnreadableFileError(DomainError):
    """The file cannot be opened."""

    status = 400


def import_lots(
    settings: Settings,
    path: Path,
    *,
    organisation: str | None,
    only_check: bool,
    console: Console | None = None,
) -> int:
    """Import a file and tell what it did; 1 when a row has an error, the others are in.

    `organisation` is the code of the group whose file it is; without it the column `grupo` says it in every row.
    Raises UnreadableFileError, UnknownOrganisationCodeError, SheetRefusedError.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(name=path.name) from error
    report = asyncio.run(_import(settings, path.name, content, organisation, only_check=only_check))
    return terminal.tell(console or Console(highlight=False), report, is_done=not only_check)


async def _import(
    settings: Settings, name: str, content: bytes, organisation: str | None, *, only_check: bool
) -> Row:
    async with await connect(settings) as db:
        ask = Ask(WORKER, await _organisation(db, organisation), clock.now())
        if only_check:
            return await imports.try_out(db, "lots", name=name, content=content, ask=ask)
        return await imports.bring_in(db, "lots", name=name, content=content, ask=ask)


async def _organisation(db: Database, code: str | None) -> UUID | None:
    if code is None:
        return None
    found: UUID | None = await db.value(_BY_CODE, code=code)
    if found is None:
        raise UnknownOrganisationCodeError(code=code)
    return found
