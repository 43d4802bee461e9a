"""Lots as those see them who may: their producer, and networks it lets see its stock."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import (
    Capacity,
    CapacityWeek,
    Lot,
    LotKind,
    LotSeal,
    LotStatus,
    Movement,
    Reservation,
)
from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import Json, json_list_of, table
from app.people.models import Organisation
from app.products.models import Product

LOT, SEAL, CAPACITY, WEEK = table(Lot), table(LotSeal), table(Capacity), table(CapacityWeek)
MOVEMENT, RESERVATION = table(Movement), table(Reservation)
PRODUCT, ORGANISATION = table(Product), table(Organisation)
_SEES = frozenset({"read", "stock", "see_stock"})
_NOTHING: frozenset[str] = frozenset()

_claimed = (
    sa.select(SEAL.c.scheme_code)
    .where(SEAL.c.lot_id == LOT.c.id)
    .order_by(SEAL.c.scheme_code)
    .correlate(LOT)
    .subquery()
)
_SEALS = sa.type_coerce(
    sa.func.coalesce(
        sa.select(sa.cast(json_list_of(_claimed.c.scheme_code), sa.Text)).scalar_subquery(),
        sa.literal_column("'[]'"),
    ),
    Json,
)
LOTS = (
    sa.select(
        LOT.c.id,
        LOT.c.producer_id,
        ORGANISATION.c.name.label("producer_name"),
        LOT.c.product_id,
        PRODUCT.c.code.label("product_code"),
        PRODUCT.c.name.label("product_name"),
        PRODUCT.c.unit,
        PRODUCT.c.price_unit_base,
        LOT.c.variant,
        LOT.c.code,
        LOT.c.kind,
        LOT.c.status,
        LOT.c.price_minor,
        LOT.c.currency,
        LOT.c.pack_base,
        LOT.c.available_base,
        LOT.c.reserved_base,
        LOT.c.capacity_id,
        CAPACITY.c.per_week_base,
        CAPACITY.c.notice_weeks,
        LOT.c.ready_on,
        LOT.c.expires_on,
        LOT.c.grade,
        LOT.c.point_id,
        _SEALS.label("seals"),
        LOT.c.note,
        LOT.c.is_demo,
        LOT.c.version,
        LOT.c.created_at,
        LOT.c.updated_at,
    )
    .join(PRODUCT, PRODUCT.c.id == LOT.c.product_id)
    .join(ORGANISATION, ORGANISATION.c.id == LOT.c.producer_id)
    .outerjoin(CAPACITY, CAPACITY.c.id == LOT.c.capacity_id)
)
_ONE = LOTS.where(LOT.c.id == given("id"))
_LIST = Query(
    LOTS.order_by(LOT.c.id).limit(given("limit", type_=sa.Integer)),
    producers=LOT.c.producer_id.in_(given("producers")),
    producer=LOT.c.producer_id == given("producer"),
    product=LOT.c.product_id == given("product"),
    status=LOT.c.status == given("status"),
    kind=LOT.c.kind == given("kind"),
    after=LOT.c.id > given("after"),
)
_MOVEMENTS = Query(
    sa.select(MOVEMENT.c.id, MOVEMENT.c.at, MOVEMENT.c.reason, MOVEMENT.c.delta_base, MOVEMENT.c.note)
    .where(MOVEMENT.c.lot_id == given("lot"))
    .order_by(MOVEMENT.c.id)
    .limit(given("limit", type_=sa.Integer)),
    after=MOVEMENT.c.id > given("after"),
)
_HOLDERS = (
    sa.select(
        RESERVATION.c.holder_kind,
        RESERVATION.c.holder_id,
        RESERVATION.c.quantity_base,
        RESERVATION.c.state,
        RESERVATION.c.week_on,
        RESERVATION.c.created_at,
        RESERVATION.c.ended_at,
    )
    .where(RESERVATION.c.lot_id == given("lot"))
    .order_by(RESERVATION.c.id)
)
_SOURCES = (
    sa.select(
        RESERVATION.c.holder_id,
        RESERVATION.c.lot_id,
        RESERVATION.c.week_on,
        RESERVATION.c.quantity_base,
        RESERVATION.c.state,
        LOT.c.code,
        LOT.c.producer_id,
        LOT.c.product_id,
        LOT.c.ready_on,
        LOT.c.expires_on,
    )
    .join(LOT, LOT.c.id == RESERVATION.c.lot_id)
    .where(RESERVATION.c.holder_id.in_(given("holders")))
    .order_by(RESERVATION.c.holder_id, RESERVATION.c.id)
)


def visible_to(caller: Caller) -> list[UUID] | None:
    """The producers whose stock the caller may see; None for everybody's."""
    if caller.is_admin:
        return None
    return sorted(producer for producer, capabilities in caller.acts.items() if capabilities & _SEES)


