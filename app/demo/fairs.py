"""The demo's fairs: five invented municipalities, one call already allocated, one open, a cancelled and a moved date.

Everything is done by the verbs that people's phones use, at the hours when they would have done it.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.demo import brought
from app.demo.cast import organisation_id
from app.demo.held import HELD, Held
from app.fairs.queries import assignments as standing
from app.fairs.queries import occurrences as dates
from app.fairs.schemas.calls import ApplicationCreate, CallCreate, DocumentAsked, QuotaIn, WeightsIn
from app.fairs.schemas.deciding import Decision
from app.fairs.schemas.fairs import FairCreate, SponsorIn, SponsorsPut
from app.fairs.schemas.occurrences import Cancellation, OccurrenceUpdate
from app.fairs.schemas.stalls import Box, LayoutPut, StallIn
from app.fairs.schemas.standing import Confirmation, Declined
from app.fairs.service import (
    allocations,
    applications,
    assignments,
    calls,
    deciding,
    fairs,
    layouts,
    occurrences,
)
from app.kernel import ids
from app.kernel.caller import WORKER
from app.kernel.db import Database, Tx, write
from app.kernel.schema import table
from app.people.models import Organisation, OrganisationKind
from app.places import service as places
from app.places.models import PlaceKind
from app.places.schemas import LocationIn, PlaceCreate

_MILLIS = 1_767_398_400_000  # 2026-01-03: where the fairs' identifiers begin
_ORGANISATION = table(Organisation)
_APPLICANTS = 60
_STALLS = 48
_GROUPS = (  # invented ones only: a real group is a fact of the directory, it never applied
    sa.select(_ORGANISATION.c.id, _ORGANISATION.c.code)
    .where(
        _ORGANISATION.c.kind == OrganisationKind.PRODUCER_GROUP,
        _ORGANISATION.c.name.like("%(demostración)"),
    )
    .order_by(_ORGANISATION.c.country.desc(), _ORGANISATION.c.code)
    .limit(_APPLICANTS)
)
_CATEGORIES = ("granos-andinos", "telar", "conservas", "prendas", "ceramica", "miel-y-colmena")


async def play(db: Database, now: datetime) -> None:
    """Hold the fairs: published five weeks ago, one call allocated since, another one open."""
    began, made = now - timedelta(days=35), []
    for number, held in enumerate(HELD):
        with _identifiers(number):
            made.append(await write(db, partial(_hold, held=held, now=began)))
    with _identifiers(len(HELD)):
        await write(db, partial(_lay_out, fair_id=made[0], now=began))
        await write(db, partial(_sponsor, fair_id=made[0], now=began))
        date = await _allocate(db, made[0], now)
    with _identifiers(len(HELD) + 1):
        await write(db, partial(_open_call, fair_id=made[6], now=now - timedelta(days=2)))
        await _change_dates(db, made, now)
        await brought.announce(db, date, now)
        await brought.post(db, made[4], now)


def _identifiers(block: int) -> AbstractContextManager[None]:
    """Identifiers of their own for each fair: a year holds now 52, now 53 of its dates."""
    return ids.repeatable(f"fairs {block}", _MILLIS + block * 1_000_000)


async def _hold(tx: Tx, *, held: Held, now: datetime) -> UUID:
    organiser = await organisation_id(tx, held.organiser)
    assert organiser is not None  # noqa: S101 - loaded with the networks
    latitude, longitude = held.at
    place = await places.create(
        tx,
        caller=WORKER,
        place=PlaceCreate(
            owner=organiser,
            kind=PlaceKind.VENUE,
            name=held.place,
            reference="Al centro",
            infrastructure=list(held.has),
            location=LocationIn(latitude=latitude, longitude=longitude),
            location_is_public=True,
            **held.region,
        ),
        now=now,
    )
    asked = FairCreate(
        organiser=organiser,
        place=place["id"],
        kind=held.kind,
        name=held.name,
        description=held.description,
        contact="Oficina de Desarrollo Económico (demostración)",
        rule=held.rule,
        starts=held.starts,
        ends=held.ends,
        ends_days_later=held.ends_days_later,
        fee=held.fee,
        stalls=held.stalls,
    )
    fair = await fairs.create(tx, caller=WORKER, fair=asked, now=now, lang="es")
    await fairs.publish(tx, fair["id"], caller=WORKER, now=now, lang="es")
    identifier: UUID = fair["id"]
    return identifier


async def _lay_out(tx: Tx, *, fair_id: UUID, now: datetime) -> None:
    """Forty-eight stalls in four rows with two aisles: those at the entrance and with a roof are the better ones."""
    stalls = [
        StallIn(
            code=f"{'ABCD'[row]}-{column + 1}",
            box=Box(x=column * 320, y=(0, 300, 900, 1200)[row], w=300, d=250),
            has_power=row == 0,
            has_roof=column < 6,
            has_water=column in (0, 11),
            is_accessible=row in (0, 3),
            quality=40 + 5 * (11 - column) // 2 + (10 if column < 6 else 0),
        )
        for row in range(4)
        for column in range(_STALLS // 4)
    ]
    layout = LayoutPut(stalls=stalls, gap=150, aisles=[Box(x=0, y=560, w=3840, d=330)])
    await layouts.put(tx, fair_id, caller=WORKER, layout=layout, now=now, lang="es")


async def _sponsor(tx: Tx, *, fair_id: UUID, now: datetime) -> None:
    sponsor = SponsorIn(
        name="Caja Solidaria (demostración)",
        gives="Cuarenta toldos y el sonido",
        conditions="Su letrero en la entrada. No elige a quién se le da puesto.",
    )
    await fairs.put_sponsors(
        tx, fair_id, caller=WORKER, sponsors=SponsorsPut(items=[sponsor]), expected=2, now=now, lang="es"
    )


async def _allocate(db: Database, fair_id: UUID, now: datetime) -> UUID:
    """Sixty groups apply for forty-eight stalls of the next date; lists, no claims, a draw; most have said yes."""
    call = await write(db, partial(_call, fair_id=fair_id, now=now - timedelta(days=33)))
    groups = await db.all(_GROUPS)
    applied = now - timedelta(days=30)
    made = await write(db, partial(_apply_all, call_id=call, groups=groups, now=applied))
    await write(db, partial(_decide_all, applications_=made, now=now - timedelta(days=20)))
    await write(db, partial(calls.review, call_id=call, caller=WORKER, now=now - timedelta(days=18)))
    await write(db, partial(calls.finish, call_id=call, caller=WORKER, now=now - timedelta(days=14)))
    date: UUID = (await dates.page(db, limit=1, after=None, fair=fair_id, since=now + timedelta(hours=6)))[0][
        "id"
    ]
    drawn = now - timedelta(days=1)
    await write(
        db,
        partial(allocations.keep, caller=WORKER, now=drawn, lang="es"),
        partial(allocations.draw, date_id=date, caller=WORKER, call_id=call),
    )
    await write(db, partial(allocations.finish, date_id=date, caller=WORKER, now=drawn, lang="es"))
    await write(db, partial(_answer_all, date_id=date, now=drawn + timedelta(hours=5)))
    return date


async def _call(tx: Tx, *, fair_id: UUID, now: datetime) -> UUID:
    asked = CallCreate(
        fair=fair_id,
        title="Convocatoria de puestos, segundo semestre",
        resolution="Resolución de Alcaldía N.º 041-MQP (demostración)",
        bases="Puestos para grupos con producción propia. Los mejores lugares rotan: quien estuvo atrás, pasa adelante.",
        closes_in_days=12,
        from_in_days=0,
        until_in_days=190,
        documents=[DocumentAsked(code="carne-sanidad", name="Carné de sanidad", required=False)],
        quotas=[QuotaIn(of="category", value="granos-andinos", at_least=6)],
        weights=WeightsIn(rotation=100, seniority=10, women_led=30, first_time=20),
        claim_days=3,
    )
    made = await calls.create(tx, caller=WORKER, asked=asked, now=now)
    await calls.publish(tx, made["id"], caller=WORKER, now=now)
    identifier: UUID = made["id"]
    return identifier


async def _apply_all(tx: Tx, *, call_id: UUID, groups: Sequence[Any], now: datetime) -> list[UUID]:
    made = []
    for at, group in enumerate(groups):
        asked = ApplicationCreate(
            organisation=group["id"],
            category=_CATEGORIES[at % len(_CATEGORIES)],
            offers="Lo que el grupo produce",
            is_own_production=at % 12 != 11,
            needs_power=at % 15 == 0,
            attendants=["Por confirmar"],
        )
        application = await applications.create(tx, call_id, caller=WORKER, asked=asked, now=now)
        made.append(application["id"])
    return made


async def _decide_all(tx: Tx, *, applications_: Sequence[UUID], now: datetime) -> None:
    for application in applications_:
        await deciding.decide(tx, application, caller=WORKER, decision=Decision(outcome="approved"), now=now)


async def _answer_all(tx: Tx, *, date_id: UUID, now: datetime) -> None:
    """Nearly everybody comes; two cannot this time, and their stalls go to the next in line; five have not answered."""
    stands = await standing.rows_of_date(tx, date_id)
    for at, stand in enumerate(stands[:-5]):
        if at in (7, 23):
            answer = Declined(reason="Esta vez no podemos: hay cosecha")
            await assignments.decline(tx, stand["id"], caller=WORKER, answer=answer, now=now)
        else:
            yes = Confirmation(attendants=[])
            await assignments.confirm(tx, stand["id"], caller=WORKER, answer=yes, now=now)


async def _open_call(tx: Tx, *, fair_id: UUID, now: datetime) -> None:
    asked = CallCreate(
        fair=fair_id,
        title="Puestos de la feria campesina, temporada nueva",
        resolution="Decreto alcaldicio N.º 118 (demostración)",
        bases="Puestos para familias y grupos de la comuna. Gratis el primer mes.",
        closes_in_days=20,
        from_in_days=30,
        until_in_days=210,
        weights=WeightsIn(rotation=100, first_time=40, distance=20),
    )
    made = await calls.create(tx, caller=WORKER, asked=asked, now=now)
    await calls.publish(tx, made["id"], caller=WORKER, now=now)


async def _change_dates(db: Database, made: Sequence[UUID], now: datetime) -> None:
    """A date that rain cancelled, and one that moved for a holiday."""
    soon = await dates.page(db, limit=2, after=None, fair=made[3], since=now + timedelta(days=1))
    cancelled = Cancellation(reason="Lluvias fuertes: el camino está cortado")
    await write(
        db, partial(occurrences.cancel, date_id=soon[0]["id"], caller=WORKER, cancellation=cancelled, now=now)
    )
    craft = (await dates.page(db, limit=1, after=None, fair=made[1], since=now + timedelta(days=1)))[0]
    day = datetime.fromisoformat(craft["starts_local"])
    change = OccurrenceUpdate(
        starts_local=(day - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        reason="El domingo hay elecciones en la comunidad",
    )
    await write(
        db,
        partial(
            occurrences.update,
            date_id=craft["id"],
            caller=WORKER,
            change=change,
            expected=craft["version"],
            now=now,
        ),
    )
