"""Who stands where on a date: stalls and groups are public once given; people's names and money are not."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.allocation.sentences import why_passed
from app.fairs.models import LIVE, Assignment, Fee, Stall, WaitlistEntry
from app.fairs.queries import fairs, occurrences
from app.fairs.queries.calls import APPLICATION
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.states import ApplicationChannel, ApplicationState, AssignmentState, WaitState
from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.people.models import Organisation

ASSIGNMENT, STALL, WAITING, FEE = table(Assignment), table(Stall), table(WaitlistEntry), table(Fee)
_GROUP = table(Organisation).alias("standing_group")
_COLUMNS = (
    ASSIGNMENT,
    STALL.c.code.label("stall"),
    _GROUP.c.name.label("organisation_name"),
    _GROUP.c.phone.label("organisation_phone"),
    APPLICATION.c.channel,
    FEE.c.id.label("fee_id"),
    FEE.c.state.label("fee_state"),
    FEE.c.amount_minor,
    FEE.c.currency,
)
_JOINED = (
    ASSIGNMENT.join(STALL, STALL.c.id == ASSIGNMENT.c.stall_id)
    .join(_GROUP, _GROUP.c.id == ASSIGNMENT.c.organisation_id)
    .outerjoin(APPLICATION, APPLICATION.c.id == ASSIGNMENT.c.application_id)
    .outerjoin(FEE, FEE.c.assignment_id == ASSIGNMENT.c.id)
)
_ALL = sa.select(*_COLUMNS).select_from(_JOINED)
_ONE = _ALL.where(ASSIGNMENT.c.id == given("id"))
_OF_DATE = _ALL.where(
    ASSIGNMENT.c.occurrence_id == given("date"),
    ASSIGNMENT.c.state.in_((*LIVE, AssignmentState.NO_SHOW)),
).order_by(STALL.c.number, ASSIGNMENT.c.id)
_PRESENT = (
    sa.select(
        ASSIGNMENT.c.stall_id, ASSIGNMENT.c.organisation_id, ASSIGNMENT.c.category, _GROUP.c.territory_code
    )
    .join(_GROUP, _GROUP.c.id == ASSIGNMENT.c.organisation_id)
    .where(ASSIGNMENT.c.occurrence_id == given("date"), ASSIGNMENT.c.state.in_(LIVE))
)
_AT_THE_SAME_TIME = (
    sa.select(ASSIGNMENT.c.id, ASSIGNMENT.c.attendants, FAIR.c.name.label("fair_name"))
    .join(OCCURRENCE, OCCURRENCE.c.id == ASSIGNMENT.c.occurrence_id)
    .join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id)
    .where(
        ASSIGNMENT.c.organisation_id == given("group"),
        ASSIGNMENT.c.occurrence_id != given("date"),
        ASSIGNMENT.c.state.in_((AssignmentState.CONFIRMED, AssignmentState.CHECKED_IN)),
        OCCURRENCE.c.starts_at < given("until"),
        OCCURRENCE.c.ends_at > given("since"),
    )
)
_WAITING = (
    sa.select(
        WAITING,
        _GROUP.c.name.label("organisation_name"),
        _GROUP.c.phone.label("organisation_phone"),
    )
    .join(_GROUP, _GROUP.c.id == WAITING.c.organisation_id)
    .outerjoin(APPLICATION, APPLICATION.c.id == WAITING.c.application_id)
    .where(WAITING.c.occurrence_id == given("date"), WAITING.c.state == WaitState.WAITING)
    .order_by(sa.case((APPLICATION.c.state == ApplicationState.WAITLISTED, 1), else_=0), WAITING.c.position)
)
_LAST = sa.select(sa.func.max(WAITING.c.position)).where(WAITING.c.occurrence_id == given("date"))
_ENTRIES = sa.select(WAITING).where(WAITING.c.occurrence_id == given("date"))
_MINE_WAITING = sa.select(WAITING).where(
    WAITING.c.occurrence_id == given("date"), WAITING.c.organisation_id == given("group")
)


async def row(db: Database, assignment_id: UUID) -> Row:
    """An assignment with every column and its stall's code. Raises NotFoundError."""
    found = await db.one(_ONE, id=assignment_id)
    if found is None:
        raise NotFoundError
    return found


async def assignment(db: Database, caller: Caller, assignment_id: UUID, now: datetime) -> Row:
    """One assignment as this caller reads it."""
    found = await row(db, assignment_id)
    date = await occurrences.row(db, found["occurrence_id"])
    await fairs.visible(db, caller, date["fair_id"])
    return shown(found, caller, keeps=await _keeps(db, caller, date), now=now)


