"""What a group had on a line already when another part came on top of it."""

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.db import Database, Row
from app.orders import rules
from app.orders.queries.orders import ALLOCATION, PLAN

_EARLIER, _THIS = PLAN.alias("earlier"), PLAN.alias("this")
_BEFORE = (
    sa.select(ALLOCATION.c.state, ALLOCATION.c.quantity_base)
    .join(_EARLIER, _EARLIER.c.id == ALLOCATION.c.plan_id)
    .join(_THIS, sa.and_(_THIS.c.id == given("plan"), _THIS.c.number > _EARLIER.c.number))
    .where(
        ALLOCATION.c.line_id == given("line"),
        ALLOCATION.c.producer_id == given("producer"),
        ALLOCATION.c.state.in_(rules.LIVE),
    )
)


async def before(db: Database, found: Row) -> tuple[int, int]:
    """What the part's group had been given on the line before, in base units: all that stands, and the agreed of it."""
    place = {"line": found["line_id"], "producer": found["producer_id"]}
    parts = await db.all(_BEFORE, **place, plan=found["plan_id"])
    agreed = sum(part["quantity_base"] for part in parts if part["state"] in rules.AGREED)
    return sum(part["quantity_base"] for part in parts), agreed
