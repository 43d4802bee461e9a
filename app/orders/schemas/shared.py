"""What several of the room's schemas share."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_TEXT, Shown

Reason = Annotated[
    str, Field(min_length=3, max_length=500, examples=["Este mes ya entregan otro pedido grande"]), AS_TEXT
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
