"""Doing what a dry run showed: many new lots at once, each known one on the condition that it is as it was seen."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import rules
from app.inventory.models import LotKind, LotStatus, MovementReason
from app.inventory.queries.capacities import CAPACITY
from app.inventory.queries.lots import LOT
from app.inventory.service.capacities import CHANGE_WEEKS
from app.inventory.service.capacities import add as add_capacity
from app.inventory.service.lots import ADD, CLAIM, set_seals
from app.inventory.service.movements import ADD_MOVEMENT
from app.kernel import ids, journal
from app.kernel.db import Tx
from app.kernel.imports import Ask, ImportStaleError, Line
from app.people import access


class New(msgspec.Struct):
    """A lot to add, as a dry run stored it."""

    producer: UUID
    product: UUID
    variant: str | None
    kind: LotKind
    quantity_base: int
    price_minor: int
    currency: str
    pack_base: int
    ready_on: date
    expires_on: date | None
    grade: int | None
    note: str
    seals: list[str]
    is_demo: bool
    today: date
    workshop: str | None = None
    base_unit: str | None = None
    per_week_base: int | None = None
    notice_weeks: int | None = None


class Change(msgspec.Struct):
    """A lot's terms as they shall be; None for quantities that stay."""

    kind: LotKind
    price_minor: int
    currency: str
    pack_base: int
    ready_on: date
    expires_on: date | None
    grade: int | None
    note: str
    seals: list[str]
    quantity_base: int | None = None
    was_base: int = 0
    capacity_id: UUID | None = None
    per_week_base: int | None = None
    notice_weeks: int | None = None
    today: date | None = None


_CAPACITIES = sa.select(CAPACITY.c.id, CAPACITY.c.producer_id, CAPACITY.c.name).where(
    CAPACITY.c.producer_id.in_(given("producers"))
)
_CHANGE = (
    sa.update(LOT)
    .where(LOT.c.id == given("lot"), LOT.c.version == given("seen"))
    .values(
        kind=given("kind"),
        price_minor=given("price_minor"),
        currency=given("currency"),
        pack_base=given("pack_base"),
        ready_on=given("ready_on"),
        expires_on=given("expires_on"),
        grade=given("grade"),
        note=given("note"),
        updated_at=given("at"),
        version=LOT.c.version + 1,
    )
    .returning(LOT.c.producer_id)
)
_COUNT = (
    sa.update(LOT)
    .where(
        LOT.c.id == given("lot"),
        LOT.c.available_base == given("was", type_=sa.BigInteger),
        LOT.c.reserved_base <= given("counted", type_=sa.BigInteger),
    )
    .values(
        available_base=given("counted", type_=sa.BigInteger),
        declared_base=given("counted", type_=sa.BigInteger),
    )
)
_CHANGE_CAPACITY = (
    sa.update(CAPACITY)
    .where(CAPACITY.c.id == given("capacity"))
    .values(
        per_week_base=sa.func.coalesce(given("per_week", type_=sa.BigInteger), CAPACITY.c.per_week_base),
        notice_weeks=sa.func.coalesce(given("notice", type_=sa.Integer), CAPACITY.c.notice_weeks),
        version=CAPACITY.c.version + 1,
    )
)


