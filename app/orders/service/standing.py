"""How an order stands after something happened to its parts: its state follows from them, never the other way."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import NotFoundError
from app.orders import rules
from app.orders.queries import orders
from app.orders.queries.orders import ALLOCATION, ORDER
from app.orders.rules import AllocationState, OrderState

_LOCK = sa.select(ORDER.c.id).where(ORDER.c.id == given("order")).with_for_update()
_OPEN = (
    sa.select(sa.func.count().label("open"))
    .select_from(ALLOCATION)
    .where(ALLOCATION.c.order_id == given("order"), ALLOCATION.c.state == AllocationState.OFFERED)
)
_STAND = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"))
    .values(state=given("state"), has_hole=given("hole"), version=ORDER.c.version + 1)
)


async def lock(tx: Tx, order_id: UUID) -> Row:
    """The order's row, held until the commit: everything about its parts happens one after the other."""
    if await tx.one(_LOCK, order=order_id) is None:
        raise NotFoundError
    return await orders.raw(tx, order_id)


async def settle(tx: Tx, order: Row, *, hole: bool, caller: Caller, now: datetime) -> OrderState:
    """Write what the answers so far make of the order. With a hole that is still to be offered it keeps waiting."""
    order_id = order["id"]
    lines = await orders.lines(tx, order_id)
    state = rules.settled_state(
        {str(line["id"]): line["quantity_base"] - (line["under_base"] or 0) for line in lines},
        {str(line["id"]): line["offered_base"] + line["agreed_base"] for line in lines},
        open_offers=await tx.value(_OPEN, order=order_id),
    )
    if state is None or (hole and state is not OrderState.CONFIRMED):
        state = OrderState.AWAITING_PRODUCERS
    await tx.must(_STAND, order=order_id, state=state, hole=hole and state is OrderState.AWAITING_PRODUCERS)
    if state != order["state"]:
        await journal.record(tx, caller, now, f"order.{state}", ("order", order_id), before=order["state"])
    return state
