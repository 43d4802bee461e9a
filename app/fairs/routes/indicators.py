"""The door of a quarter in numbers."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.fairs import accounts
from app.fairs.queries import indicators as queries
from app.fairs.routes.router import Territory, router
from app.fairs.schemas.indicators import Indicators
from app.kernel import paper, sheets
from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.visit import Visit

Quarter = Annotated[
    str,
    Query(
        pattern=r"^2[01][0-9][0-9]-Q[1-4]$", description="Year and quarter: the first of 2100 is `2100-Q1`"
    ),
]
_PATH = "/organisers/{organiser_id}/indicators"
_CSV, _PDF = "text/csv", "application/pdf"


def _of(media: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string", "format": "binary"}
    return {200: {"description": "The file", "content": {media: {"schema": schema}}}}


@router.get(_PATH, response_model=Indicators, responses=problems(NotFoundError))
async def read_indicators(
    organiser_id: UUID, visit: Visit, quarter: Quarter, territory: Territory = None
) -> Response:
    """What an organiser's fairs came to in a quarter: dates held and cancelled, stalls used, groups, people.

    Also how many groups are led by women and how many came for the first time. For the organiser's own people.
    """
    found = await queries.indicators(
        visit.db, visit.caller, organiser_id, quarter=quarter, territory=territory
    )
    return visit.listing(found)


@router.get(_PATH + ".csv", responses=_of(_CSV) | problems(NotFoundError))
async def export_indicators(
    organiser_id: UUID, visit: Visit, quarter: Quarter, territory: Territory = None
) -> Response:
    """The same for a spreadsheet."""
    found = await queries.indicators(
        visit.db, visit.caller, organiser_id, quarter=quarter, territory=territory
    )
    content = sheets.export_csv(accounts.rows(found, visit.lang))
    return visit.file(f"indicadores {quarter}.csv", _CSV, content)


@router.get(_PATH + ".pdf", responses=_of(_PDF) | problems(NotFoundError))
async def print_indicators(
    organiser_id: UUID, visit: Visit, quarter: Quarter, territory: Territory = None
) -> Response:
    """The same to print."""
    found = await queries.indicators(
        visit.db, visit.caller, organiser_id, quarter=quarter, territory=territory
    )
    content = await asyncio.to_thread(paper.pdf, accounts.paper(found, visit.lang, visit.now))
    return visit.file(f"indicadores {quarter}.pdf", _PDF, content)
