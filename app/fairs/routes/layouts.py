"""The door of layouts."""

from uuid import UUID

from starlette.responses import Response

from app.fairs.queries import fairs, layouts
from app.fairs.routes.router import router
from app.fairs.schemas.stalls import LayoutPut, LayoutRead
from app.fairs.service import layouts as service
from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.visit import Visit


@router.put("/fairs/{fair_id}/layout", response_model=LayoutRead, responses=problems(NotFoundError))
async def put_layout(fair_id: UUID, body: LayoutPut, visit: Visit) -> Response:
    """Give the fair its stalls: so many numbered ones, or each by its code, with or without a map.

    It is a new version: whoever was given a stall of the one before keeps it.
    """
    return await visit.write(
        lambda tx: service.put(tx, fair_id, caller=visit.caller, layout=body, now=visit.now)
    )


@router.get("/fairs/{fair_id}/layout", response_model=LayoutRead, responses=problems(NotFoundError))
async def read_layout(fair_id: UUID, visit: Visit) -> Response:
    """The stalls of a fair and which of them stand side by side. Public once the fair is published."""
    await fairs.visible(visit.db, visit.caller, fair_id)
    return visit.item(await layouts.layout(visit.db, fair_id))
