"""What several of the room's schemas share."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
    Field(examples=["Este mes ya entregan otro pedido grande"]),
]


class Given(BaseModel):
    """What somebody sends: no field that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class Organisation(BaseModel):
    """Who, in short."""

    id: UUID
    name: str


class ProductShort(BaseModel):
    """Which product, in short."""

    id: UUID
    code: str
    name: str
