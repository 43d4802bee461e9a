"""What several of the room's schemas share."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.kernel.bodies import Shown

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
    Field(examples=["Este mes ya entregan otro pedido grande"]),
]


class Organisation(Shown):
    """Who, in short."""

    id: UUID
    name: str


class ProductShort(Shown):
    """Which product, in short."""

    id: UUID
    code: str
    name: str
