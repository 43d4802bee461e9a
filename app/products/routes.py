"""The catalogue's door."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Visit
from app.products import queries, service
from app.products.schemas import CategoryList, ProductCreate, ProductPage, ProductRead, ProductUpdate
from app.products.service import ProductCodeTakenError

router = room("products")


@router.get("/categories", response_model=CategoryList)
async def list_categories(visit: Visit) -> Response:
    """Every category of products."""
    return visit.listing({"items": await queries.categories(visit.db, visit.lang)})


@router.get("/products", response_model=ProductPage)
async def list_products(
    visit: Visit,
    q: Annotated[str | None, Query(max_length=100, description="Words, accents ignored: `quínua`")] = None,
    category: Annotated[str | None, Query(max_length=60)] = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
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
    work = partial(service.create, caller=visit.caller, product=body, now=visit.now)
    return await visit.write(work, status=201)


@router.patch(
    "/products/{product_id}",
    response_model=ProductRead,
    responses=problems(NotFoundError, StaleVersionError, VersionRequiredError),
)
async def update_product(product_id: UUID, body: ProductUpdate, visit: Visit) -> Response:
    """Change a product's name, quality or category. Needs If-Match."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx, product_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )
