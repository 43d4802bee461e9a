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
from app.inventory.models import Lot
from app.kernel import ids, imports, journal
from app.kernel.caller import WORKER
from app.kernel.db import Database, Tx, write
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.orders.models import Order
from app.people.models import Affiliation, AffiliationState, Membership, Organisation, OrganisationKind, User
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

ORGANISATION, MEMBERSHIP, USER = table(Organisation), table(Membership), table(User)
ORDER, LOT = table(Order), table(Lot)

_FIRST = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.code == FIRST)
_LOADED = sa.select(ORGANISATION.c.created_at).where(ORGANISATION.c.code == FIRST, ORGANISATION.c.is_demo)
_REAL = sa.union_all(
    sa.select(sa.literal("organisation").label("what"))
    .select_from(MEMBERSHIP.join(ORGANISATION, ORGANISATION.c.id == MEMBERSHIP.c.organisation_id))
    .where(ORGANISATION.c.is_demo.is_(False)),
    sa.select(sa.literal("order")).select_from(ORDER).where(ORDER.c.is_demo.is_(False)),
    sa.select(sa.literal("lot")).select_from(LOT).where(LOT.c.is_demo.is_(False)),
).limit(1)
_ANYBODY = sa.select(USER.c.id).limit(1)
_AUDIT = table(AuditEntry)
_PEOPLE = (  # accounts of the command line; the cast has no such record, and guests are let in by the cast
    sa.select(USER.c.id)
    .join(_AUDIT, (_AUDIT.c.subject_id == USER.c.id) & (_AUDIT.c.action == "user.created"))
    .where(_AUDIT.c.actor == WORKER.name, USER.c.erased_at.is_(None))
    .limit(1)
)
_WHOLE = "demo.loaded"
_ENDED = sa.select(_AUDIT.c.id).where(_AUDIT.c.action == _WHOLE).limit(1)
Step = Callable[[str], None]


class RealDataError(RuntimeError):
    """The database holds rows that are not the demo's: the demo stays out of it."""


async def refuse_real_data(db: Database) -> None:
    """Raises RealDataError when somebody really uses this database."""
    real_people = _ANYBODY if await loaded_at(db) is None else _PEOPLE
    if await db.all(_REAL) or await db.all(real_people):
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
    """Remove every row. Raises RealDataError when some are not the demo's."""
    await refuse_real_data(db)
    async with db.tx() as tx:
        for each in reversed(Organisation.metadata.sorted_tables):
            await tx.run(sa.delete(each))


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
