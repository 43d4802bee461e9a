"""The door of who brings what."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.fairs import near
from app.fairs.errors import NotAtThisDateError, OccurrenceOverError
from app.fairs.queries import announcements as queries
from app.fairs.queries import fairs, found, occurrences
from app.fairs.routes.router import router
from app.fairs.schemas.announcements import (
    AnnouncementPage,
    AnnouncementsPut,
    FoundDatePage,
    GroupAnnouncements,
)
from app.fairs.service import announcements as service
from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit
from app.kernel.visit import Visit
from app.places.filters import Country, Region

_PATH = "/occurrences/{occurrence_id}/announcements"


@router.get("/announcements", response_model=FoundDatePage)
async def find_announcements(
    visit: Visit,
    *,
    q: Annotated[
        str | None, Query(max_length=100, description="A product, accents ignored: `quinua`")
    ] = None,
    since: Annotated[
        datetime | None, Query(description="RFC 3339; dates not over by then, now when absent")
    ] = None,
    until: Annotated[datetime | None, Query(description="RFC 3339; dates that start before")] = None,
    near_: Annotated[
        str | None,
        Query(
            alias="near",
            pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,6})?,-?[0-9]{1,3}(\.[0-9]{1,6})?$",
            description="Latitude, longitude in degrees: `-13.42,-71.85`",
        ),
    ] = None,
    within_km: Annotated[int, Query(ge=1, le=300, description="Around `near`")] = 20,
    country: Country = None,
    region: Region = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Where to find a product: dates of published fairs with who brings it, the soonest first, then the nearest. Public.

    Cancelled dates are left out; those of a suspended fair say so in `fair_state`.
    """
    scope = f"announcements:{q}:{since}:{until}:{near_}:{within_km}:{country}:{region}"
    rows = await found.page(
        visit.db,
        limit=limit,
        after=visit.after(scope, cursor),
        since=near.aware(since, "query/since") or visit.now,
        until=near.aware(until, "query/until"),
        q=q,
        point=near.point(near_),
        km=within_km,
        country=country,
        region=region,
    )
    sort = ("starts_at", "id", "farness")
    return visit.page(rows, limit=limit, scope=scope, sort=sort, hide=("farness",))


@router.get(_PATH, response_model=AnnouncementPage, responses=problems(NotFoundError))
async def list_announcements(
    occurrence_id: UUID, visit: Visit, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """What groups bring to a date: own production first, resale marked and after it. Public, as the fair is."""
    date = await occurrences.row(visit.db, occurrence_id)
    await fairs.visible(visit.db, visit.caller, date["fair_id"])
    scope = f"announcements_of:{occurrence_id}"
    rows = await queries.page(visit.db, occurrence_id, limit=limit, after=visit.after(scope, cursor))
    sort = ("resold", "name_folded", "id")
    return visit.page(rows, limit=limit, scope=scope, sort=sort, hide=sort)


@router.put(
    _PATH + "/{organisation_id}",
    response_model=GroupAnnouncements,
    responses=problems(NotFoundError, OccurrenceOverError, NotAtThisDateError),
)
async def put_announcements(
    occurrence_id: UUID, organisation_id: UUID, body: AnnouncementsPut, visit: Visit
) -> Response:
    """Say what a group brings to a date: its own people do, or its network for it. Replaces what was said before.

    For whoever has a stall or an offer, waits or applied; where there is no call, for producers.
    """
    return await visit.write(
        lambda tx: service.put(
            tx, occurrence_id, organisation_id, caller=visit.caller, said=body, now=visit.now
        )
    )


@router.delete(_PATH + "/{organisation_id}", status_code=204, responses=problems(NotFoundError))
async def remove_announcements(occurrence_id: UUID, organisation_id: UUID, visit: Visit) -> Response:
    """Take back what a group brings to a date. Its people, its network or the fair's organiser may."""
    return await visit.write(
        lambda tx: service.remove(tx, occurrence_id, organisation_id, caller=visit.caller, now=visit.now)
    )
