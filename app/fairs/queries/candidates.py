"""Applications as the rule `stalls-1` looks at them, and why one may have no stall on a day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date as day_of
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.allocation.model import Barred
from app.fairs.queries import sanctions
from app.fairs.queries.applications import DOCUMENT, missing
from app.fairs.queries.calls import APPLICATION, CALL
from app.fairs.states import ApplicationState, CallState
from app.kernel.db import Database, Row
from app.kernel.schema import table
from app.people.models import Organisation
from app.producers.models import ProducerProfile

_PROFILE, _GROUP = table(ProducerProfile), table(Organisation).alias("applying_group")
_ADMITTED = APPLICATION.c.state.in_((ApplicationState.APPROVED, ApplicationState.WAITLISTED))
_ALL = (
    sa.select(
        APPLICATION,
        _GROUP.c.name.label("organisation_name"),
        _GROUP.c.territory_code,
        _PROFILE.c.women_led,
        _PROFILE.c.latitude_e6,
        _PROFILE.c.longitude_e6,
        CALL.c.documents.label("asked_documents"),
        CALL.c.categories.label("called_categories"),
        CALL.c.quotas,
        CALL.c.offer_hours,
        CALL.c.no_show_limit,
        CALL.c.no_show_days,
        CALL.c.sanction_days,
    )
    .join(CALL, CALL.c.id == APPLICATION.c.call_id)
    .join(_GROUP, _GROUP.c.id == APPLICATION.c.organisation_id)
    .outerjoin(_PROFILE, _PROFILE.c.organisation_id == APPLICATION.c.organisation_id)
)
_OF_CALL = _ALL.where(APPLICATION.c.call_id == given("call"), _ADMITTED).order_by(APPLICATION.c.number)
_THESE = _ALL.where(APPLICATION.c.id.in_(given("ids", expanding=True)))
_OF_GROUP = (
    _ALL.where(
        CALL.c.fair_id.in_(given("fairs", expanding=True)),
        CALL.c.state == CallState.FINAL,
        CALL.c.from_on <= given("day", type_=CALL.c.from_on.type),
        CALL.c.until_on >= given("day", type_=CALL.c.until_on.type),
        APPLICATION.c.organisation_id == given("group"),
        _ADMITTED,
    )
    .order_by(APPLICATION.c.id.desc())
    .limit(1)
)
_PAPERS = sa.select(
    DOCUMENT.c.application_id, DOCUMENT.c.code, DOCUMENT.c.valid_until, DOCUMENT.c.is_accepted
)
_PAPERS_OF_CALL = _PAPERS.join(APPLICATION, APPLICATION.c.id == DOCUMENT.c.application_id).where(
    APPLICATION.c.call_id == given("call")
)
_PAPERS_OF_THESE = _PAPERS.where(DOCUMENT.c.application_id.in_(given("ids", expanding=True)))


async def of_call(db: Database, call_id: UUID) -> list[Row]:
    """The admitted and the waitlisted of a call, by folio."""
    return await db.all(_OF_CALL, call=call_id)


async def these(db: Database, applications: Sequence[UUID]) -> dict[UUID, Row]:
    """These applications, whatever their state."""
    found = await db.all(_THESE, ids=list(applications)) if applications else ()
    return {each["id"]: each for each in found}


async def of_group(db: Database, fairs: Sequence[UUID], group: UUID, day: day_of) -> Row | None:
    """The application by which a group may stand on a day of a fair; None when no final call admits it."""
    return await db.one(_OF_GROUP, fairs=list(fairs), group=group, day=day)


async def papers_of_call(db: Database, call_id: UUID) -> list[Row]:
    """Every paper brought to a call."""
    return await db.all(_PAPERS_OF_CALL, call=call_id)


async def papers_of(db: Database, applications: Sequence[UUID]) -> list[Row]:
    """Every paper of these applications."""
    return await db.all(_PAPERS_OF_THESE, ids=list(applications)) if applications else []


async def barred(
    db: Database, date: Row, asked: Sequence[Row], papers: Sequence[Row]
) -> dict[UUID, tuple[Barred, ...]]:
    """Why each of these applications may have no stall on a date: a sanction, a paper that is not valid, its category."""
    day = day_of.fromisoformat(date["starts_local"][:10])
    sanctioned = await sanctions.groups_on(db, date["organiser_id"], day)
    brought: dict[UUID, list[Row]] = defaultdict(list)
    for paper in papers:
        brought[paper["application_id"]].append(paper)
    found: dict[UUID, tuple[Barred, ...]] = {}
    for each in asked:
        reasons: list[Barred] = ["sanctioned"] if each["organisation_id"] in sanctioned else []
        if missing(each["asked_documents"], brought[each["id"]], day):
            reasons.append("documents")
        if each["called_categories"] and each["category"] not in each["called_categories"]:
            reasons.append("category_not_authorised")
        found[each["id"]] = tuple(reasons)
    return found
