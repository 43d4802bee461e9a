"""Reads of who acts for an organisation, and who is invited to."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.people import access
from app.people.models import Role
from app.people.tables import DEVICE, INVITATION, MEMBERSHIP, ORGANISATION, USER

_HAS_DEVICE = sa.exists().where(DEVICE.c.user_id == USER.c.id, DEVICE.c.revoked_at.is_(None))
_MEMBERS = (
    sa.select(
        USER.c.id.label("user_id"),
        USER.c.display_name,
        USER.c.account,
        USER.c.phone,
        USER.c.email,
        MEMBERSHIP.c.role,
        MEMBERSHIP.c.created_at.label("since"),
        sa.case((_HAS_DEVICE, 1), (USER.c.password_hash.is_not(None), 1), else_=0).label("signs_in"),
    )
    .join(USER, USER.c.id == MEMBERSHIP.c.user_id)
    .where(MEMBERSHIP.c.organisation_id == given("organisation"))
    .order_by(USER.c.display_name, USER.c.id, MEMBERSHIP.c.role)
)
_ROLES = sa.select(MEMBERSHIP.c.role).where(
    MEMBERSHIP.c.organisation_id == given("organisation"), MEMBERSHIP.c.user_id == given("user")
)
_COORDINATORS = sa.select(MEMBERSHIP.c.user_id).where(
    MEMBERSHIP.c.organisation_id == given("organisation"), MEMBERSHIP.c.role == Role.COORDINATOR
)
_OTHERS = (
    sa.select(MEMBERSHIP.c.user_id)
    .where(MEMBERSHIP.c.organisation_id == given("organisation"), MEMBERSHIP.c.user_id != given("user"))
    .limit(1)
)
_INVITATION_COLUMNS = (
    INVITATION.c.id,
    INVITATION.c.organisation_id,
    INVITATION.c.roles,
    INVITATION.c.display_name,
    INVITATION.c.created_at,
    INVITATION.c.expires_at,
    INVITATION.c.accepted_at,
    INVITATION.c.revoked_at,
)
_INVITATIONS = (
    sa.select(*_INVITATION_COLUMNS)
    .where(INVITATION.c.organisation_id == given("organisation"))
    .order_by(INVITATION.c.id.desc())
    .limit(200)
)
_INVITATION = sa.select(*_INVITATION_COLUMNS).where(INVITATION.c.id == given("id"))
_INVITATION_OF = sa.select(*_INVITATION_COLUMNS, ORGANISATION.c.name.label("organisation")).join(
    ORGANISATION, ORGANISATION.c.id == INVITATION.c.organisation_id
)
_BY_CODE = _INVITATION_OF.where(INVITATION.c.code_digest == given("digest"))


async def members(db: Database, caller: Caller, organisation_id: UUID) -> list[Row]:
    """Everybody who acts for an organisation, with their roles. Raises NotFoundError: who they are is private."""
    access.require(caller, "read", organisation_id, visible=False)
    shows_contacts = caller.is_admin or caller.may("people", organisation_id)
    found: dict[UUID, Row] = {}
    for line in await db.all(_MEMBERS, organisation=organisation_id):
        role, since = line.pop("role"), line.pop("since")
        person = found.setdefault(line["user_id"], line | {"roles": [], "since": since})
        person["roles"].append(role)
        person["since"] = min(person["since"], since)
        person["signs_in"] = bool(line["signs_in"])
        if not shows_contacts:
            person |= {"account": None, "phone": None, "email": None}
            found[line["user_id"]] = person
    return list(found.values())


async def roles(db: Database, organisation_id: UUID, user_id: UUID) -> list[Role]:
    """The roles of a person in an organisation; none for somebody who does not act for it."""
    return [row["role"] for row in await db.all(_ROLES, organisation=organisation_id, user=user_id)]


async def coordinators(db: Database, organisation_id: UUID) -> list[UUID]:
    """Who coordinates an organisation."""
    return [row["user_id"] for row in await db.all(_COORDINATORS, organisation=organisation_id)]


async def has_others(db: Database, organisation_id: UUID, user_id: UUID) -> bool:
    """Whether anybody else acts for an organisation."""
    return await db.one(_OTHERS, organisation=organisation_id, user=user_id) is not None


async def invitations(db: Database, caller: Caller, organisation_id: UUID) -> list[Row]:
    """The newest invitations of an organisation. Raises NotFoundError, ForbiddenError."""
    access.require(caller, "read", organisation_id, visible=False)
    access.require(caller, "people", organisation_id)
    return [shown(row) for row in await db.all(_INVITATIONS, organisation=organisation_id)]


async def invitation(db: Database, invitation_id: UUID) -> Row | None:
    """One invitation."""
    return await db.one(_INVITATION, id=invitation_id)


async def invitation_by_code(db: Database, digest: bytes) -> Row | None:
    """The invitation behind a code, with the name of its organisation."""
    return await db.one(_BY_CODE, digest=digest)


def shown(found: dict[str, Any]) -> Row:
    """The wire form of an invitation."""
    return found | {"roles": found["roles"].split()}
