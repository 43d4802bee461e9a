"""What crosses the door about groups that belong to networks."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import Given, Shown
from app.people.models import AffiliationState


class AffiliationCreate(Given):
    """A group asks to belong to a network, or the network invites the group: whoever acts for which decides."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    group: UUID
    network: UUID
    see_stock: bool = Field(default=True, description="The network sees the group's stock")
    answer_for: bool = Field(default=False, description="The network may post stock and answer offers for it")
    invoice_for: bool = Field(default=False, description="The network invoices for it")


class AffiliationUpdate(Given):
    """What the group lets the network do from now on; what is absent stays."""

    see_stock: bool | None = None
    answer_for: bool | None = None
    invoice_for: bool | None = None


class OrganisationRef(Shown):
    """One side of an affiliation."""

    id: UUID
    code: str
    name: str


class AffiliationRead(Shown):
    """A group belongs to a network, or is asked to."""

    id: UUID
    group: OrganisationRef
    network: OrganisationRef
    state: AffiliationState
    asked_by_group: bool
    see_stock: bool
    answer_for: bool
    invoice_for: bool
    asked_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    version: int
    actions: list[str] = Field(description="What this caller may do now")


class AffiliationPage(Shown):
    """A page of affiliations."""

    items: list[AffiliationRead]
    next_cursor: str | None