async def add_lots(tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
    """Add every lot with its first movement and its seals. Raises ForbiddenError for a group that is not the caller's."""
    in_order = sorted(ids.uuid7() for _ in lines)  # lists show them in the file's order
    news = [
        (line.key or "", lot, msgspec.convert(line.values, New))
        for line, lot in zip(lines, in_order, strict=True)
    ]
    for producer in {new.producer for _, _, new in news}:
        access.require(ask.caller, "stock", producer)
    made_with = await _workshops(tx, [(code, new) for code, _, new in news], ask.now)
    await tx.many(ADD, [_lot(code, lot, new, made_with, ask) for code, lot, new in news])
    await tx.many(CLAIM, [{"lot_id": lot, "scheme_code": seal} for _, lot, new in news for seal in new.seals])
    await tx.many(ADD_MOVEMENT, [_opening(lot, new, ask) for _, lot, new in news if new.quantity_base])
    for _, lot, new in news:
        facts = {"product": new.product, "quantity_base": new.quantity_base}
        await journal.record(tx, ask.caller, ask.now, "lot.created", ("lot", lot), **facts)


def _lot(code: str, lot: UUID, new: New, made_with: dict[tuple[UUID, str], UUID], ask: Ask) -> dict[str, Any]:
    is_capacity = new.kind is LotKind.CAPACITY
    return {
        "id": lot,
        "producer_id": new.producer,
        "product_id": new.product,
        "variant": new.variant,
        "code": code,
        "kind": new.kind,
        "capacity_id": made_with[new.producer, _name(new, code)] if is_capacity else None,
        "price_minor": new.price_minor,
        "currency": new.currency,
        "pack_base": new.pack_base,
        "available_base": new.quantity_base,
        "reserved_base": 0,
        "declared_base": None if is_capacity else new.quantity_base,
        "ready_on": new.ready_on,
        "expires_on": new.expires_on,
        "grade": new.grade,
        "point_id": None,
        "status": LotStatus.OPEN,
        "note": new.note,
        "is_demo": new.is_demo or ask.is_demo,
        "created_at": ask.now,
        "updated_at": ask.now,
        "version": 1,
    }


def _opening(lot: UUID, new: New, ask: Ask) -> dict[str, Any]:
    reason = MovementReason.PLEDGED if new.kind is LotKind.PLEDGED else MovementReason.RECEIVED
    return _movement(lot, new.quantity_base, reason, ask)


def _movement(lot: UUID, delta_base: int, reason: MovementReason, ask: Ask) -> dict[str, Any]:
    return {
        "id": ids.uuid7(),
        "lot_id": lot,
        "at": ask.now,
        "delta_base": delta_base,
        "reason": reason,
        "caller": ask.caller.name,
        "note": "",
    }


def _name(new: New, code: str) -> str:
    return (new.workshop or code).casefold()


async def _workshops(tx: Tx, news: Sequence[tuple[str, New]], now: datetime) -> dict[tuple[UUID, str], UUID]:
    """The capacity of each lot made on order, by producer and name; those that there are not yet are added."""
    asked = [(code, new) for code, new in news if new.kind is LotKind.CAPACITY]
    if not asked:
        return {}
    rows = await tx.all(_CAPACITIES, producers=sorted({new.producer for _, new in asked}))
    found: dict[tuple[UUID, str], UUID] = {
        (row["producer_id"], row["name"].casefold()): row["id"] for row in rows
    }
    for code, new in asked:
        key = (new.producer, _name(new, code))
        if key not in found:
            found[key] = ids.uuid7()
            await add_capacity(
                tx,
                found[key],
                producer=new.producer,
                name=new.workshop or code,
                base=new.base_unit or "",
                per_week=new.per_week_base or 0,
                notice=1 if new.notice_weeks is None else new.notice_weeks,
                today=new.today,
                now=now,
            )
    return found


async def change_lot(tx: Tx, line: Line, ask: Ask) -> None:
    """Change one lot that is still as it was seen. Raises ImportStaleError, ForbiddenError."""
    change = msgspec.convert(line.values, Change)
    producer: UUID | None = await tx.value(
        _CHANGE,
        lot=line.target,
        seen=line.seen,
        kind=change.kind,
        price_minor=change.price_minor,
        currency=change.currency,
        pack_base=change.pack_base,
        ready_on=change.ready_on,
        expires_on=change.expires_on,
        grade=change.grade,
        note=change.note,
        at=ask.now,
    )
    if producer is None or line.target is None:
        raise ImportStaleError
    access.require(ask.caller, "stock", producer)
    await set_seals(tx, line.target, change.seals)
    if change.quantity_base is not None:
        await _count(
            tx, line.target, change, change.quantity_base, is_harvest="tipo" in line.changes, ask=ask
        )
    if change.capacity_id is not None:
        await _change_capacity(tx, change)
    facts = {"columns": line.changes}
    await journal.record(tx, ask.caller, ask.now, "lot.changed", ("lot", line.target), **facts)


async def _count(tx: Tx, lot: UUID, change: Change, counted: int, *, is_harvest: bool, ask: Ask) -> None:
    """The quantity becomes what the file says, by a movement that says why."""
    if not await tx.run(_COUNT, lot=lot, was=change.was_base, counted=counted):
        raise ImportStaleError
    reason = MovementReason.HARVESTED if is_harvest else MovementReason.CORRECTION
    if delta := counted - change.was_base:
        await tx.run(ADD_MOVEMENT, **_movement(lot, delta, reason, ask))


async def _change_capacity(tx: Tx, change: Change) -> None:
    if change.per_week_base is None and change.notice_weeks is None:
        return
    await tx.run(
        _CHANGE_CAPACITY,
        capacity=change.capacity_id,
        per_week=change.per_week_base,
        notice=change.notice_weeks,
    )
    if change.per_week_base is not None and change.today is not None:
        since = rules.monday_of(change.today)
        await tx.run(CHANGE_WEEKS, capacity=change.capacity_id, since=since, per_week=change.per_week_base)
