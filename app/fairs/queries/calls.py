"""Calls are public once published; applications are read by their group and the officer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import Application, Call
from app.fairs.queries import fairs
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.rules import CALL_MOVES
from app.fairs.states import ApplicationState, CallState, OccurrenceState
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.schema import table
from app.people.models import Organisation

CALL, APPLICATION = table(Call), table(Application)
GROUP = table(Organisation).alias("applicant")
UNDECIDED = (ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW, ApplicationState.NEEDS_INFO)
_COUNT = (
    sa.select(sa.func.count())
    .select_from(APPLICATION)
    .where(APPLICATION.c.call_id == CALL.c.id, APPLICATION.c.state != ApplicationState.DRAFT)
    .correlate(CALL)
    .scalar_subquery()
    .label("applications")
)
FIRST_DATE = (
    sa.select(sa.func.min(OCCURRENCE.c.starts_local))
    .where(
        OCCURRENCE.c.fair_id == CALL.c.fair_id,
        OCCURRENCE.c.state != OccurrenceState.CANCELLED,
        OCCURRENCE.c.starts_local >= sa.cast(CALL.c.from_on, sa.String),
    )
    .correlate(CALL)
    .scalar_subquery()
    .label("first_date")
)
_CALLS = sa.select(CALL, FAIR.c.name.label("fair_name"), FAIR.c.zone, _COUNT, FIRST_DATE).join(
    FAIR, FAIR.c.id == CALL.c.fair_id
)
_CALL = _CALLS.where(CALL.c.id == given("id"))
_LIST = Query(
    _CALLS.where(CALL.c.state != CallState.DRAFT).order_by(CALL.c.closes_at, CALL.c.id).limit(200),
    fair=CALL.c.fair_id == given("fair"),
    organiser=CALL.c.organiser_id == given("organiser"),
    country=FAIR.c.country == given("country"),
    region=FAIR.c.region == given("region"),
    open_at=sa.and_(
        CALL.c.state == CallState.PUBLISHED,
        CALL.c.opens_at <= given("open_at", type_=CALL.c.opens_at.type),
        CALL.c.closes_at >= given("open_at", type_=CALL.c.closes_at.type),
    ),
)
_DRAFTS = _CALLS.where(CALL.c.state == CallState.DRAFT, CALL.c.fair_id == given("fair")).order_by(CALL.c.id)
_NOT_ADMITTED = (
    sa.select(
        APPLICATION.c.id,
        APPLICATION.c.number,
        APPLICATION.c.organisation_id,
        APPLICATION.c.state,
        APPLICATION.c.reason,
        GROUP.c.phone.label("organisation_phone"),
    )
    .join(GROUP, GROUP.c.id == APPLICATION.c.organisation_id)
    .where(
        APPLICATION.c.call_id == given("call"),
        APPLICATION.c.state.in_((ApplicationState.REJECTED, ApplicationState.WAITLISTED)),
    )
    .order_by(APPLICATION.c.number)
)
_LISTED = (
    sa.select(
        APPLICATION.c.number,
        APPLICATION.c.organisation_id,
        GROUP.c.name.label("organisation_name"),
        APPLICATION.c.category,
        APPLICATION.c.state,
    )
    .join(GROUP, GROUP.c.id == APPLICATION.c.organisation_id)
    .where(APPLICATION.c.call_id == given("call"))
    .order_by(APPLICATION.c.number)
)


def first_day(found: Row) -> date:
    """The day of the first date that a call gives stalls for: papers must be valid then."""
    said: str | None = found["first_date"]
    first: date = date.fromisoformat(said[:10]) if said else found["from_on"]
    return first


async def row(db: Database, call_id: UUID) -> Row:
    """A call as stored, with its fair's name. Raises NotFoundError."""
    found = await db.one(_CALL, id=call_id)
    if found is None:
        raise NotFoundError
    return found


async def keeps(db: Database, caller: Caller, found: Row) -> bool:
    """Whether the caller is an officer of the fair."""
    return await fairs.holds(db, caller, {"id": found["fair_id"], "organiser_id": found["organiser_id"]})


