"""What waits at the fairs of the demo: calls at every step, a draft and a paused fair, stalls to give, a day to report."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from app.demo.cast import BY_KEY, organisation_id
from app.fairs.queries import occurrences as dates
from app.fairs.schemas.calls import ApplicationCreate, CallCreate, DocumentAsked, PaperIn
from app.fairs.schemas.deciding import ClaimCreate, Decision
from app.fairs.schemas.fairs import CoOrganiserPut, FairCreate, Suspension
from app.fairs.schemas.standing import SanctionCreate, Substitute
from app.fairs.service import (
    allocations,
    applications,
    assignments,
    calls,
    deciding,
    fairs,
    occurrences,
    partners,
    sales,
    sanctions,
    tokens,
)
from app.fairs.states import OccurrenceState, SalesRange
from app.kernel import ids
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Database, Tx, write

OPEN, LISTED = "Puestos de la temporada que viene", "Puestos de la feria de invierno"
OBJECTED, CLOSED, WRITTEN = "Puestos de comida", "Puestos de artesanía", "Puestos de semillas"
DRAFT, PAUSED = "Feria de la papa (demostración)", "Feria del queso (demostración)"
_MILLIS = 1_767_571_200_000  # 2026-01-05: where the identifiers of these rows begin
_PAPER = "carne-sanidad"


class Ground(NamedTuple):
    """Where these rows grow: the organiser, its fair and place, who speaks, and when."""

    organiser: UUID
    fair: UUID
    place: UUID
    group: Caller
    paper: UUID
    now: datetime


async def play(db: Database, ground: Ground) -> None:
    """Leave something to do at the first municipality's fairs."""
    steps = (_calls, _applications, _objections, _stalls, _last_market, _partners, _paused, _draft)
    for number, step in enumerate(
        steps
    ):  # each with identifiers of its own: a year does not hold as many dates as the next
        with ids.repeatable(step.__name__, _MILLIS + number * 1_000_000):
            await step(db, ground)


async def _call(db: Database, ground: Ground, title: str, *, days_ago: int, closes_in: int) -> UUID:
    asked = CallCreate(
        fair=ground.fair,
        title=title,
        bases="Puestos para grupos con producción propia (demostración).",
        closes_in_days=closes_in,
        from_in_days=200,
        until_in_days=300,
        documents=[DocumentAsked(code=_PAPER, name="Carné de sanidad", required=False)],
        claim_days=5,
    )
    at = ground.now - timedelta(days=days_ago)
    made = await write(db, partial(calls.create, caller=WORKER, asked=asked, now=at))
    if title != WRITTEN:
        await write(db, partial(calls.publish, call_id=made["id"], caller=WORKER, now=at))
    identifier: UUID = made["id"]
    return identifier


async def _apply(db: Database, ground: Ground, call: UUID, code: str, **more: Any) -> UUID:
    at = more.pop("at", ground.now)
    group = await organisation_id(db, code)
    asked = ApplicationCreate(
        organisation=group, category="granos-andinos", offers="Quinua y cañihua", **more
    )
    caller = ground.group if code == BY_KEY["grupo"].organisation else WORKER
    made = await write(db, partial(applications.create, call_id=call, caller=caller, asked=asked, now=at))
    identifier: UUID = made["id"]
    return identifier


async def _decide(db: Database, application: UUID, outcome: str, at: datetime) -> None:
    said = Decision.model_validate({"outcome": outcome, "reason": "Falta decir qué producen"})
    await write(
        db, partial(deciding.decide, application_id=application, caller=WORKER, decision=said, now=at)
    )


async def _calls(db: Database, ground: Ground) -> None:
    """One that is being written, one whose days to apply are over, one whose days to object are over."""
    await _call(db, ground, WRITTEN, days_ago=1, closes_in=20)
    await _call(db, ground, CLOSED, days_ago=20, closes_in=10)
    listed = await _call(db, ground, LISTED, days_ago=30, closes_in=10)
    at = ground.now - timedelta(days=10)
    await write(db, partial(calls.review, call_id=listed, caller=WORKER, now=at))


async def _applications(db: Database, ground: Ground) -> None:
    """An open call: one application handed in with its paper, one observed, one not handed in yet."""
    call = await _call(db, ground, OPEN, days_ago=2, closes_in=20)
    paper = PaperIn(code=_PAPER, file=ground.paper)
    await _apply(db, ground, call, "MURU-MUJU", documents=[paper])
    observed = await _apply(db, ground, call, "KANCHAY-WARMI")
    await _decide(db, observed, "needs_info", ground.now)
    await _apply(db, ground, call, "SUMAQ-TIKA", is_draft=True)


