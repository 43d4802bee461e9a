"""The door of sales, declared in ranges."""

from uuid import UUID

from starlette.responses import Response

from app.fairs.errors import DateNotBegunError, DidNotStandError
from app.fairs.routes.router import router
from app.fairs.schemas.sales import SalesPut, SalesRead, SalesSum
from app.fairs.service import sales as service
from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.visit import Visit


@router.put(
    "/assignments/{assignment_id}/sales",
    response_model=SalesRead,
    responses=problems(NotFoundError, DateNotBegunError, DidNotStandError),
)
async def put_sales(assignment_id: UUID, body: SalesPut, visit: Visit) -> Response:
    """Say, once the date has begun, how much a group sold: a range. Nobody else reads it, only sums of five and more."""
    return await visit.write(
        lambda tx: service.declare(tx, assignment_id, caller=visit.caller, sold=body.sold, now=visit.now)
    )


@router.get("/assignments/{assignment_id}/sales", response_model=SalesRead, responses=problems(NotFoundError))
async def read_sales(assignment_id: UUID, visit: Visit) -> Response:
    """What your group declared."""
    return visit.item(await service.declared(visit.db, visit.caller, assignment_id))


@router.get("/occurrences/{occurrence_id}/sales", response_model=SalesSum, responses=problems(NotFoundError))
async def read_sales_sum(occurrence_id: UUID, visit: Visit) -> Response:
    """How many groups sold how much on a date, for its organiser; nothing as long as fewer than five declared."""
    return visit.listing(await service.summed(visit.db, visit.caller, occurrence_id))
