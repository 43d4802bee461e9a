"""Due work of orders: proposals and offers that ran out of time, holes to fill, orders to close."""

from datetime import datetime
from uuid import UUID

from app.kernel.caller import WORKER
from app.kernel.db import Database, Tx
from app.kernel.jobs import Job
from app.orders.service import endings, repair
from app.orders.service.repair import Repair


async def _prepare(db: Database, order_id: UUID, now: datetime) -> Repair:
    return await repair.propose_repair(db, order_id, caller=WORKER, now=now)


async def _fill(tx: Tx, repaired: Repair, now: datetime) -> UUID:
    return await repair.record_repair(tx, repaired, caller=WORKER, now=now)


JOBS = (
    Job("expire proposals", endings.proposals_due, endings.expire_proposal),
    Job("expire offers", endings.offers_due, endings.expire_offers),
    Job("fill holes", endings.holes_due, _fill, _prepare),
    Job("close orders", endings.closings_due, endings.close),
)
