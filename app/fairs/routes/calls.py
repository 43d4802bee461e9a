"""The door of calls and applications."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from app.fairs import errors
from app.fairs.queries import applications as asked_for
from app.fairs.queries import calls as queries
from app.fairs.routes.router import router
from app.fairs.schemas.calls import (
    ApplicationCreate,
    ApplicationPage,
    ApplicationRead,
    ApplicationUpdate,
    CallCancellation,
    CallCreate,
    CallList,
    CallLists,
    CallRead,
)
from app.fairs.service import applications, calls
from app.fairs.states import ApplicationState
from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.files import service as files
from app.kernel.files.errors import FileNotUsableError
from app.kernel.files.models import FileSize
from app.kernel.files.serving import DOWNLOAD, serve
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit
from app.kernel.states import WrongStateError
from app.kernel.visit import Visit
from app.places.filters import Country, Region

_MOVE = problems(NotFoundError, WrongStateError)
PaperCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", examples=["carne-sanidad"])]


@router.get("/calls", response_model=CallList)
async def list_calls(
    visit: Visit,
    *,
    fair: UUID | None = None,
    organiser: UUID | None = None,
    country: Country = None,
    region: Region = None,
    is_open: Annotated[bool, Query(description="Only those that one can apply to now")] = False,
) -> Response:
    """Calls for stalls, the ones that close first on top. Public."""
    found = await queries.listed(
        visit.db,
        visit.caller,
        visit.now,
        is_open=is_open,
        fair=fair,
        organiser=organiser,
        country=country,
        region=region,
    )
    return visit.listing({"items": found})


@router.post(
    "/calls", status_code=201, response_model=CallRead, responses=problems(NotFoundError, IdTakenError)
)
async def create_call(body: CallCreate, visit: Visit) -> Response:
    """Write the bases by which stalls of a fair are given: a draft."""
    return await visit.write(
        partial(calls.create, caller=visit.caller, asked=body, now=visit.now), status=201
    )


@router.get("/calls/{call_id}", response_model=CallRead, responses=problems(NotFoundError))
async def read_call(call_id: UUID, visit: Visit) -> Response:
    """A call with its bases. Public once published."""
    return visit.view(await queries.call(visit.db, visit.caller, call_id, visit.now))


@router.post("/calls/{call_id}/publication", response_model=CallRead, responses=_MOVE)
async def publish_call(call_id: UUID, visit: Visit) -> Response:
    """Publish the bases with the digest of the draw's number, which stays secret until the call has closed."""
    return await visit.write(lambda tx: calls.publish(tx, call_id, caller=visit.caller, now=visit.now))


@router.post(
    "/calls/{call_id}/review",
    response_model=CallRead,
    responses=problems(NotFoundError, WrongStateError, errors.StillOpenError, errors.StillWaitingError),
)
async def review_call(call_id: UUID, visit: Visit) -> Response:
    """Publish the lists; from now on groups may object, for the days that the bases say."""
    return await visit.write(lambda tx: calls.review(tx, call_id, caller=visit.caller, now=visit.now))


@router.post(
    "/calls/{call_id}/final",
    response_model=CallRead,
    responses=problems(NotFoundError, WrongStateError, errors.ClaimsOpenError, errors.StillWaitingError),
)
async def finish_call(call_id: UUID, visit: Visit) -> Response:
    """The result is final: stalls are given by it from now on."""
    return await visit.write(lambda tx: calls.finish(tx, call_id, caller=visit.caller, now=visit.now))


@router.post("/calls/{call_id}/cancellation", response_model=CallRead, responses=_MOVE)
async def cancel_call(call_id: UUID, body: CallCancellation, visit: Visit) -> Response:
    """There is no call after all, for a reason."""
    return await visit.write(
        lambda tx: calls.cancel(tx, call_id, caller=visit.caller, asked=body, now=visit.now)
    )


@router.get("/calls/{call_id}/lists", response_model=CallLists, responses=problems(NotFoundError))
async def read_call_lists(call_id: UUID, visit: Visit) -> Response:
    """Who is admitted, waits, must mend something or was rejected. Public after the last day to apply."""
    return visit.view(await queries.lists(visit.db, visit.caller, call_id, visit.now))


