"""Who takes part in an order and with what: the groups of its coordinating organisation, their people and history."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.db import Database, Row
from app.kernel.schema import table
from app.orders import rules
from app.orders.models import Allocation, Order, OrderLine
from app.orders.proposal import day_number
from app.people.models import Affiliation, AffiliationState, Organisation
from app.producers.models import ProducerProfile

AFFILIATION, ORGANISATION, PROFILE = table(Affiliation), table(Organisation), table(ProducerProfile)
ALLOCATION, ORDER, LINE = table(Allocation), table(Order), table(OrderLine)

_BELOW = (
    sa.select(AFFILIATION.c.group_id)
    .where(AFFILIATION.c.network_id == given("network"), AFFILIATION.c.state == AffiliationState.ACCEPTED)
    .cte("below", recursive=True)
)
_BELOW = _BELOW.union(
    sa.select(AFFILIATION.c.group_id).where(
        AFFILIATION.c.network_id == _BELOW.c.group_id, AFFILIATION.c.state == AffiliationState.ACCEPTED
    )
)
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
        _BELOW.join(ORGANISATION, ORGANISATION.c.id == _BELOW.c.group_id).outerjoin(
            PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id
        )
    )
    .order_by(ORGANISATION.c.id)
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
        ALLOCATION.c.state.in_((*rules.AGREED,)),
        LINE.c.due_on > given("since"),
        LINE.c.product_id.in_(given("products", expanding=True, type_=LINE.c.product_id.type)),
    )
    .group_by(ALLOCATION.c.producer_id, LINE.c.product_id)
)
_LAST_SERVED = (
    sa.select(ALLOCATION.c.producer_id, sa.func.max(LINE.c.due_on).label("due_on"))
    .select_from(ALLOCATION.join(LINE, LINE.c.id == ALLOCATION.c.line_id))
    .where(ALLOCATION.c.state.in_((*rules.AGREED,)), ALLOCATION.c.order_id != given("order"))
    .group_by(ALLOCATION.c.producer_id)
)


async def groups(db: Database, network_id: UUID) -> list[Row]:
    """The producer groups affiliated to the network or to a network below it, with the people they count."""
    return await db.all(_GROUPS, network=network_id)


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
    parameters = {"order": order["id"]}
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
