"""The doors of orders and plans: `routes` for buyers and coordinating organisations, `allocation_routes` for producers."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body
from starlette.responses import Response

from app.inventory.service import LotChangedError
from app.kernel.errors import (
    IdTakenError,
    KeyRequiredError,
    NotFoundError,
    StaleVersionError,
    TooManyRequestsError,
    VersionRequiredError,
)
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.visit import Reply, Visit
from app.messages.queries import Reader
from app.orders import errors
from app.orders.queries import board, orders, plans, versions
from app.orders.rules import OrderState
from app.orders.schemas import OrderCreate
from app.orders.schemas.board import Board, PolicyIn, PolicyRead
from app.orders.schemas.orders import AcceptanceIn, CancellationIn, OrderPage, OrderRead, OrderUpdate
from app.orders.schemas.plans import PlanCreate, PlanDocument, PlanList, PlanRead
from app.orders.service import draft, endings
from app.orders.service import plans as planning
from app.orders.service.acceptance import Acceptance
from app.orders.service.policy import set_policy
from app.orders.service.preview import preview
from app.orders.service.repair import Repair

router = room("orders")


@router.get("/orders", response_model=OrderPage)
async def list_orders(
    visit: Visit,
    state: OrderState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The orders that my organisations placed or coordinate, newest first."""
    scope = f"orders:{visit.caller.name}:{state}"
    rows = await orders.page(
        visit.db, visit.caller, limit=limit, after=visit.after(scope, cursor), state=state
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("id",))


@router.post(
    "/orders",
    status_code=201,
    response_model=OrderRead,
    responses=problems(IdTakenError, errors.UnverifiedCoordinatorError),
)
async def create_order(body: OrderCreate, visit: Visit) -> Response:
    """Write a draft: what is wanted, by when, under which conditions. Nobody is asked yet."""
    return await visit.write(
        partial(draft.create, caller=visit.caller, order=body, now=visit.now), status=201
    )


@router.get("/orders/{order_id}", response_model=OrderRead, responses=problems(NotFoundError))
async def read_order(order_id: UUID, visit: Visit) -> Response:
    """An order and how far each line is. For its buyer and its coordinating organisation."""
    return _item(visit, await orders.order(visit.db, visit.caller, order_id))


@router.patch(
    "/orders/{order_id}",
    response_model=OrderRead,
    responses=problems(
        NotFoundError,
        errors.WrongStateError,
        errors.UnverifiedCoordinatorError,
        StaleVersionError,
        VersionRequiredError,
    ),
)
async def update_order(order_id: UUID, body: OrderUpdate, visit: Visit) -> Response:
    """Change an order before it is accepted: it becomes a draft again and its plans void. Needs If-Match."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: draft.update(
            tx, order_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )


@router.post(
    "/orders/{order_id}/submission",
    response_model=OrderRead,
    responses=problems(
        NotFoundError,
        errors.WrongStateError,
        errors.NoCoordinatorError,
        errors.UnverifiedCoordinatorError,
        StaleVersionError,
    ),
)
async def submit_order(order_id: UUID, visit: Visit) -> Response:
    """Hand the draft to its coordinating organisation; without one, to the nearest verified network."""
    work = partial(draft.submit, order_id=order_id, caller=visit.caller, now=visit.now)
    return await visit.write(work, version=partial(versions.of_order, order_id))


@router.get("/orders/{order_id}/plans", response_model=PlanList, responses=problems(NotFoundError))
async def list_plans(order_id: UUID, visit: Visit) -> Response:
    """The order's plans, newest first."""
    return visit.listing({"items": await plans.of_order(visit.db, visit.caller, order_id)})


@router.post(
    "/orders/{order_id}/plans",
    status_code=201,
    response_model=PlanRead,
    responses=problems(
        NotFoundError,
        errors.WrongStateError,
        errors.FixedShareGoneError,
        errors.TotalTooLargeError,
        StaleVersionError,
    ),
)
async def create_plan(order_id: UUID, visit: Visit, body: PlanCreate | None = None) -> Response:
    """Ask how the order would be shared. Reserves nothing, any number of times.

    **Only the newest plan counts.** A plan that was released becomes void, whoever asks, and names its successor
    (`replaced_by_id`); the new one is accepted once it is released. `notice` says so in the answer. The coordinating
    organisation may leave a group out, fix or cap its part, or extend the deadline, with a reason.
    """

    async def record(tx: Any, made: planning.Proposal) -> Any:
        plan_id = await planning.record_plan(tx, made, caller=visit.caller, now=visit.now)
        return await plans.plan(tx, visit.caller, plan_id, visit.lang)

    propose = partial(
        planning.propose, order_id=order_id, caller=visit.caller, asked=body or PlanCreate(), now=visit.now
    )
    return await visit.write(record, before=propose, status=201, version=partial(versions.of_order, order_id))


@router.get("/plans/{plan_id}", response_model=PlanRead, responses=problems(NotFoundError))
async def read_plan(plan_id: UUID, visit: Visit) -> Response:
    """A plan: how full, for how much, who gives what and why. Before its release the buyer sees fill and total."""
    return _item(visit, await plans.plan(visit.db, visit.caller, plan_id, visit.lang))


@router.get("/plans/{plan_id}/document", response_model=PlanDocument, responses=problems(NotFoundError))
async def read_plan_document(plan_id: UUID, visit: Visit) -> Response:
    """What the rule was given and answered, so that the plan can be computed again with `minka plan`.

    The lots of groups that do not let you see their stock are left out (`withheld`).
    """
    return visit.listing(await plans.document(visit.db, visit.caller, plan_id))


