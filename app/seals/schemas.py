"""What crosses the door about seals."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, AS_TEXT, Given, Shown
from app.kernel.wire import Day
from app.seals.rules import GrantState, SchemeKind

SchemeCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,58}$", examples=["ORGANICO-SACHA"])]
Name = Annotated[str, Field(min_length=2, max_length=120, examples=["Orgánico"]), AS_LINE]


class SchemeCreate(Given):
    """A guarantee that can be granted."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    code: SchemeCode
    name_es: Name
    name_en: Name
    kind: SchemeKind
    owner: UUID | None = Field(
        default=None, description="The one organisation that grants it; needed when `kind` is `own`"
    )


class SchemeRead(Shown):
    """A guarantee, named in the language asked for."""

    id: UUID
    code: str
    name: str
    kind: SchemeKind
    owner_id: UUID | None


class SchemeList(Shown):
    """Every guarantee."""

    items: list[SchemeRead]


class GrantCreate(Given):
    """A seal for a producer organisation, valid from one day to another, both included."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    scheme: SchemeCode
    producer: UUID
    issuer: UUID = Field(description="The verified certifier or network in whose name it is granted")
    valid_from: Day
    valid_until: Day
    number: str = Field(default="", max_length=60, examples=["PE-BIO-118"])
    evidence: str = Field(
        default="", max_length=2000, examples=["Visita del 12 de febrero; acta en la oficina de la red"]
    )


class Revocation(Given):
    """Why a seal ends early."""

    reason: Annotated[
        str,
        Field(min_length=3, max_length=500, examples=["Usó fertilizante sintético en dos parcelas"]),
        AS_TEXT,
    ]


class GrantSummary(Shown):
    """A seal that a producer holds or held. Public."""

    id: UUID
    scheme: str
    name: str
    kind: SchemeKind
    producer_id: UUID
    producer_name: str
    issuer_id: UUID
    issuer_name: str
    number: str
    valid_from: date
    valid_until: date
    state: GrantState


class GrantRead(GrantSummary):
    """A seal as its holder and its issuer see it."""

    evidence: str
    revoked_why: str | None
    version: int


class GrantList(Shown):
    """The seals of one producer, the longest valid first."""

    items: list[GrantSummary]


class GrantPage(Shown):
    """A page of the seals that one organisation granted, the soonest to end first."""

    items: list[GrantSummary]
    next_cursor: str | None
