"""Tables of organisations: who exists, who acts for whom, who belongs to which network."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import belongs_to, one_of


class OrganisationKind(StrEnum):
    """What an organisation is."""

    PRODUCER_GROUP = "producer_group"
    COOPERATIVE = "cooperative"
    NETWORK = "network"
    UNION = "union"
    CONSUMER_GROUP = "consumer_group"
    CONSUMER_NETWORK = "consumer_network"
    MUNICIPALITY = "municipality"
    MUNICIPAL_NETWORK = "municipal_network"
    BUYER = "buyer"
    EXPORTER = "exporter"
    CERTIFIER = "certifier"
    SUPPORT = "support"
    FINANCE = "finance"
    SHOP = "shop"
    FAIR = "fair"
    TERRITORY = "territory"
    ACADEMIC = "academic"
    BARTER_CLUB = "barter_club"


class LegalStatus(StrEnum):
    """How the law knows it. Informal is normal: such a group is invoiced through another."""

    INFORMAL = "informal"
    ASSOCIATION = "association"
    COOPERATIVE = "cooperative"
    COMPANY = "company"
    PUBLIC = "public"
    OTHER = "other"


class Role(StrEnum):
    """What a member may do for an organisation (`access.CAPABILITIES`)."""

    MEMBER = "member"
    SELLER = "seller"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"
    TREASURER = "treasurer"
    PUBLISHER = "publisher"


class AffiliationState(StrEnum):
    """asked -> accepted | refused; accepted -> ended."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    ENDED = "ended"


class Organisation(SQLModel, table=True):
    """A tenant: producer group, network, municipality, buyer ... informal is a normal legal status."""

    __tablename__ = "organisation"
    __table_args__ = (
        sa.CheckConstraint("length(country) = 2", name="country_is_iso"),
        sa.Index("ix_organisation_name_folded", "name_folded", "id"),
        sa.Index("ix_organisation_region_id", "country", "region"),
    )
    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=60, unique=True)  # what files and people call it: «RED-AYNI»
    name: str = Field(max_length=200)
    name_folded: str = Field(max_length=200)
    acronym: str | None = Field(default=None, max_length=60)
    kind: OrganisationKind = Field(sa_type=one_of(OrganisationKind, "organisation_kind"))
    legal_status: LegalStatus = Field(
        default=LegalStatus.INFORMAL, sa_type=one_of(LegalStatus, "organisation_legal_status")
    )
    tax_id: str | None = Field(default=None, max_length=30)
    country: str = Field(max_length=2)
    region: str | None = Field(default=None, max_length=6)  # ISO 3166-2
    territory_code: str | None = Field(
        default=None, max_length=20
    )  # «PE-211101»: places.Territory, a plain code
    place: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=20)
    phone_consent_at: datetime | None = None
    email: str | None = Field(default=None, max_length=254)
    website: str | None = Field(default=None, max_length=200)
    facts: str | None = Field(default=None, max_length=2000)
    verified_at: datetime | None = None
    verified_by: str | None = Field(default=None, max_length=60)
    is_demo: bool = False
    created_at: datetime
    version: int = 1


class Membership(SQLModel, table=True):
    """A person may act for an organisation in one role; several roles are several rows."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "user_id", "role"),)
    id: UUID = Field(primary_key=True)
    organisation_id: UUID = belongs_to("organisation.id", ondelete="CASCADE")
    user_id: UUID = belongs_to("app_user.id", ondelete="CASCADE")
    role: Role = Field(sa_type=one_of(Role, "membership_role"))
    created_at: datetime


class Affiliation(SQLModel, table=True):
    """A group belongs to a network, with what the network may do for it. Dated and revocable."""

    __tablename__ = "affiliation"
    __table_args__ = (
        sa.Index(
            "uq_affiliation_live",
            "group_id",
            "network_id",
            unique=True,
            sqlite_where=sa.text("state in ('asked', 'accepted')"),
            postgresql_where=sa.text("state in ('asked', 'accepted')"),
        ),
        sa.CheckConstraint("group_id <> network_id", name="not_itself"),
    )
    id: UUID = Field(primary_key=True)
    group_id: UUID = belongs_to("organisation.id", ondelete="CASCADE")
    network_id: UUID = belongs_to("organisation.id", ondelete="CASCADE")
    state: AffiliationState = Field(sa_type=one_of(AffiliationState, "affiliation_state"))
    asked_by_group: bool
    see_stock: bool = True
    answer_for: bool = False
    invoice_for: bool = False
    asked_at: datetime
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1


class OrganisationWord(SQLModel, table=True):
    """A word or stem by which an organisation is found."""

    __tablename__ = "organisation_word"
    __table_args__ = (sa.Index("ix_organisation_word_word_subject_id", "word", "subject_id"),)
    subject_id: UUID = Field(primary_key=True, foreign_key="organisation.id", ondelete="CASCADE")
    word: str = Field(primary_key=True, max_length=60)


class Invitation(SQLModel, table=True):
    """Whoever has the code may become a member with these roles, once and until it expires."""

    __tablename__ = "invitation"
    id: UUID = Field(primary_key=True)
    organisation_id: UUID = belongs_to("organisation.id", ondelete="CASCADE")
    code_digest: bytes = Field(unique=True)
    roles: str = Field(max_length=120)  # separated by spaces
    display_name: str | None = Field(default=None, max_length=120)  # for whom, as the inviter calls them
    invited_by: str = Field(max_length=60)
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    accepted_by: UUID | None = belongs_to("app_user.id", ondelete="SET NULL", default=None)
    revoked_at: datetime | None = None
