"""The door of decisions on applications, and of objections to them."""

from uuid import UUID

from starlette.responses import Response

from app.fairs import errors
from app.fairs.routes.router import router
from app.fairs.schemas.calls import ApplicationRead
from app.fairs.schemas.deciding import (
    ApplicationRevocation,
    ClaimAnswer,
    ClaimCreate,
    DecidedList,
    Decision,
    Decisions,
)
from app.fairs.service import deciding
from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.states import WrongStateError
from app.kernel.visit import Visit

_MOVE = problems(NotFoundError, WrongStateError)


@router.post("/calls/{call_id}/decisions", response_model=DecidedList, responses=_MOVE)
async def decide_applications(call_id: UUID, body: Decisions, visit: Visit) -> Response:
    """Decide many applications in one go: all of them or, where one cannot be, none. For the officer."""
    return await visit.write(
        lambda tx: deciding.decide_many(tx, call_id, caller=visit.caller, decisions=body.items, now=visit.now)
    )


@router.post("/applications/{application_id}/decision", response_model=ApplicationRead, responses=_MOVE)
async def decide_application(application_id: UUID, body: Decision, visit: Visit) -> Response:
    """Admit, put on the waiting list, observe with days to mend, or reject with a reason. For the officer."""
    return await visit.write(
        lambda tx: deciding.decide(tx, application_id, caller=visit.caller, decision=body, now=visit.now)
    )


@router.post("/applications/{application_id}/revocation", response_model=ApplicationRead, responses=_MOVE)
async def revoke_application(application_id: UUID, body: ApplicationRevocation, visit: Visit) -> Response:
    """Take an admitted group's place away, with a reason. For the officer."""
    return await visit.write(
        lambda tx: deciding.revoke(tx, application_id, caller=visit.caller, asked=body, now=visit.now)
    )


@router.post(
    "/applications/{application_id}/claims",
    status_code=201,
    response_model=ApplicationRead,
    responses=problems(NotFoundError, WrongStateError, errors.ClaimsOverError),
)
async def create_claim(application_id: UUID, body: ClaimCreate, visit: Visit) -> Response:
    """Object to a rejection or to the waiting list, within the days for it."""
    return await visit.write(
        lambda tx: deciding.object_to(tx, application_id, caller=visit.caller, claim=body, now=visit.now),
        status=201,
    )


@router.post("/claims/{claim_id}/answer", response_model=ApplicationRead, responses=_MOVE)
async def answer_claim(claim_id: UUID, body: ClaimAnswer, visit: Visit) -> Response:
    """Answer an objection with a reason; an upheld one puts the application into review again. For the officer."""
    return await visit.write(
        lambda tx: deciding.answer(tx, claim_id, caller=visit.caller, said=body, now=visit.now)
    )
