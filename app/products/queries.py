"""Reads of the catalogue. It is public: everybody sees every product."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import search, units, wire
from app.kernel.db import Database, Query, Row
from app.kernel.errors import Fault, NotFoundError
from app.kernel.schema import Json, nested, table
from app.products.models import Category, LocalUnit, Pack, Product, ProductWord, Variant

CATEGORY, PRODUCT, WORD = table(Category), table(Product), table(ProductWord)
VARIANT, PACK, LOCAL_UNIT = table(Variant), table(Pack), table(LocalUnit)


def _parts(part: sa.Table, *columns: sa.Column[Any], label: str) -> sa.Label[Any]:
    found = (
        sa.select(*columns).where(part.c.product_id == PRODUCT.c.id).order_by(part.c.code).correlate(PRODUCT)
    )
    return sa.type_coerce(nested(found, label).element, Json).label(label)


_FULL = sa.select(
    PRODUCT.c.id,
    PRODUCT.c.code,
    CATEGORY.c.code.label("category"),
    PRODUCT.c.name,
    PRODUCT.c.quality,
    PRODUCT.c.base_unit,
    PRODUCT.c.unit,
    PRODUCT.c.price_unit_base,
    PRODUCT.c.step_base,
    PRODUCT.c.owner_id,
    PRODUCT.c.is_demo,
    PRODUCT.c.version,
    _parts(VARIANT, VARIANT.c.code, VARIANT.c.name, label="variants"),
    _parts(PACK, PACK.c.code, PACK.c.name, PACK.c.quantity_base, label="packs"),
    _parts(LOCAL_UNIT, LOCAL_UNIT.c.code, LOCAL_UNIT.c.factor_base, label="local_units"),
).join(CATEGORY, CATEGORY.c.id == PRODUCT.c.category_id)
_ONE = _FULL.where(PRODUCT.c.id == given("id"))
_BY_CODES = _FULL.where(PRODUCT.c.code.in_(given("codes")))
_LIST = Query(
    sa.select(
        PRODUCT.c.id,
        PRODUCT.c.code,
        CATEGORY.c.code.label("category"),
        PRODUCT.c.name,
        PRODUCT.c.name_folded,
        PRODUCT.c.unit,
        PRODUCT.c.is_demo,
    )
    .join(CATEGORY, CATEGORY.c.id == PRODUCT.c.category_id)
    .order_by(PRODUCT.c.name_folded, PRODUCT.c.id)
    .limit(given("limit", type_=sa.Integer)),
    category=CATEGORY.c.code == given("category"),
    after_name=sa.tuple_(PRODUCT.c.name_folded, PRODUCT.c.id)
    > sa.tuple_(
        given("after_name", type_=PRODUCT.c.name_folded.type), given("after_id", type_=PRODUCT.c.id.type)
    ),
    **search.filters(PRODUCT.c.id, WORD),
)
_CATEGORIES = sa.select(CATEGORY.c.id, CATEGORY.c.code, CATEGORY.c.name_es, CATEGORY.c.name_en).order_by(
    CATEGORY.c.code
)


_AT_ONCE = 1_000


async def row(db: Database, product_id: UUID) -> Row:
    """A product as the rooms above need it: numbers in base units. Raises NotFoundError."""
    found = await db.one(_ONE, id=product_id)
    if found is None:
        raise NotFoundError
    return found


async def by_codes(db: Database, codes: Collection[str]) -> dict[str, Row]:
    """Products as `row` gives them, by code; codes that nobody uses are left out."""
    asked, found = sorted(set(codes)), {}
    for start in range(0, len(asked), _AT_ONCE):
        rows = await db.all(_BY_CODES, codes=asked[start : start + _AT_ONCE])
        found.update({row["code"]: row for row in rows})
    return found


async def product(db: Database, product_id: UUID) -> Row:
    """A product as people read it. Raises NotFoundError."""
    return shown(await row(db, product_id))


async def page(
    db: Database, *, limit: int, after: list[Any] | None, category: str | None, q: str | None
) -> list[Row]:
    """Up to limit + 1 products by name."""
    keyset = {"after_name": after[0], "after_id": UUID(after[1])} if after else {}
    found = await db.slow(_LIST, limit=limit + 1, category=category, **keyset, **search.parameters(q))
    for line in found:
        line["price_unit"] = {"value": "1", "unit": line.pop("unit")}
    return found


async def categories(db: Database, lang: str) -> list[Row]:
    """Every category by code."""
    return [{"code": c["code"], "name": c[f"name_{lang}"]} for c in await db.all(_CATEGORIES)]


async def categories_by_code(db: Database) -> dict[str, Row]:
    """Every category with both names."""
    return {row["code"]: row for row in await db.all(_CATEGORIES)}


async def category(db: Database, code: str, lang: str) -> Row:
    """One category. Raises NotFoundError."""
    for found in await categories(db, lang):
        if found["code"] == code:
            return found
    raise NotFoundError


def shown(found: Row) -> Row:
    """The wire form of a product's row."""
    unit, factor = found.pop("unit"), found.pop("price_unit_base")
    found.pop("owner_id")
    found["price_unit"] = {"value": "1", "unit": unit}
    found["step"] = wire.quantity(found.pop("step_base"), unit, factor)
    for pack in found["packs"]:
        pack["quantity"] = wire.quantity(pack.pop("quantity_base"), unit, factor)
    for measure in found["local_units"]:
        measure["quantity"] = wire.quantity(measure.pop("factor_base"), unit, factor)
    return found


def fault_of_variant(found: Row, pointer: str) -> Fault:
    """What is said of a variant that the product does not have: which it has."""
    options = ", ".join(variant["code"] for variant in found["variants"])
    return Fault(pointer, "unknown_variant", options=options) if options else Fault(pointer, "no_variants")


def overrides(found: Row) -> units.Overrides:
    """The product's own local measures, for reading quantities: {"saco": 46000}."""
    return {measure["code"]: measure["factor_base"] for measure in found["local_units"]}
