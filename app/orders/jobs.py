"""Due work of orders: proposals and offers that ran out of time, holes to fill."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from app.kernel.caller import WORKER
from app.kernel.db import Database, Tx
from app.kernel.jobs import Job
from app.orders.service import endings, repair


async def _prepare(db: Database, order_id: UUID, now: datetime) -> repair.Repair:
    return await repair.propose_repair(db, order_id, caller=WORKER, now=now)


async def _fill(tx: Tx, found: Any, now: datetime) -> object:
    return await partial(repair.record_repair, caller=WORKER, now=now)(tx, found)


JOBS = (
    Job("expire proposals", endings.proposals_due, endings.expire_proposal),
    Job("expire offers", endings.offers_due, endings.expire_offers),
    Job("fill holes", endings.holes_due, _fill, _prepare),
)
