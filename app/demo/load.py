"""Loads the demo's files through the importers that users have. Dates count from the first load."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.demo.cast import CAST, enter, organisation_id
from app.kernel import ids, imports, journal
from app.kernel.caller import TERMINAL, WORKER
from app.kernel.db import Database, Tx, write
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.people.models import Affiliation, AffiliationState, Organisation, OrganisationKind
from app.people.schemas.organisations import OrganisationCreate
from app.people.service import organisations, verification
from app.seals import service as seals
from app.seals.rules import SchemeKind
from app.seals.schemas import GrantCreate, SchemeCreate

DATA = Path(__file__).parent / "data"
FIRST = "RED-AYNI-SUR"  # its row says when the demo was loaded
_MILLIS = 1_767_225_600_000  # 2026-01-01: where the demo's identifiers begin
_KINDS = {
    "red": OrganisationKind.NETWORK,
    "compradora": OrganisationKind.EXPORTER,
    "municipalidad": OrganisationKind.MUNICIPALITY,
    "certificadora": OrganisationKind.CERTIFIER,
    "red de consumo": OrganisationKind.CONSUMER_NETWORK,
}
_SEAL_KINDS = {"garantía participativa": SchemeKind.PARTICIPATORY}

ORGANISATION, _AUDIT = table(Organisation), table(AuditEntry)
_TABLES = Organisation.metadata.sorted_tables
# What a server writes by itself, or beside what somebody did: of every other table the rows are somebody's.
_BY_ITSELF = {"audit_entry", "feed_copy", "feed_stamp", "kept_answer", "key_date", "outbox_event"}
_THEIRS = [each for each in _TABLES if each.name not in _BY_ITSELF]

_FIRST = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.code == FIRST)
_LOADED = sa.select(ORGANISATION.c.created_at).where(ORGANISATION.c.code == FIRST, ORGANISATION.c.is_demo)


def _is_there(of: sa.FromClause, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(sa.literal(1)).where(sa.select(sa.literal(1)).select_from(of).where(*where).exists())


_ANYTHING = sa.union_all(*(_is_there(each) for each in _THEIRS)).limit(1)
_NOT_THE_DEMOS = sa.union_all(
    *(_is_there(each, each.c.is_demo.is_(False)) for each in _THEIRS if "is_demo" in each.c),
    _is_there(_AUDIT, _AUDIT.c.actor == TERMINAL.name),  # files and accounts brought in beside the demo
).limit(1)
_WHOLE = "demo.loaded"
_ENDED = sa.select(_AUDIT.c.id).where(_AUDIT.c.action == _WHOLE).limit(1)
Step = Callable[[str], None]


class RealDataError(RuntimeError):
    """The database holds rows that are not the demo's: the demo stays out of it."""


async def refuse_real_data(db: Database) -> None:
    """Raises RealDataError unless the database is empty, or the demo's and all that was made in it is marked so.

    What somebody with the platform's own hands brought into a demo, from the command line, is theirs.
    """
    if await db.all(_ANYTHING if await loaded_at(db) is None else _NOT_THE_DEMOS):
        raise RealDataError


async def loaded_at(db: Database) -> datetime | None:
    """When the demo was first loaded; None before."""
    found: datetime | None = await db.value(_LOADED)
    return found


async def is_whole(db: Database) -> bool:
    """Whether loading came to its end: a program that is interrupted leaves a part."""
    return await db.value(_ENDED) is not None


async def end(db: Database, now: datetime) -> None:
    """Note that everything is there."""
    async with db.tx() as tx:
        first = await tx.value(_FIRST)
        await journal.record(tx, WORKER, now, _WHOLE, ("organisation", first))


async def load(db: Database, now: datetime, step: Step) -> None:
    """Load everything that is not there yet. `step` is told what is being loaded."""
    for number, (name, do) in enumerate(_STEPS):
        step(name)
        with ids.repeatable(name, _MILLIS + number * 1_000_000):
            await do(db, now)


async def start_over(db: Database) -> None:
    """Remove every row of a demo. Raises RealDataError when some are not the demo's."""
    await refuse_real_data(db)
    async with db.tx() as tx:
        for each in reversed(_TABLES):
            for column in _of_itself(each):  # SQLite asks row by row whether another one names it
                await tx.run(sa.update(each).values({column: None}))
            await tx.run(sa.delete(each))


