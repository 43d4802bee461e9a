"""What the schemas of fairs share."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_TEXT, Shown
from app.places.schemas import LocationRead

Clock = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:00"], description="Local time")
]
LocalStart = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Local day and time at the fair, without an offset",
    ),
]
Reason = Annotated[str, Field(min_length=3, max_length=500, examples=["Lluvia fuerte anunciada"]), AS_TEXT]
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


class Party(Shown):
    """An organisation as a fair names it."""

    id: UUID
    name: str
    is_demo: bool


class Where(Shown):
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
