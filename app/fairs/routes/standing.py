"""The door of who stands where: stalls of groups, the waiting list, attendance, fees, sanctions."""

from functools import partial
from uuid import UUID

from starlette.responses import Response

from app.fairs import errors
from app.fairs.queries import assignments, fairs, fees, occurrences, sanctions
from app.fairs.routes.router import router
from app.fairs.schemas.standing import (
    AssignmentList,
    AssignmentRead,
    AttendancePut,
    AttendanceRead,
    ClaimRead,
    Confirmation,
    Declined,
    FeeRead,
    Lifting,
    Payment,
    SanctionCreate,
    SanctionList,
    SanctionRead,
    StallClaim,
    Substitute,
    Swap,
    WaitingList,
    Waiver,
)
from app.fairs.service import assignments as service
from app.fairs.service import attendance
from app.fairs.service import fees as money
from app.fairs.service import sanctions as sanctioning
from app.kernel.errors import IdTakenError, NotFoundError
from app.kernel.problems import problems
from app.kernel.states import WrongStateError
from app.kernel.visit import Visit

_STANDING = (
    NotFoundError,
    WrongStateError,
    errors.StallTakenError,
    errors.AlreadyStandsError,
    errors.SanctionedError,
    errors.PapersMissingError,
    errors.TwoAttendantsError,
)
_ANSWER = problems(NotFoundError, WrongStateError)


@router.get(
    "/occurrences/{occurrence_id}/assignments",
    response_model=AssignmentList,
    responses=problems(NotFoundError),
)
async def list_assignments(occurrence_id: UUID, visit: Visit) -> Response:
    """Who stands where on a date. Public; names of people and fees only for those they concern."""
    date = await occurrences.row(visit.db, occurrence_id)
    await fairs.visible(visit.db, visit.caller, date["fair_id"])
    return visit.listing({"items": await assignments.of_date(visit.db, visit.caller, date, visit.now)})


@router.post(
    "/occurrences/{occurrence_id}/assignments",
    status_code=201,
    response_model=ClaimRead,
    responses=problems(*_STANDING, errors.NotAdmittedError, errors.StallNotForYouError),
)
async def claim_stall(occurrence_id: UUID, body: StallClaim, visit: Visit) -> Response:
    """Take a free stall for an admitted group. When none is left, the answer is its place on the waiting list."""
    return await visit.write(
        lambda tx: service.claim(
            tx, occurrence_id, caller=visit.caller, asked=body, now=visit.now, lang=visit.lang
        ),
        status=201,
    )


@router.get(
    "/occurrences/{occurrence_id}/waiting-list", response_model=WaitingList, responses=problems(NotFoundError)
)
async def list_waiting(occurrence_id: UUID, visit: Visit) -> Response:
    """Who waits for a stall of a date, the next one first. Public."""
    date = await occurrences.row(visit.db, occurrence_id)
    await fairs.visible(visit.db, visit.caller, date["fair_id"])
    return visit.listing({"items": await assignments.waiting(visit.db, visit.caller, date, visit.lang)})


@router.get("/assignments/{assignment_id}", response_model=AssignmentRead, responses=problems(NotFoundError))
async def read_assignment(assignment_id: UUID, visit: Visit) -> Response:
    """One group's stall on a date."""
    return visit.view(await assignments.assignment(visit.db, visit.caller, assignment_id, visit.now))


@router.post(
    "/assignments/{assignment_id}/confirmation",
    response_model=AssignmentRead,
    responses=problems(*_STANDING, errors.OfferOverError),
)
async def confirm_stall(assignment_id: UUID, visit: Visit, body: Confirmation | None = None) -> Response:
    """Yes, we come. A group that stands at another fair at the same hour names who comes to each."""
    answer = body or Confirmation()
    return await visit.write(
        lambda tx: service.confirm(tx, assignment_id, caller=visit.caller, answer=answer, now=visit.now)
    )


@router.post("/assignments/{assignment_id}/decline", response_model=AssignmentRead, responses=_ANSWER)
async def decline_stall(assignment_id: UUID, visit: Visit, body: Declined | None = None) -> Response:
    """«Esta vez no podemos»: the stall goes to the next on the waiting list."""
    answer = body or Declined()
    return await visit.write(
        lambda tx: service.decline(tx, assignment_id, caller=visit.caller, answer=answer, now=visit.now)
    )


