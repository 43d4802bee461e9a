"""The door of the rule: a run for a date, why everybody stands where they stand, the acta."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

from starlette.responses import Response

from app.fairs import documents, errors
from app.fairs.queries import allocations as runs
from app.fairs.queries import calls, fairs, occurrences
from app.fairs.routes.router import router
from app.fairs.schemas.standing import AllocationCreate, AllocationRunRead
from app.fairs.service import allocations
from app.kernel.db import Row
from app.kernel.errors import NotFoundError
from app.kernel.paper import pdf
from app.kernel.problems import problems
from app.kernel.visit import Visit

_ACTA: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "The acta"}
}


@router.post(
    "/occurrences/{occurrence_id}/allocation",
    status_code=201,
    response_model=AllocationRunRead,
    responses=problems(NotFoundError, errors.CallNotFinalError, errors.AllocationFinalError),
)
async def create_allocation(
    occurrence_id: UUID, visit: Visit, body: AllocationCreate | None = None
) -> Response:
    """Run the rule for a date: who would stand where, and why. Gives nothing yet; again, it replaces the last run."""
    call = body.call if body else None
    return await visit.write(
        partial(allocations.keep, caller=visit.caller, now=visit.now, lang=visit.lang),
        before=partial(allocations.draw, date_id=occurrence_id, caller=visit.caller, call_id=call),
        status=201,
    )


@router.get(
    "/occurrences/{occurrence_id}/allocation",
    response_model=AllocationRunRead,
    responses=problems(NotFoundError),
)
async def read_allocation_run(occurrence_id: UUID, visit: Visit) -> Response:
    """Why everybody stands where they stand on a date. Public once final; before, the organiser's.

    Whose sanction or paper kept it out, that group, its network and the organiser read; all others, that it was kept out.
    """
    run, date = await _run(visit, occurrence_id), await occurrences.row(visit.db, occurrence_id)
    fair = {"id": date["fair_id"], "organiser_id": date["organiser_id"]}
    keeps = await fairs.holds(visit.db, visit.caller, fair)
    return visit.view(
        allocations.shown(run, visit.lang, lambda group: keeps or visit.caller.may("read", UUID(group)))
    )


@router.post(
    "/occurrences/{occurrence_id}/allocation/final",
    response_model=AllocationRunRead,
    responses=problems(NotFoundError, errors.NoAllocationError, errors.LayoutChangedError),
)
async def finish_allocation(occurrence_id: UUID, visit: Visit) -> Response:
    """Make the last run final: every group placed is offered its stall and told, the others wait in their order."""
    return await visit.write(
        lambda tx: allocations.finish(tx, occurrence_id, caller=visit.caller, now=visit.now, lang=visit.lang)
    )


@router.get(
    "/occurrences/{occurrence_id}/allocation/acta.pdf",
    responses=_ACTA | problems(NotFoundError),
)
async def read_acta(occurrence_id: UUID, visit: Visit) -> Response:
    """The acta to be signed: who stands where and why, with the draw. Public once final; before, the organiser's."""
    run = await _run(visit, occurrence_id)
    date = await occurrences.row(visit.db, occurrence_id)
    call = await calls.row(visit.db, run["call_id"])
    named = await runs.named(visit.db, run["call_id"])
    groups = {str(each["organisation_id"]): each["organisation_name"] for each in named}
    paper = documents.acta(run, call, date, groups, visit.lang)
    return visit.file("acta.pdf", "application/pdf", await asyncio.to_thread(pdf, paper))


async def _run(visit: Visit, occurrence_id: UUID) -> Row:
    """The latest run of a date for whoever may read it. Raises NotFoundError, ForbiddenError."""
    found = await runs.newest(visit.db, occurrence_id)
    if found is None:
        raise NotFoundError
    if not found["is_final"]:
        await occurrences.kept(visit.db, visit.caller, occurrence_id)
    return found
