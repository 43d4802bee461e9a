"""Tables of a fair and its dates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.fairs.states import FairKind, FairState, OccurrenceState
from app.kernel.schema import Json, belongs_to, one_of

# Conditions of partial indexes, in the words by which SQLite knows them again in a statement.
TO_COME = "occurrence.state in ('scheduled', 'open')"
CHANGED = "(occurrence.is_extra or occurrence.sequence > 0)"


def _own(condition: str) -> str:
    """As an index of the table says it."""
    return condition.replace("occurrence.", "")


class Fair(SQLModel, table=True):
    """A series: who holds it, where, and by which rule its dates follow. Times are local to `zone`."""

    __tablename__ = "fair"
    __table_args__ = (
        sa.UniqueConstraint(
            "organiser_id", "source"
        ),  # a fair of a file comes in once, whoever brings the file
        sa.CheckConstraint("starts_minute between 0 and 1439", name="starts_within_day"),
        sa.CheckConstraint("duration_minutes between 15 and 10080", name="duration_bounded"),
        sa.CheckConstraint("(fee_minor is null) = (currency is null)", name="fee_has_currency"),
        sa.CheckConstraint("fee_minor is null or fee_minor >= 0", name="fee_not_negative"),
        sa.CheckConstraint("(latitude_e6 is null) = (longitude_e6 is null)", name="location_has_both"),
        sa.Index("ix_fair_name_folded_id", "name_folded", "id"),
        sa.Index("ix_fair_region_name_folded", "country", "region", "name_folded", "id"),
        sa.Index("ix_fair_latitude_e6", "latitude_e6", "longitude_e6"),
        sa.Index("ix_fair_state_rolled_until", "state", "rolled_until"),
    )
    id: UUID = Field(primary_key=True)
    uid: str = Field(max_length=80, unique=True)  # RFC 5545 UID: never changes
    code: str = Field(max_length=80, unique=True)  # in the address of its page: «feria-qori-pampa-7KX2»
    organiser_id: UUID = belongs_to("organisation.id")
    place_id: UUID = belongs_to("place.id")
    supersedes_id: UUID | None = belongs_to("fair.id", default=None)  # «from this date on»: the one before it
    kind: FairKind = Field(sa_type=one_of(FairKind, "fair_kind"))
    state: FairState = Field(default=FairState.DRAFT, sa_type=one_of(FairState, "fair_state"))
    name: str = Field(max_length=120)
    name_folded: str = Field(max_length=120)
    description: str = Field(default="", max_length=4000)
    contact: str = Field(
        default="", max_length=200
    )  # an office, public: never a person's phone without consent
    website: str | None = Field(default=None, max_length=200)
    policy: str = Field(default="", max_length=4000)  # its rules for whoever sells there
    zone: str = Field(max_length=60)  # IANA
    rule: Any = Field(sa_type=Json)  # calendar.recurrence.Rule
    starts_minute: int  # local minutes after midnight
    duration_minutes: int
    first_on: date
    until_on: date | None = None  # inclusive
    rolled_until: date  # dates up to here are rows
    fee_minor: int | None = Field(default=None, sa_type=sa.BigInteger)  # per stall and date
    currency: str | None = Field(default=None, max_length=3)
    is_own_production_first: bool = True
    reason: str = Field(default="", max_length=500)  # why it is suspended or ended
    country: str = Field(max_length=2)  # the place's, copied: lists are filtered by them
    region: str | None = Field(default=None, max_length=6)
    territory_code: str | None = Field(default=None, max_length=20)
    latitude_e6: int | None = None  # a public square: exact
    longitude_e6: int | None = None
    sequence: int = 0  # RFC 5545 SEQUENCE: + 1 at every change
    is_demo: bool = False
    source: str | None = Field(default=None, max_length=200)  # organiser's key of an imported fair
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    version: int = 1


class FairWord(SQLModel, table=True):
    """A word or stem by which a fair is found."""

    __tablename__ = "fair_word"
    __table_args__ = (sa.Index("ix_fair_word_word_subject_id", "word", "subject_id"),)
    subject_id: UUID = Field(primary_key=True, foreign_key="fair.id", ondelete="CASCADE")
    word: str = Field(primary_key=True, max_length=60)


class CoOrganiser(SQLModel, table=True):
    """Another organisation that holds the fair as well; one that accepted may change it."""

    __tablename__ = "fair_co_organiser"
    fair_id: UUID = Field(primary_key=True, foreign_key="fair.id", ondelete="CASCADE")
    organisation_id: UUID = Field(
        primary_key=True, foreign_key="organisation.id", ondelete="RESTRICT", index=True
    )
    role: str = Field(default="", max_length=80)  # «sonido y toldos»
    accepted_at: datetime | None = None


class Sponsor(SQLModel, table=True):
    """Who gives money or things to a fair, and what it asks in return: its conditions are published."""

    __tablename__ = "fair_sponsor"
    id: UUID = Field(primary_key=True)
    fair_id: UUID = belongs_to("fair.id", ondelete="CASCADE")
    name: str = Field(max_length=120)
    gives: str = Field(default="", max_length=500)
    conditions: str = Field(default="", max_length=2000)
    website: str | None = Field(default=None, max_length=200)


class Occurrence(SQLModel, table=True):
    """One date of a fair. Its key is the local start that the rule gave it: moving it changes neither key nor id."""

    __tablename__ = "occurrence"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "recurrence_key"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("state <> 'cancelled' or reason <> ''", name="cancelled_has_reason"),
        sa.Index("ix_occurrence_organiser_id_starts_at", "organiser_id", "starts_at", "id"),
        sa.Index("ix_occurrence_region_starts_at", "country", "region", "starts_at", "id"),
        sa.Index("ix_occurrence_starts_at_id", "starts_at", "id"),
        sa.Index("ix_occurrence_fair_id_starts_at", "fair_id", "starts_at"),
        sa.Index(
            "ix_occurrence_to_come",  # what the clock opens and closes
            "starts_at",
            "id",
            sqlite_where=sa.text(_own(TO_COME)),
            postgresql_where=sa.text(_own(TO_COME)),
        ),
        sa.Index(
            "ix_occurrence_changed",  # what feeds say besides the rule
            "fair_id",
            sqlite_where=sa.text(_own(CHANGED)),
            postgresql_where=sa.text(_own(CHANGED)),
        ),
        sa.Index(
            "ix_occurrence_place_id",  # few dates are elsewhere
            "place_id",
            "starts_at",
            sqlite_where=sa.text("place_id is not null"),
            postgresql_where=sa.text("place_id is not null"),
        ),
    )
    id: UUID = Field(primary_key=True)
    fair_id: UUID = Field(foreign_key="fair.id", ondelete="CASCADE")
    organiser_id: UUID = Field(
        foreign_key="organisation.id", ondelete="RESTRICT"
    )  # the fair's, copied for its index
    country: str = Field(max_length=2)
    region: str | None = Field(default=None, max_length=6)
    recurrence_key: str = Field(max_length=16)  # «2026-11-21T08:00», local
    is_extra: bool = False  # added by hand: not in the rule, its own VEVENT
    is_published: bool = False  # the fair is published: lists need no join
    starts_local: str = Field(max_length=16)  # «2026-11-21T09:00», after a move
    starts_at: datetime  # derived, UTC
    ends_at: datetime
    place_id: UUID | None = Field(
        default=None, foreign_key="place.id", ondelete="RESTRICT"
    )  # somewhere else this time
    state: OccurrenceState = Field(
        default=OccurrenceState.SCHEDULED, sa_type=one_of(OccurrenceState, "occurrence_state")
    )
    reason: str = Field(default="", max_length=500)  # why it was moved or cancelled: public
    note: str = Field(default="", max_length=1000)
    moved_from: str | None = Field(default=None, max_length=16)  # the local start that people knew before
    sequence: int = 0
    updated_at: datetime
    version: int = 1
