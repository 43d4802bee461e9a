"""What crosses the door about barter posts: things and work, never money."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.fairs.schemas.shared import Id
from app.fairs.states import PostKind
from app.kernel.bodies import AS_LINE, Given, Shown

PostText = Annotated[
    str,
    Field(min_length=3, max_length=300, examples=["Papa nativa por lana de oveja o trabajo en la chacra"]),
    AS_LINE,
]
Amount = Annotated[
    str, Field(max_length=60, examples=["dos arrobas"], description="In their words; no money")
]


class BarterPostCreate(Given):
    """A group offers or looks for something on a barter day."""

    id: Id = None
    organisation: UUID
    kind: PostKind
    text: PostText
    amount: Amount = ""
    product: UUID | None = None


class BarterPostUpdate(Given):
    """What may change. Absent fields stay."""

    text: PostText | None = None
    amount: Amount | None = None
    product: UUID | None = None


class BarterPostRead(Shown):
    """«Ofrezco / busco»."""

    id: UUID
    occurrence_id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: PostKind
    text: str
    amount: str
    product_id: UUID | None
    product_name: str | None
    is_open: bool
    created_at: datetime
    version: int


class BarterPostPage(Shown):
    """A page of open posts, the oldest first."""

    items: list[BarterPostRead]
    next_cursor: str | None