@router.post(
    "/plans/{plan_id}/release",
    response_model=PlanRead,
    responses=problems(NotFoundError, errors.WrongStateError, errors.PlanNotNewestError, StaleVersionError),
)
async def release_plan(plan_id: UUID, visit: Visit) -> Response:
    """Let the buyer read and accept the plan, for 72 hours. For the coordinating organisation."""

    async def release(tx: Any) -> Any:
        await planning.release(tx, plan_id, caller=visit.caller, now=visit.now)
        return await plans.plan(tx, visit.caller, plan_id, visit.lang)

    return await visit.write(release, version=partial(versions.of_plan, plan_id))


@router.post(
    "/plans/preview",
    response_model=dict[str, Any],
    responses=problems(TooManyRequestsError),
)
async def preview_plan(visit: Visit, body: Annotated[dict[str, Any], Body()]) -> Response:  # noqa: ARG001 - documents
    """What would the rule say? The interchange document in, its answer out, byte for byte as `minka plan` prints it.

    At most 10,000 lots, 50 lines, 20 orders, 1 MB, two at a time.
    """
    running = visit.house.caches.setdefault("previews", {})
    answer = await preview(running, visit.caller, await visit.body())
    return Reply(200, answer, [(b"content-type", b"application/json")])


@router.post(
    "/orders/{order_id}/acceptance",
    status_code=201,
    response_model=OrderRead,
    responses=problems(
        NotFoundError,
        errors.WrongStateError,
        errors.PlanNotNewestError,
        errors.PlanNotReleasedError,
        errors.PlanExpiredError,
        errors.PlanChangedError,
        errors.FixedShareGoneError,
        errors.EmptyPlanError,
        errors.TooManyOrdersError,
        KeyRequiredError,
        StaleVersionError,
    ),
)
async def accept_plan(order_id: UUID, body: AcceptanceIn, visit: Visit) -> Response:
    """The buyer's yes to a named plan: stock is held from here and each producer gets its offer.

    Needs an Idempotency-Key. Stock that moved meanwhile has it planned anew: 409 with `newest_plan_id` if worse.
    """
    visit.require_key()
    acceptance = Acceptance(order_id, body.plan_id, visit.caller, visit.now)
    try:
        return await visit.write(
            acceptance.hold,
            before=acceptance.prepare,
            status=201,
            version=partial(versions.of_order, order_id),
        )
    except LotChangedError as error:
        raise await acceptance.give_up(visit.db) from error


@router.post(
    "/orders/{order_id}/cancellation",
    response_model=OrderRead,
    responses=problems(NotFoundError, errors.WrongStateError, errors.ConsentNeededError, StaleVersionError),
)
async def cancel_order(order_id: UUID, body: CancellationIn, visit: Visit) -> Response:
    """End the order. The buyer may until the first yes; afterwards the coordinating organisation, with its reason."""
    return await visit.write(
        lambda tx: endings.cancel(tx, order_id, caller=visit.caller, reason=body.reason, now=visit.now),
        version=partial(versions.of_order, order_id),
    )


@router.post(
    "/orders/{order_id}/repairs",
    status_code=201,
    response_model=OrderRead,
    responses=problems(NotFoundError, errors.WrongStateError, LotChangedError, StaleVersionError),
)
async def repair_order(order_id: UUID, visit: Visit) -> Response:
    """Offer what is missing to the other groups, by the same rule. Nobody who said yes is touched."""
    repair = Repair(order_id, visit.caller, visit.now)

    async def fill(tx: Any, hole: Any) -> Any:
        await repair.fill(tx, hole)
        return await orders.order(tx, visit.caller, order_id)

    return await visit.write(
        fill, before=repair.prepare, status=201, version=partial(versions.of_order, order_id)
    )


@router.get("/orders/{order_id}/board", response_model=Board, responses=problems(NotFoundError))
async def read_board(order_id: UUID, visit: Visit) -> Response:
    """Per group: told, seen, answered, missing, with a ready WhatsApp link. For the coordinating organisation."""
    settings = visit.house.settings
    reader = Reader(visit.caller, settings.server_key, settings.public_url)
    return visit.listing(await board.board(visit.db, reader, order_id))


@router.get(
    "/organisations/{organisation_id}/policy", response_model=PolicyRead, responses=problems(NotFoundError)
)
async def read_policy(organisation_id: UUID, visit: Visit) -> Response:
    """How a network runs its orders: review, repair, deadlines, who sees the table of shares."""
    return visit.item(await orders.policy_of(visit.db, organisation_id))


@router.put(
    "/organisations/{organisation_id}/policy",
    response_model=PolicyRead,
    responses=problems(NotFoundError, StaleVersionError, VersionRequiredError),
)
async def set_order_policy(organisation_id: UUID, body: PolicyIn, visit: Visit) -> Response:
    """Replace how a network runs its orders. For whoever coordinates it. Needs If-Match."""
    work = partial(set_policy, policy=body, caller=visit.caller, expected=visit.expected_version())
    return await visit.write(lambda tx: work(tx, organisation_id, now=visit.now))


def _item(visit: Visit, row: dict[str, Any]) -> Response:
    """An object that its sides read in different ways, each with its own actions."""
    side = ("" if row.get("changes", ()) is None else "c") + ("r" if row.get("replaced_by_id") else "")
    return visit.item(row, variant=side + ".".join(row["actions"]))
