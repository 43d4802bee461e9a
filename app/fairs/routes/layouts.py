"""The door of layouts: as data and as a map."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.fairs import seats
from app.fairs.drawing import drawn
from app.fairs.queries import fairs, layouts, occurrences
from app.fairs.routes.router import router
from app.fairs.schemas.stalls import LayoutPut, LayoutRead
from app.fairs.service import layouts as service
from app.kernel.db import Row
from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.visit import Reply, Visit

Date = Annotated[
    UUID | None, Query(description="As the stalls stand on that date; absent: as they will on dates to come")
]
_MAP: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {}}, "description": "The map"}}
_SVG = (
    (b"content-type", b"image/svg+xml"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"x-content-type-options", b"nosniff"),
)


@router.put("/fairs/{fair_id}/layout", response_model=LayoutRead, responses=problems(NotFoundError))
async def put_layout(fair_id: UUID, body: LayoutPut, visit: Visit) -> Response:
    """Give the fair its stalls: so many numbered ones, or each by its code, with or without a map.

    It is a new version, for the dates of which nobody has a stall yet: those that were given keep the one before.
    """
    return await visit.write(
        lambda tx: service.put(tx, fair_id, caller=visit.caller, layout=body, now=visit.now, lang=visit.lang)
    )


@router.get("/fairs/{fair_id}/layout", response_model=LayoutRead, responses=problems(NotFoundError))
async def read_layout(fair_id: UUID, visit: Visit, occurrence: Date = None) -> Response:
    """The stalls of a fair and which of them stand side by side. Public once the fair is published."""
    await fairs.visible(visit.db, visit.caller, fair_id)
    found = await _layout(visit, fair_id, occurrence)
    return visit.item(await layouts.shown(visit.db, fair_id, found))


@router.get(
    "/fairs/{fair_id}/layout/map.svg",
    responses=_MAP | problems(NotFoundError),
)
async def read_layout_map(fair_id: UUID, visit: Visit, occurrence: Date = None) -> Response:
    """The stalls of a fair as a map to look at. Public once the fair is published."""
    fair = await fairs.visible(visit.db, visit.caller, fair_id)
    found = await _layout(visit, fair_id, occurrence)
    plan = seats.layout(found, await layouts.stalls_of(visit.db, found["id"]))
    svg = await asyncio.to_thread(drawn, plan, title=fair["name"], lang=visit.lang)
    return Reply(200, svg.encode(), _SVG)


async def _layout(visit: Visit, fair_id: UUID, date_id: UUID | None) -> Row:
    """The layout in use, or that of one date of the fair. Raises NotFoundError."""
    if date_id is None:
        return await layouts.newest(visit.db, fair_id)
    date = await occurrences.row(visit.db, date_id)
    if date["fair_id"] != fair_id:
        raise NotFoundError
    return await layouts.of_date(visit.db, date_id, fair_id)
