"""What crosses the door about the parts of producers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.kernel.bodies import AS_LINE, Given, Shown
from app.kernel.wire import Instant, Money, Quantity
from app.orders.rules import AllocationState, Channel
from app.orders.schemas.shared import Organisation, ProductShort, Reason


class SpokeIn(Given):
    """Who said it, when somebody else enters it for a group."""

    name: Annotated[str, Field(min_length=2, max_length=120, examples=["Rosa, la presidenta"]), AS_LINE]
    channel: Literal[Channel.PHONE, Channel.WHATSAPP, Channel.IN_PERSON] = Field(examples=["phone"])
    at: Instant | None = Field(default=None, description="When; absent: now")


class ConfirmationIn(Given):
    """Yes, to all of it or to less."""

    quantity: Quantity | None = Field(default=None, description="Absent: all that is offered")
    spoke: SpokeIn | None = Field(default=None, description="Needed from whoever is not of the group")


class DeclineIn(Given):
    """«Esta vez no podemos». Needs no reason."""

    reason: str | None = Field(default=None, max_length=500)
    spoke: SpokeIn | None = Field(default=None, description="Needed from whoever is not of the group")


class ExtensionIn(Given):
    """A later deadline for one part: that day's 20:00 where the coordinating organisation is, or the next one."""

    until: Instant | None = None
    in_days: int | None = Field(default=None, ge=1, le=60)
    reason: Reason

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        if (self.until is None) == (self.in_days is None):
            raise PydanticCustomError("one_deadline", "until or in_days")
        return self


class TableRow(Shown):
    """One group's share in the table that all groups of a plan may read."""

    producer: str
    people: int
    quantity: Quantity
    why: str


class AllocationRead(Shown):
    """One producer's part («su parte»)."""

    id: UUID
    order_id: UUID
    order_code: str
    state: AllocationState
    producer: Organisation
    coordinator: Organisation
    buyer: Organisation
    product: ProductShort
    variant: str | None
    offered: Quantity
    quantity: Quantity
    amount: Money
    due_on: date
    answer_until: datetime
    answered_at: datetime | None
    answer_channel: Channel | None
    spoke: str | None = Field(description="Who said it, when somebody else entered it")
    spoke_at: datetime | None
    reason: str | None
    late: Quantity | None = Field(description="Offered after the deadline, waiting for the next repair")
    text: str | None = Field(description="Why it is this much, in one sentence; not for the buyer")
    table: list[TableRow] | None = Field(
        description="What every group gives, where the network shows it; not for the buyer"
    )
    actions: list[str]
    is_demo: bool
    order_version: int = Field(description="Rises with every answer to the order")
    version: int


class AllocationSummary(Shown):
    """A part in a list."""

    id: UUID
    order_id: UUID
    order_code: str
    state: AllocationState
    producer: Organisation
    product: ProductShort
    quantity: Quantity
    amount: Money
    answer_until: datetime
    is_demo: bool


class AllocationPage(Shown):
    """A page of parts, newest first."""

    items: list[AllocationSummary]
    next_cursor: str | None


class AllocationRecord(Shown):
    """The explanation record behind a part, kept for ever."""

    allocation_id: UUID
    text: str
    record: dict[str, Any]
