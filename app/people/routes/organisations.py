"""The door of organisations."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.kernel.errors import (
    ForbiddenError,
    IdTakenError,
    NotFoundError,
    StaleVersionError,
    VersionRequiredError,
)
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.versions import version_of
from app.kernel.visit import Visit
from app.people.models import OrganisationKind
from app.people.queries import organisations as queries
from app.people.routes.acting import change
from app.people.schemas.organisations import (
    OrganisationCreate,
    OrganisationOwn,
    OrganisationPage,
    OrganisationPublic,
    OrganisationUpdate,
    VerificationCreate,
    VerificationRevocation,
)
from app.people.service import organisations as service
from app.people.service import verification
from app.people.service.organisations import OrganisationCodeTakenError
from app.people.service.verification import OwnVerificationError, VerificationNotNeededError
from app.people.tables import ORGANISATION

router = room("organisations")
OrganisationRead = OrganisationOwn | OrganisationPublic


@router.get("/organisations", response_model=OrganisationPage)
async def list_organisations(
    visit: Visit,
    *,
    kind: OrganisationKind | None = None,
    country: Annotated[str | None, Query(pattern=r"^[A-Z]{2}$", description="ISO 3166-1: `PE`")] = None,
    q: Annotated[str | None, Query(max_length=100, description="Words, accents ignored")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Organisations by name: networks, municipalities, buyers, groups. Public."""
    scope = f"organisations:{kind}:{country}:{q}"
    rows = await queries.page(
        visit.db, limit=limit, after=visit.after(scope, cursor), kind=kind, country=country, q=q
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("name_folded", "id"), hide=("name_folded",))


@router.get(
    "/organisations/{organisation_id}", response_model=OrganisationRead, responses=problems(NotFoundError)
)
async def read_organisation(organisation_id: UUID, visit: Visit) -> Response:
    """One organisation. Everybody reads what is public; its members, and whoever answers for it, the rest."""
    found = await queries.organisation(visit.db, visit.caller, organisation_id)
    return visit.item(found, variant="-own" if queries.is_own(visit.caller, organisation_id) else "")


@router.post(
    "/organisations",
    status_code=201,
    response_model=OrganisationOwn,
    responses=problems(IdTakenError, OrganisationCodeTakenError),
)
async def create_organisation(body: OrganisationCreate, visit: Visit) -> Response:
    """Create an organisation that you coordinate; or, with `network`, register a group for your network."""
    demo = visit.house.settings.demo  # what is made in the demo is marked, so that the demo may start over
    work = partial(service.create, caller=visit.caller, organisation=body, now=visit.now, is_demo=demo)
    return await change(visit, work, status=201)


@router.patch(
    "/organisations/{organisation_id}",
    response_model=OrganisationOwn,
    responses=problems(NotFoundError, StaleVersionError, VersionRequiredError),
)
async def update_organisation(organisation_id: UUID, body: OrganisationUpdate, visit: Visit) -> Response:
    """Change what is said of an organisation. Needs If-Match. A field that is absent stays, null empties it."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx, organisation_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )


@router.post(
    "/organisations/{organisation_id}/verification",
    response_model=OrganisationRead,
    responses=problems(
        NotFoundError, ForbiddenError, OwnVerificationError, VerificationNotNeededError, StaleVersionError
    ),
)
async def verify_organisation(organisation_id: UUID, body: VerificationCreate, visit: Visit) -> Response:
    """Vouch for an organisation: the platform's administrators for any, a verified network for a buyer.

    Until then networks, municipalities and certifiers do not act as such, and buyers plan but do not accept. Nobody
    vouches for an organisation that they belong to.
    """
    return await change(
        visit,
        lambda tx: verification.verify(tx, organisation_id, caller=visit.caller, by=body.by, now=visit.now),
        version=version_of(ORGANISATION, organisation_id),
    )


@router.post(
    "/organisations/{organisation_id}/verification/revocation",
    response_model=OrganisationRead,
    responses=problems(NotFoundError, ForbiddenError, OwnVerificationError, StaleVersionError),
)
async def revoke_verification(organisation_id: UUID, body: VerificationRevocation, visit: Visit) -> Response:
    """No longer vouch for an organisation: whoever did, or the platform."""
    return await change(
        visit,
        lambda tx: verification.revoke(
            tx, organisation_id, caller=visit.caller, reason=body.reason, now=visit.now
        ),
        version=version_of(ORGANISATION, organisation_id),
    )