async def of_date(db: Database, caller: Caller, date: Row, now: datetime) -> list[Row]:
    """Everybody who was given a stall of a date, by stall."""
    keeps = await _keeps(db, caller, date)
    return [shown(found, caller, keeps=keeps, now=now) for found in await rows_of_date(db, date["id"])]


async def rows_of_date(db: Database, date_id: UUID) -> list[Row]:
    """As `of_date`, as stored."""
    return await db.all(_OF_DATE, date=date_id)


async def present(db: Database, date_id: UUID) -> list[Row]:
    """Who has a stall of a date or an offer of one, where, and what quotas count of them."""
    return await db.all(_PRESENT, date=date_id)


async def at_the_same_time(db: Database, group: UUID, date: Row) -> list[Row]:
    """What a group confirmed elsewhere for hours that overlap with a date's."""
    return await db.all(
        _AT_THE_SAME_TIME, group=group, date=date["id"], since=date["starts_at"], until=date["ends_at"]
    )


async def waiting(db: Database, caller: Caller, date: Row, lang: str) -> list[Row]:
    """Who waits for a stall of a date, numbered from 1: the next one. Why one was passed over, its group and the officer read."""
    keeps = await _keeps(db, caller, date)
    return [
        {
            "occurrence_id": date["id"],
            "organisation_id": found["organisation_id"],
            "organisation_name": found["organisation_name"],
            "position": place,
            "state": found["state"],
            "reason": why_passed(found["passed_over"], lang)
            if found["passed_over"] and (keeps or _reads(caller, found["organisation_id"]))
            else "",
        }
        for place, found in enumerate(await waiting_rows(db, date["id"]), start=1)
    ]


async def last_place(db: Database, date_id: UUID) -> int:
    """The last place that anybody had on the waiting list of a date; 0 before the first."""
    found: int | None = await db.value(_LAST, date=date_id)
    return found or 0


async def waiting_rows(db: Database, date_id: UUID) -> list[Row]:
    """Who waits, as stored, the next one first: whom the call admitted, then whom it only lets wait."""
    return await db.all(_WAITING, date=date_id)


async def entries(db: Database, date_id: UUID) -> dict[UUID, Row]:
    """By group everybody who waits for a date or did, as stored."""
    return {found["organisation_id"]: found for found in await db.all(_ENTRIES, date=date_id)}


async def my_place(db: Database, date_id: UUID, group: UUID) -> Row | None:
    """A group's entry on a waiting list, as stored."""
    return await db.one(_MINE_WAITING, date=date_id, group=group)


def shown(found: Row, caller: Caller, *, keeps: bool, now: datetime) -> Row:
    """The wire form of an assignment for this caller."""
    answers = caller.is_admin or caller.may("answer", found["organisation_id"])
    reads = keeps or answers or _reads(caller, found["organisation_id"])
    is_counter = found["channel"] == ApplicationChannel.COUNTER
    fee = None
    if reads and found["fee_state"] is not None:
        fee = {
            "id": found["fee_id"],
            "state": found["fee_state"],
            "amount": wire.amount(found["amount_minor"], found["currency"]),
        }
    return {
        **{name: found[name] for name in _AS_STORED},
        "reason": found["reason"] if reads else "",
        "attendants": found["attendants"] if reads else None,
        "fee": fee,
        "actions": _actions(found, answers=answers or (keeps and is_counter), keeps=keeps, now=now),
    }


_AS_STORED = (
    *("id", "occurrence_id", "organisation_id", "organisation_name", "stall", "category", "state"),
    *("expires_at", "is_substitute", "is_excused", "version"),
)


def _actions(found: Row, *, answers: bool, keeps: bool, now: datetime) -> list[str]:
    state = found["state"]
    acts: list[str] = []
    if state == AssignmentState.OFFERED and answers and found["expires_at"] >= now:
        acts += ["confirmation", "decline"]
    if state == AssignmentState.CONFIRMED:
        acts += ["release"] if answers or keeps else []
        acts += ["swap"] if keeps else []
    return acts


def _reads(caller: Caller, group: UUID) -> bool:
    return caller.may("answer", group) or caller.may("read", group)


async def _keeps(db: Database, caller: Caller, date: Row) -> bool:
    return await fairs.holds(db, caller, {"id": date["fair_id"], "organiser_id": date["organiser_id"]})
