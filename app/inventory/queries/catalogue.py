"""The public catalogue with what there is of each product, all producers together.

The page is cut first; only its products are summed up, each by the index of its lots.
"""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import Capacity, Lot, LotKind, LotStatus
from app.kernel import search, wire
from app.kernel.db import Database, Query, Row
from app.kernel.schema import Json, nested, table
from app.products.models import Category, Product, ProductWord

LOT, CAPACITY = table(Lot), table(Capacity)
CATEGORY, PRODUCT, WORD = table(Category), table(Product), table(ProductWord)

_TODAY = given("today", type_=sa.Date)
_FREE = LOT.c.available_base - LOT.c.reserved_base
_IS_CAPACITY = LOT.c.kind == LotKind.CAPACITY
_IS_NOW = (LOT.c.kind == LotKind.STOCK) & (LOT.c.ready_on <= _TODAY)
_OFFERED = (
    (LOT.c.status == LotStatus.OPEN)
    & (_IS_CAPACITY | (LOT.c.available_base > LOT.c.reserved_base))
    & (LOT.c.expires_on.is_(None) | (LOT.c.expires_on >= _TODAY))
)
_PAGE = (
    sa.select(
        PRODUCT.c.id,
        PRODUCT.c.code,
        CATEGORY.c.code.label("category"),
        PRODUCT.c.name,
        PRODUCT.c.name_folded,
        PRODUCT.c.unit,
        PRODUCT.c.price_unit_base,
        PRODUCT.c.is_demo,
    )
    .join(CATEGORY, CATEGORY.c.id == PRODUCT.c.category_id)
    .order_by(PRODUCT.c.name_folded, PRODUCT.c.id)
    .limit(given("limit", type_=sa.Integer))
)


def _with_offers(page: Any) -> Any:
    cut = page.subquery("page")
    twin = LOT.alias("twin")
    counted_already = sa.exists().where(  # variants made with one capacity
        twin.c.capacity_id == LOT.c.capacity_id,
        twin.c.product_id == LOT.c.product_id,
        twin.c.currency == LOT.c.currency,
        twin.c.status == LotStatus.OPEN,
        twin.c.id < LOT.c.id,
    )
    offers = (
        sa.select(
            LOT.c.currency,
            sa.func.count(LOT.c.producer_id.distinct()).label("producers"),
            sa.func.sum(sa.case((_IS_NOW, _FREE), else_=0)).label("now"),
            sa.func.sum(sa.case((_IS_NOW | _IS_CAPACITY, 0), else_=_FREE)).label("coming"),
            sa.func.sum(sa.case((_IS_CAPACITY & ~counted_already, CAPACITY.c.per_week_base), else_=0)).label(
                "per_week"
            ),
            sa.func.min(LOT.c.price_minor).label("lowest"),
            sa.func.max(LOT.c.price_minor).label("highest"),
        )
        .outerjoin_from(LOT, CAPACITY, CAPACITY.c.id == LOT.c.capacity_id)
        .where(LOT.c.product_id == cut.c.id, _OFFERED)
        .group_by(LOT.c.currency)
        .order_by(LOT.c.currency)
        .correlate(cut)
    )
    listed = sa.type_coerce(nested(offers, "offers").element, Json).label("offers")
    return sa.select(*cut.c, listed).order_by(cut.c.name_folded, cut.c.id)


_LIST = Query(
    _PAGE,
    _with_offers,
    category=CATEGORY.c.code == given("category"),
    offered=PRODUCT.c.id.in_(sa.select(LOT.c.product_id).where(_OFFERED, given("offered", type_=sa.Boolean))),
    after_name=sa.tuple_(PRODUCT.c.name_folded, PRODUCT.c.id)
    > sa.tuple_(
        given("after_name", type_=PRODUCT.c.name_folded.type), given("after_id", type_=PRODUCT.c.id.type)
    ),
    **search.filters(PRODUCT.c.id, WORD),
)


async def catalogue(
    db: Database,
    *,
    limit: int,
    after: list[Any] | None,
    category: str | None,
    q: str | None,
    offered: bool,
    today: date,
) -> list[Row]:
    """Up to limit + 1 products by name, with what is offered of each in each currency. One statement."""
    keyset = {"after_name": after[0], "after_id": UUID(after[1])} if after else {}
    read = db.slow if q else db.all
    found = await read(
        _LIST,
        limit=limit + 1,
        category=category,
        offered=offered or None,
        today=today,
        **keyset,
        **search.parameters(q),
    )
    for product in found:
        unit, factor = product.pop("unit"), product.pop("price_unit_base")
        product["offers"] = [_shown(offer, unit, factor) for offer in product["offers"]]
    return found


def _shown(offer: Row, unit: str, factor: int) -> Row:
    currency = offer["currency"]
    return {
        "currency": currency,
        "producers": offer["producers"],
        "now": wire.quantity(offer["now"], unit, factor),
        "coming": wire.quantity(offer["coming"], unit, factor),
        "per_week": wire.quantity(offer["per_week"], unit, factor),
        "lowest": wire.price(offer["lowest"], currency, unit),
        "highest": wire.price(offer["highest"], currency, unit),
    }
