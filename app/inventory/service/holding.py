"""Holding stock for somebody: reserve, release, lower, consume. The conditional update is what never oversells.

Rows are locked in one order: lots by id, then weeks by (capacity, week).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import rules
from app.inventory.models import (
    CapacityWeek,
    Lot,
    LotKind,
    LotStatus,
    Movement,
    MovementReason,
    Reservation,
    ReservationState,
)
from app.inventory.rules import Take
from app.inventory.service.movements import ADD_MOVEMENT
from app.inventory.service.problems import StaleLotError
from app.kernel import ids
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.schema import table

LOT, WEEK, MOVEMENT, RESERVATION = table(Lot), table(CapacityWeek), table(Movement), table(Reservation)


_AS_PLANNED = (
    LOT.c.id == given("lot"),
    LOT.c.status == LotStatus.OPEN,
    LOT.c.price_minor == given("price"),
    LOT.c.version == sa.func.coalesce(given("expected", type_=sa.Integer), LOT.c.version),
)
HOLD = (
    sa.update(LOT)
    .where(*_AS_PLANNED, LOT.c.available_base - LOT.c.reserved_base >= given("quantity", type_=sa.BigInteger))
    .values(reserved_base=LOT.c.reserved_base + given("quantity", type_=sa.BigInteger))
)
_HOLD_TERMS = (  # nothing changes: the row is locked, so that its terms stay until the commit
    sa.update(LOT)
    .where(*_AS_PLANNED, LOT.c.kind == LotKind.CAPACITY)
    .values(version=LOT.c.version)
    .returning(LOT.c.capacity_id)
)
HOLD_WEEK = (
    sa.update(WEEK)
    .where(
        WEEK.c.capacity_id == given("capacity"),
        WEEK.c.week_on == given("week"),
        WEEK.c.available_base - WEEK.c.reserved_base >= given("quantity", type_=sa.BigInteger),
    )
    .values(reserved_base=WEEK.c.reserved_base + given("quantity", type_=sa.BigInteger))
)
_ADD = sa.insert(RESERVATION)
_LIVE = RESERVATION.c.state == ReservationState.LIVE
_END = (
    sa.update(RESERVATION)
    .where(RESERVATION.c.holder_id.in_(given("holders")), _LIVE)
    .values(state=given("ended"), ended_at=given("at"), ended_why=given("why", type_=sa.String))
    .returning(
        RESERVATION.c.lot_id, RESERVATION.c.capacity_id, RESERVATION.c.week_on, RESERVATION.c.quantity_base
    )
)
_GIVE_BACK = (
    sa.update(LOT)
    .where(LOT.c.id == given("lot"))
    .values(reserved_base=LOT.c.reserved_base - given("quantity", type_=sa.BigInteger))
)
_GIVE_BACK_WEEK = (
    sa.update(WEEK)
    .where(WEEK.c.capacity_id == given("capacity"), WEEK.c.week_on == given("week"))
    .values(reserved_base=WEEK.c.reserved_base - given("quantity", type_=sa.BigInteger))
)
_HAND_OVER = (
    sa.update(LOT)
    .where(LOT.c.id == given("lot"))
    .values(
        reserved_base=LOT.c.reserved_base - given("quantity", type_=sa.BigInteger),
        available_base=LOT.c.available_base - given("quantity", type_=sa.BigInteger),
    )
)
_HAND_OVER_WEEK = (
    sa.update(WEEK)
    .where(WEEK.c.capacity_id == given("capacity"), WEEK.c.week_on == given("week"))
    .values(
        reserved_base=WEEK.c.reserved_base - given("quantity", type_=sa.BigInteger),
        available_base=WEEK.c.available_base - given("quantity", type_=sa.BigInteger),
    )
)
_HELD = (
    sa.select(
        RESERVATION.c.id,
        RESERVATION.c.lot_id,
        RESERVATION.c.capacity_id,
        RESERVATION.c.week_on,
        RESERVATION.c.quantity_base,
        LOT.c.expires_on,
        LOT.c.price_minor,
    )
    .join(LOT, LOT.c.id == RESERVATION.c.lot_id)
    .where(RESERVATION.c.holder_id == given("holder"), _LIVE)
    .order_by(RESERVATION.c.lot_id, RESERVATION.c.week_on)
    .with_for_update(of=RESERVATION)
)
_SHRINK = (
    sa.update(RESERVATION)
    .where(RESERVATION.c.id == given("reservation"), _LIVE)
    .values(quantity_base=given("left", type_=sa.BigInteger))
)
_DROP = (
    sa.update(RESERVATION)
    .where(RESERVATION.c.id == given("reservation"), _LIVE)
    .values(state=ReservationState.RELEASED, ended_at=given("at"), ended_why=given("why", type_=sa.String))
)


async def reserve(
    tx: Tx, takes: Sequence[Take], *, holder_kind: str, now: datetime, expires_at: datetime | None = None
) -> None:
    """Hold what was planned: one conditional update per lot, in id order, and all reservations in one statement.

    Raises StaleLotError at the first lot (or week) that has less free, another price or version, or is not open.
    """
    capacities = {}
    for lot, of_lot in _by_lot(takes):
        if of_lot[0].week_on is None:
            await _hold_lot(tx, lot, of_lot)
        else:
            capacities[lot] = await _hold_terms(tx, lot, of_lot)
    await _hold_weeks(tx, takes, capacities)
    await tx.many(
        _ADD,
        [
            {
                "id": ids.uuid7(),
                "lot_id": take.lot_id,
                "capacity_id": capacities.get(take.lot_id),
                "week_on": take.week_on,
                "holder_kind": holder_kind,
                "holder_id": take.holder_id,
                "quantity_base": take.quantity_base,
                "state": ReservationState.LIVE,
                "expires_at": expires_at,
                "created_at": now,
            }
            for take in takes
        ],
    )


def _by_lot(takes: Sequence[Take]) -> list[tuple[UUID, list[Take]]]:
    found: dict[UUID, list[Take]] = {}
    for take in takes:
        found.setdefault(take.lot_id, []).append(take)
    return sorted(found.items())


async def _hold_lot(tx: Tx, lot: UUID, takes: list[Take]) -> None:
    touched = await tx.run(HOLD, quantity=sum(take.quantity_base for take in takes), **_terms_of(lot, takes))
    if touched != 1:
        raise StaleLotError(lot)


async def _hold_terms(tx: Tx, lot: UUID, takes: list[Take]) -> UUID:
    capacity: UUID | None = await tx.value(_HOLD_TERMS, **_terms_of(lot, takes))
    if capacity is None:
        raise StaleLotError(lot, takes[0].week_on)
    return capacity


def _terms_of(lot: UUID, takes: list[Take]) -> dict[str, object]:
    return {"lot": lot, "price": takes[0].expected_price_minor, "expected": takes[0].expected_version}


async def _hold_weeks(tx: Tx, takes: Sequence[Take], capacities: dict[UUID, UUID]) -> None:
    sums: dict[tuple[UUID, date], int] = {}
    lot_of = {}
    for take in takes:
        if take.week_on is not None:
            key = (capacities[take.lot_id], take.week_on)
            sums[key] = sums.get(key, 0) + take.quantity_base
            lot_of[key] = take.lot_id
    for (capacity, week), quantity in sorted(sums.items()):
        if await tx.run(HOLD_WEEK, capacity=capacity, week=week, quantity=quantity) != 1:
            raise StaleLotError(lot_of[capacity, week], week)


async def release(tx: Tx, holder_ids: Iterable[UUID], *, now: datetime, why: str) -> int:
    """Give back everything held for these; returns how much in base units. What is released already stays so."""
    holders = list(holder_ids)
    if not holders:
        return 0
    ended = await tx.all(_END, holders=holders, ended=ReservationState.RELEASED, at=now, why=why)
    await _move(tx, ended, lot=_GIVE_BACK, week=_GIVE_BACK_WEEK)
    return sum(row["quantity_base"] for row in ended)


async def lower(
    tx: Tx, holder_id: UUID, *, to_base: int, now: datetime, why: str, first_from: UUID | None = None
) -> dict[tuple[UUID, date | None], int]:
    """Keep `to_base` of what is held for one holder and give back the rest, in reverse FEFO; returns what it keeps.

    The answer maps (lot, week) to base units. Holding no more than `to_base` already changes nothing. `first_from`
    names the lot that must get its quantity back before any other: the one whose harvest was poor.
    """
    held = await tx.all(_HELD, holder=holder_id)
    kept = rules.lowered([_held(row, first_from) for row in held], to_base)
    back = []
    for row in held:
        left = kept[row["id"]]
        if left == row["quantity_base"]:
            continue
        if left:
            await tx.must(_SHRINK, reservation=row["id"], left=left)
        else:
            await tx.must(_DROP, reservation=row["id"], at=now, why=why)
        back.append({**row, "quantity_base": row["quantity_base"] - left})
    await _move(tx, back, lot=_GIVE_BACK, week=_GIVE_BACK_WEEK)
    return {(row["lot_id"], row["week_on"]): kept[row["id"]] for row in held if kept[row["id"]]}


def _held(row: Row, first_from: UUID | None) -> rules.Held:
    expires = row["expires_on"]
    return rules.Held(
        key=row["id"],
        source=f"{row['lot_id']}@{row['week_on']}" if row["week_on"] else str(row["lot_id"]),
        expires_day=None if expires is None else rules.day_number(expires),
        price_minor=row["price_minor"],
        quantity_base=row["quantity_base"],
        gives_first=row["lot_id"] == first_from,
    )


async def consume(
    tx: Tx, holder_id: UUID, *, quantity_base: int | None = None, caller: Caller, now: datetime
) -> dict[tuple[UUID, date | None], int]:
    """Hand over what is held for one holder: it leaves the lots as «delivered». Less than held gives the rest back.

    Returns what left, by (lot, week).
    """
    if quantity_base is not None:
        await lower(tx, holder_id, to_base=quantity_base, now=now, why="short")
    ended = await tx.all(_END, holders=[holder_id], ended=ReservationState.CONSUMED, at=now, why="delivered")
    await _move(tx, ended, lot=_HAND_OVER, week=_HAND_OVER_WEEK)
    await tx.many(
        ADD_MOVEMENT,
        [
            {
                "id": ids.uuid7(),
                "lot_id": row["lot_id"],
                "at": now,
                "delta_base": -row["quantity_base"],
                "reason": MovementReason.DELIVERED,
                "caller": caller.name,
                "note": "",
            }
            for row in ended
            if row["week_on"] is None
        ],
    )
    return {(row["lot_id"], row["week_on"]): row["quantity_base"] for row in ended}


async def _move(tx: Tx, rows: Sequence[Row], *, lot: sa.Update, week: sa.Update) -> None:
    """Apply the sums of these rows to lots and weeks, in the order in which everybody locks them."""
    lots: dict[UUID, int] = {}
    weeks: dict[tuple[UUID, date], int] = {}
    for row in rows:
        if row["week_on"] is None:
            lots[row["lot_id"]] = lots.get(row["lot_id"], 0) + row["quantity_base"]
        else:
            key = (row["capacity_id"], row["week_on"])
            weeks[key] = weeks.get(key, 0) + row["quantity_base"]
    await tx.many(lot, [{"lot": key, "quantity": lots[key]} for key in sorted(lots)])
    await tx.many(
        week,
        [{"capacity": key[0], "week": key[1], "quantity": weeks[key]} for key in sorted(weeks)],
    )
