"""Who takes part in an order and with what: the groups of its coordinating organisation, their people and history."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import Lot, LotStatus
from app.kernel.db import Database, Row
from app.kernel.schema import table
from app.orders import rules
from app.orders.models import Allocation, AllocationTake, Order, OrderLine
from app.orders.proposal import day_number
from app.people.models import Organisation
from app.people.queries.affiliations import ANSWERED_FOR, BELOW
from app.producers.models import ProducerProfile

ORGANISATION, PROFILE = table(Organisation), table(ProducerProfile)
ALLOCATION, ORDER, LINE = table(Allocation), table(Order), table(OrderLine)
TAKE, LOT = table(AllocationTake), table(Lot)
_PRICE_DAYS = 90


_ANSWERS_FOR = sa.select(ANSWERED_FOR.c.id).where(ANSWERED_FOR.c.id == given("group"))
_GROUPS = (
    sa.select(
        ORGANISATION.c.id.label("producer_id"),
        ORGANISATION.c.name,
        ORGANISATION.c.country,
        ORGANISATION.c.region,
        sa.func.coalesce(PROFILE.c.active, 1).label("active"),
        sa.func.coalesce(PROFILE.c.verified, 0).label("verified"),
        sa.func.coalesce(PROFILE.c.women_led, sa.false()).label("women_led"),
    )
    .select_from(
        BELOW.join(ORGANISATION, ORGANISATION.c.id == BELOW.c.id).outerjoin(
            PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id
        )
    )
    .order_by(ORGANISATION.c.id)
)
_OF_THESE = ALLOCATION.c.producer_id.in_(
    given("producers", expanding=True, type_=ALLOCATION.c.producer_id.type)
)
_HISTORY = (
    sa.select(
        ALLOCATION.c.producer_id,
        LINE.c.product_id,
        sa.cast(sa.func.sum(ALLOCATION.c.quantity_base), sa.BigInteger).label("quantity_base"),
    )
    .select_from(
        ALLOCATION.join(LINE, LINE.c.id == ALLOCATION.c.line_id).join(
            ORDER, ORDER.c.id == ALLOCATION.c.order_id
        )
    )
    .where(
        ORDER.c.currency == given("currency"),
        ORDER.c.id != given("order"),
        ALLOCATION.c.state.in_(rules.AGREED),
        LINE.c.due_on > given("since"),
        LINE.c.product_id.in_(given("products", expanding=True, type_=LINE.c.product_id.type)),
        _OF_THESE,
    )
    .group_by(ALLOCATION.c.producer_id, LINE.c.product_id)
)
_LAST_SERVED = (
    sa.select(ALLOCATION.c.producer_id, sa.func.max(LINE.c.due_on).label("due_on"))
    .select_from(ALLOCATION.join(LINE, LINE.c.id == ALLOCATION.c.line_id))
    .where(ALLOCATION.c.state.in_(rules.AGREED), ALLOCATION.c.order_id != given("order"), _OF_THESE)
    .group_by(ALLOCATION.c.producer_id)
)
_PRICES = sa.select(LOT.c.product_id, LOT.c.price_minor).where(
    LOT.c.product_id.in_(given("products", expanding=True, type_=LOT.c.product_id.type)),
    LOT.c.currency == given("currency"),
    sa.or_(LOT.c.status == LotStatus.OPEN, LOT.c.updated_at > given("since", type_=LOT.c.updated_at.type)),
)
_HELD = (
    sa.select(
        TAKE.c.source,
        TAKE.c.lot_id,
        TAKE.c.week_on,
        TAKE.c.quantity_base,
        TAKE.c.price_minor,
        TAKE.c.seals,
        ALLOCATION.c.line_id,
        ALLOCATION.c.producer_id,
        LOT.c.product_id,
        LOT.c.variant,
    )
    .select_from(
        TAKE.join(ALLOCATION, ALLOCATION.c.id == TAKE.c.allocation_id).join(LOT, LOT.c.id == TAKE.c.lot_id)
    )
    .where(
        ALLOCATION.c.order_id == given("order"),
        ALLOCATION.c.state.in_(rules.LIVE),
        TAKE.c.quantity_base > 0,
    )
    .order_by(TAKE.c.allocation_id, TAKE.c.position)
)


async def groups(db: Database, network_id: UUID) -> list[Row]:
    """The producer groups affiliated to the network or to a network below it, with the people they count."""
    return await db.all(_GROUPS, organisation=network_id)


async def answers_for(db: Database, network_id: UUID, group_id: UUID) -> bool:
    """Whether a group, or a network between them, has let this network say what it answers."""
    return await db.one(_ANSWERS_FOR, organisation=network_id, group=group_id) is not None


async def medians(db: Database, products: Sequence[UUID], currency: str, *, now: datetime) -> dict[str, int]:
    """Product id -> the median floor price of its lots of the last 90 days, the lower of two; for several products only.

    What is compared with itself alone needs no price.
    """
    if len(products) < 2:
        return {}
    prices: dict[str, list[int]] = {}
    since = now - timedelta(days=_PRICE_DAYS)
    for row in await db.slow(_PRICES, products=products, currency=currency, since=since):
        prices.setdefault(str(row["product_id"]), []).append(row["price_minor"])
    return {product: sorted(listed)[(len(listed) - 1) // 2] for product, listed in prices.items()}


async def held(db: Database, order_id: UUID) -> list[Row]:
    """What the live parts of an order are taken from, with the product and variant of each lot."""
    return await db.all(_HELD, order=order_id)


async def with_history(
    db: Database,
    found: list[Row],
    order: Row,
    products: Sequence[UUID],
    *,
    references: dict[str, int],
    today: date,
    days: int,
) -> list[Row]:
    """The groups with `recent` (what they confirmed lately, in the order's measure) and the day they were last served."""
    if not found:
        return []
    parameters = {"order": order["id"], "producers": [group["producer_id"] for group in found]}
    history = await db.all(
        _HISTORY,
        currency=order["currency"],
        since=today - timedelta(days=days),
        products=products,
        **parameters,
    )
    served = {row["producer_id"]: row["due_on"] for row in await db.all(_LAST_SERVED, **parameters)}
    recent: dict[UUID, int] = {}
    for row in history:
        worth = row["quantity_base"] * references[str(row["product_id"])]
        recent[row["producer_id"]] = recent.get(row["producer_id"], 0) + worth
    return [
        {
            **group,
            "recent": recent.get(group["producer_id"], 0),
            "last_served_day": day_number(served[group["producer_id"]])
            if group["producer_id"] in served
            else None,
            "min_base": 0,
        }
        for group in found
    ]
