"""What crosses the door about who acts for an organisation."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import Given, Shown
from app.people.models import Role
from app.people.schemas.fields import Code, PersonName

Roles = Annotated[list[Role], Field(min_length=1, max_length=6)]


class MemberRead(Shown):
    """A person and their roles. Phone and e-mail only for those who make accounts for it."""

    user_id: UUID
    display_name: str
    account: str | None
    phone: str | None
    email: str | None
    roles: list[Role]
    since: datetime
    signs_in: bool = Field(description="Has a device or a password")


class MemberList(Shown):
    """Everybody who acts for an organisation."""

    items: list[MemberRead]


class RolesUpdate(Given):
    """All the roles of a member, replacing the former ones."""

    roles: Roles


class HandOver(Given):
    """The member who coordinates from now on."""

    to: UUID


class InvitationCreate(Given):
    """Who is invited, as what."""

    roles: Roles
    display_name: PersonName | None = None
    days: int = Field(default=7, ge=1, le=30)


class InvitationRead(Shown):
    """An invitation; its code was shown once, when it was made."""

    id: UUID
    organisation_id: UUID
    roles: list[Role]
    display_name: str | None
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


class InvitationCreated(InvitationRead):
    """A new invitation with its code and link, to be passed on."""

    code: str
    link: str


class InvitationList(Shown):
    """The newest invitations, at most 200."""

    items: list[InvitationRead]


class InvitationAcceptance(Given):
    """The code of an invitation."""

    code: Code


class MembershipRead(Shown):
    """What somebody became by accepting."""

    organisation_id: UUID
    organisation: str
    roles: list[Role]
