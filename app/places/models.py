"""Tables of places: official territories, and the points where goods and people meet."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import Json, belongs_to, one_of


class TerritoryLevel(StrEnum):
    """What the smallest official territory of a country is called."""

    DISTRICT = "district"
    MUNICIPALITY = "municipality"
    COMMUNE = "commune"


class PlaceKind(StrEnum):
    """What happens at a place."""

    COLLECTION_POINT = "collection_point"
    VENUE = "venue"
    PICK_UP_POINT = "pick_up_point"


class Infrastructure(StrEnum):
    """What a place has for those who sell and visit there."""

    WATER = "water"
    POWER = "power"
    TOILETS = "toilets"
    ROOF = "roof"
    PARKING = "parking"
    ACCESSIBLE = "accessible"


class Territory(SQLModel, table=True):
    """A district, municipality or comuna by its official code («PE-211101»: country, then INEI, INE or CUT)."""

    __tablename__ = "territory"
    __table_args__ = (
        sa.CheckConstraint("substr(code, 1, 3) = country || '-'", name="code_names_country"),
        sa.Index("ix_territory_name_folded_code", "name_folded", "code"),
        sa.Index("ix_territory_region_name_folded", "region", "name_folded", "code"),
    )
    code: str = Field(primary_key=True, max_length=20)
    country: str = Field(max_length=2)
    region: str = Field(max_length=6)  # ISO 3166-2
    level: TerritoryLevel = Field(sa_type=one_of(TerritoryLevel, "territory_level"))
    name: str = Field(max_length=120)
    name_folded: str = Field(max_length=120)
    parent_name: str = Field(default="", max_length=120)  # its province


class TerritoryWord(SQLModel, table=True):
    """A word or stem by which a territory is found."""

    __tablename__ = "territory_word"
    __table_args__ = (sa.Index("ix_territory_word_word_subject_id", "word", "subject_id"),)
    subject_id: str = Field(primary_key=True, max_length=20, foreign_key="territory.code", ondelete="CASCADE")
    word: str = Field(primary_key=True, max_length=60)


class Place(SQLModel, table=True):
    """A collection point, a venue or a pick-up point, kept by an organisation. Whom to call there is not public."""

    __tablename__ = "place"
    __table_args__ = (
        sa.CheckConstraint("(latitude_e6 is null) = (longitude_e6 is null)", name="location_has_both"),
        sa.CheckConstraint(
            "latitude_e6 between -90000000 and 90000000 and longitude_e6 between -180000000 and 180000000",
            name="location_on_earth",
        ),
        sa.Index("ix_place_name_folded_id", "name_folded", "id"),
        sa.Index("ix_place_region_name_folded", "country", "region", "name_folded"),
    )
    id: UUID = Field(primary_key=True)
    owner_id: UUID = belongs_to("organisation.id", ondelete="CASCADE")
    kind: PlaceKind = Field(sa_type=one_of(PlaceKind, "place_kind"))
    name: str = Field(max_length=120)
    name_folded: str = Field(max_length=120)
    country: str = Field(max_length=2)
    region: str | None = Field(default=None, max_length=6)  # ISO 3166-2
    territory_code: str | None = Field(default=None, max_length=20)
    infrastructure: Any = Field(sa_type=Json, default_factory=list)  # sorted values of Infrastructure
    address: str = Field(default="", max_length=300)
    reference: str = Field(default="", max_length=300)  # «frente a la posta»
    latitude_e6: int | None = None  # millionths of a degree
    longitude_e6: int | None = None
    location_consent_at: datetime | None = None  # since when it may be shown exactly
    contact_name: str | None = Field(default=None, max_length=120)
    contact_phone: str | None = Field(default=None, max_length=20)
    is_open: bool = True
    is_demo: bool = False
    created_at: datetime
    version: int = 1
