"""A producer's lots: added, changed, closed. Quantities move in movements.py."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import LotKind, LotStatus, MovementReason
from app.inventory.queries import facts
from app.inventory.queries.facts import Measure
from app.inventory.queries.lots import LOT, SEAL
from app.inventory.queries.lots import lot as read_lot
from app.inventory.queries.lots import row as lot_row
from app.inventory.schemas import LotCreate, LotUpdate
from app.inventory.service.capacities import capacity_for
from app.inventory.service.movements import add_movement
from app.kernel import ids, journal, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError, StaleVersionError
from app.kernel.text import clean, clean_line
from app.people import access
from app.places import queries as places
from app.places.countries import today_in
from app.products import queries as products
from app.seals import queries as seals

ADD = sa.insert(LOT)
CLAIM = sa.insert(SEAL)
_FORGET_CLAIMS = sa.delete(SEAL).where(SEAL.c.lot_id == given("lot"))
CHANGE = (
    sa.update(LOT)
    .where(LOT.c.id == given("lot"), LOT.c.version == given("expected"))
    .values(
        price_minor=given("price_minor"),
        currency=given("currency"),
        pack_base=given("pack_base"),
        ready_on=given("ready_on"),
        expires_on=given("expires_on"),
        grade=given("grade"),
        point_id=given("point_id"),
        status=given("status"),
        note=given("note"),
        updated_at=given("at"),
        version=LOT.c.version + 1,
    )
)
_NEVER_EMPTY = frozenset({"price", "pack", "status", "seals", "ready_on", "ready_in_days"})
_MAKERS = frozenset({"producer_group", "cooperative"})


async def create(tx: Tx, *, caller: Caller, lot: LotCreate, now: datetime) -> Row:
    """Add a lot with its first movement. Raises ForbiddenError, InvalidError, LotCodeTakenError, IdTakenError."""
    access.require(caller, "stock", lot.producer)
    maker, product = await _parties(tx, lot)
    measure = facts.measure_of(product, maker["country"])
    today = today_in(maker["country"], now)
    _check_parts(lot, product)
    await _check_point(tx, lot.point)
    ready_on, expires_on = days(lot, today)
    if lot.kind is LotKind.PLEDGED and lot.ready_on is None and lot.ready_in_days is None:
        raise InvalidError(Fault("#/ready_on", "missing"))
    await _check_seals(tx, lot.producer, lot.seals, (today, ready_on))
    identifier = wire.read_id(lot.id, now)
    code = clean_line(lot.code) if lot.code else f"L-{ids.spellable_code()}"
    is_capacity = lot.kind is LotKind.CAPACITY
    capacity = await capacity_for(tx, lot, measure, name=code, today=today, now=now) if is_capacity else None
    await tx.run(
        ADD,
        id=identifier,
        producer_id=lot.producer,
        product_id=lot.product,
        variant=lot.variant,
        code=code,
        kind=lot.kind,
        capacity_id=capacity,
        price_minor=measure.read_price(lot.price, "#/price"),
        currency=lot.price.currency,
        pack_base=measure.read(lot.pack, "#/pack") if lot.pack else measure.step_base,
        available_base=0,
        ready_on=ready_on,
        expires_on=expires_on,
        grade=lot.grade,
        point_id=lot.point,
        status=LotStatus.OPEN,
        note=clean(lot.note),
        is_demo=maker["is_demo"],
        created_at=now,
        updated_at=now,
    )
    await tx.many(CLAIM, [{"lot_id": identifier, "scheme_code": code} for code in sorted(set(lot.seals))])
    quantity = 0
    if not is_capacity:
        quantity = _quantity(lot, measure)
        reason = MovementReason.PLEDGED if lot.kind is LotKind.PLEDGED else MovementReason.RECEIVED
        await add_movement(tx, identifier, quantity, reason, caller=caller, now=now)
    await journal.record(
        tx, caller, now, "lot.created", ("lot", identifier), product=lot.product, quantity_base=quantity
    )
    return await read_lot(tx, caller, identifier)


async def update(
    tx: Tx, lot_id: UUID, *, caller: Caller, change: LotUpdate, expected: int, now: datetime
) -> Row:
    """Change a lot's terms. Raises NotFoundError, ForbiddenError, InvalidError, StaleVersionError."""
    found = await lot_row(tx, caller, lot_id)
    access.require(caller, "stock", found["producer_id"])
    if empty := [name for name in _NEVER_EMPTY & change.model_fields_set if getattr(change, name) is None]:
        raise InvalidError(*(Fault(f"#/{name}", "missing") for name in sorted(empty)))
    maker = await facts.producer(tx, found["producer_id"])
    if maker is None:
        raise NotFoundError
    measure = facts.measure_of(await products.row(tx, found["product_id"]), maker["country"])
    today = today_in(maker["country"], now)
    await _check_point(tx, change.point)
    ready_on, expires_on = days(change, today, ready=found["ready_on"], expires=found["expires_on"])
    price = change.price
    touched = await tx.run(
        CHANGE,
        lot=lot_id,
        expected=expected,
        price_minor=measure.read_price(price, "#/price") if price else found["price_minor"],
        currency=price.currency if price else found["currency"],
        pack_base=measure.read(change.pack, "#/pack") if change.pack else found["pack_base"],
        ready_on=ready_on,
        expires_on=expires_on,
        grade=change.grade if "grade" in change.model_fields_set else found["grade"],
        point_id=change.point if "point" in change.model_fields_set else found["point_id"],
        status=change.status or found["status"],
        note=clean(change.note) if change.note is not None else found["note"],
        at=now,
    )
    if not touched:
        raise StaleVersionError
    if change.seals is not None:
        fresh = [code for code in change.seals if code not in found["seals"]]
        await _check_seals(tx, found["producer_id"], fresh, (today, ready_on))
        await set_seals(tx, lot_id, change.seals)
    await journal.record(tx, caller, now, "lot.changed", ("lot", lot_id), version=expected + 1)
    return await read_lot(tx, caller, lot_id)


