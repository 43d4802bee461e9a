"""The producers' door: the public directory, and the registration form of a group."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import JSONResponse, Response

from app.kernel.errors import NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.visit import Visit
from app.people.models import OrganisationKind
from app.places.filters import Country, Region
from app.producers import queries, rules, service
from app.producers.schemas import (
    FeatureCollection,
    LineList,
    MemberVerification,
    MemberVerificationRead,
    NetworkProducerPage,
    ProducerPage,
    ProducerRead,
    ProfileRead,
    ProfileUpdate,
)
from app.producers.service import MayNotVerifyMembersError
from app.seals.service import OwnGroupError

router = room("producers")


class GeoJson(JSONResponse):
    """How GeoJSON is documented (RFC 7946)."""

    media_type = "application/geo+json"


Words = Annotated[str | None, Query(max_length=100, description="Words, accents ignored: `ceramica`")]
Territory = Annotated[
    str | None,
    Query(pattern="^[A-Z]{2}-[0-9A-Z]{1,16}$", description="Its official code or the beginning of it"),
]
Line = Annotated[str | None, Query(max_length=60, description="A code of /v1/producer-lines")]
Seal = Annotated[str | None, Query(max_length=60, description="A code of /v1/seals, valid today")]
WomenLed = Annotated[bool | None, Query(description="Led by women")]
_BY_NAME = ("name_folded", "id")


@router.get("/producer-lines", response_model=LineList)
async def list_producer_lines(visit: Visit) -> Response:
    """The lines of production by which the directory is filtered. Public."""
    return visit.listing({"items": await queries.lines(visit.db, visit.lang)})


@router.get("/producers", response_model=ProducerPage)
async def list_producers(
    visit: Visit,
    *,
    q: Words = None,
    country: Country = None,
    region: Region = None,
    territory: Territory = None,
    line: Line = None,
    seal: Seal = None,
    women_led: WomenLed = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Producer groups and cooperatives by name. Public."""
    asked = _asked(
        country=country, region=region, territory=territory, line=line, seal=seal, women_led=women_led, q=q
    )
    return await _page(visit, "producers", cursor, limit, kinds=rules.PRODUCING, **asked)


@router.get("/producers.geojson", response_model=FeatureCollection, response_class=GeoJson)
async def map_producers(
    visit: Visit,
    *,
    q: Words = None,
    country: Country = None,
    region: Region = None,
    territory: Territory = None,
    line: Line = None,
    seal: Seal = None,
    women_led: WomenLed = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Response:
    """The same producers on the map (GeoJSON), to 0.01 degree unless the group agreed to more. Public."""
    filters = _asked(
        country=country, region=region, territory=territory, line=line, seal=seal, women_led=women_led, q=q
    )
    scope = f"producers.geojson:{sorted(filters.items())}"
    rows = await queries.map_page(
        visit.db,
        limit=limit,
        after=visit.after(scope, cursor),
        lang=visit.lang,
        now=visit.now,
        kinds=rules.PRODUCING,
        **filters,
    )
    features, following = visit.cut(rows, limit=limit, scope=scope, sort=_BY_NAME, hide=_BY_NAME[:1])
    found = {"type": "FeatureCollection", "features": features, "next_cursor": following}
    return visit.listing(found, media=b"application/geo+json")


@router.get("/directory", response_model=ProducerPage)
async def list_directory(
    visit: Visit,
    *,
    kind: OrganisationKind | None = None,
    q: Words = None,
    country: Country = None,
    region: Region = None,
    territory: Territory = None,
    line: Line = None,
    seal: Seal = None,
    women_led: WomenLed = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Everybody of the solidarity economy who is known: producers, networks, shops, support ... by name. Public."""
    asked = _asked(
        country=country, region=region, territory=territory, line=line, seal=seal, women_led=women_led, q=q
    )
    return await _page(visit, "directory", cursor, limit, kinds=(kind.value,) if kind else None, **asked)


@router.get("/producers/{producer_id}", response_model=ProducerRead, responses=problems(NotFoundError))
async def read_producer(producer_id: UUID, visit: Visit) -> Response:
    """What anybody may read of an organisation in the directory. Public."""
    found = await queries.producer(visit.db, visit.caller, producer_id, lang=visit.lang, now=visit.now)
    return visit.listing(found)


@router.get("/producers/{producer_id}/profile", response_model=ProfileRead, responses=problems(NotFoundError))
async def read_producer_profile(producer_id: UUID, visit: Visit) -> Response:
    """The whole registration form, for the group's members and whoever answers for it."""
    return visit.view(await queries.profile(visit.db, visit.caller, producer_id, lang=visit.lang))


@router.patch(
    "/producers/{producer_id}/profile",
    response_model=ProfileRead,
    responses=problems(NotFoundError, StaleVersionError, VersionRequiredError),
)
async def update_producer_profile(producer_id: UUID, body: ProfileUpdate, visit: Visit) -> Response:
    """Change the registration form. Needs If-Match. Absent fields stay, null empties them."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx,
            producer_id,
            caller=visit.caller,
            change=body,
            expected=expected,
            now=visit.now,
            lang=visit.lang,
        )
    )


@router.post(
    "/producers/{producer_id}/member-verification",
    response_model=MemberVerificationRead,
    responses=problems(NotFoundError, OwnGroupError, MayNotVerifyMembersError),
)
async def verify_producer_members(producer_id: UUID, body: MemberVerification, visit: Visit) -> Response:
    """A network says how many active members of its group it knows. Those it does not know count five at most."""
    return await visit.write(
        lambda tx: service.verify_members(tx, producer_id, caller=visit.caller, count=body, now=visit.now)
    )


@router.get("/networks/{network_id}/producers", response_model=NetworkProducerPage)
async def list_network_producers(
    network_id: UUID, visit: Visit, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The groups of a network as its secretary needs them: phone, members, needs. For who coordinates it."""
    scope = f"network-producers:{network_id}"
    rows = await queries.network_page(
        visit.db, visit.caller, network_id, limit=limit, after=visit.after(scope, cursor)
    )
    return visit.page(rows, limit=limit, scope=scope, sort=_BY_NAME, hide=_BY_NAME[:1])


def _asked(
    *,
    country: str | None,
    region: str | None,
    territory: str | None,
    line: str | None,
    seal: str | None,
    women_led: bool | None,
    q: str | None,
) -> dict[str, Any]:
    return {
        "country": country,
        "region": region,
        "territory": territory,
        "line": line,
        "seal": seal,
        "women_led": women_led,
        "q": q,
    }


async def _page(visit: Visit, name: str, cursor: str | None, limit: int, **filters: Any) -> Response:
    scope = f"{name}:{sorted(filters.items())}"
    rows = await queries.directory_page(
        visit.db, limit=limit, after=visit.after(scope, cursor), lang=visit.lang, now=visit.now, **filters
    )
    return visit.page(rows, limit=limit, scope=scope, sort=_BY_NAME, hide=_BY_NAME[:1])