def sees_stock(caller: Caller, producer_id: UUID) -> bool:
    """Whether the caller may see what this producer has: it is theirs, or the producer lets them now."""
    return caller.is_admin or bool(caller.acts.get(producer_id, _NOTHING) & _SEES)


async def row(db: Database, caller: Caller, lot_id: UUID) -> Row:
    """A lot as stored, with what its numbers mean. Raises NotFoundError for who may not see it."""
    found = await db.one(_ONE, id=lot_id)
    if found is None or not sees_stock(caller, found["producer_id"]):
        raise NotFoundError
    return found


async def lot(db: Database, caller: Caller, lot_id: UUID) -> Row:
    """A lot as people read it. Raises NotFoundError."""
    return shown(await row(db, caller, lot_id), caller)


async def page(
    db: Database,
    caller: Caller,
    *,
    limit: int,
    after: list[Any] | None,
    producer: UUID | None = None,
    product: UUID | None = None,
    status: LotStatus | None = None,
    kind: LotKind | None = None,
) -> list[Row]:
    """Up to limit + 1 lots that the caller may see, in the order they were added."""
    producers = visible_to(caller)
    if producers == []:
        return []
    found = await db.all(
        _LIST,
        limit=limit + 1,
        producers=producers,
        producer=producer,
        product=product,
        status=status,
        kind=kind,
        after=UUID(after[0]) if after else None,
    )
    return [shown(line, caller) for line in found]


async def movements(
    db: Database, caller: Caller, lot_id: UUID, *, limit: int, after: list[Any] | None
) -> list[Row]:
    """Up to limit + 1 movements of a lot, the oldest first. Raises NotFoundError."""
    found = await row(db, caller, lot_id)
    rows = await db.all(_MOVEMENTS, lot=lot_id, limit=limit + 1, after=UUID(after[0]) if after else None)
    for movement in rows:
        movement["delta"] = _said(movement.pop("delta_base"), found)
    return rows


async def holders(db: Database, caller: Caller, lot_id: UUID) -> list[Row]:
    """Everybody for whom some of a lot is or was held: from the lot to all who got it. Raises NotFoundError."""
    found = await row(db, caller, lot_id)
    rows = await db.all(_HOLDERS, lot=lot_id)
    for holder in rows:
        holder["quantity"] = _said(holder.pop("quantity_base"), found)
    return rows


async def sources_of(db: Database, holder_ids: Collection[UUID]) -> list[Row]:
    """And back: the lots (and weeks) behind what these holders hold, got or gave back, in base units."""
    return await db.all(_SOURCES, holders=list(holder_ids)) if holder_ids else []


def shown(found: Row, caller: Caller) -> Row:
    """The wire form of a lot's row, with what this caller may do to it."""
    available, reserved = found.pop("available_base"), found.pop("reserved_base")
    per_week = found.pop("per_week_base")
    unit, factor = found["unit"], found["price_unit_base"]
    found["price"] = wire.price(found.pop("price_minor"), found.pop("currency"), unit)
    found["pack"] = wire.quantity(found.pop("pack_base"), unit, factor)
    found["available"] = wire.quantity(available, unit, factor)
    found["reserved"] = wire.quantity(reserved, unit, factor)
    found["free"] = wire.quantity(available - reserved, unit, factor)
    found["per_week"] = None if per_week is None else wire.quantity(per_week, unit, factor)
    found["actions"] = _actions(found, caller)
    del found["unit"], found["price_unit_base"]
    return found


def _said(quantity_base: int, lot_row: Row) -> dict[str, str]:
    sign = "-" if quantity_base < 0 else ""
    said = wire.quantity(abs(quantity_base), lot_row["unit"], lot_row["price_unit_base"])
    return {"value": sign + said["value"], "unit": said["unit"]}


def _actions(found: Row, caller: Caller) -> list[str]:
    if not (caller.is_admin or caller.may("stock", found["producer_id"])):
        return []
    if found["status"] == LotStatus.CLOSED:
        return ["update"]
    if found["kind"] == LotKind.CAPACITY:
        return ["update", "close"]
    return ["update", "move", *(["harvest"] if found["kind"] == LotKind.PLEDGED else []), "close"]
