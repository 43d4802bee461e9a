"""The door of territories and places."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.visit import Visit
from app.places import queries, service, territories
from app.places.filters import Country, Region
from app.places.models import PlaceKind
from app.places.schemas import (
    PlaceCreate,
    PlaceOwn,
    PlacePage,
    PlaceSummary,
    PlaceUpdate,
    TerritoryPage,
    TerritoryRead,
)

router = room("places")
PlaceRead = PlaceOwn | PlaceSummary


@router.get("/territories", response_model=TerritoryPage)
async def list_territories(
    visit: Visit,
    *,
    country: Country = None,
    region: Region = None,
    q: Annotated[str | None, Query(max_length=100, description="Words, accents ignored: `ollague`")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Official territories by name: districts of Peru, municipalities of Bolivia, comunas of Chile. Public."""
    scope = f"territories:{country}:{region}:{q}"
    after = visit.after(scope, cursor)
    rows = await territories.page(visit.db, limit=limit, after=after, country=country, region=region, q=q)
    return visit.page(rows, limit=limit, scope=scope, sort=("name_folded", "code"), hide=("name_folded",))


@router.get("/territories/{code}", response_model=TerritoryRead, responses=problems(NotFoundError))
async def read_territory(code: str, visit: Visit) -> Response:
    """One territory by its code. Public."""
    return visit.listing(await territories.territory(visit.db, code[:20]))


@router.get("/places", response_model=PlacePage)
async def list_places(
    visit: Visit,
    *,
    owner: UUID | None = None,
    kind: PlaceKind | None = None,
    country: Country = None,
    region: Region = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Collection points, venues and pick-up points by name, to about a kilometre. Public."""
    scope = f"places:{owner}:{kind}:{country}:{region}"
    rows = await queries.page(
        visit.db,
        limit=limit,
        after=visit.after(scope, cursor),
        owner=owner,
        kind=kind,
        country=country,
        region=region,
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("name_folded", "id"), hide=("name_folded",))


@router.get("/places/{place_id}", response_model=PlaceRead, responses=problems(NotFoundError))
async def read_place(place_id: UUID, visit: Visit) -> Response:
    """One place. Everybody reads about where; its owner's people exactly where and whom to call."""
    found = await queries.place(visit.db, visit.caller, place_id)
    return visit.item(found, variant="-own" if queries.is_own(visit.caller, found) else "")


@router.post(
    "/places", status_code=201, response_model=PlaceOwn, responses=problems(NotFoundError, IdTakenError)
)
async def create_place(body: PlaceCreate, visit: Visit) -> Response:
    """Add a place of your organisation."""
    work = partial(service.create, caller=visit.caller, place=body, now=visit.now)
    return await visit.write(work, status=201)


@router.patch(
    "/places/{place_id}",
    response_model=PlaceOwn,
    responses=problems(NotFoundError, StaleVersionError, VersionRequiredError),
)
async def update_place(place_id: UUID, body: PlaceUpdate, visit: Visit) -> Response:
    """Change a place. Needs If-Match. A field that is absent stays, null empties it."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx, place_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )
