"""Products for tests."""

from uuid import UUID

from app.kernel import ids
from app.kernel.db import Database
from app.kernel.text import fold
from app.products.models import Category, Product, Variant
from tests.factories.people import LONG_AGO, add


async def category(db: Database, code: str = "granos") -> UUID:
    return await add(db, Category, id=ids.uuid7(), code=code, name_es=code.capitalize(), name_en=code)


async def product(
    db: Database,
    name: str = "Quinua blanca",
    *,
    category_id: UUID | None = None,
    base_unit: str = "GRM",
    unit: str = "KGM",
    price_unit_base: int = 1000,
    step_base: int = 1,
    variants: tuple[str, ...] = (),
    owner_id: UUID | None = None,
) -> UUID:
    identifier = ids.uuid7()
    code = fold(name).replace(" ", "-")
    await add(
        db,
        Product,
        id=identifier,
        code=code,
        category_id=category_id or await category(db, f"cat-{code}"),
        owner_id=owner_id,
        name=name,
        name_folded=fold(name),
        base_unit=base_unit,
        unit=unit,
        price_unit_base=price_unit_base,
        step_base=step_base,
        created_at=LONG_AGO,
    )
    async with db.tx() as tx:
        from sqlalchemy import insert

        from app.kernel.schema import table

        await tx.many(
            insert(table(Variant)),
            [{"product_id": identifier, "code": variant, "name": variant} for variant in variants],
        )
    return identifier
