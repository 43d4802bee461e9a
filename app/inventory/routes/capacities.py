"""What is made on order."""

from functools import partial
from uuid import UUID

from starlette.responses import Response

from app.inventory.queries import capacities
from app.inventory.routes.router import router
from app.inventory.schemas import (
    CapacityCreate,
    CapacityList,
    CapacityRead,
    CapacityUpdate,
    WeekUpdate,
)
from app.inventory.service import CapacityNameTakenError, WeekReservedError
from app.inventory.service import capacities as service
from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.visit import Visit
from app.kernel.wire import Day


@router.get("/capacities", response_model=CapacityList)
async def list_capacities(visit: Visit, producer: UUID | None = None) -> Response:
    """What your groups make on order, per week."""
    return visit.listing({"items": await capacities.listed(visit.db, visit.caller, producer=producer)})


@router.post(
    "/capacities",
    status_code=201,
    response_model=CapacityRead,
    responses=problems(IdTakenError, CapacityNameTakenError),
)
async def create_capacity(body: CapacityCreate, visit: Visit) -> Response:
    """Say what a workshop makes in a week, for all the products made with it."""
    return await visit.write(
        partial(service.create, caller=visit.caller, made=body, now=visit.now), status=201
    )


@router.get("/capacities/{capacity_id}", response_model=CapacityRead, responses=problems(NotFoundError))
async def read_capacity(capacity_id: UUID, visit: Visit) -> Response:
    """One capacity with its weeks from this one on."""
    return visit.view(await capacities.capacity(visit.db, visit.caller, capacity_id, today=visit.now.date()))


@router.patch(
    "/capacities/{capacity_id}",
    response_model=CapacityRead,
    responses=problems(NotFoundError, StaleVersionError, VersionRequiredError, CapacityNameTakenError),
)
async def update_capacity(capacity_id: UUID, body: CapacityUpdate, visit: Visit) -> Response:
    """Change a capacity and its coming weeks, never below what is promised in them. Needs If-Match."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx, capacity_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )


@router.put(
    "/capacities/{capacity_id}/weeks/{week_on}",
    response_model=CapacityRead,
    responses=problems(NotFoundError, WeekReservedError),
)
async def set_capacity_week(capacity_id: UUID, week_on: Day, body: WeekUpdate, visit: Visit) -> Response:
    """Take a week off (by its Monday), or back. Not when something is promised in it already."""
    return await visit.write(
        lambda tx: service.set_week(tx, capacity_id, week_on, caller=visit.caller, week=body, now=visit.now)
    )