async def kept(db: Database, caller: Caller, call_id: UUID) -> Row:
    """A call for its officers. Raises NotFoundError, ForbiddenError."""
    found = await row(db, call_id)
    if await keeps(db, caller, found):
        return found
    raise NotFoundError if found["state"] == CallState.DRAFT else ForbiddenError


async def call(db: Database, caller: Caller, call_id: UUID, now: datetime) -> Row:
    """One call as this caller reads it. Raises NotFoundError."""
    found = await row(db, call_id)
    keeps_it = await keeps(db, caller, found)
    if found["state"] == CallState.DRAFT and not keeps_it:
        raise NotFoundError
    return shown(found, now, may_change=keeps_it)


async def listed(db: Database, caller: Caller, now: datetime, *, is_open: bool, **filters: Any) -> list[Row]:
    """Published calls, the ones that close first on top; of one fair, its officers see the drafts too."""
    found = await db.all(_LIST, open_at=now if is_open else None, **filters)
    lines = [_line(line, now, may_change=False) for line in found]
    if filters.get("fair") and not is_open:
        drafts = await db.all(_DRAFTS, fair=filters["fair"])
        if drafts and await keeps(db, caller, drafts[0]):
            lines += [_line(draft, now, may_change=True) for draft in drafts]
    return lines


async def not_admitted(db: Database, call_id: UUID) -> list[Row]:
    """Who was rejected or waits, as stored: whoever may object to the lists."""
    return await db.all(_NOT_ADMITTED, call=call_id)


async def lists(db: Database, caller: Caller, call_id: UUID, now: datetime) -> Row:
    """Who is admitted, waits, must mend or was rejected; public after the last day to apply. Raises NotFoundError."""
    found = await row(db, call_id)
    if found["closes_at"] >= now and not await keeps(db, caller, found):
        raise NotFoundError
    lines = await db.all(_LISTED, call=call_id)

    def those(*states: ApplicationState) -> list[Row]:
        return [
            {name: line[name] for name in ("number", "organisation_id", "organisation_name", "category")}
            for line in lines
            if line["state"] in states
        ]

    waiting = those(ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW)
    return {
        "call_id": call_id,
        "admitted": those(ApplicationState.APPROVED),
        "waitlisted": those(ApplicationState.WAITLISTED),
        "observed": those(ApplicationState.NEEDS_INFO),
        "rejected": those(ApplicationState.REJECTED),
        "in_review": len(waiting),
        "version": found["version"],
    }


def shown(found: Row, now: datetime, *, may_change: bool) -> Row:
    """The wire form of a call: the number of its draw only once it has closed."""
    is_secret = found["state"] in (CallState.DRAFT, CallState.PUBLISHED) or now <= found["closes_at"]
    is_open = found["state"] == CallState.PUBLISHED and found["opens_at"] <= now <= found["closes_at"]
    return {name: found[name] for name in _AS_STORED} | {
        "seed": None if is_secret else found["seed"],
        "is_open": is_open,
        "actions": [_ACTS[to] for to in sorted(CALL_MOVES[CallState(found["state"])])] if may_change else [],
    }


def _line(found: Row, now: datetime, *, may_change: bool) -> Row:
    """A call in a list: its bases may be long."""
    whole = shown(found, now, may_change=may_change)
    return {name: whole[name] for name in _IN_LISTS}


_ACTS = {
    CallState.PUBLISHED: "publication",
    CallState.REVIEWED: "review",
    CallState.FINAL: "final",
    CallState.CANCELLED: "cancellation",
}
_AS_STORED = (
    *("id", "fair_id", "fair_name", "organiser_id", "state", "title", "resolution", "bases", "opens_at"),
    *("closes_at", "from_on", "until_on", "documents", "categories", "quotas", "weights", "mend_days"),
    *(
        "claim_days",
        "claims_until",
        "offer_hours",
        "no_show_limit",
        "no_show_days",
        "sanction_days",
        "seed_sha256",
        "reason",
        "applications",
        "is_demo",
    ),
    *("published_at", "version"),
)
_IN_LISTS = (
    *("id", "fair_id", "fair_name", "organiser_id", "state", "title", "resolution", "opens_at", "closes_at"),
    *("is_open", "from_on", "until_on", "documents", "categories", "applications", "is_demo", "version"),
    "actions",
)
