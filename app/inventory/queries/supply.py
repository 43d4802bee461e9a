"""What can be taken now: the rows that an order is shared from."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory import rules
from app.inventory.models import Capacity, CapacityWeek, Lot, LotKind, LotSeal, LotStatus
from app.kernel.db import Database, Row
from app.kernel.schema import table
from app.seals.models import SealGrant, SealScheme

SCHEME, GRANT = table(SealScheme), table(SealGrant)
LOT, SEAL, CAPACITY, WEEK = table(Lot), table(LotSeal), table(Capacity), table(CapacityWeek)

OFFERED = (
    LOT.c.product_id.in_(given("products")),
    LOT.c.producer_id.in_(given("producers")),
    LOT.c.status == LotStatus.OPEN,
)
WEEKS_FREE = (
    LOT.c.kind == LotKind.CAPACITY,
    WEEK.c.available_base > WEEK.c.reserved_base,
    WEEK.c.week_on >= given("from_week"),
    WEEK.c.week_on <= given("to_week"),
)
_TERMS = (
    LOT.c.id.label("lot_id"),
    LOT.c.producer_id,
    LOT.c.product_id,
    LOT.c.variant,
    LOT.c.pack_base,
    LOT.c.price_minor,
    LOT.c.currency,
    LOT.c.grade,
    LOT.c.point_id,
    LOT.c.version,
    LOT.c.kind,
    LOT.c.ready_on,
)
_STOCK = (
    sa.select(*_TERMS, (LOT.c.available_base - LOT.c.reserved_base).label("free_base"), LOT.c.expires_on)
    .where(*OFFERED, LOT.c.available_base > LOT.c.reserved_base)
    .order_by(LOT.c.id)
)
_CAPACITY = (
    sa.select(
        *_TERMS,
        (WEEK.c.available_base - WEEK.c.reserved_base).label("free_base"),
        WEEK.c.week_on,
        WEEK.c.capacity_id,
        CAPACITY.c.notice_weeks,
    )
    .join(CAPACITY, CAPACITY.c.id == LOT.c.capacity_id)
    .join(WEEK, WEEK.c.capacity_id == CAPACITY.c.id)
    .where(
        *OFFERED,
        *WEEKS_FREE,
    )
    .order_by(LOT.c.id, WEEK.c.week_on)
)
_LATER = timedelta(weeks=8)
_DUE = given("due_on", type_=sa.Date)
_SIZE = sa.select(
    sa.select(sa.func.count())
    .select_from(LOT)
    .where(*OFFERED, LOT.c.available_base > LOT.c.reserved_base)
    .scalar_subquery()
    + sa.select(sa.func.count())
    .select_from(LOT.join(WEEK, WEEK.c.capacity_id == LOT.c.capacity_id))
    .where(*OFFERED, *WEEKS_FREE)
    .scalar_subquery()
)
_SEALS = (  # claimed by the lot, and held by its producer on the due day
    sa.select(SEAL.c.lot_id, SEAL.c.scheme_code)
    .join(LOT, LOT.c.id == SEAL.c.lot_id)
    .join(SCHEME, SCHEME.c.code == SEAL.c.scheme_code)
    .join(GRANT, (GRANT.c.scheme_id == SCHEME.c.id) & (GRANT.c.producer_id == LOT.c.producer_id))
    .where(*OFFERED, GRANT.c.valid_from <= _DUE, GRANT.c.valid_until >= _DUE, GRANT.c.revoked_at.is_(None))
    .distinct()
    .order_by(SEAL.c.lot_id, SEAL.c.scheme_code)
)


async def supply_for(
    db: Database,
    *,
    product_ids: Collection[UUID],
    producer_ids: Collection[UUID],
    due_on: date,
    today: date,
) -> list[Row]:
    """Every source these producers offer of these products, in any currency, ordered by its text `source`.

    One row per lot with something free, and one per free week of a capacity lot that is after its notice and ends by
    `due_on`, or up to eight weeks later: those are not ready in time and tell what waiting would add. `seals` are those
    the lot claims and its producer holds on `due_on`. Quantities are base units, days count from 1970-01-01. `bucket`
    names the capacity week where several rows draw on one `free_base`, else None. Nothing is held: `service.reserve`
    looks again. Reads: lots, weeks, seals.
    """
    if not product_ids or not producer_ids:
        return []
    asked = {"products": list(product_ids), "producers": list(producer_ids)}
    seals: dict[UUID, list[str]] = {}
    for claim in await db.all(_SEALS, **asked, due_on=due_on):
        seals.setdefault(claim["lot_id"], []).append(claim["scheme_code"])
    stock = await db.slow(_STOCK, **asked)
    weeks = await db.all(_CAPACITY, **asked, **weeks_between(today, due_on + _LATER))
    sources = [_of_stock(row, seals) for row in stock]
    sources += _of_weeks([row for row in weeks if _can_be_made(row, today)], seals)
    return sorted(sources, key=_by_source)


async def supply_size(
    db: Database,
    *,
    product_ids: Collection[UUID],
    producer_ids: Collection[UUID],
    due_on: date,
    today: date,
) -> int:
    """At most so many rows `service.lock_supply` would lock now."""
    if not product_ids or not producer_ids:
        return 0
    asked = {"products": list(product_ids), "producers": list(producer_ids)}
    return int(await db.value(_SIZE, **asked, **weeks_between(today, due_on)))


def weeks_between(today: date, due_on: date) -> dict[str, date]:
    """The weeks from this one on that end by the due day, as the statements ask for them."""
    return {"from_week": rules.monday_of(today), "to_week": due_on - rules.WHOLE_WEEK}


def _by_source(row: Row) -> str:
    return str(row["source"])


def _can_be_made(row: Row, today: date) -> bool:
    earliest = max(rules.first_week(today, row["notice_weeks"]), rules.monday_of(row["ready_on"]))
    return bool(row["week_on"] >= earliest)


def _of_stock(row: Row, seals: dict[UUID, list[str]]) -> Row:
    expires = row.pop("expires_on")
    row["ready_day"] = rules.day_number(row.pop("ready_on"))
    row["expiry_day"] = None if expires is None else rules.day_number(expires)
    row["source"], row["week_on"], row["bucket"] = str(row["lot_id"]), None, None
    row["seals"] = seals.get(row["lot_id"], [])
    return row


def _of_weeks(rows: list[Row], seals: dict[UUID, list[str]]) -> list[Row]:
    drawn: dict[tuple[Any, Any], int] = {}
    for row in rows:
        key = (row["capacity_id"], row["week_on"])
        drawn[key] = drawn.get(key, 0) + 1
    for row in rows:
        capacity, week = row.pop("capacity_id"), row["week_on"]
        del row["notice_weeks"], row["ready_on"]
        row["ready_day"], row["expiry_day"] = rules.day_number(rules.ready_on(week)), None
        row["source"] = f"{row['lot_id']}@{week}"
        row["bucket"] = f"{capacity}@{week}" if drawn[capacity, week] > 1 else None
        row["seals"] = seals.get(row["lot_id"], [])
    return rows
