"""Vouching for organisations. Nobody vouches for one they belong to."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import ConflictError, ForbiddenError
from app.people import access
from app.people.queries import organisations as queries
from app.people.tables import ORGANISATION

_SET = (
    sa.update(ORGANISATION)
    .where(ORGANISATION.c.id == given("organisation"))
    .values(
        verified_at=given("verified_at"), verified_by=given("verified_by"), version=ORGANISATION.c.version + 1
    )
)


class OwnVerificationError(ForbiddenError):
    """Somebody would vouch for an organisation that they belong to."""


class VerificationNotNeededError(ConflictError):
    """Organisations of this kind act without anybody's vouching."""


async def verify(tx: Tx, organisation_id: UUID, *, caller: Caller, by: UUID | None, now: datetime) -> Row:
    """The platform vouches for an organisation, or a verified network for a buyer of its orders.

    Raises NotFoundError, OwnVerificationError, ForbiddenError, VerificationNotNeededError.
    """
    found = await queries.row(tx, organisation_id)
    _check_verifier(found, caller, by)
    if found["kind"] not in access.VERIFIABLE:
        raise VerificationNotNeededError
    verifier = f"organisation:{by}" if by else caller.name
    if found["verified_at"] is None:
        await tx.run(_SET, organisation=organisation_id, verified_at=now, verified_by=verifier)
        subject = ("organisation", organisation_id)
        await journal.record(tx, caller, now, "organisation.verified", subject, by=verifier)
    return await queries.organisation(tx, caller, organisation_id)


async def revoke(tx: Tx, organisation_id: UUID, *, caller: Caller, reason: str, now: datetime) -> Row:
    """Whoever vouched, or the platform, no longer does. Raises NotFoundError, OwnVerificationError, ForbiddenError."""
    found = await queries.row(tx, organisation_id)
    kind, _, verifier = (found["verified_by"] or "").partition(":")
    _check_verifier(found, caller, UUID(verifier) if kind == "organisation" and not caller.is_admin else None)
    if found["verified_at"] is not None:
        await tx.run(_SET, organisation=organisation_id, verified_at=None, verified_by=None)
        subject = ("organisation", organisation_id)
        await journal.record(tx, caller, now, "organisation.unverified", subject, reason=reason)
    return await queries.organisation(tx, caller, organisation_id)


def _check_verifier(found: Row, caller: Caller, by: UUID | None) -> None:
    if found["id"] in caller.own:
        raise OwnVerificationError
    if by is None and not caller.is_admin:
        raise ForbiddenError
    if by is not None and not (found["kind"] in access.BUYERS and caller.may("coordinate", by)):
        raise ForbiddenError