@router.post("/assignments/{assignment_id}/release", response_model=AssignmentRead, responses=_ANSWER)
async def release_stall(assignment_id: UUID, visit: Visit, body: Declined | None = None) -> Response:
    """Give a confirmed stall back: it goes to the next on the waiting list."""
    answer = body or Declined()
    return await visit.write(
        lambda tx: service.release(tx, assignment_id, caller=visit.caller, answer=answer, now=visit.now)
    )


@router.post(
    "/assignments/{assignment_id}/swap",
    response_model=AssignmentRead,
    responses=problems(NotFoundError, WrongStateError, errors.NotTogetherError, errors.StallNotForYouError),
)
async def swap_stalls(assignment_id: UUID, body: Swap, visit: Visit) -> Response:
    """Two groups exchange their stalls of one date; again, for the same reason, changes nothing. For the organiser."""
    return await visit.write(
        lambda tx: service.swap(tx, assignment_id, caller=visit.caller, asked=body, now=visit.now)
    )


@router.post(
    "/occurrences/{occurrence_id}/substitutes",
    status_code=201,
    response_model=AssignmentRead,
    responses=problems(
        NotFoundError,
        errors.NotTodayError,
        errors.StallTakenError,
        errors.AlreadyStandsError,
        errors.SanctionedError,
        errors.TwoAttendantsError,
    ),
)
async def create_substitute(occurrence_id: UUID, body: Substitute, visit: Visit) -> Response:
    """On the day, somebody else sells at a stall that stayed empty. For the organiser."""
    return await visit.write(
        lambda tx: service.substitute(tx, occurrence_id, caller=visit.caller, asked=body, now=visit.now),
        status=201,
    )


@router.post(
    "/occurrences/{occurrence_id}/attendance",
    response_model=AttendanceRead,
    responses=problems(NotFoundError),
)
async def note_attendance(occurrence_id: UUID, body: AttendancePut, visit: Visit) -> Response:
    """Notes of who came, from a phone that may have been offline: in any order, also repeated, each counts once.

    A note that cannot be kept is told in `refused`; the others of the batch are kept.
    """
    return await visit.write(
        lambda tx: attendance.note(
            tx, occurrence_id, caller=visit.caller, notes=body, now=visit.now, lang=visit.lang
        )
    )


@router.get("/fees/{fee_id}", response_model=FeeRead, responses=problems(NotFoundError))
async def read_fee(fee_id: UUID, visit: Visit) -> Response:
    """What a stall costs. For the group and the organiser."""
    return visit.view(await fees.fee(visit.db, visit.caller, fee_id))


@router.post(
    "/fees/{fee_id}/payment",
    response_model=FeeRead,
    responses=problems(NotFoundError, WrongStateError, errors.ReceiptUsedError),
)
async def pay_fee(fee_id: UUID, body: Payment, visit: Visit) -> Response:
    """Note the cashier's receipt number; the same one again changes nothing. For the organiser's treasurer."""
    return await visit.write(
        lambda tx: money.pay(tx, fee_id, caller=visit.caller, payment=body, now=visit.now)
    )


@router.post("/fees/{fee_id}/waiver", response_model=FeeRead, responses=_ANSWER)
async def waive_fee(fee_id: UUID, body: Waiver, visit: Visit) -> Response:
    """The stall is free this time, with a reason. For the organiser's treasurer."""
    return await visit.write(
        lambda tx: money.waive(tx, fee_id, caller=visit.caller, waiver=body, now=visit.now)
    )


@router.get("/sanctions", response_model=SanctionList)
async def list_sanctions(
    visit: Visit, organiser: UUID | None = None, organisation: UUID | None = None
) -> Response:
    """Sanctions that your organisations decided or got."""
    return visit.listing(
        {"items": await sanctions.listed(visit.db, visit.caller, organiser=organiser, group=organisation)}
    )


@router.post(
    "/sanctions",
    status_code=201,
    response_model=SanctionRead,
    responses=problems(NotFoundError, IdTakenError),
)
async def create_sanction(body: SanctionCreate, visit: Visit) -> Response:
    """Give a group no stall for some days, with a reason that it reads. For the organiser."""
    return await visit.write(
        partial(sanctioning.decide, caller=visit.caller, asked=body, now=visit.now), status=201
    )


@router.post("/sanctions/{sanction_id}/lifting", response_model=SanctionRead, responses=_ANSWER)
async def lift_sanction(sanction_id: UUID, body: Lifting, visit: Visit) -> Response:
    """End a sanction early, with a reason. For the organiser."""
    return await visit.write(
        lambda tx: sanctioning.lift(tx, sanction_id, caller=visit.caller, asked=body, now=visit.now)
    )
