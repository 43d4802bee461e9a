"""What workshops make on order: per week, with weeks off."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import rules
from app.inventory.queries import facts
from app.inventory.queries.capacities import CAPACITY, WEEK, capacity
from app.inventory.queries.capacities import row as capacity_row
from app.inventory.queries.facts import Measure
from app.inventory.schemas import CapacityCreate, CapacityUpdate, LotCreate, WeekUpdate
from app.inventory.service.problems import WeekReservedError
from app.inventory.service.weeks import fill_weeks
from app.kernel import ids, journal, units, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError, StaleVersionError
from app.kernel.text import clean_line
from app.kernel.wire import Quantity
from app.people import access
from app.places.countries import today_in

ADD = sa.insert(CAPACITY)
_CHANGE = (
    sa.update(CAPACITY)
    .where(CAPACITY.c.id == given("capacity"), CAPACITY.c.version == given("expected"))
    .values(
        name=given("name"),
        per_week_base=given("per_week_base"),
        notice_weeks=given("notice_weeks"),
        version=CAPACITY.c.version + 1,
    )
)
CHANGE_WEEKS = (
    sa.update(WEEK)
    .where(
        WEEK.c.capacity_id == given("capacity"),
        WEEK.c.week_on >= given("since", type_=sa.Date),
        WEEK.c.is_off == sa.false(),
    )
    .values(
        available_base=sa.case(
            (WEEK.c.reserved_base > given("per_week", type_=sa.BigInteger), WEEK.c.reserved_base),
            else_=given("per_week", type_=sa.BigInteger),
        )
    )
)
_OFF = (
    sa.update(WEEK)
    .where(
        WEEK.c.capacity_id == given("capacity"), WEEK.c.week_on == given("week"), WEEK.c.reserved_base == 0
    )
    .values(is_off=given("off"), available_base=given("amount", type_=sa.BigInteger))
)
_WEEK = sa.select(WEEK.c.reserved_base, WEEK.c.is_off).where(
    WEEK.c.capacity_id == given("capacity"), WEEK.c.week_on == given("week")
)


async def create(tx: Tx, *, caller: Caller, made: CapacityCreate, now: datetime) -> Row:
    """Say what a workshop makes in a week. Raises ForbiddenError, InvalidError, CapacityNameTakenError."""
    access.require(caller, "stock", made.producer)
    maker = await facts.producer(tx, made.producer)
    if maker is None:
        raise InvalidError(Fault("#/producer", "unknown_producer"))
    base = _base_of(made.per_week, "#/per_week")
    identifier, today = wire.read_id(made.id, now), today_in(maker["country"], now)
    per_week = wire.read_quantity(made.per_week, "#/per_week", base=base, country=maker["country"])
    await add(
        tx,
        identifier,
        producer=made.producer,
        name=clean_line(made.name),
        base=base,
        per_week=per_week,
        notice=made.notice_weeks,
        today=today,
        now=now,
    )
    await journal.record(
        tx, caller, now, "capacity.created", ("capacity", identifier), per_week_base=per_week
    )
    return await capacity(tx, caller, identifier, today=today)


async def add(
    tx: Tx,
    identifier: UUID,
    *,
    producer: UUID,
    name: str,
    base: str,
    per_week: int,
    notice: int,
    today: date,
    now: datetime,
) -> None:
    """A capacity with half a year of weeks. Raises CapacityNameTakenError."""
    await tx.run(
        ADD,
        id=identifier,
        producer_id=producer,
        name=name,
        base_unit=base,
        per_week_base=per_week,
        notice_weeks=notice,
        created_at=now,
    )
    await fill_weeks(tx, identifier, per_week_base=per_week, today=today)


async def capacity_for(
    tx: Tx, lot: LotCreate, measure: Measure, *, name: str, today: date, now: datetime
) -> UUID:
    """The capacity that a lot names, or a new one of its own. Raises InvalidError."""
    if lot.capacity is not None:
        found = await tx.one(_OF_LOT, id=lot.capacity)
        if found is None or found["producer_id"] != lot.producer:
            raise InvalidError(Fault("#/capacity", "unknown_capacity"))
        if found["base_unit"] != measure.base:
            raise InvalidError(Fault("#/capacity", "other_measure"))
        return lot.capacity
    if lot.per_week is None:
        raise InvalidError(Fault("#/per_week", "missing"))
    identifier = ids.uuid7()
    await add(
        tx,
        identifier,
        producer=lot.producer,
        name=name,
        base=measure.base,
        per_week=measure.read(lot.per_week, "#/per_week"),
        notice=1 if lot.notice_weeks is None else lot.notice_weeks,
        today=today,
        now=now,
    )
    return identifier


_OF_LOT = sa.select(CAPACITY.c.producer_id, CAPACITY.c.base_unit).where(CAPACITY.c.id == given("id"))


async def update(
    tx: Tx, capacity_id: UUID, *, caller: Caller, change: CapacityUpdate, expected: int, now: datetime
) -> Row:
    """Change a capacity; every coming week that is not off follows, never below what is promised in it.

    Raises NotFoundError, ForbiddenError, StaleVersionError, InvalidError, CapacityNameTakenError.
    """
    found, today = await _mine(tx, capacity_id, caller, now)
    per_week = found["per_week_base"]
    if change.per_week is not None:
        per_week = wire.read_quantity(
            change.per_week, "#/per_week", base=found["base_unit"], country=found["country"]
        )
    touched = await tx.run(
        _CHANGE,
        capacity=capacity_id,
        expected=expected,
        name=clean_line(change.name) if change.name else found["name"],
        per_week_base=per_week,
        notice_weeks=found["notice_weeks"] if change.notice_weeks is None else change.notice_weeks,
    )
    if not touched:
        raise StaleVersionError
    if per_week != found["per_week_base"]:
        await tx.run(CHANGE_WEEKS, capacity=capacity_id, since=rules.monday_of(today), per_week=per_week)
    subject = ("capacity", capacity_id)
    await journal.record(tx, caller, now, "capacity.changed", subject, per_week_base=per_week)
    return await capacity(tx, caller, capacity_id, today=today)


async def set_week(
    tx: Tx, capacity_id: UUID, week_on: date, *, caller: Caller, week: WeekUpdate, now: datetime
) -> Row:
    """Take a week off, or back. Raises NotFoundError, ForbiddenError, InvalidError, WeekReservedError when something is promised in it."""
    found, today = await _mine(tx, capacity_id, caller, now)
    if week_on != rules.monday_of(week_on):
        raise InvalidError(Fault("path/week_on", "not_a_monday", monday=rules.monday_of(week_on).isoformat()))
    known = await tx.one(_WEEK, capacity=capacity_id, week=week_on)
    if known is None or week_on < rules.monday_of(today):
        raise NotFoundError
    if known["is_off"] != week.is_off:
        amount = 0 if week.is_off else found["per_week_base"]
        if not await tx.run(_OFF, capacity=capacity_id, week=week_on, off=week.is_off, amount=amount):
            raise WeekReservedError(extra={"week_on": week_on.isoformat()})
        facts_of = {"week_on": week_on, "is_off": week.is_off}
        await journal.record(tx, caller, now, "capacity.week_changed", ("capacity", capacity_id), **facts_of)
    return await capacity(tx, caller, capacity_id, today=today)


async def _mine(tx: Tx, capacity_id: UUID, caller: Caller, now: datetime) -> tuple[Row, date]:
    found = await capacity_row(tx, caller, capacity_id)
    access.require(caller, "stock", found["producer_id"])
    maker = await facts.producer(tx, found["producer_id"])
    if maker is None:
        raise NotFoundError
    found["country"] = maker["country"]
    return found, today_in(maker["country"], now)


def _base_of(quantity: Quantity, pointer: str) -> str:
    """What the capacity counts in: its unit's own base. Raises InvalidError."""
    try:
        unit = units.find(quantity.unit)
    except units.UnitsError as error:
        raise InvalidError(Fault(pointer, error.code)) from error
    if unit.base is None:
        raise InvalidError(Fault(pointer, "no_factor"))
    return unit.base
