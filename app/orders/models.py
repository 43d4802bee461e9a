"""Tables of pooled supply: what a buyer wants, how it was shared, what each producer answered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import Json, belongs_to, one_of
from app.orders.rules import AllocationState, Channel, OrderState, PlanKind, PlanState


class CoordinationPolicy(SQLModel, table=True):
    """How a coordinating organisation runs its orders. Absent: the defaults."""

    __tablename__ = "coordination_policy"
    __table_args__ = (
        sa.CheckConstraint("answer_hours between 48 and 720", name="answer_hours_fair"),
        sa.CheckConstraint("weight_cap between 1 and 1000", name="weight_cap_sane"),
        sa.CheckConstraint("history_days between 0 and 3650", name="history_days_sane"),
    )
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id", ondelete="CASCADE")
    release_at_once: bool = False  # the buyer sees a plan without review
    repair_at_once: bool = True  # a hole is offered to the others without review
    show_table: bool = True  # the producers of one plan see everybody's share
    answer_hours: int = 48
    weight_cap: int = 8
    history_days: int = 90
    version: int = 1


class Order(SQLModel, table=True):
    """What a buyer wants («pedido»), and who runs it."""

    __tablename__ = "buyer_order"
    __table_args__ = (
        sa.Index("ix_buyer_order_buyer_id_id", "buyer_id", "id"),
        sa.Index("ix_buyer_order_buyer_id_state", "buyer_id", "state"),
        sa.Index("ix_buyer_order_coordinator_id_id", "coordinator_id", "id"),
        sa.Index("ix_buyer_order_state_valid_until", "state", "valid_until"),
        sa.Index("ix_buyer_order_state_cutoff_at", "state", "cutoff_at"),
    )
    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=12, unique=True)
    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    coordinator_id: UUID | None = Field(default=None, foreign_key="organisation.id", ondelete="RESTRICT")
    currency: str = Field(max_length=3)
    state: OrderState = Field(sa_type=one_of(OrderState, "order_state"))
    note: str = Field(default="", max_length=2000)
    delivery: str = Field(default="", max_length=400)  # where and how the buyer receives it
    max_share_base: int | None = Field(default=None, sa_type=sa.BigInteger)
    source_kind: str | None = Field(default=None, max_length=40)  # window, call, standing order: a plain id
    source_id: UUID | None = None
    plan_id: UUID | None = None  # the newest plan
    accepted_at: datetime | None = None
    valid_until: datetime | None = None  # of the released plan
    cutoff_at: datetime | None = None  # the last deadline of its offers
    has_hole: bool = False  # somebody gave less: a repair is due
    close_reason: str | None = Field(default=None, max_length=500)
    created_by: str = Field(max_length=60)
    created_at: datetime
    is_demo: bool = False
    version: int = 1


class OrderLine(SQLModel, table=True):
    """A quantity of one product and its conditions."""

    __tablename__ = "order_line"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "number"),
        sa.CheckConstraint("quantity_base > 0", name="quantity_positive"),
        sa.CheckConstraint("over_base >= 0", name="over_not_negative"),
    )
    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="buyer_order.id", ondelete="CASCADE")
    number: int
    product_id: UUID = belongs_to("product.id")
    variant: str | None = Field(default=None, max_length=40)  # None: any
    quantity_base: int = Field(sa_type=sa.BigInteger)
    over_base: int = Field(default=0, sa_type=sa.BigInteger)
    under_base: int | None = Field(default=None, sa_type=sa.BigInteger)
    max_price_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    min_grade: int | None = None
    due_on: date
    min_shelf_days: int = 0
    seals: Any = Field(sa_type=Json)
    regions: Any = Field(sa_type=Json)


class Plan(SQLModel, table=True):
    """One immutable run of the aggregation («propuesta de reparto»); only its state changes."""

    __tablename__ = "plan"
    __table_args__ = (sa.UniqueConstraint("order_id", "number"),)
    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="buyer_order.id", ondelete="CASCADE")
    number: int
    replaces_id: UUID | None = None
    kind: PlanKind = Field(sa_type=one_of(PlanKind, "plan_kind"))
    state: PlanState = Field(sa_type=one_of(PlanState, "plan_state"))
    rule: str = Field(max_length=20)
    input_digest: str = Field(max_length=64)
    document: Any = Field(sa_type=Json)  # everything the rule was given: anybody can recompute it
    changes: Any = Field(sa_type=Json)  # the coordinating organisation's decisions with their reasons
    lines: Any = Field(sa_type=Json)  # per line: fill, shortfall, amount, tier, flags, relaxations
    shares: Any = Field(sa_type=Json)  # per producer and line: quantity, amount, lots
    records: Any = Field(sa_type=Json)  # the explanation records
    total_minor: int = Field(sa_type=sa.BigInteger)
    answer_until: datetime | None = None  # an extended deadline
    made_by: str = Field(max_length=60)
    made_at: datetime
    released_at: datetime | None = None
    version: int = 1


class Allocation(SQLModel, table=True):
    """One producer's part of one line («les toca»).

    `offered_base` is what it was asked for; `quantity_base` what counts now: what it may still agree to while offered
    (a poor harvest lowers it), what it agreed to afterwards, 0 when it gives nothing.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        sa.CheckConstraint(
            "quantity_base >= 0 and quantity_base <= offered_base", name="quantity_within_offer"
        ),
        sa.Index("ix_allocation_order_id_line_id", "order_id", "line_id"),
        sa.Index("ix_allocation_producer_id_state", "producer_id", "state"),
        sa.Index("ix_allocation_state_answer_until", "state", "answer_until"),
    )
    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="buyer_order.id", ondelete="CASCADE")
    line_id: UUID = belongs_to("order_line.id", ondelete="CASCADE")
    producer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    plan_id: UUID = belongs_to("plan.id", ondelete="CASCADE")
    state: AllocationState = Field(sa_type=one_of(AllocationState, "allocation_state"))
    offered_base: int = Field(sa_type=sa.BigInteger)
    quantity_base: int = Field(sa_type=sa.BigInteger)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    answer_until: datetime
    answered_at: datetime | None = None
    answer_channel: Channel | None = Field(default=None, sa_type=one_of(Channel, "answer_channel"))
    answered_by: str | None = Field(default=None, max_length=60)  # who entered it
    spoke: str | None = Field(default=None, max_length=120)  # who said it, when somebody else entered it
    spoke_at: datetime | None = None
    reason: str | None = Field(default=None, max_length=500)
    late_base: int | None = Field(
        default=None, sa_type=sa.BigInteger
    )  # offered too late: for the next repair
    created_at: datetime
    version: int = 1


class AllocationTake(SQLModel, table=True):
    """From which lot (or week of a capacity) an allocation comes, at which price: the snapshot of the acceptance."""

    __tablename__ = "allocation_take"
    __table_args__ = (sa.CheckConstraint("quantity_base >= 0", name="quantity_not_negative"),)
    allocation_id: UUID = Field(primary_key=True, foreign_key="allocation.id", ondelete="CASCADE")
    source: str = Field(primary_key=True, max_length=60)
    position: int  # FEFO: what comes first is given back last
    lot_id: UUID = Field(index=True)  # inventory.Lot: a plain id, for ever
    week_on: date | None = None
    quantity_base: int = Field(sa_type=sa.BigInteger)
    price_minor: int = Field(sa_type=sa.BigInteger)
    seals: Any = Field(sa_type=Json)
