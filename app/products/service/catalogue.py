"""Adding products and categories, and changing their words."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, search, units, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx, when_broken
from app.kernel.errors import ConflictError, Fault, ForbiddenError, InvalidError, StaleVersionError
from app.kernel.text import clean, clean_line, fold
from app.people import access
from app.products import queries
from app.products.queries import CATEGORY, LOCAL_UNIT, PACK, PRODUCT, VARIANT, WORD
from app.products.schemas import CategoryCreate, ProductCreate, ProductUpdate
from app.products.service.parts import local_unit, require_keeper

_ADD = sa.insert(PRODUCT)
_ADD_VARIANT, _ADD_PACK, _ADD_UNIT = sa.insert(VARIANT), sa.insert(PACK), sa.insert(LOCAL_UNIT)
_ADD_CATEGORY = sa.insert(CATEGORY)
_CATEGORY = sa.select(CATEGORY.c.id).where(CATEGORY.c.code == given("code"))
_CHANGE = (
    sa.update(PRODUCT)
    .where(PRODUCT.c.id == given("product"), PRODUCT.c.version == given("expected"))
    .values(
        name=given("name"),
        name_folded=given("name_folded"),
        quality=given("quality"),
        category_id=given("category"),
        version=PRODUCT.c.version + 1,
    )
)


class ProductCodeTakenError(ConflictError):
    """Another product has this code."""


class CategoryCodeTakenError(ConflictError):
    """Another category has this code."""


when_broken("uq_product_code", ProductCodeTakenError)
when_broken("uq_category_code", CategoryCodeTakenError)


async def add_category(tx: Tx, *, caller: Caller, category: CategoryCreate, now: datetime) -> UUID:
    """Add a kind of product. Raises InvalidError, CategoryCodeTakenError."""
    identifier = wire.read_id(category.id, now)
    await tx.run(
        _ADD_CATEGORY,
        id=identifier,
        code=category.code,
        name_es=clean_line(category.name_es),
        name_en=clean_line(category.name_en),
    )
    await journal.record(
        tx, caller, now, "product.category_added", ("category", identifier), code=category.code
    )
    return identifier


async def category_for(tx: Tx, code: str, name: str, *, caller: Caller, now: datetime) -> None:
    """Make sure that a category exists: files create them on the way."""
    if await tx.value(_CATEGORY, code=code) is None:
        await add_category(
            tx, caller=caller, category=CategoryCreate(code=code, name_es=name, name_en=name), now=now
        )


async def create(
    tx: Tx, *, caller: Caller, product: ProductCreate, now: datetime, is_demo: bool = False
) -> Row:
    """Add a product to the common catalogue. Raises ForbiddenError, InvalidError, ProductCodeTakenError."""
    if product.owner is None and not caller.is_admin:
        raise ForbiddenError
    if product.owner is not None:
        access.require(caller, "coordinate", product.owner)
    unit = _unit(product.unit)
    identifier = wire.read_id(product.id, now)
    name = clean_line(product.name)
    await tx.run(
        _ADD,
        id=identifier,
        code=product.code,
        category_id=await _category(tx, product.category),
        owner_id=product.owner,
        name=name,
        name_folded=fold(name),
        quality=clean(product.quality),
        base_unit=unit.base,
        unit=unit.code,
        price_unit_base=unit.factor,
        step_base=wire.read_quantity(product.step, "#/step", base=str(unit.base)) if product.step else 1,
        is_demo=is_demo,
        created_at=now,
    )
    await _add_parts(tx, identifier, product, str(unit.base))
    await _index(tx, identifier, name, product.quality, product.code)
    await journal.record(tx, caller, now, "product.created", ("product", identifier), code=product.code)
    return await queries.product(tx, identifier)


async def update(
    tx: Tx, product_id: UUID, *, caller: Caller, change: ProductUpdate, expected: int, now: datetime
) -> Row:
    """Change a product's words. Raises NotFoundError, ForbiddenError, StaleVersionError."""
    found = await queries.row(tx, product_id)
    require_keeper(caller, found)
    name = clean_line(change.name if change.name is not None else found["name"])
    quality = clean(change.quality if change.quality is not None else found["quality"])
    changed = await tx.run(
        _CHANGE,
        product=product_id,
        expected=expected,
        name=name,
        name_folded=fold(name),
        quality=quality,
        category=await _category(tx, change.category or found["category"]),
    )
    if not changed:
        raise StaleVersionError
    await _index(tx, product_id, name, quality, found["code"])
    await journal.record(tx, caller, now, "product.changed", ("product", product_id), version=expected + 1)
    return await queries.product(tx, product_id)


def _unit(code: str) -> units.Unit:
    try:
        unit = units.find(code)
    except units.UnitsError as error:
        raise InvalidError(Fault("#/unit", error.code)) from error
    if not isinstance(unit.factor, int) or unit.code != code:
        raise InvalidError(Fault("#/unit", "unknown_unit"))
    return unit


async def _category(tx: Tx, code: str) -> UUID:
    found: UUID | None = await tx.value(_CATEGORY, code=code)
    if found is None:
        raise InvalidError(Fault("#/category", "unknown_category"))
    return found


async def _add_parts(tx: Tx, product_id: UUID, product: ProductCreate, base: str) -> None:
    _refuse_repeats(product)
    await tx.many(
        _ADD_VARIANT,
        [{"product_id": product_id, "code": v.code, "name": clean_line(v.name)} for v in product.variants],
    )
    await tx.many(
        _ADD_PACK,
        [
            {
                "product_id": product_id,
                "code": pack.code,
                "name": clean_line(pack.name),
                "quantity_base": wire.read_quantity(pack.quantity, f"#/packs/{n}/quantity", base=base),
            }
            for n, pack in enumerate(product.packs)
        ],
    )
    await tx.many(
        _ADD_UNIT,
        [
            {
                "product_id": product_id,
                "code": local_unit(measure.code, f"#/local_units/{n}/code"),
                "factor_base": wire.read_quantity(measure.quantity, f"#/local_units/{n}/quantity", base=base),
            }
            for n, measure in enumerate(product.local_units)
        ],
    )


def _refuse_repeats(product: ProductCreate) -> None:
    for part in ("variants", "packs", "local_units"):
        codes = [entry.code for entry in getattr(product, part)]
        if len(set(codes)) != len(codes):
            raise InvalidError(Fault(f"#/{part}", "repeated_code"))


async def _index(tx: Tx, product_id: UUID, *texts: str) -> None:
    await search.index(tx, WORD, product_id, *texts)
