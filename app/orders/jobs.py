"""Due work of orders: proposals and offers that ran out of time, holes to fill, orders to close."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.kernel.caller import WORKER
from app.kernel.db import Database, Tx
from app.kernel.jobs import Job
from app.orders.service import endings, plans
from app.orders.service.repair import Hole, Repair


async def _holes(db: Database, now: datetime) -> Sequence[Repair]:
    return [Repair(order_id, WORKER, now) for order_id in await endings.holes_due(db, now)]


async def _prepare(db: Database, due: Repair, now: datetime) -> tuple[Repair, Hole]:  # noqa: ARG001 - a job's form
    return due, await due.prepare(db)


async def _fill(tx: Tx, found: tuple[Repair, Hole], now: datetime) -> UUID:  # noqa: ARG001 - a job's form
    due, hole = found
    return await due.fill(tx, hole)


JOBS = (
    Job("answer notices", plans.answered_due, plans.note_answered),
    Job("expire proposals", endings.proposals_due, endings.expire_proposal),
    Job("expire offers", endings.offers_due, endings.expire_offers),
    Job("fill holes", _holes, _fill, _prepare),
    Job("close orders", endings.closings_due, endings.close),
)
