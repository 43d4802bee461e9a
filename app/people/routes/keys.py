"""The door of API keys."""

from uuid import UUID

from starlette.responses import Response

from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Visit
from app.people.routes.acting import change
from app.people.schemas.persons import KeyCreate, KeyCreated, KeyList
from app.people.service import keys as service

router = room("keys")


@router.get(
    "/organisations/{organisation_id}/keys", response_model=KeyList, responses=problems(NotFoundError)
)
async def list_keys(organisation_id: UUID, visit: Visit) -> Response:
    """The newest keys of an organisation, without their secrets. For its coordinators."""
    return visit.listing({"items": await service.listed(visit.db, organisation_id, caller=visit.caller)})


@router.post(
    "/organisations/{organisation_id}/keys",
    status_code=201,
    response_model=KeyCreated,
    responses=problems(NotFoundError),
)
async def create_key(organisation_id: UUID, body: KeyCreate, visit: Visit) -> Response:
    """Make a key for a program of the organisation. It is shown once; it opens what `scopes` name and no more."""
    return await visit.write(
        lambda tx: service.create(tx, organisation_id, caller=visit.caller, key=body, now=visit.now),
        status=201,
        keyed=False,
    )


@router.post("/keys/{key_id}/revocation", status_code=204, responses=problems(NotFoundError))
async def revoke_key(key_id: UUID, visit: Visit) -> Response:
    """End a key."""
    return await change(visit, lambda tx: service.revoke(tx, key_id, caller=visit.caller, now=visit.now))
