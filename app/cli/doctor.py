"""`minka doctor`: what an installation needs, whether it is there, and how to mend it."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy import bindparam as given
from sqlmodel import UTCDateTime

from app.cli.terminal import setting_faults
from app.kernel import clock, lock, migrating
from app.kernel.db import Database, connect
from app.kernel.errors import UnavailableError
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.kernel.settings import Settings

_LEAST_FREE_BYTES, _FEW_FREE_BYTES = 100_000_000, 1_000_000_000
_MOST_DRIFT = timedelta(seconds=30)
_OLDEST_POSTGRES = 170_000
_AUDIT = table(AuditEntry)
_FUTURE = sa.select(_AUDIT.c.at).where(_AUDIT.c.at > given("now")).limit(1)
_POSTGRES_VERSION = sa.select(sa.func.current_setting("server_version_num", type_=sa.String).label("number"))
_SERVER_TIME = sa.select(sa.func.clock_timestamp(type_=UTCDateTime()).label("at"))
_SILENT = {  # why there is no connection, by the class of the driver's error
    "InvalidPasswordError": (
        "no acepta ese usuario o contraseña",
        "Revise el usuario y la contraseña en MINKA_DATABASE_URL.",
    ),
    "InvalidAuthorizationSpecificationError": (
        "no acepta a ese usuario",
        "Revise el usuario en MINKA_DATABASE_URL, y pg_hba.conf en el servidor.",
    ),
    "InvalidCatalogNameError": (
        "el servidor responde, pero esa base no existe",
        "Créela: createdb -O USUARIO NOMBRE, con los que dice MINKA_DATABASE_URL.",
    ),
    "": ("no responde", "Revise MINKA_DATABASE_URL y que el servidor esté encendido y alcanzable."),
}


class Mark(Enum):
    """How one thing is."""

    WELL = "[green]bien[/] "
    LOOK = "[yellow]ojo[/]  "
    WRONG = "[red]MAL[/]  "


class Finding(NamedTuple):
    """One thing that was looked at, and what to do about it."""

    mark: Mark
    said: str
    mend: str = ""


def examine() -> int:
    """Say how the installation is; 1 when something must be mended."""
    console = Console(highlight=False)
    findings: list[Finding] = []
    for finding in _findings():
        findings.append(finding)
        console.print(f"{finding.mark.value} {finding.said}", soft_wrap=True)
        if finding.mend:
            console.print(f"      → {finding.mend}", markup=False, soft_wrap=True)
    wrong = sum(1 for finding in findings if finding.mark is Mark.WRONG)
    console.print(f"[red]Por arreglar: {wrong}.[/]" if wrong else "[green]Todo listo.[/]")
    return 1 if wrong else 0


def _findings() -> Iterator[Finding]:
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in setting_faults(error):
            yield Finding(Mark.WRONG, f"Ajustes:{fault[1:]}", "Corrija esa variable, o su línea en .env.")
        return
    yield Finding(Mark.WELL, f"Ajustes: válidos. Base de datos: {_named(settings)}")
    for name in sorted(_unknown_settings()):
        yield Finding(
            Mark.LOOK, f"{name}: ningún ajuste se llama así.", "Los que hay están en docs/settings.md."
        )
    if settings.demo:
        yield Finding(
            Mark.LOOK, "Modo demostración: las claves de prueba sirven a cualquiera en esta máquina."
        )
    yield _clock(clock.now())
    yield from _places(settings)
    if settings.is_sqlite and not settings.sqlite_path.exists():
        yield Finding(
            Mark.WRONG, "Base de datos: todavía no existe.", "Créela con `minka migrate` o `minka serve`."
        )
        return
    yield from asyncio.run(_database(settings, clock.now()))


def _unknown_settings() -> set[str]:
    known = {f"MINKA_{name.upper()}" for name in Settings.model_fields}
    ours = {name for name in map(str.upper, os.environ) if name.startswith("MINKA_")}
    return {name for name in ours - known if not name.startswith("MINKA_TEST_")}


def _named(settings: Settings) -> str:
    if settings.is_sqlite:
        return str(settings.sqlite_path.absolute())
    return "PostgreSQL en " + settings.database_url.rpartition("@")[2].partition("?")[0]


def _clock(now: datetime) -> Finding:
    program = datetime.fromtimestamp(Path(__file__).stat().st_mtime, tz=now.tzinfo)
    if now + timedelta(days=1) < program:
        return Finding(
            Mark.WRONG,
            f"Reloj: dice {now:%Y-%m-%d %H:%M} UTC, antes de que existiera este programa.",
            "Póngalo en hora.",
        )
    return Finding(Mark.WELL, f"Reloj: {now:%Y-%m-%d %H:%M} UTC")


def _places(settings: Settings) -> Iterator[Finding]:
    folder = settings.sqlite_path.absolute().parent if settings.is_sqlite else Path.cwd()
    while not folder.exists():
        folder = folder.parent
    if settings.is_sqlite:
        writable = os.access(folder, os.W_OK | os.X_OK)
        yield Finding(
            Mark.WELL if writable else Mark.WRONG,
            f"Carpeta: en {folder} {'se' if writable else 'no se'} puede escribir",
            "" if writable else f"Dé permiso a quien ejecuta Minka: chown o chmod en {folder}.",
        )
    free = shutil.disk_usage(folder).free
    few = Mark.WRONG if free < _LEAST_FREE_BYTES else Mark.LOOK
    mark = few if free < _FEW_FREE_BYTES else Mark.WELL
    yield Finding(
        mark,
        f"Disco: {free / 1e9:.1f} GB libres",
        "" if mark is Mark.WELL else "Libere espacio: sin él no se guarda nada.",
    )


async def _database(settings: Settings, now: datetime) -> list[Finding]:
    try:
        db = await connect(settings, writing=False)
    except UnavailableError as error:
        said, mend = _SILENT.get(type(error.__cause__).__name__, _SILENT[""])
        return [Finding(Mark.WRONG, f"Base de datos: {said}.", mend)]
    async with db:
        found = [await _version(settings, db), await _schema(db)]
        if settings.is_sqlite:
            found.append(_holder(settings))
        else:
            found.append(await _drift(db))
        if found[1].mark is Mark.WELL:
            found += await _records(db, now)
        return found


async def _version(settings: Settings, db: Database) -> Finding:
    if settings.is_sqlite:
        alone = sqlite3.sqlite_version_info < lock.SAFE_VERSION
        note = " (escribe un solo proceso a la vez)" if alone else ""
        return Finding(Mark.WELL, f"Base de datos: SQLite {sqlite3.sqlite_version}{note}")
    number = int(await db.value(_POSTGRES_VERSION))
    well = number >= _OLDEST_POSTGRES
    return Finding(
        Mark.WELL if well else Mark.WRONG,
        f"Base de datos: PostgreSQL {number // 10_000}.{number % 10_000}",
        "" if well else f"Minka se prueba desde PostgreSQL {_OLDEST_POSTGRES // 10_000}: actualícelo.",
    )


async def _schema(db: Database) -> Finding:
    has, needs = await migrating.current(db), migrating.revisions()[-1]
    if has == needs:
        return Finding(Mark.WELL, f"Esquema: al día ({has})")
    if has is not None and has not in migrating.revisions():
        return Finding(Mark.WRONG, f"Esquema: {has}, de una Minka más nueva.", "Actualice este programa.")
    return Finding(
        Mark.WRONG, f"Esquema: {has or 'vacío'}, y hace falta {needs}.", "Ejecute `minka migrate`."
    )


def _holder(settings: Settings) -> Finding:
    holder = lock.holder(settings.sqlite_path)
    said = f"escribe «{holder.command}» (proceso {holder.pid})" if holder else "nadie escribe ahora"
    return Finding(Mark.WELL, f"Uso: {said}")


async def _drift(db: Database) -> Finding:
    drift = abs(await db.value(_SERVER_TIME) - clock.now())
    well = drift < _MOST_DRIFT
    return Finding(
        Mark.WELL if well else Mark.WRONG,
        f"Reloj de la base de datos: a {drift.total_seconds():.0f} s del de esta máquina",
        "" if well else "Ponga los dos en hora (NTP): los plazos dependen de ello.",
    )


async def _records(db: Database, now: datetime) -> list[Finding]:
    if await db.one(_FUTURE, now=now + _MOST_DRIFT) is None:
        return []
    return [
        Finding(
            Mark.WRONG,
            "Reloj: hay cambios con fecha futura.",
            "El reloj de esta máquina está atrasado, o lo estuvo adelantado.",
        )
    ]
