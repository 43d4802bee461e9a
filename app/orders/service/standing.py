"""How an order stands after something happened to its parts: its state follows from them, never the other way."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.orders import rules
from app.orders.queries import orders
from app.orders.queries.orders import ALLOCATION, ORDER
from app.orders.rules import AllocationState, OrderState
from app.orders.service import ended

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


async def settle(tx: Tx, order: Row, *, hole: bool, caller: Caller, now: datetime) -> OrderState:
    """Write what the answers so far make of a running order. With a hole that is still to be offered it keeps waiting.

    Past its cut-off with nothing it ends, and buyer and groups are told. `order` is its row, held since before the answers changed.
    """
    order_id = order["id"]
    lines = await orders.lines(tx, order_id)
    state = rules.settled_state(
        {str(line["id"]): line["quantity_base"] - (line["under_base"] or 0) for line in lines},
        {str(line["id"]): line["offered_base"] + line["agreed_base"] for line in lines},
        open_offers=await tx.value(_OPEN, order=order_id),
        has_hole=hole,
        is_over=order["cutoff_at"] < now,
    )
    if state is OrderState.EXPIRED:
        await ended.run_out(tx, order, "nobody_gave", caller=caller, now=now)
    else:
        await tx.must(
            _STAND, order=order_id, state=state, hole=hole and state is OrderState.AWAITING_PRODUCERS
        )
    if state != order["state"]:
        await journal.record(tx, caller, now, f"order.{state}", ("order", order_id), before=order["state"])
    return state
