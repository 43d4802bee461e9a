"""Stock comes and goes: append-only movements, never below what is held for somebody."""

from datetime import date, datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import LotKind, LotStatus, Movement, MovementReason
from app.inventory.queries import facts
from app.inventory.queries.facts import Measure
from app.inventory.queries.lots import LOT
from app.inventory.queries.lots import lot as read_lot
from app.inventory.queries.lots import row as lot_row
from app.inventory.schemas import Counted, MovementCreate
from app.inventory.service.problems import (
    LotClosedError,
    LotReservedError,
    MadeOnOrderError,
    NotPledgedError,
)
from app.kernel import ids, journal, units
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError
from app.kernel.schema import table
from app.kernel.text import clean
from app.kernel.wire import Quantity
from app.people import access
from app.places.countries import today_in
from app.products import queries as products

MOVEMENT = table(Movement)
ADD_MOVEMENT = sa.insert(MOVEMENT)
_NOW = sa.select(LOT.c.available_base, LOT.c.reserved_base).where(LOT.c.id == given("lot")).with_for_update()
MOVE = (
    sa.update(LOT)
    .where(
        LOT.c.id == given("lot"),
        LOT.c.available_base + given("delta", type_=sa.BigInteger) >= LOT.c.reserved_base,
    )
    .values(available_base=LOT.c.available_base + given("delta", type_=sa.BigInteger), updated_at=given("at"))
)
_WEIGHED = (
    sa.update(LOT)
    .where(LOT.c.id == given("lot"))
    .values(
        kind=LotKind.STOCK,
        ready_on=sa.case(
            (LOT.c.ready_on < given("today", type_=sa.Date), LOT.c.ready_on),
            else_=given("today", type_=sa.Date),
        ),
        version=LOT.c.version + 1,
    )
)
_GOES = frozenset({"sold", "spoiled"})
_COUNTS = frozenset({"correction", "harvested"})


async def move(tx: Tx, lot_id: UUID, *, caller: Caller, movement: MovementCreate, now: datetime) -> Row:
    """Record what came, went or was counted; returns the lot.

    A harvest is announced («lot.weighing») before the lot is locked, so that whoever reacts may lock before; it tells the
    journal («lot.harvested») before the last check: whoever reacts may first lower what is held for this producer's own
    shares. What is still held then is never cut: LotReservedError says what
    is free. Raises NotFoundError, ForbiddenError, InvalidError, LotClosedError, NotPledgedError, MadeOnOrderError too.
    """
    found = await lot_row(tx, caller, lot_id)
    access.require(caller, "stock", found["producer_id"])
    _check_moves(found, movement)
    maker = await facts.producer(tx, found["producer_id"])
    if maker is None:
        raise NotFoundError
    measure = facts.measure_of(await products.row(tx, found["product_id"]), maker["country"])
    reason, note = MovementReason(movement.reason), clean(movement.note)
    if reason is MovementReason.HARVESTED:
        await journal.announce(tx, caller, now, "lot.weighing", ("lot", lot_id))
    held = await tx.one(_NOW, lot=lot_id) or {}
    delta = _delta(movement, measure, held["available_base"])
    fact = {"reason": movement.reason, "delta_base": delta}
    if reason is MovementReason.HARVESTED:
        await _harvest(tx, found, held, delta, caller=caller, now=now, today=today_in(maker["country"], now))
    else:
        await journal.record(tx, caller, now, "lot.moved", ("lot", lot_id), **fact)
    await add_movement(tx, lot_id, delta, reason, caller=caller, now=now, note=note, measure=measure)
    return await read_lot(tx, caller, lot_id)


async def add_movement(
    tx: Tx,
    lot_id: UUID,
    delta_base: int,
    reason: MovementReason,
    *,
    caller: Caller,
    now: datetime,
    note: str = "",
    measure: Measure | None = None,
) -> None:
    """Change a lot's quantity and say why, guarded. Raises LotReservedError when less than what is held would be left."""
    if not await tx.run(MOVE, lot=lot_id, delta=delta_base, at=now):
        held = await tx.one(_NOW, lot=lot_id) or {}
        free = held["available_base"] - held["reserved_base"]
        said = measure.shown(free) if measure else None
        raise LotReservedError(
            extra={"free": said},
            free=partial(units.display, free, measure.unit) if measure else free,
        )
    await tx.run(
        ADD_MOVEMENT,
        id=ids.uuid7(),
        lot_id=lot_id,
        at=now,
        delta_base=delta_base,
        reason=reason,
        caller=caller.name,
        note=note,
    )


async def _harvest(
    tx: Tx, found: Row, held: Row, delta: int, *, caller: Caller, now: datetime, today: date
) -> None:
    """The pledge becomes stock, ready today at the latest; what is missing for what is held is told first."""
    weighed = held["available_base"] + delta
    await tx.must(_WEIGHED, lot=found["id"], today=today)
    await journal.record(
        tx,
        caller,
        now,
        "lot.harvested",
        ("lot", found["id"]),
        producer_id=found["producer_id"],
        pledged_base=held["available_base"],
        weighed_base=weighed,
        short_base=max(held["reserved_base"] - weighed, 0),
    )


def _check_moves(found: Row, movement: MovementCreate) -> None:
    if found["kind"] == LotKind.CAPACITY:
        raise MadeOnOrderError
    if found["status"] == LotStatus.CLOSED:
        raise LotClosedError
    if movement.reason == "harvested" and found["kind"] != LotKind.PLEDGED:
        raise NotPledgedError
    wanted, other = ("counted", "quantity") if movement.reason in _COUNTS else ("quantity", "counted")
    if getattr(movement, wanted) is None:
        raise InvalidError(Fault(f"#/{wanted}", "missing"))
    if getattr(movement, other) is not None:
        raise InvalidError(Fault(f"#/{other}", "not_for_this_reason"))


def _delta(movement: MovementCreate, measure: Measure, available_base: int) -> int:
    if movement.counted is not None:
        delta = _counted(movement.counted, measure) - available_base
        if delta == 0 and movement.reason == "correction":
            raise InvalidError(Fault("#/counted", "nothing_changes"))
        return delta
    if movement.quantity is None:
        raise InvalidError(Fault("#/quantity", "missing"))
    amount = measure.read(movement.quantity, "#/quantity", stepped=False)
    return -amount if movement.reason in _GOES else amount


def _counted(counted: Counted, measure: Measure) -> int:
    """Base units of what is there; nothing is an answer too."""
    if not counted.value.strip("0."):
        return 0
    return measure.read(Quantity(value=counted.value, unit=counted.unit), "#/counted", stepped=False)
