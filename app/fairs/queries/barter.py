"""Barter posts: public, as their date is."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import BarterPost
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.people.models import Organisation
from app.products.models import Product

POST = table(BarterPost)
_GROUP, _PRODUCT = table(Organisation).alias("posts"), table(Product)
_ALL = sa.select(
    POST,
    _GROUP.c.name.label("organisation_name"),
    _PRODUCT.c.name.label("product_name"),
).select_from(
    POST.join(_GROUP, _GROUP.c.id == POST.c.organisation_id).outerjoin(
        _PRODUCT, _PRODUCT.c.id == POST.c.product_id
    )
)
_ONE = _ALL.where(POST.c.id == given("id"))
_LIST = Query(
    _ALL.where(POST.c.occurrence_id == given("date"), POST.c.is_open.is_(True))
    .order_by(POST.c.id)
    .limit(given("limit", type_=sa.Integer)),
    kind=POST.c.kind == given("kind"),
    after_id=POST.c.id > given("after_id"),
)


async def post(db: Database, post_id: UUID) -> Row:
    """One post, open or closed. Raises NotFoundError."""
    found = await db.one(_ONE, id=post_id)
    if found is None:
        raise NotFoundError
    return found


async def page(
    db: Database, date_id: UUID, *, limit: int, after: list[Any] | None, kind: str | None
) -> list[Row]:
    """Up to limit + 1 open posts of a date."""
    keyset = {"after_id": UUID(after[0])} if after else {}
    return await db.all(_LIST, date=date_id, limit=limit + 1, kind=kind, **keyset)
