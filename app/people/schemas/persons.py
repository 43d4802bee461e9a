"""What crosses the door about one's own account, and about accounts made for others."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, Given, Shown
from app.people.models import OrganisationKind, Role
from app.people.schemas.affiliations import OrganisationRef
from app.people.schemas.fields import Email, PersonName, Phone
from app.people.schemas.members import Roles

Language = Literal["es", "en"]


class PersonCreate(Given):
    """An account for somebody; neither phone nor e-mail is needed."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    display_name: PersonName
    phone: Phone | None = None
    email: Email | None = None
    lang: Language = "es"
    roles: Roles = Field(default=[Role.MEMBER])


class CodeCreated(Shown):
    """A code to pass on: it works once, within seven days, on one device."""

    code: str
    link: str
    expires_at: datetime


class PersonCreated(CodeCreated):
    """The new account with its first code. `account` is what the person signs in by with a password."""

    user_id: UUID
    account: str


class MyOrganisation(Shown):
    """An organisation that the caller acts for."""

    id: UUID
    code: str
    name: str
    kind: OrganisationKind
    is_verified: bool
    roles: list[Role]
    capabilities: list[str]


class MeRead(Shown):
    """Who is asking."""

    kind: Literal["person", "key"]
    id: UUID
    account: str | None
    display_name: str
    phone: str | None
    email: str | None
    lang: Language
    is_admin: bool
    has_password: bool
    organisations: list[MyOrganisation]
    networks: list[OrganisationRef] = Field(description="Those that the caller's organisations belong to")
    version: int


class MeUpdate(Given):
    """What people change of their own account. A field that is absent stays; null empties it."""

    display_name: PersonName | None = None
    phone: Phone | None = None
    email: Email | None = None
    lang: Language | None = None


class SessionRead(Shown):
    """Signed in somewhere."""

    id: UUID
    device_id: UUID | None
    name: str
    created_at: datetime
    refreshed_at: datetime | None
    is_current: bool


class DeviceRead(Shown):
    """A device that knows the caller's PIN."""

    id: UUID
    name: str
    created_at: datetime
    is_locked: bool


class SignedIn(Shown):
    """Where the caller is signed in."""

    sessions: list[SessionRead]
    devices: list[DeviceRead]


class Export(Shown):
    """Everything kept about the caller; rooms add parts of their own."""

    person: dict[str, Any]
    memberships: list[dict[str, Any]]
    invitations: list[dict[str, Any]]
    devices: list[dict[str, Any]]
    sessions: list[dict[str, Any]]
    codes: list[dict[str, Any]]
    records: list[dict[str, Any]]
    more: dict[str, Any]


class KeyCreate(Given):
    """A key for a program of the organisation."""

    name: Annotated[str, Field(min_length=2, max_length=80, examples=["Sistema de la cooperativa"]), AS_LINE]
    scopes: list[str] = Field(min_length=1, max_length=20, examples=[["read", "stock"]])
    days: int = Field(default=365, ge=1, le=730)


class KeyRead(Shown):
    """A key; what it opens with was shown once."""

    id: UUID
    organisation_id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyCreated(KeyRead):
    """A new key with its secret."""

    key: str


class KeyList(Shown):
    """The newest keys of an organisation, at most 200."""

    items: list[KeyRead]
