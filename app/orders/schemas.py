"""What crosses the door about orders, plans and the parts of producers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from app.kernel.wire import CurrencyCode, Money, Price, Quantity
from app.orders.rules import AllocationState, Channel, OrderState, PlanState

Reason = Annotated[
    str, Field(min_length=3, max_length=500, examples=["Este mes ya entregan otro pedido grande"])
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineIn(_In):
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
    due_on: date | None = None
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
            raise ValueError("due")
        return self


class OrderCreate(_In):
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


class OrderUpdate(_In):
    """What is given replaces what was. A submitted or proposed order becomes a draft again and its plans void."""

    coordinator: UUID | None = None
    note: str | None = Field(default=None, max_length=2000)
    delivery: str | None = Field(default=None, max_length=400)
    lines: list[LineIn] | None = Field(default=None, min_length=1, max_length=50)


class Organisation(BaseModel):
    """Who, in short."""

    id: UUID
    name: str


class ProductShort(BaseModel):
    """Which product, in short."""

    id: UUID
    code: str
    name: str


class LineRead(BaseModel):
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


class OrderRead(BaseModel):
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


class OrderSummary(BaseModel):
    """A line of the list of orders."""

    id: UUID
    code: str
    state: OrderState
    buyer: Organisation
    coordinator: Organisation | None
    created_at: datetime
    is_demo: bool


class OrderPage(BaseModel):
    """A page of orders, newest first."""

    items: list[OrderSummary]
    next_cursor: str | None


class ChangeIn(_In):
    """A decision of the coordinating organisation. Its reason stands in the group's explanation."""

    act: Literal["leave_out", "fix", "cap"]
    producer: UUID
    line: int | None = Field(default=None, ge=1, le=50, description="The line's number; absent: all lines")
    quantity: Quantity | None = Field(default=None, description="For fix and cap")
    reason: Reason


class PlanCreate(_In):
    """Ask for a plan. Only the coordinating organisation sends changes; absent, those of the newest plan stay."""

    changes: list[ChangeIn] | None = Field(default=None, max_length=500)
    answer_until: AwareDatetime | None = Field(default=None, description="A later deadline for the producers")
    answer_in_days: int | None = Field(default=None, ge=2, le=60)
    reason: Reason | None = Field(default=None, description="Why the deadline is extended")


class Relaxation(BaseModel):
    """What one condition keeps out."""

    condition: str
    adds: Quantity


class PlanLine(BaseModel):
    """How one line is filled."""

    line: int
    wanted: Quantity
    fill: Quantity
    missing: Quantity
    amount: Money
    groups: int
    level: str | None = Field(description="What the rule gives per person, in words")
    tier: str
    fill_optimal: bool
    fair_optimal: bool
    relaxations: list[Relaxation]


class PlanShare(BaseModel):
    """One producer's part of one line, and why."""

    producer: Organisation
    line: int
    people: int
    quantity: Quantity
    amount: Money
    bound: str
    why: str


class PlanLeftOut(BaseModel):
    """A group that could have been asked and was not, and why."""

    producer: Organisation
    line: int
    code: str
    why: str


class PlanChange(BaseModel):
    """A decision of the coordinating organisation."""

    act: Literal["leave_out", "fix", "cap", "extend"]
    producer: Organisation | None
    line: int | None
    quantity: Quantity | None
    until: datetime | None
    reason: str


class PlanRead(BaseModel):
    """A plan. Before its release the buyer reads the fill and the total only (`shares` and what follows are null)."""

    id: UUID
    order_id: UUID
    number: int
    kind: Literal["first", "repair"]
    state: PlanState
    is_newest: bool
    replaces_id: UUID | None
    rule: str
    input_digest: str
    made_at: datetime
    released_at: datetime | None
    answer_until: datetime | None
    lines: list[PlanLine]
    total: Money
    shares: list[PlanShare] | None
    left_out: list[PlanLeftOut] | None
    changes: list[PlanChange] | None
    actions: list[str]
    version: int


class PlanSummary(BaseModel):
    """A line of an order's list of plans."""

    id: UUID
    number: int
    kind: Literal["first", "repair"]
    state: PlanState
    made_at: datetime
    total: Money


class PlanList(BaseModel):
    """The plans of an order, newest first."""

    items: list[PlanSummary]


class PlanDocument(BaseModel):
    """Everything the rule was given and what it answered: anybody can compute it again (`minka plan`)."""

    document: dict[str, Any]
    records: list[dict[str, Any]]


class AcceptanceIn(_In):
    """The buyer's yes to a named plan."""

    plan_id: UUID


class CancellationIn(_In):
    """Why an order ends."""

    reason: Reason


class SpokeIn(_In):
    """Who said it, when somebody else enters it for a group."""

    name: str = Field(min_length=2, max_length=120, examples=["Rosa, la presidenta"])
    channel: Channel = Field(examples=["phone"])
    at: AwareDatetime | None = Field(default=None, description="When; absent: now")


class ConfirmationIn(_In):
    """Yes, to all of it or to less."""

    quantity: Quantity | None = Field(default=None, description="Absent: all that is offered")
    spoke: SpokeIn | None = None


class DeclineIn(_In):
    """«Esta vez no podemos». Needs no reason."""

    reason: str | None = Field(default=None, max_length=500)
    spoke: SpokeIn | None = None


class ExtensionIn(_In):
    """A later deadline for one part."""

    until: AwareDatetime | None = None
    in_days: int | None = Field(default=None, ge=1, le=60)
    reason: Reason


class TableRow(BaseModel):
    """One group's share in the table that all groups of a plan may read."""

    producer: str
    people: int
    quantity: Quantity
    why: str


class AllocationRead(BaseModel):
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
    spoke: str | None
    reason: str | None
    late: Quantity | None
    text: str = Field(description="The sentence a weaver understands")
    table: list[TableRow] | None
    actions: list[str]
    is_demo: bool
    version: int


class AllocationSummary(BaseModel):
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


class AllocationPage(BaseModel):
    """A page of parts, newest first."""

    items: list[AllocationSummary]
    next_cursor: str | None


class AllocationRecord(BaseModel):
    """The explanation record behind a part, kept for ever."""

    allocation_id: UUID
    text: str
    record: dict[str, Any]


class BoardRow(BaseModel):
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
    message_id: UUID | None
    wa_link: str | None
    answer_until: datetime


class Board(BaseModel):
    """How an order stands: per group told, seen, answered, missing."""

    order_id: UUID
    order_code: str
    state: OrderState
    lines: list[LineRead]
    rows: list[BoardRow]
    counts: dict[str, int]


class PolicyIn(_In):
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


class TodoItem(BaseModel):
    """Something that waits for this caller."""

    kind: str
    urgency: int
    until: datetime | None
    title: str
    order_id: UUID
    order_code: str
    allocation_id: UUID | None
    href: str


class Todo(BaseModel):
    """What waits for me, most urgent first."""

    items: list[TodoItem]
