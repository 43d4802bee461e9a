"""What must hold of stock whatever happened (invariant 1), as statements that return the rows that break it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.inventory.models import Capacity, CapacityWeek, Lot, LotKind, Movement, Reservation, ReservationState
from app.kernel.schema import table

LOT, MOVEMENT, RESERVATION = table(Lot), table(Movement), table(Reservation)
CAPACITY, WEEK = table(Capacity), table(CapacityWeek)

_LIVE = RESERVATION.c.state == ReservationState.LIVE


def _total(column: sa.Column[int], *where: sa.ColumnElement[bool], of: sa.Table) -> Any:
    return sa.func.coalesce(sa.select(sa.func.sum(column)).where(*where).correlate(of).scalar_subquery(), 0)


_MOVED = _total(MOVEMENT.c.delta_base, MOVEMENT.c.lot_id == LOT.c.id, of=LOT)
_HELD = _total(
    RESERVATION.c.quantity_base,
    RESERVATION.c.lot_id == LOT.c.id,
    RESERVATION.c.week_on.is_(None),
    _LIVE,
    of=LOT,
)
_HELD_OF_WEEK = _total(
    RESERVATION.c.quantity_base,
    RESERVATION.c.capacity_id == WEEK.c.capacity_id,
    RESERVATION.c.week_on == WEEK.c.week_on,
    _LIVE,
    of=WEEK,
)
_OUT_OF_BOUNDS = (LOT.c.reserved_base < 0) | (LOT.c.reserved_base > LOT.c.available_base)
_WEEK_OUT_OF_BOUNDS = (WEEK.c.reserved_base < 0) | (WEEK.c.reserved_base > WEEK.c.available_base)

CHECKS: Sequence[tuple[str, sa.Select[Any]]] = (
    (
        "lot_is_sum_of_movements",
        sa.select(LOT.c.id, LOT.c.available_base, _MOVED.label("moved_base")).where(
            LOT.c.available_base != _MOVED
        ),
    ),
    (
        "lot_held_is_sum_of_reservations",
        sa.select(LOT.c.id, LOT.c.reserved_base, _HELD.label("held_base")).where(
            LOT.c.reserved_base != _HELD
        ),
    ),
    (
        "lot_held_within_stock",
        sa.select(LOT.c.id, LOT.c.available_base, LOT.c.reserved_base).where(_OUT_OF_BOUNDS),
    ),
    (
        "week_held_is_sum_of_reservations",
        sa.select(
            WEEK.c.capacity_id, WEEK.c.week_on, WEEK.c.reserved_base, _HELD_OF_WEEK.label("held_base")
        ).where(WEEK.c.reserved_base != _HELD_OF_WEEK),
    ),
    (
        "week_held_within_capacity",
        sa.select(WEEK.c.capacity_id, WEEK.c.week_on, WEEK.c.available_base, WEEK.c.reserved_base).where(
            _WEEK_OUT_OF_BOUNDS
        ),
    ),
    (
        "lot_on_order_has_own_capacity",
        sa.select(LOT.c.id, LOT.c.producer_id, CAPACITY.c.producer_id.label("capacity_producer_id"))
        .join(CAPACITY, CAPACITY.c.id == LOT.c.capacity_id)
        .where((LOT.c.producer_id != CAPACITY.c.producer_id) | (LOT.c.kind != LotKind.CAPACITY)),
    ),
)
