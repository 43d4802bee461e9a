"""What crosses the door about producers: the public, their network and their members each see one schema."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import Given, Shown
from app.people.models import LegalStatus, OrganisationKind
from app.places.schemas import LocationIn

LineCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,58}$", examples=["textiles"])]
Count = Annotated[int, Field(ge=0, le=100_000)]


class ProductionLineRead(Shown):
    """A line of production, named in the language asked for."""

    code: str
    name: str


class LineList(Shown):
    """Every line of production."""

    items: list[ProductionLineRead]


class SealName(Shown):
    """A seal that is valid today."""

    code: str
    name: str


class Named(Shown):
    """An organisation by its name."""

    id: UUID
    name: str


class ProducerSummary(Shown):
    """A line of the directory."""

    id: UUID
    code: str
    name: str
    kind: OrganisationKind
    country: str
    region: str | None
    place: str | None
    women_led: bool
    is_demo: bool
    lines: list[ProductionLineRead]
    seals: list[SealName]


class ProducerPage(Shown):
    """A page of the directory."""

    items: list[ProducerSummary]
    next_cursor: str | None


class Location(Shown):
    """Where it is. `is_exact` only by dated consent; otherwise to 0.01 degree."""

    latitude: float
    longitude: float
    is_exact: bool


class ProducerRead(ProducerSummary):
    """What anybody may read of a producer. Phones only with the group's dated consent."""

    acronym: str | None
    territory_code: str | None
    members: int | None = Field(description="Active members")
    founded_year: int | None
    story: str
    strengths: str
    facts: str | None
    website: str | None
    phone: str | None
    networks: list[Named]
    location: Location | None


class NetworkProducer(Shown):
    """A group as its network's secretary sees it: whom to call and how many they are."""

    id: UUID
    code: str
    name: str
    place: str | None
    legal_status: LegalStatus
    phone: str | None = Field(
        description="When the group lets this network answer for it, or shows it to anybody"
    )
    women: int | None
    men: int | None
    active: int | None
    verified: int
    verified_at: datetime | None
    needs: str
    answer_for: bool
    invoice_for: bool
    is_demo: bool
    actions: list[str] = Field(description="What this caller may do now")


class NetworkProducerPage(Shown):
    """A page of a network's groups."""

    items: list[NetworkProducer]
    next_cursor: str | None


class ProfileRead(Shown):
    """The whole registration form, for the group's members and whoever answers for it."""

    id: UUID
    code: str
    name: str
    kind: OrganisationKind
    legal_status: LegalStatus
    women: int | None
    men: int | None
    active: int | None
    verified: int
    verified_at: datetime | None
    verified_by: Named | None
    women_led: bool
    founded_year: int | None
    story: str
    needs: str
    strengths: str
    invoiced_by: Named | None
    lines: list[ProductionLineRead]
    networks: list[Named]
    location: Location | None = Field(description="Exactly as given")
    location_consent_at: datetime | None
    is_listed: bool
    updated_at: datetime
    version: int
    actions: list[str] = Field(description="What this caller may do now")


class ProfileUpdate(Given):
    """What the group changes in its form. A field that is absent stays; null empties it."""

    women: Count | None = None
    men: Count | None = None
    active: Count | None = Field(default=None, description="At most women and men together")
    women_led: bool | None = None
    founded_year: int | None = Field(default=None, ge=1800, le=2200)
    story: str | None = Field(default=None, max_length=4000)
    needs: str | None = Field(default=None, max_length=2000)
    strengths: str | None = Field(default=None, max_length=2000)
    invoiced_by: UUID | None = Field(default=None, description="A network that may invoice for the group")
    lines: list[LineCode] | None = Field(default=None, max_length=20)
    location: LocationIn | None = None
    location_is_public: bool | None = Field(
        default=None, description="Give or withdraw the dated consent to show the exact place"
    )
    is_listed: bool | None = Field(default=None, description="Whether the public directory shows it")


class MemberVerification(Given):
    """A network counted a group's members."""

    network: UUID
    verified: Count = Field(description="How many active members it knows")


class Feature(Shown):
    """A producer on the map (RFC 7946)."""

    type: Literal["Feature"]
    id: UUID
    geometry: dict[str, object] = Field(description='{"type": "Point", "coordinates": [longitude, latitude]}')
    properties: ProducerSummary


class FeatureCollection(Shown):
    """Producers on the map (RFC 7946), to 0.01 degree unless the group agreed to more."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
    next_cursor: str | None


class MemberVerificationRead(Shown):
    """How many members of a group its network knows."""

    producer_id: UUID
    network_id: UUID
    active: int
    verified: int
    verified_at: datetime
