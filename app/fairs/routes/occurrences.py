"""The door of dates."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.fairs import near
from app.fairs.errors import DateTakenError
from app.fairs.queries import fairs, occurrences
from app.fairs.routes.router import Territory, router
from app.fairs.schemas.occurrences import (
    Cancellation,
    OccurrenceCreate,
    OccurrencePage,
    OccurrenceRead,
    OccurrenceUpdate,
)
from app.fairs.service import occurrences as service
from app.fairs.states import FairKind
from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit
from app.kernel.states import WrongStateError
from app.kernel.visit import Visit
from app.places.filters import Country, Region

Instant = Annotated[datetime | None, Query(description="RFC 3339, with `Z` or `-05:00`")]
_MOVE = problems(NotFoundError, WrongStateError)


@router.get("/occurrences", response_model=OccurrencePage)
async def list_occurrences(
    visit: Visit,
    *,
    since: Instant = None,
    until: Instant = None,
    organiser: UUID | None = None,
    fair: UUID | None = None,
    kind: FairKind | None = None,
    country: Country = None,
    region: Region = None,
    territory: Territory = None,
    within: Annotated[
        str | None,
        Query(
            pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,6})?(,-?[0-9]{1,3}(\.[0-9]{1,6})?){3}$",
            description="A box in degrees, west, south, east, north: `-72.2,-13.8,-71.5,-13.2`",
        ),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Dates of published fairs in the order of their start, from now on unless `since` says otherwise. Public."""
    scope = f"occurrences:{since}:{until}:{organiser}:{fair}:{kind}:{country}:{region}:{territory}:{within}"
    after = visit.after(scope, cursor)
    rows = await occurrences.page(
        visit.db,
        limit=limit,
        after=after,
        since=None if after else near.aware(since, "query/since") or visit.now,
        until=near.aware(until, "query/until"),
        organiser=organiser,
        fair=fair,
        kind=kind,
        country=country,
        region=region,
        territory=territory,
        box=near.box(within),
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("starts_at", "id"))


@router.get("/fairs/{fair_id}/occurrences", response_model=OccurrencePage, responses=problems(NotFoundError))
async def list_fair_occurrences(
    fair_id: UUID, visit: Visit, since: Instant = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The dates of one fair, from now on unless `since` says otherwise. Of drafts, for their organiser's people."""
    await fairs.visible(visit.db, visit.caller, fair_id)
    scope = f"fair_occurrences:{fair_id}:{since}"
    after = visit.after(scope, cursor)
    start = None if after else near.aware(since, "query/since") or visit.now
    rows = await occurrences.page(
        visit.db, limit=limit, after=after, published=None, fair=fair_id, since=start
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("starts_at", "id"))


@router.post(
    "/fairs/{fair_id}/occurrences",
    status_code=201,
    response_model=OccurrenceRead,
    responses=problems(NotFoundError, IdTakenError, DateTakenError),
)
async def create_occurrence(fair_id: UUID, body: OccurrenceCreate, visit: Visit) -> Response:
    """Add a date besides those of the rule."""
    return await visit.write(
        lambda tx: service.add(tx, fair_id, caller=visit.caller, extra=body, now=visit.now), status=201
    )


@router.get("/occurrences/{occurrence_id}", response_model=OccurrenceRead, responses=problems(NotFoundError))
async def read_occurrence(occurrence_id: UUID, visit: Visit) -> Response:
    """One date: where, when, whether it was moved or cancelled and why. Public once its fair is published."""
    return visit.view(await occurrences.occurrence(visit.db, visit.caller, occurrence_id))


@router.patch(
    "/occurrences/{occurrence_id}",
    response_model=OccurrenceRead,
    responses=problems(NotFoundError, WrongStateError, StaleVersionError, VersionRequiredError),
)
async def update_occurrence(occurrence_id: UUID, body: OccurrenceUpdate, visit: Visit) -> Response:
    """Move a date to another time or place, with a reason, or add a note. Needs If-Match.

    Everything that hangs on it stays: stalls, applications, the address of its page.
    """
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx, occurrence_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )


@router.post("/occurrences/{occurrence_id}/cancellation", response_model=OccurrenceRead, responses=_MOVE)
async def cancel_occurrence(occurrence_id: UUID, body: Cancellation, visit: Visit) -> Response:
    """Cancel one date with a reason: it stays visible as cancelled, whoever had a stall is told."""
    return await visit.write(
        lambda tx: service.cancel(tx, occurrence_id, caller=visit.caller, cancellation=body, now=visit.now)
    )


@router.post("/occurrences/{occurrence_id}/report", response_model=OccurrenceRead, responses=_MOVE)
async def report_occurrence(occurrence_id: UUID, visit: Visit) -> Response:
    """Say that a date's attendance is complete."""
    return await visit.write(lambda tx: service.report(tx, occurrence_id, caller=visit.caller, now=visit.now))
