"""Tables of producers: what a group says of itself and what it makes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import belongs_to


class ProducerProfile(SQLModel, table=True):
    """The registration form of a producer group («ficha»). An organisation known by facts only has nothing but those.

    Members are unknown (null) or counted; at most `active` of them are verified by a network, which says who and when.
    """

    __tablename__ = "producer_profile"
    __table_args__ = (
        sa.CheckConstraint("(women is null) = (men is null)", name="members_by_sex"),
        sa.CheckConstraint("women >= 0 and men >= 0 and active >= 0", name="members_not_negative"),
        sa.CheckConstraint(
            "active is null or women is null or active <= women + men", name="active_are_members"
        ),
        sa.CheckConstraint("verified >= 0 and verified <= coalesce(active, 0)", name="verified_are_active"),
        sa.CheckConstraint("verified = 0 or verified_at is not null", name="verified_is_dated"),
        sa.CheckConstraint("(latitude_e6 is null) = (longitude_e6 is null)", name="location_has_both"),
        sa.CheckConstraint(
            "latitude_e6 between -90000000 and 90000000 and longitude_e6 between -180000000 and 180000000",
            name="location_on_earth",
        ),
    )
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id", ondelete="CASCADE")
    women: int | None = None
    men: int | None = None
    active: int | None = None
    verified: int = 0
    verified_at: datetime | None = None
    verified_by_id: UUID | None = belongs_to("organisation.id", default=None)  # the network
    verified_by: str | None = Field(default=None, max_length=60)  # who, in its name
    women_led: bool = False
    founded_year: int | None = None
    story: str = Field(default="", max_length=4000)
    needs: str = Field(default="", max_length=2000)
    strengths: str = Field(default="", max_length=2000)
    invoiced_by_id: UUID | None = belongs_to("organisation.id", default=None)
    latitude_e6: int | None = None  # millionths of a degree
    longitude_e6: int | None = None
    location_consent_at: datetime | None = None  # everybody may see it exactly
    is_listed: bool = True
    updated_at: datetime
    version: int = 1


class ProducerLine(SQLModel, table=True):
    """A line of production or service («tejidos», «quinua»), by which the directory is filtered."""

    __tablename__ = "producer_line"
    code: str = Field(primary_key=True, max_length=60)
    name_es: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    also: str = Field(default="", max_length=200)  # other names people write, separated by ;


class ProfileLine(SQLModel, table=True):
    """An organisation works in a line."""

    __tablename__ = "producer_profile_line"
    organisation_id: UUID = Field(
        primary_key=True, foreign_key="producer_profile.organisation_id", ondelete="CASCADE"
    )
    line_code: str = Field(
        primary_key=True, foreign_key="producer_line.code", ondelete="RESTRICT", index=True, max_length=60
    )


class ProducerWord(SQLModel, table=True):
    """A word or stem by which an organisation is found in the directory."""

    __tablename__ = "producer_word"
    __table_args__ = (sa.Index("ix_producer_word_word_subject_id", "word", "subject_id"),)
    subject_id: UUID = Field(
        primary_key=True, foreign_key="producer_profile.organisation_id", ondelete="CASCADE"
    )
    word: str = Field(primary_key=True, max_length=60)
