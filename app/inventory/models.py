"""Tables of stock: what each producer has, will have or can make, every change of it, and what is held of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import belongs_to, one_of


class LotKind(StrEnum):
    """Whether it exists (stock), is still in the field (pledged, «por cosechar») or is made on order («por encargo»)."""

    STOCK = "stock"
    PLEDGED = "pledged"
    CAPACITY = "capacity"


class LotStatus(StrEnum):
    """open <-> paused -> closed. Only an open lot is offered; what is held of a paused one stays held."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class MovementReason(StrEnum):
    """Why a lot's quantity changed."""

    RECEIVED = "received"
    PLEDGED = "pledged"
    HARVESTED = "harvested"
    CORRECTION = "correction"
    SOLD = "sold"  # elsewhere, outside Minka
    SPOILED = "spoiled"
    DELIVERED = "delivered"


class ReservationState(StrEnum):
    """live -> released | consumed."""

    LIVE = "live"
    RELEASED = "released"
    CONSUMED = "consumed"


class Capacity(SQLModel, table=True):
    """What a workshop makes on order in a week, shared by every lot (product) made with it («por encargo»)."""

    __tablename__ = "capacity"
    __table_args__ = (
        sa.UniqueConstraint("producer_id", "name"),
        sa.CheckConstraint("per_week_base >= 0", name="per_week_not_negative"),
        sa.CheckConstraint("notice_weeks between 0 and 52", name="notice_weeks_in_bounds"),
    )
    id: UUID = Field(primary_key=True)
    producer_id: UUID = belongs_to("organisation.id")
    name: str = Field(max_length=80)
    base_unit: str = Field(max_length=3)  # of every product made with it
    per_week_base: int = Field(sa_type=sa.BigInteger)
    notice_weeks: int = 1
    created_at: datetime
    version: int = 1


class CapacityWeek(SQLModel, table=True):
    """One week of a capacity, by its Monday: how much can be made and how much of that is held. 0 in a week off."""

    __tablename__ = "capacity_week"
    __table_args__ = (
        sa.CheckConstraint(
            "reserved_base >= 0 and reserved_base <= available_base", name="reserved_in_bounds"
        ),
    )
    capacity_id: UUID = Field(primary_key=True, foreign_key="capacity.id", ondelete="CASCADE")
    week_on: date = Field(primary_key=True)
    available_base: int = Field(sa_type=sa.BigInteger)
    reserved_base: int = Field(default=0, sa_type=sa.BigInteger)
    is_off: bool = False


class Lot(SQLModel, table=True):
    """A producer's quantity of a product at the producer's price («lo que tenemos»).

    `available_base` is the sum of its movements and `reserved_base` of its live reservations. A capacity lot has
    neither: its quantities are its capacity's weeks. `version` counts the terms (price, dates, seals, status ...), not
    quantities: a reservation does not make anybody's reading of the terms stale.
    """

    __tablename__ = "lot"
    __table_args__ = (
        sa.UniqueConstraint("producer_id", "code"),
        sa.ForeignKeyConstraint(
            ["product_id", "variant"],
            ["product_variant.product_id", "product_variant.code"],
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "reserved_base >= 0 and reserved_base <= available_base", name="reserved_in_bounds"
        ),
        sa.CheckConstraint("price_minor >= 0", name="price_not_negative"),
        sa.CheckConstraint("pack_base >= 1", name="pack_positive"),
        sa.CheckConstraint("(kind = 'capacity') = (capacity_id is not null)", name="capacity_has_weeks"),
        sa.CheckConstraint("kind <> 'capacity' or available_base = 0", name="capacity_has_no_stock"),
        sa.CheckConstraint("expires_on is null or expires_on >= ready_on", name="expires_after_ready"),
        sa.Index("ix_lot_product_id_variant_status", "product_id", "variant", "status"),
        sa.Index("ix_lot_producer_id_id", "producer_id", "id"),
        {"postgresql_with": {"fillfactor": 80}},  # a held quantity changes in place, no index is touched
    )
    id: UUID = Field(primary_key=True)
    producer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    product_id: UUID = Field(foreign_key="product.id", ondelete="RESTRICT")
    variant: str | None = Field(default=None, max_length=40)
    code: str = Field(max_length=60)  # «codigo» in the producer's own files
    kind: LotKind = Field(default=LotKind.STOCK, sa_type=one_of(LotKind, "lot_kind"))
    capacity_id: UUID | None = belongs_to("capacity.id", default=None)
    price_minor: int = Field(sa_type=sa.BigInteger)  # per the product's price unit: the floor, paid as it is
    currency: str = Field(max_length=3)
    pack_base: int = Field(default=1, sa_type=sa.BigInteger)  # taken in multiples of it
    available_base: int = Field(default=0, sa_type=sa.BigInteger)
    reserved_base: int = Field(default=0, sa_type=sa.BigInteger)
    declared_base: int | None = Field(default=None, sa_type=sa.BigInteger)  # what its file last said there is
    ready_on: date
    expires_on: date | None = None
    grade: int | None = None  # larger is better
    point_id: UUID | None = None  # collection point: places.Place, a plain id
    status: LotStatus = Field(default=LotStatus.OPEN, sa_type=one_of(LotStatus, "lot_status"))
    note: str = Field(default="", max_length=500)
    is_demo: bool = False
    version: int = 1
    created_at: datetime
    updated_at: datetime


