"""What crosses the door for those who run orders: the board and a network's policy."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from app.kernel.bodies import Given, Shown
from app.kernel.wire import Money, Quantity
from app.orders.rules import AllocationState, OrderState
from app.orders.schemas.orders import LineRead
from app.orders.schemas.shared import Organisation


class BoardRow(Shown):
    """One group on the coordinating organisation's board."""

    allocation_id: UUID
    producer: Organisation
    line: int
    quantity: Quantity
    amount: Money
    state: AllocationState
    told: bool
    seen: bool
    answered: bool
    missing: bool = Field(description="Told or not, the answer is still awaited")
    late: Quantity | None = Field(description="Offered after the deadline, waiting for the next repair")
    message_id: UUID | None
    wa_link: str | None
    answer_until: datetime


class Board(Shown):
    """How an order stands: per group told, seen, answered, missing."""

    order_id: UUID
    order_code: str
    state: OrderState
    lines: list[LineRead]
    rows: list[BoardRow]
    counts: dict[str, int]


class PolicyIn(Given):
    """How a network runs its orders."""

    release_at_once: bool = False
    repair_at_once: bool = True
    show_table: bool = True
    answer_hours: int = Field(default=48, ge=48, le=720)
    weight_cap: int = Field(default=8, ge=1, le=1000)
    history_days: int = Field(default=90, ge=0, le=3650)


class PolicyRead(PolicyIn):
    """How a network runs its orders."""

    model_config = ConfigDict(extra="ignore")
    organisation_id: UUID
    version: int
