"""The catalogue's door."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from app.kernel.db import Row, Tx
from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.visit import Visit
from app.products import queries, service
from app.products.schemas import (
    LOCAL_UNIT_CODE,
    CategoryCreate,
    CategoryList,
    CategoryRead,
    LocalUnitPut,
    PackPut,
    ProductCreate,
    ProductPage,
    ProductRead,
    ProductUpdate,
    VariantPut,
)
from app.products.service import CategoryCodeTakenError, ProductCodeTakenError, VariantInUseError

router = room("products")

PartCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", examples=["roja"])]
UnitCode = Annotated[str, Path(pattern=LOCAL_UNIT_CODE, examples=["saco"])]
_CHANGE = problems(NotFoundError, StaleVersionError, VersionRequiredError)


@router.get("/categories", response_model=CategoryList)
async def list_categories(visit: Visit) -> Response:
    """Every category of products."""
    return visit.listing({"items": await queries.categories(visit.db, visit.lang)})


@router.post(
    "/categories",
    status_code=201,
    response_model=CategoryRead,
    responses=problems(IdTakenError, CategoryCodeTakenError),
)
async def create_category(body: CategoryCreate, visit: Visit) -> Response:
    """Add a category. For the platform's administrators; files of products add theirs on the way."""

    async def work(tx: Tx) -> Row:
        await service.add_category(tx, caller=visit.caller, category=body, now=visit.now)
        return await queries.category(tx, body.code, visit.lang)

    return await visit.write(work, status=201)


@router.get("/products", response_model=ProductPage)
async def list_products(
    visit: Visit,
    q: Annotated[str | None, Query(max_length=100, description="Words, accents ignored: `quínua`")] = None,
    category: Annotated[str | None, Query(max_length=60)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The common catalogue by name. Public."""
    scope = f"products:{q}:{category}"
    rows = await queries.page(visit.db, limit=limit, after=visit.after(scope, cursor), category=category, q=q)
    return visit.page(rows, limit=limit, scope=scope, sort=("name_folded", "id"), hide=("name_folded",))


@router.get("/products/{product_id}", response_model=ProductRead, responses=problems(NotFoundError))
async def read_product(product_id: UUID, visit: Visit) -> Response:
    """One product with its quality, variants, packs and local measures. Public."""
    return visit.item(await queries.product(visit.db, product_id))


@router.post(
    "/products",
    status_code=201,
    response_model=ProductRead,
    responses=problems(IdTakenError, ProductCodeTakenError),
)
async def create_product(body: ProductCreate, visit: Visit) -> Response:
    """Add a product to the common catalogue. For verified networks and the platform."""
    demo = visit.house.settings.demo
    work = partial(service.create, caller=visit.caller, product=body, now=visit.now, is_demo=demo)
    return await visit.write(work, status=201)


@router.patch(
    "/products/{product_id}",
    response_model=ProductRead,
    responses=_CHANGE,
)
async def update_product(product_id: UUID, body: ProductUpdate, visit: Visit) -> Response:
    """Change a product's name, quality or category. Needs If-Match."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx, product_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )


@router.put("/products/{product_id}/variants/{code}", response_model=ProductRead, responses=_CHANGE)
async def put_product_variant(product_id: UUID, code: PartCode, body: VariantPut, visit: Visit) -> Response:
    """Add or rename a colour or size. Needs If-Match with the product's version."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.put_variant(
            tx, product_id, code, caller=visit.caller, variant=body, expected=expected, now=visit.now
        )
    )


@router.delete(
    "/products/{product_id}/variants/{code}",
    response_model=ProductRead,
    responses=_CHANGE | problems(VariantInUseError),
)
async def remove_product_variant(product_id: UUID, code: PartCode, visit: Visit) -> Response:
    """Take a colour or size out, while nobody has stock of it. Needs If-Match with the product's version."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.remove_variant(
            tx, product_id, code, caller=visit.caller, expected=expected, now=visit.now
        )
    )


@router.put("/products/{product_id}/packs/{code}", response_model=ProductRead, responses=_CHANGE)
async def put_product_pack(product_id: UUID, code: PartCode, body: PackPut, visit: Visit) -> Response:
    """Add or change a packing. Needs If-Match with the product's version."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.put_pack(
            tx, product_id, code, caller=visit.caller, pack=body, expected=expected, now=visit.now
        )
    )


@router.delete("/products/{product_id}/packs/{code}", response_model=ProductRead, responses=_CHANGE)
async def remove_product_pack(product_id: UUID, code: PartCode, visit: Visit) -> Response:
    """Take a packing out. Stock stays. Needs If-Match with the product's version."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.remove_pack(
            tx, product_id, code, caller=visit.caller, expected=expected, now=visit.now
        )
    )


@router.put("/products/{product_id}/local-units/{code}", response_model=ProductRead, responses=_CHANGE)
async def put_product_local_unit(
    product_id: UUID, code: UnitCode, body: LocalUnitPut, visit: Visit
) -> Response:
    """Say how much a local measure of this product holds, from now on. Needs If-Match with the product's version."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.put_local_unit(
            tx, product_id, code, caller=visit.caller, unit=body, expected=expected, now=visit.now
        )
    )


@router.delete("/products/{product_id}/local-units/{code}", response_model=ProductRead, responses=_CHANGE)
async def remove_product_local_unit(product_id: UUID, code: UnitCode, visit: Visit) -> Response:
    """Take a local measure out. What was counted with it stays. Needs If-Match with the product's version."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.remove_local_unit(
            tx, product_id, code, caller=visit.caller, expected=expected, now=visit.now
        )
    )