class LotSeal(SQLModel, table=True):
    """A lot claims a seal. It counts on a day only while its producer holds a grant valid that day."""

    __tablename__ = "lot_seal"
    lot_id: UUID = Field(primary_key=True, foreign_key="lot.id", ondelete="CASCADE")
    scheme_code: str = Field(
        primary_key=True, foreign_key="seal_scheme.code", ondelete="RESTRICT", max_length=60, index=True
    )


class Movement(SQLModel, table=True):
    """A change of a lot's quantity: never edited, never deleted."""

    __tablename__ = "movement"
    __table_args__ = (
        sa.CheckConstraint("delta_base <> 0 or reason = 'harvested'", name="delta_moves"),
        sa.Index("ix_movement_lot_id_id", "lot_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    lot_id: UUID = Field(foreign_key="lot.id", ondelete="RESTRICT")
    at: datetime
    delta_base: int = Field(sa_type=sa.BigInteger)
    reason: MovementReason = Field(sa_type=one_of(MovementReason, "movement_reason"))
    caller: str = Field(max_length=60)
    note: str = Field(default="", max_length=500)


class Reservation(SQLModel, table=True):
    """A quantity of a lot (or of a week of its capacity) is held for somebody: an allocation, by its plain id."""

    __tablename__ = "reservation"
    __table_args__ = (
        sa.CheckConstraint("quantity_base > 0", name="quantity_positive"),
        sa.CheckConstraint("(capacity_id is null) = (week_on is null)", name="week_of_a_capacity"),
        sa.ForeignKeyConstraint(
            ["capacity_id", "week_on"],
            ["capacity_week.capacity_id", "capacity_week.week_on"],
            ondelete="RESTRICT",
        ),
        sa.Index("ix_reservation_capacity_id_week_on", "capacity_id", "week_on"),
        sa.Index(
            "ix_reservation_expires_at",
            "expires_at",
            sqlite_where=sa.text("expires_at is not null"),
            postgresql_where=sa.text("expires_at is not null"),
        ),
    )
    id: UUID = Field(primary_key=True)
    lot_id: UUID = belongs_to("lot.id")
    capacity_id: UUID | None = None
    week_on: date | None = None
    holder_kind: str = Field(max_length=40)
    holder_id: UUID = Field(index=True)
    quantity_base: int = Field(sa_type=sa.BigInteger)
    state: ReservationState = Field(
        default=ReservationState.LIVE, sa_type=one_of(ReservationState, "reservation_state")
    )
    expires_at: datetime | None = None
    created_at: datetime
    ended_at: datetime | None = None
    ended_why: str | None = Field(default=None, max_length=40)
