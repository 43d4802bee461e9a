"""The door of invitations."""

from uuid import UUID

from starlette.responses import Response

from app.kernel import ratelimit
from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Visit
from app.people import codes
from app.people.codes import CodeInvalidError
from app.people.queries import members as queries
from app.people.routes.acting import try_code
from app.people.schemas.members import (
    InvitationAcceptance,
    InvitationCreate,
    InvitationCreated,
    InvitationList,
    MembershipRead,
)
from app.people.service import invitations as service

router = room("invitations")
_TRIES = "20/10minutes"


@router.get(
    "/organisations/{organisation_id}/invitations",
    response_model=InvitationList,
    responses=problems(NotFoundError),
)
async def list_invitations(organisation_id: UUID, visit: Visit) -> Response:
    """The newest invitations of an organisation, without their codes."""
    return visit.listing({"items": await queries.invitations(visit.db, visit.caller, organisation_id)})


@router.post(
    "/organisations/{organisation_id}/invitations",
    status_code=201,
    response_model=InvitationCreated,
    responses=problems(NotFoundError),
)
async def create_invitation(organisation_id: UUID, body: InvitationCreate, visit: Visit) -> Response:
    """Invite somebody. The code and link are shown once, work once, and expire; pass them on."""
    return await visit.write(
        lambda tx: service.create(
            tx,
            organisation_id,
            caller=visit.caller,
            invitation=body,
            settings=visit.house.settings,
            now=visit.now,
        ),
        status=201,
        keyed=False,
    )


@router.post("/invitations/acceptance", response_model=MembershipRead, responses=problems(CodeInvalidError))
async def accept_invitation(body: InvitationAcceptance, visit: Visit) -> Response:
    """Become a member by a code. Somebody without an account uses it at `/v1/auth/first-sign-in` instead."""
    ratelimit.count(visit.house.caches, _TRIES, "invitation", visit.caller.name)
    digest, user = codes.digest(visit.house.settings, body.code), visit.caller.user_id
    return await try_code(
        visit,
        lambda tx: service.accept(tx, digest, caller=visit.caller, user_id=user, now=visit.now),  # type: ignore[arg-type]
    )


@router.post("/invitations/{invitation_id}/revocation", status_code=204, responses=problems(NotFoundError))
async def revoke_invitation(invitation_id: UUID, visit: Visit) -> Response:
    """Withdraw an invitation; its code no longer works."""
    return await visit.write(lambda tx: service.revoke(tx, invitation_id, caller=visit.caller, now=visit.now))
