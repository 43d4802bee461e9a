"""The door of the series: written as a draft, published, suspended, succeeded, ended."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.fairs.errors import NoDatesError, PublishedFairError, SuccessorTooEarlyError, SupersededError
from app.fairs.queries import fairs as queries
from app.fairs.routes.router import Territory, router
from app.fairs.schemas.fairs import (
    CoOrganiserPut,
    Ending,
    FairCreate,
    FairPage,
    FairRead,
    FairUpdate,
    SponsorsPut,
    SuccessorCreate,
    Suspension,
)
from app.fairs.service import endings, fairs, partners
from app.fairs.states import FairKind, FairState
from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit
from app.kernel.states import WrongStateError
from app.kernel.visit import Visit
from app.places.filters import Country, Region

_MOVE = problems(NotFoundError, WrongStateError)
_CHANGE = (NotFoundError, StaleVersionError, VersionRequiredError)


@router.get("/fairs", response_model=FairPage)
async def list_fairs(
    visit: Visit,
    *,
    q: Annotated[str | None, Query(max_length=100, description="Words, accents ignored: `artesania`")] = None,
    organiser: UUID | None = None,
    kind: FairKind | None = None,
    state: FairState | None = None,
    country: Country = None,
    region: Region = None,
    territory: Territory = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Fairs by name. Public; drafts are shown to their organiser's people."""
    scope = f"fairs:{q}:{organiser}:{kind}:{state}:{country}:{region}:{territory}"
    rows = await queries.page(
        visit.db,
        visit.caller,
        limit=limit,
        after=visit.after(scope, cursor),
        lang=visit.lang,
        q=q,
        organiser=organiser,
        kind=kind,
        state=state,
        country=country,
        region=region,
        territory=territory,
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("name_folded", "id"), hide=("name_folded",))


@router.post(
    "/fairs", status_code=201, response_model=FairRead, responses=problems(IdTakenError, NoDatesError)
)
async def create_fair(body: FairCreate, visit: Visit) -> Response:
    """Write a fair with its rule in local time: eighteen months of dates are there at once, as a draft.

    The answer warns of other fairs at the same place and of public holidays.
    """
    work = partial(fairs.create, caller=visit.caller, fair=body, now=visit.now, lang=visit.lang)
    return await visit.write(work, status=201)


@router.get("/fairs/{fair_id}", response_model=FairRead, responses=problems(NotFoundError))
async def read_fair(fair_id: UUID, visit: Visit) -> Response:
    """One fair with its rule, its sponsors and their conditions. Public once published."""
    return visit.view(await queries.fair(visit.db, visit.caller, fair_id, visit.lang))


@router.patch(
    "/fairs/{fair_id}",
    response_model=FairRead,
    responses=problems(*_CHANGE, PublishedFairError, NoDatesError),
)
async def update_fair(fair_id: UUID, body: FairUpdate, visit: Visit) -> Response:
    """Change a fair. Needs If-Match. Days, hours and place only of a draft: a published fair has successors."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: fairs.update(
            tx, fair_id, caller=visit.caller, change=body, expected=expected, now=visit.now, lang=visit.lang
        )
    )


@router.post("/fairs/{fair_id}/publication", response_model=FairRead, responses=_MOVE)
async def publish_fair(fair_id: UUID, visit: Visit) -> Response:
    """Show the fair and its dates to everybody, in lists, pages and calendars."""
    return await visit.write(
        lambda tx: fairs.publish(tx, fair_id, caller=visit.caller, now=visit.now, lang=visit.lang)
    )


@router.post("/fairs/{fair_id}/suspension", response_model=FairRead, responses=_MOVE)
async def suspend_fair(fair_id: UUID, body: Suspension, visit: Visit) -> Response:
    """Pause the fair: its dates stay, calendars show them as suspended."""
    return await visit.write(
        lambda tx: fairs.suspend(
            tx, fair_id, caller=visit.caller, suspension=body, now=visit.now, lang=visit.lang
        )
    )


@router.post("/fairs/{fair_id}/resumption", response_model=FairRead, responses=_MOVE)
async def resume_fair(fair_id: UUID, visit: Visit) -> Response:
    """Go on with a suspended fair."""
    return await visit.write(
        lambda tx: fairs.resume(tx, fair_id, caller=visit.caller, now=visit.now, lang=visit.lang)
    )


@router.post(
    "/fairs/{fair_id}/ending",
    response_model=FairRead,
    responses=problems(NotFoundError, WrongStateError, SupersededError),
)
async def end_fair(fair_id: UUID, body: Ending, visit: Visit) -> Response:
    """Give the fair its last day. Dates after it go; those somebody has a stall for are cancelled with the reason."""
    return await visit.write(
        lambda tx: endings.end(tx, fair_id, caller=visit.caller, ending=body, now=visit.now, lang=visit.lang)
    )


@router.post(
    "/fairs/{fair_id}/successor",
    status_code=201,
    response_model=FairRead,
    responses=problems(NotFoundError, WrongStateError, SuccessorTooEarlyError, NoDatesError),
)
async def succeed_fair(fair_id: UUID, body: SuccessorCreate, visit: Visit) -> Response:
    """From this date on, otherwise: a new fair that names this one, which gets its last day.

    Stalls and applications for days that both have go along.
    """
    return await visit.write(
        lambda tx: endings.succeed(
            tx, fair_id, caller=visit.caller, successor=body, now=visit.now, lang=visit.lang
        ),
        status=201,
    )


@router.put("/fairs/{fair_id}/sponsors", response_model=FairRead, responses=problems(*_CHANGE))
async def put_fair_sponsors(fair_id: UUID, body: SponsorsPut, visit: Visit) -> Response:
    """Say who supports the fair and on which conditions: they are published. Needs If-Match."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: fairs.put_sponsors(
            tx, fair_id, caller=visit.caller, sponsors=body, expected=expected, now=visit.now, lang=visit.lang
        )
    )


@router.put(
    "/fairs/{fair_id}/co-organisers/{organisation_id}",
    response_model=FairRead,
    responses=problems(NotFoundError),
)
async def put_co_organiser(
    fair_id: UUID, organisation_id: UUID, body: CoOrganiserPut, visit: Visit
) -> Response:
    """Name an organisation that holds the fair as well. Once its people accept, they may change the fair, too."""
    return await visit.write(
        lambda tx: partners.put(
            tx, fair_id, organisation_id, caller=visit.caller, asked=body, now=visit.now, lang=visit.lang
        )
    )


@router.post(
    "/fairs/{fair_id}/co-organisers/{organisation_id}/acceptance",
    response_model=FairRead,
    responses=problems(NotFoundError),
)
async def accept_co_organising(fair_id: UUID, organisation_id: UUID, visit: Visit) -> Response:
    """Say yes, for an organisation that was named as co-organiser."""
    return await visit.write(
        lambda tx: partners.accept(
            tx, fair_id, organisation_id, caller=visit.caller, now=visit.now, lang=visit.lang
        )
    )


@router.delete(
    "/fairs/{fair_id}/co-organisers/{organisation_id}",
    status_code=204,
    responses=problems(NotFoundError),
)
async def remove_co_organiser(fair_id: UUID, organisation_id: UUID, visit: Visit) -> Response:
    """Stop holding the fair together. Either side may."""
    return await visit.write(
        lambda tx: partners.remove(tx, fair_id, organisation_id, caller=visit.caller, now=visit.now)
    )
