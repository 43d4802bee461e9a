"""What the schemas of fairs share."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.places.schemas import LocationRead


class In(BaseModel):
    """What somebody sends: no field nobody knows."""

    model_config = ConfigDict(extra="forbid")


Clock = Annotated[
    str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["08:00"], description="Local time")
]
LocalStart = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$",
        description="Local day and time at the fair, without an offset",
    ),
]
Reason = Annotated[str, Field(min_length=3, max_length=500, examples=["Lluvia fuerte anunciada"])]
Address = Annotated[
    str,
    Field(
        pattern=r"^https?://[^\s<>\"'\\]+$",
        max_length=200,
        examples=["https://qoripampa.example"],
        description="A page, with http:// or https://",
    ),
]
Id = Annotated[UUID | None, Field(description="UUIDv7, may be made offline")]


class Party(BaseModel):
    """An organisation as a fair names it."""

    id: UUID
    name: str
    is_demo: bool


class Where(BaseModel):
    """The place of a fair or of one date."""

    id: UUID
    name: str
    address: str
    reference: str
    country: str
    region: str | None
    territory_code: str | None
    infrastructure: list[str]
    location: LocationRead | None
