"""The door of producers' parts: read, confirm, confirm less, decline, extend."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from starlette.responses import Response

from app.kernel import wire
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import NotFoundError, StaleVersionError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.visit import Visit
from app.orders import errors
from app.orders.queries import allocations, versions
from app.orders.rules import AllocationState
from app.orders.schemas.allocations import (
    AllocationPage,
    AllocationRead,
    AllocationRecord,
    ConfirmationIn,
    DeclineIn,
    ExtensionIn,
    SpokeIn,
)
from app.orders.service import answers, endings
from app.orders.service.answers import Said
from app.products import queries as products

router = room("allocations")
_ANSWERS = problems(
    NotFoundError,
    errors.WrongStateError,
    errors.TooLateError,
    errors.MoreThanOfferedError,
    StaleVersionError,
)


@router.get("/allocations", response_model=AllocationPage)
async def list_allocations(
    visit: Visit,
    state: AllocationState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The parts offered to the groups I answer for, newest first."""
    scope = f"allocations:{visit.caller.name}:{state}"
    rows = await allocations.page(
        visit.db, visit.caller, limit=limit, after=visit.after(scope, cursor), state=state
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("id",))


@router.get("/allocations/{allocation_id}", response_model=AllocationRead, responses=problems(NotFoundError))
async def read_allocation(allocation_id: UUID, visit: Visit) -> Response:
    """One part: how much, for how much, until when, why, and what everybody else gives."""
    found = await _read(visit.db, allocation_id, visit)
    return visit.item(found, variant=f"{found['order_version']}{'.'.join(found['actions'])}")


@router.get(
    "/allocations/{allocation_id}/record", response_model=AllocationRecord, responses=problems(NotFoundError)
)
async def read_allocation_record(allocation_id: UUID, visit: Visit) -> Response:
    """The explanation record behind the part, kept for ever."""
    return visit.listing(await allocations.record(visit.db, visit.caller, allocation_id, visit.lang))


@router.post("/allocations/{allocation_id}/confirmation", response_model=AllocationRead, responses=_ANSWERS)
async def confirm_allocation(
    allocation_id: UUID, visit: Visit, body: ConfirmationIn | None = None
) -> Response:
    """Yes, to all of it or to less. May be repeated, and lowered until the deadline.

    A late yes counts while the amount is free; else it is kept (`late`) for the next repair.
    """
    given = body or ConfirmationIn()
    said = _said(given.spoke)

    async def confirm(tx: Tx) -> Row:
        quantity = await _quantity(tx, allocation_id, given, visit)
        await answers.confirm(
            tx, allocation_id, quantity_base=quantity, said=said, caller=visit.caller, now=visit.now
        )
        return await _read(tx, allocation_id, visit)

    return await visit.write(confirm, version=partial(versions.of_allocation, allocation_id))


@router.post("/allocations/{allocation_id}/decline", response_model=AllocationRead, responses=_ANSWERS)
async def decline_allocation(allocation_id: UUID, visit: Visit, body: DeclineIn | None = None) -> Response:
    """«Esta vez no podemos». Needs no reason and counts against nobody."""
    given = body or DeclineIn()

    async def decline(tx: Tx) -> Row:
        said = _said(given.spoke, reason=given.reason)
        await answers.decline(tx, allocation_id, said=said, caller=visit.caller, now=visit.now)
        return await _read(tx, allocation_id, visit)

    return await visit.write(decline, version=partial(versions.of_allocation, allocation_id))


@router.post(
    "/allocations/{allocation_id}/extension",
    response_model=AllocationRead,
    responses=problems(NotFoundError, errors.WrongStateError, StaleVersionError),
)
async def extend_allocation(allocation_id: UUID, body: ExtensionIn, visit: Visit) -> Response:
    """Give one group more time, with a reason. For the coordinating organisation."""
    until = body.until or visit.now + timedelta(days=body.in_days or 0)

    async def extend(tx: Tx) -> Row:
        await endings.extend(
            tx, allocation_id, until=until, reason=body.reason, caller=visit.caller, now=visit.now
        )
        return await _read(tx, allocation_id, visit)

    return await visit.write(extend, version=partial(versions.of_allocation, allocation_id))


async def _read(db: Database, allocation_id: UUID, visit: Visit) -> Row:
    return await allocations.allocation(db, visit.caller, allocation_id, lang=visit.lang, now=visit.now)


async def _quantity(db: Database, allocation_id: UUID, given: ConfirmationIn, visit: Visit) -> int | None:
    if given.quantity is None:
        return None
    found = await allocations.row(db, visit.caller, allocation_id)
    product = await products.row(db, found["product_id"])
    return wire.read_quantity(
        given.quantity,
        "#/quantity",
        base=found["base_unit"],
        country=found["producer_country"],
        overrides=products.overrides(product),
    )


def _said(spoke: SpokeIn | None, *, reason: str | None = None) -> Said:
    if spoke is None:
        return Said(reason=reason)
    return Said(channel=spoke.channel, spoke=spoke.name, spoke_at=spoke.at, reason=reason)
