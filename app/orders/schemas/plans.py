"""What crosses the door about plans and the coordinating organisation's decisions."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import Given, Shown
from app.kernel.wire import Instant, Money, Quantity
from app.orders.rules import PlanKind, PlanState
from app.orders.schemas.shared import Organisation, ProductShort, Reason


class ChangeIn(Given):
    """A decision of the coordinating organisation. Its reason stands in the group's explanation."""

    act: Literal["leave_out", "fix", "cap"]
    producer: UUID
    line: int | None = Field(default=None, ge=1, le=50, description="The line's number; absent: all lines")
    quantity: Quantity | None = Field(default=None, description="For fix and cap")
    reason: Reason


class PlanCreate(Given):
    """Ask for a plan. Only the coordinating organisation sends changes; absent, those of the newest plan stay."""

    changes: list[ChangeIn] | None = Field(default=None, max_length=500)
    answer_until: Instant | None = Field(default=None, description="A later deadline for the producers")
    answer_in_days: int | None = Field(default=None, ge=2, le=60)
    reason: Reason | None = Field(default=None, description="Why the deadline is extended")


class Relaxation(Shown):
    """What one condition keeps out: relaxing it alone would add this much."""

    condition: str
    adds: Quantity
    text: str


class PlanLine(Shown):
    """How one line is filled."""

    line: int
    product: ProductShort
    wanted: Quantity
    fill: Quantity
    missing: Quantity
    amount: Money
    groups: int | None = Field(description="How many give something; for the buyer once it is released")
    level: str | None = Field(description="What the rule gives per person, in words; not for the buyer")
    tier: str
    fill_optimal: bool
    fair_optimal: bool
    relaxations: list[Relaxation]


class PlanShare(Shown):
    """One producer's part of one line, and why."""

    producer: Organisation
    line: int
    people: int | None = Field(description="How many the group is; not for the buyer")
    quantity: Quantity
    amount: Money
    points: list[UUID] = Field(description="The collection points it comes from")
    bound: str | None = Field(description="What decided it; not for the buyer, as it tells of their history")
    why: str | None


class PlanLeftOut(Shown):
    """A group that could have been asked and was not, and why."""

    producer: Organisation
    line: int
    code: str
    why: str


class PlanChange(Shown):
    """A decision of the coordinating organisation."""

    act: Literal["leave_out", "fix", "cap", "extend"]
    producer: Organisation | None
    line: int | None
    quantity: Quantity | None
    until: datetime | None
    reason: str


class PlanRead(Shown):
    """A plan. Before its release the buyer reads fill and total only, afterwards who gives how much.

    Of a repair, `shares` are the new offers; fill, amounts and total count what stands as well.
    """

    id: UUID
    order_id: UUID
    number: int
    kind: PlanKind
    state: PlanState
    is_newest: bool
    replaces_id: UUID | None
    replaced_by_id: UUID | None = Field(
        description="The plan that was made after this one; a void plan's successor"
    )
    notice: str | None = Field(
        description="In words: which plan replaced this one, or that this one made void a plan that could be accepted, or that nobody sells in the currency"
    )
    rule: str
    input_digest: str
    made_at: datetime
    released_at: datetime | None
    answer_until: datetime | None
    lines: list[PlanLine]
    total: Money
    shares: list[PlanShare] | None
    left_out: list[PlanLeftOut] | None = Field(description="For the coordinating organisation")
    changes: list[PlanChange] | None = Field(description="For the coordinating organisation")
    actions: list[str] = Field(
        description="`release`, `accept`; `replace`: a new plan may be asked for, which makes this released one void"
    )
    version: int


class PlanSummary(Shown):
    """A line of an order's list of plans."""

    id: UUID
    number: int
    kind: PlanKind
    state: PlanState
    made_at: datetime
    total: Money


class PlanList(Shown):
    """The plans of an order, newest first."""

    items: list[PlanSummary]


class PlanDocument(Shown):
    """What the rule was given and what it answered: with all of it anybody can compute it again (`minka plan`).

    Of groups that do not let you see their stock only the shares and the reasons are shown.
    """

    document: dict[str, Any]
    records: list[dict[str, Any]]
    withheld: list[UUID] = Field(description="Groups whose lots are not shown: they do not let you see them")
