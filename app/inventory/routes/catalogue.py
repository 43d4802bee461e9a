"""What there is, for everybody."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from app.inventory import queries
from app.inventory.routes.router import router
from app.inventory.schemas import CataloguePage
from app.kernel.route import Cursor, Limit
from app.kernel.visit import Visit


@router.get("/catalogue", response_model=CataloguePage)
async def list_catalogue(
    visit: Visit,
    *,
    q: Annotated[str | None, Query(max_length=100, description="Words, accents ignored: `quínua`")] = None,
    category: Annotated[str | None, Query(max_length=60)] = None,
    offered: Annotated[bool, Query(description="Only products of which somebody offers something")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The products by name, with what there is of each now, later and per week, and at what prices. Public."""
    scope = f"catalogue:{q}:{category}:{offered}"
    rows = await queries.catalogue(
        visit.db,
        limit=limit,
        after=visit.after(scope, cursor),
        category=category,
        q=q,
        offered=offered,
        today=visit.now.date(),
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("name_folded", "id"), hide=("name_folded",))
