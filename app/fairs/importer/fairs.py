"""Fairs from a file: drafts of their organiser, each once; what cannot be understood stays in the report, to be reviewed."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar import recurrence
from app.fairs import rules
from app.fairs.importer.reading import FairRow, later
from app.fairs.queries.fairs import FAIR, PLACE
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.schemas.fairs import FairCreate
from app.fairs.schemas.occurrences import Cancellation, OccurrenceCreate, OccurrenceUpdate
from app.fairs.service import fairs, occurrences
from app.kernel import i18n, sheets
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Database, Row, Tx, when_broken
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask, ImportStaleError, Line, Outcome
from app.kernel.sheets import Column
from app.kernel.text import fold
from app.people import access
from app.people.queries import organisations
from app.places import service as places
from app.places.countries import COUNTRIES
from app.places.schemas import PlaceCreate

MOST = 300  # fairs of one file: each brings eighteen months of dates
_KNOWN = sa.select(FAIR.c.id, FAIR.c.source).where(
    FAIR.c.organiser_id == given("organiser"), FAIR.c.source.is_not(None)
)
_PLACES = sa.select(PLACE.c.id, PLACE.c.name_folded).where(PLACE.c.owner_id == given("owner"))
_DATE = sa.select(OCCURRENCE.c.id, OCCURRENCE.c.version).where(
    OCCURRENCE.c.fair_id == given("fair"),
    OCCURRENCE.c.recurrence_key == given("key"),
    OCCURRENCE.c.ends_at > given("now"),
)
when_broken("uq_fair_organiser_id_source", ImportStaleError)


class FairImporter:
    """Fairs by the organiser's own code. For whoever publishes for the organiser."""

    kind = "fairs"
    columns: Mapping[str, Column] = MappingProxyType(
        {
            "codigo": Column(("código", "code", "uid")),
            "nombre": Column(("feria", "name", "evento"), required=True),
            "lugar": Column(("place", "plaza", "local"), required=True),
            "direccion": Column(("dirección", "address")),
            "distrito": Column(("municipio", "comuna")),
            "region": Column(("región", "departamento")),
            "pais": Column(("país", "country")),
            "dias": Column(("días", "dia", "día", "cuando", "cuándo", "frecuencia"), required=True),
            "horario": Column(("hora", "horas", "hours")),
            "desde": Column(("inicio", "from")),
            "hasta": Column(("fin", "until")),
            "tipo": Column(("kind", "clase")),
            "tarifa": Column(("costo", "derecho_puesto", "fee")),
            "puestos": Column(("stalls",)),
            "descripcion": Column(("descripción", "description", "notas")),
            "datos": Column(void_by=("dias", "horario", "desde", "hasta")),
            "por_revisar": Column(void_by=("nombre", "lugar", "dias", "horario")),
            "original": Column(),
        }
    )

    def require(self, caller: Caller, organisation_id: UUID | None) -> None:
        """Raise ForbiddenError unless the caller publishes for this organisation."""
        if organisation_id is None:
            raise ForbiddenError
        access.require(caller, "publish", organisation_id)

    async def check(self, db: Database, found: sheets.Table, ask: Ask) -> list[Line]:
        """What every row says and would do."""
        organiser = await organisations.row(db, _organiser(ask))
        known = {row["source"]: row["id"] for row in await db.all(_KNOWN, organiser=organiser["id"])}
        country = organiser["country"]
        zone = COUNTRIES[country].zone if country in COUNTRIES else "UTC"
        return await asyncio.to_thread(_lines, found, known, country, local_date(ask.now, zone))

    async def apply(self, tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
        """Add the fairs as drafts. Raises ImportStaleError when one came in meanwhile."""
        organiser = _organiser(ask)
        known = {row["source"] for row in await tx.all(_KNOWN, organiser=organiser)}
        where = {row["name_folded"]: row["id"] for row in await tx.all(_PLACES, owner=organiser)}
        for line in lines:
            if line.key in known:
                raise ImportStaleError
            place = await _place(tx, line.values["where"], where, ask)
            fair = _fair(line.values, organiser, place)
            added = await fairs.add(tx, caller=ask.caller, fair=fair, now=ask.now, source=line.key)
            await _exceptions(tx, added, line.values, where, ask)


def _organiser(ask: Ask) -> UUID:
    if ask.organisation_id is None:
        raise ForbiddenError
    return ask.organisation_id


def _lines(found: sheets.Table, known: Mapping[str, UUID], country: str, today: date) -> list[Line]:
    lines: list[Line] = []
    count = 0
    for record in found.records():
        one = FairRow(record, country=country, today=today)
        if one.key in known and not one.cells.has("por_revisar"):
            lines.append(Line(one.row, one.key, outcome=Outcome.SAME, target=known[one.key]))
            continue
        if not one.cells.flaws and (count := count + 1) > MOST:
            one.cells.refuse(None, "too_many_fairs", most=MOST)
        outcome = Outcome.ERROR if one.cells.flaws else Outcome.CREATED
        line = Line(one.row, one.key, outcome=outcome, values=one.values)
        line.flaws, line.warnings = one.cells.flaws, one.cells.warnings
        lines.append(line)
    return lines


async def _place(tx: Tx, said: Row, known: dict[str, UUID], ask: Ask) -> UUID:
    """The organiser's place of that name, or a new one as the row says it."""
    said = said | {"name": said["name"][:120]}
    name = fold(said["name"])[:120]
    if name not in known:
        at = said["at"]
        asked = PlaceCreate(
            owner=_organiser(ask),
            kind="venue",
            name=said["name"],
            country=said["country"],
            region=said["region"],
            address=said["address"],
            location={"latitude": at[0] / 1_000_000, "longitude": at[1] / 1_000_000} if at else None,
        )
        made = await places.create(tx, caller=ask.caller, place=asked, now=ask.now)
        known[name] = made["id"]
    return known[name]


def _fair(values: Row, organiser: UUID, place: UUID) -> FairCreate:
    ends = values["starts"] + values["minutes"]
    return FairCreate.model_validate(
        {
            name: values[name]
            for name in ("kind", "name", "description", "rule", "zone", "first_on", "until_on", "fee")
        }
        | {
            "organiser": organiser,
            "place": place,
            "website": values["website"],
            "stalls": values["stalls"],
            "starts": rules.clock(values["starts"]),
            "ends": rules.clock(ends),
            "ends_days_later": ends // 1440,
        }
    )


async def _exceptions(tx: Tx, fair_id: UUID, values: Row, where: dict[str, UUID], ask: Ask) -> None:
    """Dates to come that the file adds, leaves out or changes; the dry run saw that each of their hours exists."""
    said: dict[str, Any] = {"caller": ask.caller, "now": ask.now}
    reason = i18n.text(ask.lang, "fair_imports", "as_in_the_file")
    for key in values["extras"]:
        is_there = await tx.one(_DATE, fair=fair_id, key=key, now=ask.now)
        if not is_there and _is_to_come(key, values["zone"], ask):
            await occurrences.add(tx, fair_id, extra=OccurrenceCreate(starts_local=key), **said)
    dropped = [*values["skipped"], *(one["key"] for one in values["changed"] if one["is_cancelled"])]
    for key in dropped:
        if found := await tx.one(_DATE, fair=fair_id, key=key, now=ask.now):
            await occurrences.cancel(tx, found["id"], cancellation=Cancellation(reason=reason), **said)
    for one in values["changed"]:
        found = await tx.one(_DATE, fair=fair_id, key=one["key"], now=ask.now)
        if found and not one["is_cancelled"] and _is_to_come(one["starts_local"], values["zone"], ask):
            change = OccurrenceUpdate.model_validate(
                {
                    "starts_local": one["starts_local"],
                    "ends_local": later(one["starts_local"], one["duration_minutes"]),
                    "note": one["note"][:1000],
                    "reason": reason,
                }
                | await _elsewhere(tx, one, values, where, ask)
            )
            await occurrences.update(tx, found["id"], change=change, expected=found["version"], **said)


async def _elsewhere(tx: Tx, one: Row, values: Row, where: dict[str, UUID], ask: Ask) -> dict[str, UUID]:
    """The date's own place, where it has one."""
    if not one["place"]:
        return {}
    return {
        "place": await _place(
            tx, values["where"] | {"name": one["place"], "address": "", "at": None}, where, ask
        )
    }


def _is_to_come(local: str, zone: str, ask: Ask) -> bool:
    return recurrence.instant(*recurrence.from_key(local), zone) > ask.now
