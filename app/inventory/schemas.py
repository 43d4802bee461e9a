"""What crosses the door about stock."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.inventory.models import LotKind, LotStatus, MovementReason, ReservationState
from app.kernel.bodies import AS_LINE, Given, Shown
from app.kernel.wire import CurrencyCode, Day, DecimalText, Price, Quantity
from app.seals.schemas import SchemeCode

LotCode = Annotated[str, Field(min_length=1, max_length=60, examples=["GRA-1"]), AS_LINE]
VariantCode = Annotated[str, Field(min_length=1, max_length=40, examples=["roja"]), AS_LINE]
Days = Annotated[int, Field(ge=0, le=3650)]
Grade = Annotated[int, Field(ge=0, le=100)]
Note = Annotated[str, Field(max_length=500)]
Weeks = Annotated[int, Field(ge=0, le=52)]


class _Days(Given):
    ready_on: Day | None = Field(
        default=None, description="From when it can be handed over; today when absent"
    )
    ready_in_days: Days | None = Field(default=None, description="Instead of `ready_on`")
    expires_on: Day | None = Field(default=None, description="The last day it is good; absent: it keeps")
    expires_in_days: Days | None = Field(default=None, description="Instead of `expires_on`")


class LotCreate(_Days):
    """What a producer has, will harvest or can make. Only product, quantity and price are needed."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    producer: UUID
    product: UUID
    variant: VariantCode | None = None
    code: LotCode | None = Field(default=None, description="The producer's own code; made up when absent")
    kind: LotKind = LotKind.STOCK
    quantity: Quantity | None = Field(
        default=None, description="In any unit, local ones too (`arroba`); absent only for `capacity`"
    )
    price: Price
    pack: Quantity | None = Field(
        default=None, description="Taken in multiples of it; absent: the product's step"
    )
    grade: Grade | None = Field(default=None, description="Larger is better")
    point: UUID | None = Field(default=None, description="Collection point")
    seals: list[SchemeCode] = Field(default=[], max_length=20)
    capacity: UUID | None = Field(default=None, description="For kind `capacity`: what it is made with")
    per_week: Quantity | None = Field(default=None, description="Instead of `capacity`: how much in a week")
    notice_weeks: Weeks | None = Field(
        default=None, description="With `per_week`: weeks of notice; 1 when absent"
    )
    note: Note = ""


class LotUpdate(_Days):
    """What may change of a lot's terms; quantities change by movements.

    Absent fields stay; `null` for `expires_on`, `grade` or `point` removes it.
    """

    price: Price | None = None
    pack: Quantity | None = None
    grade: Grade | None = None
    point: UUID | None = None
    seals: list[SchemeCode] | None = Field(default=None, max_length=20)
    status: Literal["open", "paused"] | None = None
    note: Note | None = None


class LotRead(Shown):
    """A lot as its producer and the producer's networks see it.

    `available` = `reserved` + `free`. All three are zero for kind `capacity`: what it can give is in its weeks.
    """

    id: UUID
    producer_id: UUID
    producer_name: str
    product_id: UUID
    product_code: str
    product_name: str
    variant: str | None
    code: str
    kind: LotKind
    status: LotStatus
    price: Price
    pack: Quantity
    available: Quantity = Field(
        description="What the producer still has, promised or not; of a pledge, the harvest to come"
    )
    reserved: Quantity = Field(description="The part of it that is promised to orders")
    free: Quantity = Field(
        description="The rest: what can still be promised, while the lot is open (see `status`)"
    )
    capacity_id: UUID | None
    per_week: Quantity | None
    notice_weeks: int | None
    ready_on: date
    expires_on: date | None
    grade: int | None
    point_id: UUID | None
    seals: list[str]
    note: str
    is_demo: bool
    actions: list[str] = Field(description="What you may do now: update, move, harvest, close")
    version: int
    created_at: datetime
    updated_at: datetime


class LotPage(Shown):
    """A page of lots."""

    items: list[LotRead]
    next_cursor: str | None


class Counted(Given):
    """How much there is now, weighed or counted; may be zero."""

    value: DecimalText
    unit: Annotated[str, Field(min_length=1, max_length=32, examples=["KGM"])]


class MovementCreate(Given):
    """What happened to a lot's quantity.

    `received`, `sold` (elsewhere) and `spoiled` say how much came or went; `correction` and `harvested` what is there now.
    """

    reason: Literal["received", "sold", "spoiled", "correction", "harvested"]
    quantity: Quantity | None = Field(default=None, description="For received, sold, spoiled")
    counted: Counted | None = Field(default=None, description="For correction, harvested")
    note: Note = ""


class MovementRead(Shown):
    """A change of a lot's quantity; `delta` has a sign."""

    id: UUID
    at: datetime
    reason: MovementReason
    delta: Quantity
    note: str


class MovementPage(Shown):
    """A page of movements, the oldest first."""

    items: list[MovementRead]
    next_cursor: str | None


class HolderRead(Shown):
    """Somebody for whom a part of a lot is or was held."""

    holder_kind: str
    holder_id: UUID
    quantity: Quantity
    state: ReservationState
    week_on: date | None
    created_at: datetime
    ended_at: datetime | None


class HolderList(Shown):
    """Everybody who holds, got or gave back a part of a lot: whom a recall must reach."""

    items: list[HolderRead]


class CapacityCreate(Given):
    """What a workshop makes on order in a week, for all products made with it."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    producer: UUID
    name: Annotated[str, Field(min_length=1, max_length=80, examples=["telar de cintura"]), AS_LINE]
    per_week: Quantity
    notice_weeks: Weeks = 1


class CapacityUpdate(Given):
    """Absent fields stay. A new amount holds for every week that is not off, never below what is promised."""

    name: Annotated[str, Field(min_length=1, max_length=80), AS_LINE] | None = None
    per_week: Quantity | None = None
    notice_weeks: Weeks | None = None


class WeekUpdate(Given):
    """A week off («semana libre»), or back at work."""

    is_off: bool


class WeekRead(Shown):
    """One week, by its Monday. `available` = `reserved` + `free`."""

    week_on: date
    available: Quantity = Field(description="What can be made in it, promised or not; nothing in a week off")
    reserved: Quantity = Field(description="The part of it that is promised to orders")
    free: Quantity = Field(description="The rest: what can still be promised, with the weeks of notice")
    is_off: bool


class CapacitySummary(Shown):
    """What a workshop makes in a week."""

    id: UUID
    producer_id: UUID
    name: str
    per_week: Quantity
    notice_weeks: int
    version: int


class CapacityRead(CapacitySummary):
    """A capacity with its weeks from this one on."""

    weeks: list[WeekRead]
    actions: list[str]


class CapacityList(Shown):
    """The capacities of a producer."""

    items: list[CapacitySummary]


class Offer(Shown):
    """What there is of a product in one currency, all producers together: an order has one currency."""

    currency: CurrencyCode
    producers: int
    now: Quantity = Field(description="Free and ready today")
    coming: Quantity = Field(description="Free, ready later: pledged harvests and what is being finished")
    per_week: Quantity = Field(description="Made on order")
    lowest: Price
    highest: Price


class CatalogueItem(Shown):
    """A product and what there is of it."""

    id: UUID
    code: str
    category: str
    name: str
    offers: list[Offer]
    is_demo: bool


class CataloguePage(Shown):
    """A page of the catalogue."""

    items: list[CatalogueItem]
    next_cursor: str | None
