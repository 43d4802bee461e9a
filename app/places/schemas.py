"""What crosses the door about places and territories."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, Given, Shown
from app.places.models import Infrastructure, PlaceKind, TerritoryLevel

PlaceName = Annotated[str, Field(min_length=2, max_length=120, examples=["Centro de acopio Pisac"]), AS_LINE]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["PE"], description="ISO 3166-1")]
Region = Annotated[
    str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$", examples=["PE-CUS"], description="ISO 3166-2")
]
TerritoryCode = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}-[0-9A-Z]{2,16}$", examples=["PE-080406"], description="See /v1/territories"),
]
Direction = Annotated[str, Field(max_length=300), AS_LINE]


class TerritoryRead(Shown):
    """A district, municipality or comuna by its official code."""

    code: str
    country: str
    region: str
    level: TerritoryLevel
    name: str
    parent_name: str = Field(description="Its province")


class TerritoryPage(Shown):
    """A page of territories."""

    items: list[TerritoryRead]
    next_cursor: str | None


class LocationIn(Given):
    """Where it is, in degrees."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, examples=[-13.42])
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, examples=[-71.85])


class LocationRead(Shown):
    """Where it is: to 0.01 degree, unless its owner agreed to show it exactly."""

    latitude: float
    longitude: float
    is_exact: bool


class PlaceCreate(Given):
    """A new place, kept by `owner`."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    owner: UUID
    kind: PlaceKind
    name: PlaceName
    country: Country
    region: Region | None = None
    territory_code: TerritoryCode | None = Field(default=None, description="Gives the region")
    address: Direction = ""
    reference: Direction = Field(default="", examples=["Frente a la posta"])
    infrastructure: list[Infrastructure] = Field(default=[], max_length=20)
    location: LocationIn | None = None
    location_is_public: bool = Field(default=False, description="Consent to show it exactly, dated today")
    contact_name: Annotated[str, Field(min_length=2, max_length=120), AS_LINE] | None = None
    contact_phone: Annotated[str, Field(min_length=5, max_length=30), AS_LINE] | None = None


class PlaceUpdate(Given):
    """What may change. A field that is absent stays; null empties it."""

    name: PlaceName | None = None
    kind: PlaceKind | None = None
    region: Region | None = None
    territory_code: TerritoryCode | None = None
    address: Direction | None = None
    reference: Direction | None = None
    infrastructure: list[Infrastructure] | None = Field(default=None, max_length=20)
    location: LocationIn | None = None
    location_is_public: bool | None = Field(default=None, description="Give or withdraw the dated consent")
    contact_name: Annotated[str, Field(min_length=2, max_length=120), AS_LINE] | None = None
    contact_phone: Annotated[str, Field(min_length=5, max_length=30), AS_LINE] | None = None
    is_open: bool | None = Field(default=None, description="Whether it is in use")


class PlaceSummary(Shown):
    """A line of the list of places."""

    id: UUID
    owner_id: UUID
    kind: PlaceKind
    name: str
    country: str
    region: str | None
    territory_code: str | None
    address: str
    reference: str
    infrastructure: list[Infrastructure]
    location: LocationRead | None
    is_open: bool
    is_demo: bool
    version: int


class PlacePage(Shown):
    """A page of places."""

    items: list[PlaceSummary]
    next_cursor: str | None


class PlaceOwn(PlaceSummary):
    """What its owner's people read besides."""

    contact_name: str | None
    contact_phone: str | None
    location_consent_at: datetime | None
    created_at: datetime
    actions: list[str] = Field(description="What this caller may do now")