def _of_itself(one: sa.Table) -> list[str]:
    return [key.parent.name for key in one.foreign_keys if key.column.table is one]


async def _networks(db: Database, now: datetime) -> None:
    for row in _rows("redes.csv"):
        await write(db, partial(_organisation, row=row, now=now))


async def _people(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        for part in CAST:
            await enter(tx, part, now)


async def _organisation(tx: Tx, row: dict[str, str], now: datetime) -> None:
    if await organisation_id(tx, row["codigo"]):
        return
    asked = OrganisationCreate(
        id=ids.uuid7(),
        code=row["codigo"],
        name=row["nombre"],
        kind=_KINDS[row["tipo"]],
        country=row["pais"],
        region=row["region"] or None,
        place=row["distrito"] or None,
        facts=row["descripcion"] or None,
    )
    made = await organisations.create(tx, caller=WORKER, organisation=asked, now=now, is_demo=True)
    await verification.verify(tx, made["id"], caller=WORKER, by=None, now=now)
    if row["pertenece_a"]:
        await tx.run(
            sa.insert(table(Affiliation)),
            id=ids.uuid7(),
            group_id=made["id"],
            network_id=await organisation_id(tx, row["pertenece_a"]),
            state=AffiliationState.ACCEPTED,
            asked_by_group=True,
            see_stock=True,
            answer_for=True,
            invoice_for=True,
            asked_at=now,
            accepted_at=now,
        )


async def _seals(db: Database, now: datetime) -> None:
    for row in _rows("sellos.csv"):
        await write(db, partial(_scheme, row=row, now=now))
    for row in _rows("sellos_otorgados.csv"):
        await write(db, partial(_grant, row=row, now=now))


async def _scheme(tx: Tx, row: dict[str, str], now: datetime) -> None:
    owner = await organisation_id(tx, row["otorgado_por"])
    asked = SchemeCreate(
        code=row["codigo"],
        name_es=row["nombre"],
        name_en=row["nombre"],
        kind=_SEAL_KINDS.get(row["tipo"], SchemeKind.THIRD_PARTY),
        owner=owner,
    )
    await seals.add_scheme(tx, caller=WORKER, scheme=asked, now=now, lang="es")


async def _grant(tx: Tx, row: dict[str, str], now: datetime) -> None:
    today = now.date()
    issuer = next(s["otorgado_por"] for s in _rows("sellos.csv") if s["codigo"] == row["sello"])
    asked = GrantCreate(
        scheme=row["sello"],
        producer=await organisation_id(tx, row["grupo"]),
        issuer=await organisation_id(tx, issuer),
        valid_from=_day(today, -int(row["otorgado_hace_dias"])),
        valid_until=_day(today, int(row["vence_en_dias"])),
        number=row["numero"],
    )
    await seals.grant(tx, caller=WORKER, seal=asked, now=now, lang="es")


def _import(kind: str, *files: str) -> Any:
    async def bring(db: Database, now: datetime) -> None:
        for name in files:
            content = (DATA / name).read_bytes()
            report = await imports.bring_in(
                db, kind, name=name, content=content, ask=imports.Ask(WORKER, None, now, is_demo=True)
            )
            if report["counts"].get("error"):
                raise RuntimeError(f"{name}: {report}")

    return bring


def _rows(name: str) -> list[dict[str, str]]:
    text = (DATA / name).read_text("utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def _day(today: date, days: int) -> date:
    return today + timedelta(days=days)


_STEPS: tuple[tuple[str, Any], ...] = (
    ("redes", _networks),
    ("líneas de trabajo", _import("producer_lines", "lineas.csv")),
    ("organizaciones reales", _import("organisations", "organizaciones.csv")),
    ("categorías", _import("product_categories", "categorias.csv")),
    ("productos", _import("products", "productos.csv")),
    ("grupos productores", _import("groups", "grupos_pe.csv", "grupos_bo.csv", "grupos_cl.xlsx")),
    ("personas", _people),
    ("sellos", _seals),
    ("existencias", _import("lots", "existencias_pe.csv", "existencias_bo.csv", "existencias_cl.xlsx")),
)
