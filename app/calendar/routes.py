"""The calendar's door: key dates."""

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.calendar import queries, service
from app.calendar.schemas import KeyDateCreate, KeyDatePage, KeyDateRead, KeyDateUpdate
from app.calendar.service import KeyDateTakenError
from app.kernel.errors import (
    Fault,
    IdTakenError,
    InvalidError,
    NotFoundError,
    StaleVersionError,
    VersionRequiredError,
)
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.visit import Visit

router = room("calendar")
_CHANGE = problems(NotFoundError, StaleVersionError, VersionRequiredError)
_MOST_PIECES = 1_000_000


@router.get("/key-dates", response_model=KeyDatePage)
async def list_key_dates(  # noqa: PLR0917 - FastAPI gives them by name
    visit: Visit,
    country: Annotated[str | None, Query(pattern=r"^[A-Z]{2}$")] = None,
    year: Annotated[int | None, Query(ge=2000, le=2199)] = None,
    since: Annotated[date | None, Query(alias="from", description="On or after this day")] = None,
    notice_weeks: Annotated[int | None, Query(ge=0, le=52, description="Yours; absent: each date's")] = None,
    pieces: Annotated[
        int | None,
        Query(ge=1, le=_MOST_PIECES, description="How many you want to have, with `pieces_per_week`"),
    ] = None,
    pieces_per_week: Annotated[int | None, Query(ge=1, le=_MOST_PIECES)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Peaks of demand, the earliest first, each with the day by which to start. Public.

    `start_by` is the date less the notice and, with `pieces` and `pieces_per_week`, the weeks that they take.
    """
    if (pieces is None) != (pieces_per_week is None):
        raise InvalidError(Fault("query/pieces" if pieces is None else "query/pieces_per_week", "missing"))
    work = queries.Work(notice_weeks, pieces or 0, pieces_per_week or 1)
    scope = f"key-dates:{country}:{year}:{since}"
    rows = await queries.page(
        visit.db,
        limit=limit,
        after=visit.after(scope, cursor),
        country=country,
        year=year,
        since=since,
        work=work,
        lang=visit.lang,
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("on_date", "id"))


@router.get("/key-dates/{key_date_id}", response_model=KeyDateRead, responses=problems(NotFoundError))
async def read_key_date(key_date_id: UUID, visit: Visit) -> Response:
    """One key date. Public."""
    return visit.item(await queries.key_date(visit.db, key_date_id, visit.lang))


@router.post(
    "/key-dates",
    status_code=201,
    response_model=KeyDateRead,
    responses=problems(IdTakenError, KeyDateTakenError),
)
async def create_key_date(body: KeyDateCreate, visit: Visit) -> Response:
    """Add a key date to a country's year. For the platform's administrators."""
    demo = visit.house.settings.demo
    made = partial(service.create, caller=visit.caller, key_date=body, now=visit.now)
    work = partial(made, lang=visit.lang, is_demo=demo)
    return await visit.write(work, status=201)


@router.patch("/key-dates/{key_date_id}", response_model=KeyDateRead, responses=_CHANGE)
async def update_key_date(key_date_id: UUID, body: KeyDateUpdate, visit: Visit) -> Response:
    """Change a key date within its year; the other years stay. Needs If-Match. For the platform's administrators."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx,
            key_date_id,
            caller=visit.caller,
            change=body,
            expected=expected,
            now=visit.now,
            lang=visit.lang,
        )
    )


@router.delete("/key-dates/{key_date_id}", status_code=204, responses=_CHANGE)
async def remove_key_date(key_date_id: UUID, visit: Visit) -> Response:
    """Take a key date out of its year; it does not come back. Needs If-Match. For the platform's administrators."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.remove(tx, key_date_id, caller=visit.caller, expected=expected, now=visit.now)
    )
