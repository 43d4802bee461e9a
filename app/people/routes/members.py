"""The door of who acts for an organisation."""

from uuid import UUID

from starlette.responses import Response

from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Visit
from app.people.queries import members as queries
from app.people.routes.acting import change
from app.people.schemas.members import HandOver, MemberList, RolesUpdate
from app.people.service import members as service
from app.people.service.members import LastCoordinatorError

router = room("members")


@router.get(
    "/organisations/{organisation_id}/members", response_model=MemberList, responses=problems(NotFoundError)
)
async def list_members(organisation_id: UUID, visit: Visit) -> Response:
    """Who acts for an organisation, with which roles. For its members."""
    return visit.listing({"items": await queries.members(visit.db, visit.caller, organisation_id)})


@router.post(
    "/organisations/{organisation_id}/members/{user_id}/roles",
    response_model=MemberList,
    responses=problems(NotFoundError, LastCoordinatorError),
)
async def set_member_roles(organisation_id: UUID, user_id: UUID, body: RolesUpdate, visit: Visit) -> Response:
    """Replace a member's roles. The last coordinator stays one until another is named."""

    async def work(tx):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        await service.set_roles(
            tx, organisation_id, user_id, caller=visit.caller, roles=body.roles, now=visit.now
        )
        return {"items": await queries.members(tx, visit.caller, organisation_id)}

    return await change(visit, work)


@router.post(
    "/organisations/{organisation_id}/members/{user_id}/removal",
    status_code=204,
    responses=problems(NotFoundError, LastCoordinatorError),
)
async def remove_member(organisation_id: UUID, user_id: UUID, visit: Visit) -> Response:
    """End a person's membership; anybody may end their own. Never the last coordinator's."""
    return await change(
        visit,
        lambda tx: service.remove(tx, organisation_id, user_id, caller=visit.caller, now=visit.now),
    )


@router.post("/organisations/{organisation_id}/handover", status_code=204, responses=problems(NotFoundError))
async def hand_over_organisation(organisation_id: UUID, body: HandOver, visit: Visit) -> Response:
    """Another member coordinates from now on; you stay a member."""
    return await change(
        visit,
        lambda tx: service.hand_over(tx, organisation_id, to=body.to, caller=visit.caller, now=visit.now),
    )
