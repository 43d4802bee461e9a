"""A poor harvest: what is missing comes first out of that producer's own parts, before stock goes below what is held."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.service import release
from app.kernel import journal
from app.kernel.db import Row, Tx
from app.kernel.errors import StaleError
from app.kernel.journal import Happening
from app.messages import service as messages
from app.orders import rules, sentences
from app.orders.queries import allocations, orders
from app.orders.queries.allocations import TAKE
from app.orders.queries.orders import ALLOCATION, ORDER
from app.orders.rules import AllocationState
from app.orders.service import holding, standing
from app.orders.service.offers import HOLDER

_HELD_BY = (
    sa.select(ALLOCATION.c.id, ALLOCATION.c.order_id, ALLOCATION.c.state, TAKE.c.quantity_base)
    .select_from(TAKE.join(ALLOCATION, ALLOCATION.c.id == TAKE.c.allocation_id))
    .where(TAKE.c.lot_id == given("lot"), TAKE.c.quantity_base > 0, ALLOCATION.c.state.in_(rules.HELD))
    .order_by(sa.case((ALLOCATION.c.state == AllocationState.OFFERED, 0), else_=1), ALLOCATION.c.id.desc())
)
_AT_ONCE = sa.select(ORDER).where(ORDER.c.id == given("order")).with_for_update(skip_locked=True)
_LOWER = (
    sa.update(ALLOCATION)
    .where(ALLOCATION.c.id == given("allocation"))
    .values(
        state=given("state"),
        quantity_base=given("quantity"),
        amount_minor=given("amount"),
        reason=given("reason"),
        version=ALLOCATION.c.version + 1,
    )
)


async def lock_for_harvest(tx: Tx, weighing: Happening) -> None:
    """Lock the orders that the lot is given to, in id order, before the lot: as everybody does. Reacts to `lot.weighing`."""
    for order_id in sorted({part["order_id"] for part in await tx.all(_HELD_BY, lot=weighing.subject_id)}):
        await orders.locked(tx, order_id)


async def lower_for_harvest(tx: Tx, harvest: Happening) -> None:
    """Lower the producer's parts that take from the lot until what was weighed suffices: offers first, the newest first.

    Reacts to `lot.harvested`, before the lot's quantity changes, which alone is touched. The holes are offered to the
    others. Raises StaleError when an order came meanwhile that somebody else holds.
    """
    short = harvest.facts["short_base"]
    if not short:
        return
    parts = await tx.all(_HELD_BY, lot=harvest.subject_id)
    cuts: dict[UUID, int] = {}
    for part in parts:
        cuts[part["id"]] = min(short, part["quantity_base"])
        short -= cuts[part["id"]]
    touched = sorted({part["order_id"] for part in parts if cuts[part["id"]]})
    running = {order_id: await _locked_at_once(tx, order_id) for order_id in touched}
    for part in parts:
        if cuts[part["id"]]:
            await _lower(tx, part["id"], cuts[part["id"]], harvest)
    for order in running.values():
        await standing.settle(tx, order, hole=True, caller=harvest.caller, now=harvest.at)


async def _locked_at_once(tx: Tx, order_id: UUID) -> Row:
    """An order, held; nobody is waited for with the lot in hand."""
    found = await tx.one(_AT_ONCE, order=order_id)
    if found is None:
        raise StaleError
    return found


async def _lower(tx: Tx, allocation_id: UUID, cut_base: int, harvest: Happening) -> None:
    part = await allocations.raw(tx, allocation_id)
    left = part["quantity_base"] - cut_base
    amount = 0
    if left:
        amount = await holding.keep_of(
            tx, part, left, now=harvest.at, why="harvest", first_from=harvest.subject_id
        )
    else:
        await release(tx, [allocation_id], now=harvest.at, why="harvest")
    state = _after(part, left)
    reason = sentences.plain("harvest", "es")
    await tx.must(_LOWER, allocation=allocation_id, state=state, quantity=left, amount=amount, reason=reason)
    if state is AllocationState.DECLINED:
        await messages.mark_answered(tx, (HOLDER, allocation_id), caller=harvest.caller, now=harvest.at)
    facts = {"quantity_base": left, "before": part["state"], "lot": str(harvest.subject_id)}
    await journal.record(
        tx, harvest.caller, harvest.at, "allocation.lowered", (HOLDER, allocation_id), **facts
    )


def _after(part: Row, left: int) -> AllocationState:
    """Nothing left is a no; an offer stays an offer, of less; a yes becomes a yes to less."""
    if not left:
        return AllocationState.DECLINED
    state = AllocationState(part["state"])
    return state if state is AllocationState.OFFERED else AllocationState.PARTIALLY_CONFIRMED