async def close(tx: Tx, lot_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Stop offering a lot; what is held of it stays held. Closing it again changes nothing. Raises NotFoundError, ForbiddenError."""
    found = await lot_row(tx, caller, lot_id)
    access.require(caller, "stock", found["producer_id"])
    if await tx.run(_CLOSE, lot=lot_id, at=now):
        await journal.record(tx, caller, now, "lot.closed", ("lot", lot_id))
    return await read_lot(tx, caller, lot_id)


_CLOSE = (
    sa.update(LOT)
    .where(LOT.c.id == given("lot"), LOT.c.status != LotStatus.CLOSED)
    .values(status=LotStatus.CLOSED, updated_at=given("at"), version=LOT.c.version + 1)
)


async def set_seals(tx: Tx, lot_id: UUID, codes: Sequence[str]) -> None:
    """Replace the seals that a lot claims."""
    await tx.run(_FORGET_CLAIMS, lot=lot_id)
    await tx.many(CLAIM, [{"lot_id": lot_id, "scheme_code": code} for code in sorted(set(codes))])


def days(
    given_days: LotCreate | LotUpdate, today: date, *, ready: date | None = None, expires: date | None = None
) -> tuple[date, date | None]:
    """(ready on, expires on) of what was sent; where nothing was, what there is, else today and never.

    Raises InvalidError when both forms are given or the lot would expire before it is ready.
    """
    faults = [
        Fault(f"#/{name}_in_days", "one_of_two")
        for name in ("ready", "expires")
        if getattr(given_days, f"{name}_on") is not None
        and getattr(given_days, f"{name}_in_days") is not None
    ]
    if faults:
        raise InvalidError(*faults)
    ready = _day(given_days.ready_on, given_days.ready_in_days, today) or ready or today
    if "expires_on" in given_days.model_fields_set or given_days.expires_in_days is not None:
        expires = _day(given_days.expires_on, given_days.expires_in_days, today)
    if expires is not None and expires < ready:
        raise InvalidError(Fault("#/expires_on", "expires_before_ready"))
    return ready, expires


def _day(on: date | None, in_days: int | None, today: date) -> date | None:
    return on if in_days is None else today + timedelta(days=in_days)


async def _parties(tx: Tx, lot: LotCreate) -> tuple[Row, Row]:
    maker = await facts.producer(tx, lot.producer)
    if maker is None or maker["kind"] not in _MAKERS:
        raise InvalidError(Fault("#/producer", "unknown_producer"))
    try:
        return maker, await products.row(tx, lot.product)
    except NotFoundError:
        raise InvalidError(Fault("#/product", "unknown_product")) from None


def _check_parts(lot: LotCreate, product: Row) -> None:
    """The parts of a lot agree with one another and with its product."""
    faults = []
    if lot.variant is not None and lot.variant not in {variant["code"] for variant in product["variants"]}:
        faults.append(products.fault_of_variant(product, "#/variant"))
    if lot.kind is LotKind.CAPACITY:
        if lot.quantity is not None:
            faults.append(Fault("#/quantity", "not_for_capacity"))
        if (lot.capacity is None) == (lot.per_week is None):
            faults.append(Fault("#/per_week", "capacity_or_per_week"))
        if lot.expires_on is not None or lot.expires_in_days is not None:
            faults.append(Fault("#/expires_on", "not_for_capacity"))
    else:
        if lot.quantity is None:
            faults.append(Fault("#/quantity", "missing"))
        faults += [
            Fault(f"#/{name}", "only_for_capacity")
            for name in ("capacity", "per_week", "notice_weeks")
            if getattr(lot, name) is not None
        ]
    if faults:
        raise InvalidError(*faults)


async def _check_point(tx: Tx, point: UUID | None) -> None:
    try:
        if point is not None:
            await places.row(tx, point)
    except NotFoundError:
        raise InvalidError(Fault("#/point", "unknown_place")) from None


def _quantity(lot: LotCreate, measure: Measure) -> int:
    if lot.quantity is None:
        raise InvalidError(Fault("#/quantity", "missing"))
    return measure.read(lot.quantity, "#/quantity")


async def _check_seals(tx: Tx, producer: UUID, codes: Sequence[str], on_days: tuple[date, date]) -> None:
    """Each seal is held today or on the day when the lot is ready."""
    if not codes:
        return
    held = await seals.held(tx, producer, codes, on_days[0]) | await seals.held(
        tx, producer, codes, on_days[1]
    )
    faults = [Fault(f"#/seals/{n}", "seal_not_held") for n, code in enumerate(codes) if code not in held]
    if faults:
        raise InvalidError(*faults)