@router.get(
    "/calls/{call_id}/applications", response_model=ApplicationPage, responses=problems(NotFoundError)
)
async def list_applications(
    call_id: UUID,
    visit: Visit,
    *,
    state: ApplicationState | None = None,
    waiting: Annotated[
        bool, Query(description="Only those to be decided, or with an objection to answer")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Applications by folio: all for the officers, else those of your groups."""
    scope = f"applications:{call_id}:{state}:{waiting}:{visit.caller.name}"
    rows = await asked_for.page(
        visit.db,
        visit.caller,
        call_id,
        limit=limit,
        after=visit.after(scope, cursor),
        state=state,
        is_waiting=waiting,
        now=visit.now,
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("number",))


@router.post(
    "/calls/{call_id}/applications",
    status_code=201,
    response_model=ApplicationRead,
    responses=problems(
        NotFoundError,
        IdTakenError,
        errors.CallNotOpenError,
        errors.AlreadyAppliedError,
        errors.PapersMissingError,
        FileNotUsableError,
    ),
)
async def create_application(call_id: UUID, body: ApplicationCreate, visit: Visit) -> Response:
    """Apply for a stall: the group, its network for it, or the officer at the counter. One per group."""
    return await visit.write(
        lambda tx: applications.create(tx, call_id, caller=visit.caller, asked=body, now=visit.now),
        status=201,
    )


@router.get(
    "/applications/{application_id}", response_model=ApplicationRead, responses=problems(NotFoundError)
)
async def read_application(application_id: UUID, visit: Visit) -> Response:
    """An application, for its group and the officer."""
    return visit.view(await asked_for.application(visit.db, visit.caller, application_id, visit.now))


@router.patch(
    "/applications/{application_id}",
    response_model=ApplicationRead,
    responses=problems(
        NotFoundError,
        WrongStateError,
        StaleVersionError,
        VersionRequiredError,
        errors.TooLateToMendError,
        FileNotUsableError,
    ),
)
async def update_application(application_id: UUID, body: ApplicationUpdate, visit: Visit) -> Response:
    """Change an application before it is decided, or what was observed; admitted ones renew papers. Needs If-Match."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: applications.update(
            tx, application_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )


@router.get(
    "/applications/{application_id}/documents/{code}",
    responses=DOWNLOAD | problems(NotFoundError),
)
async def read_application_document(
    application_id: UUID, code: PaperCode, visit: Visit, size: FileSize = FileSize.LARGE
) -> Response:
    """A paper that was brought, for its group and the officer. Photos in three sizes."""
    await asked_for.row(visit.db, visit.caller, application_id)
    papers = {paper["code"]: paper for paper in await asked_for.documents(visit.db, application_id)}
    if code not in papers:
        raise NotFoundError
    return serve(visit, await files.read(visit.db, papers[code]["file_id"], size))


@router.post(
    "/applications/{application_id}/submission",
    response_model=ApplicationRead,
    responses=problems(NotFoundError, WrongStateError, errors.CallNotOpenError, errors.PapersMissingError),
)
async def submit_application(application_id: UUID, visit: Visit) -> Response:
    """Hand a draft in."""
    return await visit.write(
        lambda tx: applications.submit(tx, application_id, caller=visit.caller, now=visit.now)
    )


@router.post(
    "/applications/{application_id}/mending",
    response_model=ApplicationRead,
    responses=problems(
        NotFoundError,
        WrongStateError,
        errors.TooLateToMendError,
        errors.PapersMissingError,
        FileNotUsableError,
    ),
)
async def mend_application(
    application_id: UUID, visit: Visit, body: ApplicationUpdate | None = None
) -> Response:
    """Hand in again what was observed, within the days for it; what was mended may come along, in one call."""
    change = body or ApplicationUpdate()
    return await visit.write(
        lambda tx: applications.mend(tx, application_id, caller=visit.caller, change=change, now=visit.now)
    )


@router.post("/applications/{application_id}/withdrawal", response_model=ApplicationRead, responses=_MOVE)
async def withdraw_application(application_id: UUID, visit: Visit) -> Response:
    """Take an application back."""
    return await visit.write(
        lambda tx: applications.withdraw(tx, application_id, caller=visit.caller, now=visit.now)
    )
