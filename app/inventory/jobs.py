"""Due work: what was held too long is given back; the weeks of capacities are kept half a year ahead."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import rules
from app.inventory.models import Capacity, CapacityWeek, Reservation, ReservationState
from app.inventory.service.holding import release
from app.inventory.service.weeks import fill_weeks
from app.kernel import journal
from app.kernel.caller import WORKER
from app.kernel.db import Database, Row, Tx
from app.kernel.jobs import Job
from app.kernel.schema import table

CAPACITY, WEEK, RESERVATION = table(Capacity), table(CapacityWeek), table(Reservation)
_MOST_AT_ONCE = 500

_EXPIRED = (
    sa.select(RESERVATION.c.holder_kind, RESERVATION.c.holder_id)
    .where(RESERVATION.c.state == ReservationState.LIVE, RESERVATION.c.expires_at < given("now"))
    .distinct()
    .order_by(RESERVATION.c.holder_id)
    .limit(_MOST_AT_ONCE)
)
_SHORT_OF_WEEKS = (
    sa.select(CAPACITY.c.id, CAPACITY.c.per_week_base)
    .where(
        ~sa.exists().where(
            WEEK.c.capacity_id == CAPACITY.c.id, WEEK.c.week_on >= given("last_week", type_=sa.Date)
        )
    )
    .order_by(CAPACITY.c.id)
    .limit(_MOST_AT_ONCE)
)


async def _expired(db: Database, now: datetime) -> Sequence[Row]:
    return await db.all(_EXPIRED, now=now)


async def _give_back(tx: Tx, item: Row, now: datetime) -> None:
    if quantity := await release(tx, [item["holder_id"]], now=now, why="expired"):
        subject = (item["holder_kind"], item["holder_id"])
        await journal.record(tx, WORKER, now, "reservation.expired", subject, quantity_base=quantity)


async def _short_of_weeks(db: Database, now: datetime) -> Sequence[Row]:
    return await db.all(_SHORT_OF_WEEKS, last_week=_last_week(now))


def _last_week(now: datetime) -> date:
    return rules.monday_of(now.date()) + timedelta(weeks=rules.WEEKS_AHEAD - 1)


async def _add_weeks(tx: Tx, item: Row, now: datetime) -> None:
    capacity: UUID = item["id"]
    added = await fill_weeks(tx, capacity, per_week_base=item["per_week_base"], today=now.date())
    if added:
        await journal.record(tx, WORKER, now, "capacity.weeks_added", ("capacity", capacity), weeks=added)


JOBS: Sequence[Job] = (
    Job("release expired reservations", _expired, _give_back),
    Job("add weeks to capacities", _short_of_weeks, _add_weeks),
)
