"""What crosses the door about organisations: the public sees one schema, its members another."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, AS_TEXT, Given, Shown
from app.people.models import LegalStatus, OrganisationKind
from app.people.schemas.fields import Country, Email, Phone, Region, TerritoryCode

OrganisationName = Annotated[str, Field(min_length=2, max_length=200, examples=["Grupo Sumaq Tika"]), AS_LINE]
OrganisationCode = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,58}$", examples=["RED-AYNI"])]
Website = Annotated[
    str, Field(pattern=r"^https?://\S+$", max_length=200, examples=["https://red.example.org"])
]


class OrganisationCreate(Given):
    """A new organisation. Whoever creates it coordinates it, or `network` registers one of its groups."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    code: OrganisationCode | None = Field(default=None, description="Made from the name when absent")
    name: OrganisationName
    acronym: Annotated[str, Field(min_length=1, max_length=60), AS_LINE] | None = None
    kind: OrganisationKind
    legal_status: LegalStatus = LegalStatus.INFORMAL
    tax_id: Annotated[str, Field(min_length=1, max_length=30), AS_LINE] | None = None
    country: Country
    region: Region | None = None
    territory_code: TerritoryCode | None = None
    place: str | None = Field(default=None, max_length=200, examples=["Comunidad de Ccaccaccollo"])
    phone: Phone | None = None
    phone_is_public: bool = Field(
        default=False, description="Consent to show the phone to anybody, dated today"
    )
    email: Email | None = None
    website: Website | None = None
    facts: str | None = Field(default=None, max_length=2000)
    network: UUID | None = Field(
        default=None,
        description="The verified network that registers this group: it belongs to it and is answered for at once",
    )


class OrganisationUpdate(Given):
    """What may change. A field that is absent stays; null empties it."""

    name: OrganisationName | None = None
    acronym: Annotated[str, Field(min_length=1, max_length=60), AS_LINE] | None = None
    legal_status: LegalStatus | None = None
    tax_id: Annotated[str, Field(min_length=1, max_length=30), AS_LINE] | None = None
    region: Region | None = None
    territory_code: TerritoryCode | None = None
    place: str | None = Field(default=None, max_length=200)
    phone: Phone | None = None
    phone_is_public: bool | None = Field(default=None, description="Give or withdraw the dated consent")
    email: Email | None = None
    website: Website | None = None
    facts: str | None = Field(default=None, max_length=2000)


class OrganisationSummary(Shown):
    """A line of the list of organisations."""

    id: UUID
    code: str
    name: str
    acronym: str | None
    kind: OrganisationKind
    country: str
    region: str | None
    is_verified: bool
    is_demo: bool


class OrganisationPage(Shown):
    """A page of organisations."""

    items: list[OrganisationSummary]
    next_cursor: str | None


class OrganisationPublic(OrganisationSummary):
    """What anybody may read of an organisation."""

    legal_status: LegalStatus
    territory_code: str | None
    place: str | None
    phone: str | None = Field(description="Only with its dated consent")
    website: str | None
    facts: str | None
    version: int


class OrganisationOwn(OrganisationPublic):
    """What its members, and the networks that answer for it, read besides."""

    tax_id: str | None
    email: str | None
    phone_consent_at: datetime | None
    verified_at: datetime | None
    created_at: datetime
    actions: list[str] = Field(description="What this caller may do now")


class VerificationCreate(Given):
    """The platform or, for a buyer, the network that will coordinate its orders, vouches for an organisation."""

    by: UUID | None = Field(
        default=None, description="The verified network that vouches; absent: the platform"
    )


class VerificationRevocation(Given):
    """Why an organisation is no longer vouched for."""

    reason: Annotated[str, Field(min_length=3, max_length=300, examples=["Cerró su oficina"]), AS_TEXT]
