"""Who brings what to a date: public, own production before resale."""

from collections.abc import Sequence
from datetime import date as day_of
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import LIVE, Announcement, Stall
from app.fairs.queries.assignments import WAITING
from app.fairs.queries.calls import APPLICATION, CALL, UNDECIDED
from app.fairs.queries.occurrences import ASSIGNMENT
from app.fairs.states import ApplicationState, AssignmentState, CallState, WaitState
from app.kernel import search
from app.kernel.db import Database, Query, Row
from app.kernel.schema import table
from app.people.models import Organisation
from app.products.models import Product, ProductWord

ANNOUNCEMENT = table(Announcement)
MOST_SHOWN = 20
WORD = table(ProductWord)
_PRODUCT, _STALL = table(Product), table(Stall)
_GROUP = table(Organisation).alias("brings")
_STANDS = (AssignmentState.CONFIRMED, AssignmentState.CHECKED_IN, AssignmentState.COMPLETED)
_STALL_CODE = (
    sa.select(_STALL.c.code)
    .join(ASSIGNMENT, ASSIGNMENT.c.stall_id == _STALL.c.id)
    .where(
        ASSIGNMENT.c.occurrence_id == ANNOUNCEMENT.c.occurrence_id,
        ASSIGNMENT.c.organisation_id == ANNOUNCEMENT.c.organisation_id,
        ASSIGNMENT.c.state.in_(_STANDS),
    )
    .correlate(ANNOUNCEMENT)
    .scalar_subquery()
)
_RESOLD = sa.case((ANNOUNCEMENT.c.is_own_production, 0), else_=1)
_ORDER = (_RESOLD, _GROUP.c.name_folded, ANNOUNCEMENT.c.id)
_LINE = (
    ANNOUNCEMENT.c.organisation_id,
    _GROUP.c.name.label("organisation_name"),
    _STALL_CODE.label("stall"),
    ANNOUNCEMENT.c.product_id,
    _PRODUCT.c.name.label("product_name"),
    ANNOUNCEMENT.c.note,
    ANNOUNCEMENT.c.is_own_production,
)
_JOINED = ANNOUNCEMENT.join(_GROUP, _GROUP.c.id == ANNOUNCEMENT.c.organisation_id).join(
    _PRODUCT, _PRODUCT.c.id == ANNOUNCEMENT.c.product_id
)
_OF_DATE = Query(
    sa.select(*_LINE, ANNOUNCEMENT.c.id, _RESOLD.label("resold"), _GROUP.c.name_folded)
    .select_from(_JOINED)
    .where(ANNOUNCEMENT.c.occurrence_id == given("date"))
    .order_by(*_ORDER)
    .limit(given("limit", type_=sa.Integer)),
    organisation=ANNOUNCEMENT.c.organisation_id == given("organisation"),
    after_id=sa.tuple_(*_ORDER)
    > sa.tuple_(
        given("after_resold", type_=sa.Integer),
        given("after_name", type_=_GROUP.c.name_folded.type),
        given("after_id", type_=ANNOUNCEMENT.c.id.type),
    ),
)


def _first(lines: sa.Select[Any]) -> sa.Select[Any]:
    numbered = lines.subquery()
    return (
        sa.select(numbered)
        .where(numbered.c.nth <= MOST_SHOWN)
        .order_by(numbered.c.occurrence_id, numbered.c.nth)
    )


_CALLED = sa.and_(
    CALL.c.fair_id.in_(given("fairs", expanding=True)),
    CALL.c.state.in_((CallState.PUBLISHED, CallState.REVIEWED, CallState.FINAL)),
    CALL.c.from_on <= given("day", type_=CALL.c.from_on.type),
    CALL.c.until_on >= given("day", type_=CALL.c.until_on.type),
)
_PART = sa.select(
    sa.or_(
        sa.exists().where(
            ASSIGNMENT.c.occurrence_id == given("date"),
            ASSIGNMENT.c.organisation_id == given("organisation"),
            ASSIGNMENT.c.state.in_(LIVE),
        ),
        sa.exists().where(
            WAITING.c.occurrence_id == given("date"),
            WAITING.c.organisation_id == given("organisation"),
            WAITING.c.state.in_((WaitState.WAITING, WaitState.OFFERED)),
        ),
        sa.exists().where(
            APPLICATION.c.call_id == CALL.c.id,
            APPLICATION.c.organisation_id == given("organisation"),
            APPLICATION.c.state.in_((*UNDECIDED, ApplicationState.APPROVED, ApplicationState.WAITLISTED)),
            _CALLED,
        ),
    ).label("takes_part"),
    sa.exists().where(_CALLED).label("is_called"),
)
_OF_DATES = Query(
    sa.select(
        *_LINE,
        ANNOUNCEMENT.c.occurrence_id,
        sa.func.row_number().over(partition_by=ANNOUNCEMENT.c.occurrence_id, order_by=_ORDER).label("nth"),
        sa.func.count().over(partition_by=ANNOUNCEMENT.c.occurrence_id).label("in_all"),
    )
    .select_from(_JOINED)
    .where(ANNOUNCEMENT.c.occurrence_id.in_(given("dates"))),
    _first,
    **search.filters(ANNOUNCEMENT.c.product_id, WORD),
)


async def part(db: Database, date: Row, fairs: Sequence[UUID], organisation_id: UUID) -> Row:
    """Whether a group takes part in a date (a stall, an offer, a place on the list, an application), and whether it has a call.

    `fairs`: the date's and those it supersedes.
    """
    day = day_of.fromisoformat(date["starts_local"][:10])
    found = await db.one(_PART, date=date["id"], fairs=list(fairs), organisation=organisation_id, day=day)
    assert found is not None  # noqa: S101 - one row, whatever it says
    return found


async def page(db: Database, date_id: UUID, *, limit: int, after: list[Any] | None) -> list[Row]:
    """Up to limit + 1 announcements of a date."""
    keyset = {"after_resold": after[0], "after_name": after[1], "after_id": UUID(after[2])} if after else {}
    return await db.all(_OF_DATE, date=date_id, limit=limit + 1, **keyset)


async def of_group(db: Database, date_id: UUID, organisation_id: UUID) -> Row:
    """What one group brings to a date."""
    found = await db.all(_OF_DATE, date=date_id, organisation=organisation_id, limit=200)
    for line in found:
        del line["id"], line["resold"], line["name_folded"]
    return {"occurrence_id": date_id, "items": found}


async def of_dates(db: Database, dates: Sequence[UUID], q: str | None) -> dict[UUID, tuple[list[Row], int]]:
    """The first lines of each date that speak of what was asked for, and how many there are."""
    found: dict[UUID, tuple[list[Row], int]] = {}
    if not dates:
        return found
    for line in await db.slow(_OF_DATES, dates=dates, **search.parameters(q)):
        date_id, in_all = line.pop("occurrence_id"), line.pop("in_all")
        del line["nth"]
        found.setdefault(date_id, ([], in_all))[0].append(line)
    return found
