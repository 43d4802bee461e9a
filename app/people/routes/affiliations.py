"""The door of affiliations: a group belongs to a network."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from starlette.responses import Response

from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.versions import version_of
from app.kernel.visit import Visit
from app.people.models import AffiliationState
from app.people.queries import affiliations as queries
from app.people.routes.acting import change
from app.people.schemas.affiliations import (
    AffiliationCreate,
    AffiliationPage,
    AffiliationRead,
    AffiliationUpdate,
)
from app.people.service import affiliations as service
from app.people.service.affiliations import (
    AffiliationCycleError,
    AffiliationLiveError,
    AffiliationMoveError,
)
from app.people.tables import AFFILIATION

router = room("affiliations")
_MOVES = problems(NotFoundError, AffiliationMoveError, AffiliationCycleError, StaleVersionError)


@router.get("/affiliations", response_model=AffiliationPage)
async def list_affiliations(
    visit: Visit,
    *,
    group: UUID | None = None,
    network: UUID | None = None,
    state: AffiliationState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The affiliations of your organisations, as groups or as networks, oldest first."""
    scope = f"affiliations:{visit.caller.name}:{group}:{network}:{state}"
    after = visit.after(scope, cursor)
    rows = await queries.page(
        visit.db, visit.caller, limit=limit, after=after, group=group, network=network, state=state
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("id",))


@router.get(
    "/affiliations/{affiliation_id}", response_model=AffiliationRead, responses=problems(NotFoundError)
)
async def read_affiliation(affiliation_id: UUID, visit: Visit) -> Response:
    """One affiliation. For its two sides."""
    return visit.item(await queries.affiliation(visit.db, visit.caller, affiliation_id))


@router.post(
    "/affiliations",
    status_code=201,
    response_model=AffiliationRead,
    responses=problems(NotFoundError, IdTakenError, AffiliationLiveError, AffiliationCycleError),
)
async def create_affiliation(body: AffiliationCreate, visit: Visit) -> Response:
    """Ask to belong to a network, or invite a group to yours; the other side accepts or refuses."""
    return await change(
        visit, partial(service.ask, caller=visit.caller, affiliation=body, now=visit.now), status=201
    )


@router.post("/affiliations/{affiliation_id}/acceptance", response_model=AffiliationRead, responses=_MOVES)
async def accept_affiliation(affiliation_id: UUID, visit: Visit) -> Response:
    """Agree to what the other side asked, with the scopes that it names."""
    return await _move(visit, service.accept, affiliation_id)


@router.post("/affiliations/{affiliation_id}/refusal", response_model=AffiliationRead, responses=_MOVES)
async def refuse_affiliation(affiliation_id: UUID, visit: Visit) -> Response:
    """Do not agree."""
    return await _move(visit, service.refuse, affiliation_id)


@router.post("/affiliations/{affiliation_id}/end", response_model=AffiliationRead, responses=_MOVES)
async def end_affiliation(affiliation_id: UUID, visit: Visit) -> Response:
    """End it from now on, or withdraw what you asked. Either side may, at any time."""
    return await _move(visit, service.end, affiliation_id)


@router.patch(
    "/affiliations/{affiliation_id}",
    response_model=AffiliationRead,
    responses=problems(NotFoundError, AffiliationMoveError, StaleVersionError, VersionRequiredError),
)
async def update_affiliation(affiliation_id: UUID, body: AffiliationUpdate, visit: Visit) -> Response:
    """Change what the network may do for the group: only the group says so. Needs If-Match."""
    expected = visit.expected_version()
    return await change(
        visit,
        lambda tx: service.update(
            tx, affiliation_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        ),
    )


async def _move(visit: Visit, verb: Callable[..., Awaitable[Any]], affiliation_id: UUID) -> Response:
    work = partial(verb, affiliation_id=affiliation_id, caller=visit.caller, now=visit.now)
    return await change(visit, work, version=version_of(AFFILIATION, affiliation_id))
