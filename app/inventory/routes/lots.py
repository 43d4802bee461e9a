"""Lots and their movements."""

from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.inventory import importer, queries, service
from app.inventory.models import LotKind, LotStatus
from app.inventory.queries.lots import LOT
from app.inventory.routes.router import router
from app.inventory.schemas import (
    HolderList,
    LotCreate,
    LotPage,
    LotRead,
    LotUpdate,
    MovementCreate,
    MovementPage,
)
from app.inventory.service import (
    LotClosedError,
    LotCodeTakenError,
    LotReservedError,
    MadeOnOrderError,
    NotPledgedError,
)
from app.kernel.errors import (
    IdTakenError,
    KeyRequiredError,
    NotFoundError,
    StaleVersionError,
    VersionRequiredError,
)
from app.kernel.imports.routes import CSV, XLSX
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit
from app.kernel.versions import version_of
from app.kernel.visit import Visit

_MEDIA = {"csv": CSV, "xlsx": XLSX}
_DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA.values()},
    }
}


@router.get("/lots", response_model=LotPage)
async def list_lots(
    visit: Visit,
    *,
    producer: UUID | None = None,
    product: UUID | None = None,
    status: LotStatus | None = None,
    kind: LotKind | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The lots of your group, and of the groups that let your network see their stock."""
    scope = f"lots:{producer}:{product}:{status}:{kind}"
    rows = await queries.page(
        visit.db,
        visit.caller,
        limit=limit,
        after=visit.after(scope, cursor),
        producer=producer,
        product=product,
        status=status,
        kind=kind,
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("id",))


@router.post(
    "/lots",
    status_code=201,
    response_model=LotRead,
    responses=problems(IdTakenError, LotCodeTakenError),
)
async def create_lot(body: LotCreate, visit: Visit) -> Response:
    """Say what a group has, will harvest or can make. Product, quantity and price are enough."""
    work = partial(service.create, caller=visit.caller, lot=body, now=visit.now)
    return await visit.write(work, status=201)


@router.get("/lots/export", responses=_DOWNLOAD)
async def export_lots(
    visit: Visit,
    *,
    form: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "xlsx",
    producer: UUID | None = None,
) -> Response:
    """Your lots as a spreadsheet, in the columns that the importer reads."""
    content = await importer.export(visit.db, visit.caller, form=form, producer=producer)
    return visit.file(f"existencias.{form}", _MEDIA[form], content)


@router.get("/lots/{lot_id}", response_model=LotRead, responses=problems(NotFoundError))
async def read_lot(lot_id: UUID, visit: Visit) -> Response:
    """One lot, for its producer and the networks that may see it."""
    return visit.view(await queries.lot(visit.db, visit.caller, lot_id))


@router.patch(
    "/lots/{lot_id}",
    response_model=LotRead,
    responses=problems(NotFoundError, StaleVersionError, VersionRequiredError),
)
async def update_lot(lot_id: UUID, body: LotUpdate, visit: Visit) -> Response:
    """Change a lot's price, days, seals, pack, status or note. Needs If-Match. What was sold before keeps its terms."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx, lot_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )


@router.post(
    "/lots/{lot_id}/closure", response_model=LotRead, responses=problems(NotFoundError, StaleVersionError)
)
async def close_lot(lot_id: UUID, visit: Visit) -> Response:
    """Stop offering a lot. What is held of it for orders stays held."""
    return await visit.write(
        lambda tx: service.close(tx, lot_id, caller=visit.caller, now=visit.now),
        version=version_of(LOT, lot_id),
    )


@router.post(
    "/lots/{lot_id}/movements",
    status_code=201,
    response_model=LotRead,
    responses=problems(
        NotFoundError, LotReservedError, LotClosedError, NotPledgedError, MadeOnOrderError, KeyRequiredError
    ),
)
async def create_movement(lot_id: UUID, body: MovementCreate, visit: Visit) -> Response:
    """Something came, was sold elsewhere, spoiled, was counted or harvested; answers the lot. Needs an Idempotency-Key.

    Never below what is held for orders: 409 with what is `free`.
    """
    visit.require_key()
    work = partial(service.move, lot_id=lot_id, caller=visit.caller, movement=body, now=visit.now)
    return await visit.write(work, status=201)


@router.get("/lots/{lot_id}/movements", response_model=MovementPage, responses=problems(NotFoundError))
async def list_movements(lot_id: UUID, visit: Visit, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Everything that changed a lot's quantity, the oldest first."""
    scope = f"movements:{lot_id}"
    rows = await queries.movements(
        visit.db, visit.caller, lot_id, limit=limit, after=visit.after(scope, cursor)
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("id",))


@router.get("/lots/{lot_id}/holders", response_model=HolderList, responses=problems(NotFoundError))
async def list_lot_holders(lot_id: UUID, visit: Visit) -> Response:
    """Everybody who holds, got or gave back a part of a lot: whom a recall must reach."""
    return visit.listing({"items": await queries.holders(visit.db, visit.caller, lot_id)})
