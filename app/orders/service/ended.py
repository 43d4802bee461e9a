"""An order that is over says why, and whoever may still wait for it is told."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.messages import service as messages
from app.orders import sentences
from app.orders.queries import allocations
from app.orders.queries.orders import ORDER
from app.orders.rules import AllocationState, OrderState
from app.orders.service import notices
from app.orders.service.offers import contacts_of

_CLOSE = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"))
    .values(state=given("state"), close_reason=given("reason"), has_hole=False, version=ORDER.c.version + 1)
)


async def close(tx: Tx, order: Row, state: OrderState, reason: str) -> None:
    """Write that the order is over, and why."""
    await tx.must(_CLOSE, order=order["id"], state=state, reason=reason)


async def run_out(tx: Tx, order: Row, why: str, *, caller: Caller, now: datetime) -> None:
    """End an order whose time is over; `why` is nobody_gave or nobody_accepted. Buyer and groups are told."""
    reason = sentences.plain(why, "es")
    await close(tx, order, OrderState.EXPIRED, reason)
    waiting = waiting_of(await allocations.of_order(tx, order["id"]))
    await tell_groups(tx, order, waiting, reason, caller=caller, now=now)
    phone = (await contacts_of(tx, [order["buyer_id"]]))[order["buyer_id"]]
    await messages.post(tx, [notices.ran_out(order, phone, reason, now)], caller=caller, now=now)


def waiting_of(parts: Sequence[Row]) -> list[Row]:
    """The parts whose groups were told and said nothing, or yes too late: their page would still take an answer."""
    return [
        part for part in parts if part["state"] == AllocationState.EXPIRED or part["late_base"] is not None
    ]


async def tell_groups(
    tx: Tx, order: Row, parts: Sequence[Row], reason: str, *, caller: Caller, now: datetime
) -> None:
    """That these parts no longer count: each group once per line. Who said no waits for nothing and is told nothing."""
    newest = {(part["line_id"], part["producer_id"]): part for part in parts}
    drafts = [notices.goodbye(part, order, reason, now) for part in newest.values()]
    if drafts:
        await messages.post(tx, drafts, caller=caller, now=now)
