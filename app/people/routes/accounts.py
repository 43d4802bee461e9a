"""The door where accounts are made for people, and codes given."""

from uuid import UUID

from starlette.responses import Response

from app.kernel.errors import ForbiddenError, IdTakenError, NotFoundError
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Visit
from app.people.routes.acting import change
from app.people.schemas.persons import CodeCreated, PersonCreate, PersonCreated
from app.people.service import accounts as service
from app.people.service.accounts import ActsElsewhereError

router = room("accounts")
_VOUCHING = problems(NotFoundError, ForbiddenError, ActsElsewhereError)


@router.post(
    "/organisations/{organisation_id}/people",
    status_code=201,
    response_model=PersonCreated,
    responses=problems(NotFoundError, IdTakenError),
)
async def create_person(organisation_id: UUID, body: PersonCreate, visit: Visit) -> Response:
    """Make an account for somebody of your organisation, or of a group that your network answers for.

    The code and link are shown once: pass them on. They work once, within seven days, at `/v1/auth/first-sign-in`.
    """
    return await change(
        visit,
        lambda tx: service.create(
            tx,
            organisation_id,
            caller=visit.caller,
            person=body,
            settings=visit.house.settings,
            now=visit.now,
        ),
        status=201,
        keyed=False,
    )


@router.post(
    "/organisations/{organisation_id}/people/{user_id}/sign-in-codes",
    status_code=201,
    response_model=CodeCreated,
    responses=_VOUCHING,
)
async def create_sign_in_code(organisation_id: UUID, user_id: UUID, visit: Visit) -> Response:
    """A new code for a member: one more device, or one that five wrong PINs locked. A former unused code ends."""
    return await change(
        visit,
        lambda tx: service.code_for_new_device(
            tx,
            organisation_id,
            user_id,
            caller=visit.caller,
            settings=visit.house.settings,
            now=visit.now,
        ),
        status=201,
        keyed=False,
    )


@router.post(
    "/organisations/{organisation_id}/people/{user_id}/lost-phone",
    status_code=201,
    response_model=CodeCreated,
    responses=_VOUCHING,
)
async def replace_lost_phone(organisation_id: UUID, user_id: UUID, visit: Visit) -> Response:
    """A member's phone is lost: they are signed out everywhere at once, and a new code opens their next phone."""
    return await change(
        visit,
        lambda tx: service.replace_lost_phone(
            tx,
            organisation_id,
            user_id,
            caller=visit.caller,
            settings=visit.house.settings,
            now=visit.now,
        ),
        status=201,
        keyed=False,
    )
