"""Tables of seals («sellos»): which guarantees exist, and who holds which until when."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import belongs_to, one_of
from app.seals.rules import SchemeKind


class SealScheme(SQLModel, table=True):
    """A guarantee that exists («Orgánico», «Comercio justo», «Sello de la red»). With an owner, only the owner grants it."""

    __tablename__ = "seal_scheme"
    __table_args__ = (sa.CheckConstraint("kind <> 'own' or owner_id is not null", name="own_has_an_owner"),)
    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=60, unique=True)
    name_es: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    kind: SchemeKind = Field(sa_type=one_of(SchemeKind, "seal_scheme_kind"))
    owner_id: UUID | None = belongs_to("organisation.id", default=None)
    is_demo: bool = False
    created_at: datetime


class SealGrant(SQLModel, table=True):
    """A producer organisation holds a seal from one day to another, both included, unless it is revoked."""

    __tablename__ = "seal_grant"
    __table_args__ = (
        sa.CheckConstraint("valid_from <= valid_until", name="validity_in_order"),
        sa.CheckConstraint("(revoked_at is null) = (revoked_why is null)", name="revoked_with_a_reason"),
        sa.CheckConstraint("producer_id <> issuer_id", name="not_to_itself"),
        sa.Index("ix_seal_grant_producer_id_valid_until", "producer_id", "valid_until"),
        sa.Index("ix_seal_grant_issuer_id_valid_until", "issuer_id", "valid_until", "id"),
    )
    id: UUID = Field(primary_key=True)
    scheme_id: UUID = belongs_to("seal_scheme.id")
    producer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    issuer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    valid_from: date
    valid_until: date
    number: str = Field(default="", max_length=60)
    evidence: str = Field(default="", max_length=2000)  # what was seen, by whom, where the papers are
    granted_by: str = Field(max_length=60)
    is_demo: bool = False
    created_at: datetime
    revoked_at: datetime | None = None
    revoked_why: str | None = Field(default=None, max_length=500)
    revoked_by: str | None = Field(default=None, max_length=60)
    version: int = 1
