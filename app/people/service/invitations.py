"""Invitations: whoever has the code becomes a member, once."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import NotFoundError
from app.kernel.settings import Settings
from app.kernel.text import clean_line
from app.people import access, codes
from app.people.codes import CodeInvalidError
from app.people.models import Role
from app.people.queries import members as queries
from app.people.schemas.members import InvitationCreate
from app.people.service import members
from app.people.tables import INVITATION

_ADD = sa.insert(INVITATION)
_LIVE = sa.and_(INVITATION.c.accepted_at.is_(None), INVITATION.c.revoked_at.is_(None))
_CLAIM = (
    sa.update(INVITATION)
    .where(INVITATION.c.code_digest == given("digest"), _LIVE, INVITATION.c.expires_at > given("now"))
    .values(accepted_at=given("now"))
)
_ACCEPTED_BY = (
    sa.update(INVITATION).where(INVITATION.c.id == given("invitation")).values(accepted_by=given("user"))
)
_REVOKE = (
    sa.update(INVITATION).where(INVITATION.c.id == given("invitation"), _LIVE).values(revoked_at=given("now"))
)


async def create(
    tx: Tx,
    organisation_id: UUID,
    *,
    caller: Caller,
    invitation: InvitationCreate,
    settings: Settings,
    now: datetime,
) -> Row:
    """Invite somebody; the answer holds the code, which is not kept. Raises NotFoundError, ForbiddenError."""
    await members.require_grant(tx, caller, organisation_id, invitation.roles)
    code = codes.new(settings, now, days=invitation.days)
    identifier, roles = ids.uuid7(), sorted(set(invitation.roles))
    await tx.run(
        _ADD,
        id=identifier,
        organisation_id=organisation_id,
        code_digest=code.digest,
        roles=" ".join(roles),
        display_name=clean_line(invitation.display_name) if invitation.display_name else None,
        invited_by=caller.name,
        created_at=now,
        expires_at=code.expires_at,
    )
    await journal.record(
        tx, caller, now, "invitation.created", ("organisation", organisation_id), roles=roles
    )
    made = await queries.invitation(tx, identifier)
    return queries.shown(made or {}) | {"code": code.code, "link": code.link}


async def accept(tx: Tx, digest: bytes, *, caller: Caller, user_id: UUID, now: datetime) -> Row:
    """The person becomes a member. Raises CodeInvalidError for a code that is unknown, used, withdrawn or expired."""
    invitation = await claim(tx, digest, now)
    if invitation is None:
        raise CodeInvalidError
    return await join(tx, invitation, caller=caller, user_id=user_id, now=now)


async def claim(tx: Tx, digest: bytes, now: datetime) -> Row | None:
    """The invitation behind a code, from now on used: whoever comes second finds None."""
    if not await tx.run(_CLAIM, digest=digest, now=now):
        return None
    return await queries.invitation_by_code(tx, digest)


async def join(tx: Tx, invitation: Row, *, caller: Caller, user_id: UUID, now: datetime) -> Row:
    """The person becomes what the claimed invitation says."""
    await tx.run(_ACCEPTED_BY, invitation=invitation["id"], user=user_id)
    roles = [Role(role) for role in invitation["roles"].split()]
    organisation = invitation["organisation_id"]
    await members.add(tx, caller, organisation, user_id, roles=roles, now=now)
    return {"organisation_id": organisation, "organisation": invitation["organisation"], "roles": roles}


async def revoke(tx: Tx, invitation_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Withdraw an invitation; one that was accepted or withdrawn stays as it is. Raises NotFoundError, ForbiddenError."""
    found = await queries.invitation(tx, invitation_id)
    if found is None:
        raise NotFoundError
    access.require(caller, "read", found["organisation_id"], visible=False)
    access.require(caller, "people", found["organisation_id"])
    if await tx.run(_REVOKE, invitation=invitation_id, now=now):
        subject = ("organisation", found["organisation_id"])
        await journal.record(tx, caller, now, "invitation.revoked", subject, invitation=str(invitation_id))
