"""What crosses the door about orders."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.kernel.bodies import Given, Shown
from app.kernel.wire import CurrencyCode, Day, Price, Quantity
from app.orders.rules import OrderState
from app.orders.schemas.shared import Organisation, ProductShort, Reason


class LineIn(Given):
    """What is wanted of one product."""

    product: UUID
    variant: str | None = Field(default=None, max_length=40, description="A colour or size; absent: any")
    quantity: Quantity
    over_tolerance: Quantity | None = Field(
        default=None, description="How much more is welcome, so that packs fit"
    )
    under_tolerance: Quantity | None = Field(default=None, description="How much less still counts as filled")
    max_price: Price | None = None
    min_grade: int | None = Field(default=None, ge=0, le=100)
    due_on: Day | None = None
    due_in_days: int | None = Field(default=None, ge=1, le=730, examples=[30])
    min_shelf_days: int = Field(default=0, ge=0, le=3650)
    seals: list[Annotated[str, Field(max_length=60)]] = Field(default=[], max_length=20)
    regions: list[Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]] = Field(
        default=[],
        max_length=50,
        description="Countries (`PE`) or ISO 3166-2 regions (`PE-PUN`); empty: anywhere",
    )

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        if (self.due_on is None) == (self.due_in_days is None):
            raise PydanticCustomError("one_date", "due_on or due_in_days")
        return self


class OrderCreate(Given):
    """A new order. It stays a draft until it is submitted."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    buyer: UUID
    coordinator: UUID | None = Field(default=None, description="Who runs it; absent: proposed by territory")
    currency: CurrencyCode
    note: str = Field(default="", max_length=2000)
    delivery: str = Field(
        default="", max_length=400, examples=["En el almacén de Juliaca, de lunes a viernes"]
    )
    max_share: Quantity | None = Field(default=None, description="The most that one group gives on each line")
    lines: list[LineIn] = Field(min_length=1, max_length=50)


class OrderUpdate(Given):
    """What is given replaces what was. A submitted or proposed order becomes a draft again and its plans void."""

    coordinator: UUID | None = None
    note: str | None = Field(default=None, max_length=2000)
    delivery: str | None = Field(default=None, max_length=400)
    lines: list[LineIn] | None = Field(default=None, min_length=1, max_length=50)
    max_share: Quantity | None = Field(default=None, description="Goes with `lines`, which replaces it too")

    @model_validator(mode="after")
    def _share_of_lines(self) -> Self:
        if self.max_share is not None and self.lines is None:
            raise PydanticCustomError("lines_needed", "max_share goes with lines")
        return self


class LineRead(Shown):
    """One line and how far it is."""

    id: UUID
    number: int
    product: ProductShort
    variant: str | None
    quantity: Quantity
    over_tolerance: Quantity
    under_tolerance: Quantity | None
    max_price: Price | None
    min_grade: int | None
    due_on: date
    min_shelf_days: int
    seals: list[str]
    regions: list[str]
    offered: Quantity = Field(description="Offered and not yet answered")
    agreed: Quantity = Field(description="What producers have said yes to")
    missing: Quantity = Field(description="What nobody gives or is asked for")


class OrderRead(Shown):
    """An order as its buyer and its coordinating organisation see it."""

    id: UUID
    code: str = Field(description="For the telephone")
    state: OrderState
    buyer: Organisation
    coordinator: Organisation | None
    currency: str
    note: str
    delivery: str
    max_share: Quantity | None
    lines: list[LineRead]
    plan_id: UUID | None = Field(description="The newest plan")
    accepted_at: datetime | None
    valid_until: datetime | None = Field(description="Until when the released plan can be accepted")
    cutoff_at: datetime | None = Field(description="The last deadline of the producers")
    close_reason: str | None
    created_at: datetime
    actions: list[str] = Field(description="What this caller may do now")
    is_demo: bool
    version: int


class OrderSummary(Shown):
    """A line of the list of orders."""

    id: UUID
    code: str
    state: OrderState
    buyer: Organisation
    coordinator: Organisation | None
    created_at: datetime
    is_demo: bool


class OrderPage(Shown):
    """A page of orders, newest first."""

    items: list[OrderSummary]
    next_cursor: str | None


class AcceptanceIn(Given):
    """The buyer's yes to a named plan."""

    plan_id: UUID


class CancellationIn(Given):
    """Why an order ends."""

    reason: Reason
