"""Tables of what people bring, sell and exchange at a date, and of the calendars they subscribe to."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.fairs.states import PostKind, SalesRange
from app.kernel.schema import belongs_to, one_of


class Announcement(SQLModel, table=True):
    """A group says what it brings to a date, so that visitors find it."""

    __tablename__ = "announcement"
    __table_args__ = (
        sa.UniqueConstraint("occurrence_id", "organisation_id", "product_id"),
        sa.Index("ix_announcement_product_id_occurrence_id", "product_id", "occurrence_id"),
    )
    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id", ondelete="CASCADE")
    organisation_id: UUID = belongs_to("organisation.id")
    product_id: UUID = Field(foreign_key="product.id", ondelete="RESTRICT")
    note: str = Field(default="", max_length=200)
    is_own_production: bool = True
    created_at: datetime


class SalesDeclaration(SQLModel, table=True):
    """What a group sold on a date, as a range. Never shown per group."""

    __tablename__ = "sales_declaration"
    assignment_id: UUID = Field(primary_key=True, foreign_key="assignment.id", ondelete="RESTRICT")
    sold: SalesRange = Field(sa_type=one_of(SalesRange, "sales_declaration_sold"))
    declared_at: datetime


class BarterPost(SQLModel, table=True):
    """«Ofrezco / busco» on a barter day: things and work, never money."""

    __tablename__ = "barter_post"
    __table_args__ = (sa.Index("ix_barter_post_occurrence_id_kind", "occurrence_id", "kind", "id"),)
    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id", ondelete="CASCADE")
    organisation_id: UUID = belongs_to("organisation.id")
    kind: PostKind = Field(sa_type=one_of(PostKind, "barter_post_kind"))
    text: str = Field(max_length=300)
    amount: str = Field(default="", max_length=60)  # «dos arrobas»
    product_id: UUID | None = belongs_to("product.id", default=None)
    is_open: bool = True
    created_at: datetime
    version: int = 1


class FeedStamp(SQLModel, table=True):
    """How often what one scope shows has changed: a fair, an organiser, or everything.

    Whoever changes what feeds show raises the stamps of its scopes in the same transaction.
    """

    __tablename__ = "feed_stamp"
    scope: str = Field(primary_key=True, max_length=60)  # «fair:<id>», «organiser:<id>», «all»
    stamp: int = Field(default=1, sa_type=sa.BigInteger)
    changed_at: datetime  # Last-Modified


class FeedCopy(SQLModel, table=True):
    """The bytes of one feed as they were built; fresh while `built_stamp` is its scope's stamp."""

    __tablename__ = "feed_copy"
    address: str = Field(primary_key=True, max_length=300)  # path and language
    scope: str = Field(max_length=60)
    built_stamp: int = Field(sa_type=sa.BigInteger)
    etag: str = Field(max_length=40)
    body: bytes


class FeedToken(SQLModel, table=True):
    """A private calendar address of one group; only its digest is kept, and it can be revoked."""

    __tablename__ = "feed_token"
    id: UUID = Field(primary_key=True)
    organisation_id: UUID = belongs_to("organisation.id", ondelete="CASCADE")
    digest: str = Field(max_length=64, unique=True)
    created_at: datetime
    created_by: str = Field(max_length=60)
    revoked_at: datetime | None = None
