"""What crosses the door of private calendar addresses."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import Shown


class FeedTokenRead(Shown):
    """A private calendar address of a group, without its secret."""

    id: UUID
    organisation_id: UUID
    created_at: datetime
    revoked_at: datetime | None


class FeedTokenCreated(FeedTokenRead):
    """It is shown this once."""

    url: str = Field(description="The address to subscribe to; whoever has it reads where the group stands")


class FeedTokenList(Shown):
    """The newest first."""

    items: list[FeedTokenRead]
