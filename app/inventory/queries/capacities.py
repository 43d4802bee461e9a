"""Capacities and their weeks."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import rules
from app.inventory.models import Capacity, CapacityWeek
from app.inventory.queries.lots import visible_to
from app.kernel import units, wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table

CAPACITY, WEEK = table(Capacity), table(CapacityWeek)
_ALL = sa.select(
    CAPACITY.c.id,
    CAPACITY.c.producer_id,
    CAPACITY.c.name,
    CAPACITY.c.base_unit,
    CAPACITY.c.per_week_base,
    CAPACITY.c.notice_weeks,
    CAPACITY.c.version,
)
_ONE = _ALL.where(CAPACITY.c.id == given("id"))
_LIST = Query(
    _ALL.order_by(CAPACITY.c.name, CAPACITY.c.id).limit(500),
    producers=CAPACITY.c.producer_id.in_(given("producers")),
    producer=CAPACITY.c.producer_id == given("producer"),
)
_WEEKS = (
    sa.select(WEEK.c.week_on, WEEK.c.available_base, WEEK.c.reserved_base, WEEK.c.is_off)
    .where(WEEK.c.capacity_id == given("capacity"), WEEK.c.week_on >= given("since", type_=sa.Date))
    .order_by(WEEK.c.week_on)
)


async def row(db: Database, caller: Caller, capacity_id: UUID) -> Row:
    """A capacity as stored. Raises NotFoundError for who may not see it."""
    found = await db.one(_ONE, id=capacity_id)
    visible = visible_to(caller)
    if found is None or (visible is not None and found["producer_id"] not in visible):
        raise NotFoundError
    return found


async def capacity(db: Database, caller: Caller, capacity_id: UUID, *, today: date) -> Row:
    """A capacity with its weeks from this one on. Raises NotFoundError."""
    found = await row(db, caller, capacity_id)
    base = found["base_unit"]
    found["weeks"] = [
        {
            "week_on": week["week_on"],
            "available": said(week["available_base"], base),
            "reserved": said(week["reserved_base"], base),
            "free": said(week["available_base"] - week["reserved_base"], base),
            "is_off": week["is_off"],
        }
        for week in await db.all(_WEEKS, capacity=capacity_id, since=rules.monday_of(today))
    ]
    may_change = caller.is_admin or caller.may("stock", found["producer_id"])
    found["actions"] = ["update", "take_week_off"] if may_change else []
    return shown(found)


async def listed(db: Database, caller: Caller, *, producer: UUID | None) -> list[Row]:
    """The capacities that the caller may see, by name."""
    producers = visible_to(caller)
    if producers == []:
        return []
    return [shown(found) for found in await db.all(_LIST, producers=producers, producer=producer)]


def shown(found: Row) -> Row:
    """The wire form of a capacity's row."""
    found["per_week"] = said(found.pop("per_week_base"), found.pop("base_unit"))
    return found


def said(quantity_base: int, base: str) -> dict[str, Any]:
    """A quantity in kilos, litres or pieces."""
    unit = units.usual(base)
    return wire.quantity(quantity_base, unit.code, int(unit.factor or 1))