async def _objections(db: Database, ground: Ground) -> None:
    """Lists that two groups may object to; one did."""
    call = await _call(db, ground, OBJECTED, days_ago=20, closes_in=10)
    at = ground.now - timedelta(days=15)
    made = [await _apply(db, ground, call, code, at=at) for code in ("MURU-MUJU", "KANCHAY-WARMI")]
    for each in made:
        await _decide(db, each, "waitlisted", at)
    await write(db, partial(calls.review, call_id=call, caller=WORKER, now=ground.now - timedelta(days=1)))
    said = ClaimCreate(text="Producimos lo que ofrecemos: pueden venir a verlo.")
    await write(
        db, partial(deciding.object_to, application_id=made[1], caller=WORKER, claim=said, now=ground.now)
    )


async def _stalls(db: Database, ground: Ground) -> None:
    """A draw of the stalls of a later date, that nobody has made final."""
    coming = await dates.page(
        db, limit=3, after=None, fair=ground.fair, since=ground.now + timedelta(hours=6)
    )
    await write(
        db,
        partial(allocations.keep, caller=WORKER, now=ground.now, lang="es"),
        partial(allocations.draw, date_id=coming[2]["id"], caller=WORKER),
    )


async def _last_market(db: Database, ground: Ground) -> None:
    """The market of last week: a group took an empty stall and said what it sold; the day is not reported yet."""
    since = ground.now - timedelta(days=8)
    last = (await dates.page(db, limit=1, after=None, fair=ground.fair, since=since))[0]
    came = Substitute(organisation=await organisation_id(db, "MURU-MUJU"), stall="C-5")
    began = last["starts_at"]
    stand = await write(
        db, partial(assignments.substitute, date_id=last["id"], caller=WORKER, asked=came, now=began)
    )
    evening = began + timedelta(hours=8)
    await write(
        db,
        partial(
            sales.declare, assignment_id=stand["id"], caller=ground.group, sold=SalesRange.LOW, now=evening
        ),
    )
    for state in (OccurrenceState.OPEN, OccurrenceState.CLOSED):
        await write(db, partial(_move, date_id=last["id"], to=state, now=evening))


async def _move(tx: Tx, *, date_id: UUID, to: OccurrenceState, now: datetime) -> None:
    await occurrences.move(tx, await dates.row(tx, date_id), to, caller=WORKER, now=now)


async def _partners(db: Database, ground: Ground) -> None:
    """A network that was asked to hold the fair too, a private calendar address, and a sanction."""
    network = await organisation_id(db, "RED-AYNI-SUR")
    assert network is not None  # noqa: S101 - loaded with the networks
    named = partial(partners.put, fair_id=ground.fair, organisation_id=network, caller=WORKER, lang="es")
    await write(db, partial(named, asked=CoOrganiserPut(role="Acompaña a los grupos"), now=ground.now))
    (owner,) = ground.group.own
    address = partial(
        tokens.create, organisation_id=owner, caller=ground.group, public_url="", now=ground.now
    )
    await write(db, address)
    today = ground.now.date()
    asked = SanctionCreate(
        organiser=ground.organiser,
        organisation=await organisation_id(db, "QOYLLUR"),
        from_on=today,
        until_on=today + timedelta(days=30),
        reason="Dejó basura en su puesto (demostración)",
    )
    await write(db, partial(sanctions.decide, caller=WORKER, asked=asked, now=ground.now))


async def _fair(db: Database, ground: Ground, name: str) -> UUID:
    asked = FairCreate.model_validate(
        {
            "organiser": ground.organiser,
            "place": ground.place,
            "name": name,
            "rule": {"kind": "yearly_date", "month": 6, "day": 24},
            "starts": "08:00",
            "ends": "14:00",
            "stalls": 20,
        }
    )
    made = await write(db, partial(fairs.create, caller=WORKER, fair=asked, now=ground.now, lang="es"))
    identifier: UUID = made["id"]
    return identifier


async def _draft(db: Database, ground: Ground) -> None:
    await _fair(db, ground, DRAFT)


async def _paused(db: Database, ground: Ground) -> None:
    fair = partial(_on, fair=await _fair(db, ground, PAUSED), now=ground.now)
    await write(db, partial(fair, do=fairs.publish))
    why = Suspension(reason="La plaza está en obras")
    await write(db, partial(fair, do=partial(fairs.suspend, suspension=why)))


async def _on(tx: Tx, *, fair: UUID, do: Any, now: datetime) -> None:
    await do(tx, fair, caller=WORKER, now=now, lang="es")
