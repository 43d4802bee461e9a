"""What must always hold of orders, as statements that find what does not."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.inventory.models import Reservation, ReservationState
from app.kernel.schema import table
from app.orders import rules
from app.orders.queries.allocations import TAKE
from app.orders.queries.orders import ALLOCATION, LINE, ORDER, PLAN, PRODUCT
from app.orders.rules import AllocationState, OrderState, PlanState

RESERVATION = table(Reservation)

_live = sa.func.sum(sa.case((ALLOCATION.c.state.in_(rules.LIVE), ALLOCATION.c.quantity_base), else_=0))
_held = (
    sa.select(RESERVATION.c.holder_id, sa.func.sum(RESERVATION.c.quantity_base).label("held"))
    .where(RESERVATION.c.state == ReservationState.LIVE)
    .group_by(RESERVATION.c.holder_id)
    .subquery()
)
_taken = (
    sa.select(TAKE.c.allocation_id, sa.func.sum(TAKE.c.quantity_base).label("taken"))
    .group_by(TAKE.c.allocation_id)
    .subquery()
)

CHECKS: Sequence[tuple[str, Any]] = (
    (
        "line_within_wanted",
        sa.select(LINE.c.id)
        .join(ALLOCATION, ALLOCATION.c.line_id == LINE.c.id)
        .group_by(LINE.c.id)
        .having(_live > LINE.c.quantity_base + LINE.c.over_base),
    ),
    (
        "part_is_held",
        sa.select(ALLOCATION.c.id)
        .outerjoin(_held, _held.c.holder_id == ALLOCATION.c.id)
        .where(
            ALLOCATION.c.state.in_(rules.HELD),
            sa.func.coalesce(_held.c.held, 0) != ALLOCATION.c.quantity_base,
        ),
    ),
    (
        "ended_part_holds_nothing",
        sa.select(ALLOCATION.c.id)
        .join(_held, _held.c.holder_id == ALLOCATION.c.id)
        .where(ALLOCATION.c.state.not_in(rules.LIVE)),
    ),
    (
        "part_is_sum_of_lots",
        sa.select(ALLOCATION.c.id)
        .outerjoin(_taken, _taken.c.allocation_id == ALLOCATION.c.id)
        .where(
            ALLOCATION.c.state.in_(rules.LIVE),
            sa.func.coalesce(_taken.c.taken, 0) != ALLOCATION.c.quantity_base,
        ),
    ),
    (
        "part_pays_lot_prices",
        sa.select(ALLOCATION.c.id)
        .join(TAKE, TAKE.c.allocation_id == ALLOCATION.c.id)
        .join(LINE, LINE.c.id == ALLOCATION.c.line_id)
        .join(PRODUCT, PRODUCT.c.id == LINE.c.product_id)
        .where(ALLOCATION.c.state.in_(rules.LIVE))
        .group_by(ALLOCATION.c.id, PRODUCT.c.price_unit_base)
        .having(
            sa.func.sum(sa.cast(TAKE.c.quantity_base, sa.Numeric) * TAKE.c.price_minor)
            > sa.cast(ALLOCATION.c.amount_minor, sa.Numeric) * PRODUCT.c.price_unit_base
        ),
    ),
    (
        "ended_order_has_no_live_part",
        sa.select(ALLOCATION.c.id)
        .join(ORDER, ORDER.c.id == ALLOCATION.c.order_id)
        .where(ORDER.c.state.in_(rules.OVER), ALLOCATION.c.state.in_(rules.LIVE)),
    ),
    (
        "order_names_newest_plan",
        sa.select(ORDER.c.id)
        .join(PLAN, PLAN.c.order_id == ORDER.c.id)
        .group_by(ORDER.c.id)
        .having(
            sa.func.max(PLAN.c.number)
            != sa.func.max(sa.case((PLAN.c.id == ORDER.c.plan_id, PLAN.c.number), else_=0))
        ),
    ),
    (
        "order_has_one_open_plan",
        sa.select(PLAN.c.order_id)
        .where(PLAN.c.state.in_((PlanState.DRAFTED, PlanState.RELEASED)))
        .group_by(PLAN.c.order_id)
        .having(sa.func.count() > 1),
    ),
    (
        "answered_order_waits_for_nobody",
        sa.select(ALLOCATION.c.id)
        .join(ORDER, ORDER.c.id == ALLOCATION.c.order_id)
        .where(
            ORDER.c.state.in_((OrderState.CONFIRMED, OrderState.PARTIALLY_CONFIRMED)),
            ALLOCATION.c.state == AllocationState.OFFERED,
        ),
    ),
)
