"""The seals' door."""

from functools import partial
from uuid import UUID

from starlette.responses import Response

from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.versions import version_of
from app.kernel.visit import Visit
from app.people import access
from app.seals import queries, service
from app.seals.schemas import (
    GrantCreate,
    GrantList,
    GrantPage,
    GrantRead,
    Revocation,
    SchemeCreate,
    SchemeList,
    SchemeRead,
)
from app.seals.service import AlreadyRevokedError, MayNotGrantError, OwnGroupError, SealCodeTakenError

router = room("seals")


@router.get("/seals", response_model=SchemeList)
async def list_seals(visit: Visit) -> Response:
    """Every guarantee that can be granted. Public."""
    return visit.listing({"items": await queries.schemes(visit.db, visit.lang)})


@router.post(
    "/seals",
    status_code=201,
    response_model=SchemeRead,
    responses=problems(IdTakenError, SealCodeTakenError),
)
async def create_seal(body: SchemeCreate, visit: Visit) -> Response:
    """Add a guarantee. For the platform's administrators."""
    demo = visit.house.settings.demo
    made = partial(service.add_scheme, caller=visit.caller, scheme=body, now=visit.now)
    return await visit.write(partial(made, lang=visit.lang, is_demo=demo), status=201)


@router.get("/producers/{producer_id}/seals", response_model=GrantList, responses=problems(NotFoundError))
async def list_producer_seals(producer_id: UUID, visit: Visit) -> Response:
    """Every seal that a producer holds or held, with who granted it and until when. Public."""
    found = await queries.of_producer(visit.db, producer_id, lang=visit.lang, now=visit.now)
    return visit.listing({"items": found})


@router.get("/seal-grants", response_model=GrantPage)
async def list_seal_grants(
    issuer: UUID,
    visit: Visit,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What your certifier or network granted, the soonest to end first."""
    access.require(visit.caller, "read", issuer)
    scope = f"seal-grants:{issuer}"
    rows = await queries.page_of_issuer(
        visit.db, issuer, limit=limit, after=visit.after(scope, cursor), lang=visit.lang, now=visit.now
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("valid_until", "id"))


@router.post(
    "/seal-grants",
    status_code=201,
    response_model=GrantRead,
    responses=problems(IdTakenError, MayNotGrantError, OwnGroupError),
)
async def create_seal_grant(body: GrantCreate, visit: Visit) -> Response:
    """Grant a seal in the name of a verified certifier or network. Never to a group you belong to."""
    return await visit.write(
        lambda tx: service.grant(tx, caller=visit.caller, seal=body, now=visit.now, lang=visit.lang),
        status=201,
    )


@router.get("/seal-grants/{grant_id}", response_model=GrantRead, responses=problems(NotFoundError))
async def read_seal_grant(grant_id: UUID, visit: Visit) -> Response:
    """A grant with its evidence, for its holder and its issuer."""
    return visit.item(await queries.grant(visit.db, visit.caller, grant_id, lang=visit.lang, now=visit.now))


@router.post(
    "/seal-grants/{grant_id}/revocation",
    status_code=200,
    response_model=GrantRead,
    responses=problems(NotFoundError, AlreadyRevokedError, StaleVersionError),
)
async def revoke_seal_grant(grant_id: UUID, body: Revocation, visit: Visit) -> Response:
    """End a seal at once. Lots that claim it lose it from now on; accepted orders keep what was agreed."""
    return await visit.write(
        lambda tx: service.revoke(
            tx, grant_id, caller=visit.caller, reason=body.reason, now=visit.now, lang=visit.lang
        ),
        version=version_of(queries.GRANT, grant_id),
    )
