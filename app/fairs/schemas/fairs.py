"""What crosses the door about fairs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.calendar.wire import RuleBody
from app.fairs.schemas.shared import Address, Clock, Id, Party, Reason, Where
from app.fairs.states import FairKind, FairState
from app.kernel.bodies import AS_LINE, AS_TEXT, Given, Shown
from app.kernel.wire import Money

FairName = Annotated[
    str, Field(min_length=2, max_length=120, examples=["Feria de productores de Qori Pampa"]), AS_LINE
]
LongText = Annotated[str, Field(max_length=4000), AS_TEXT]
Contact = Annotated[
    str,
    Field(
        max_length=200,
        examples=["Oficina de Desarrollo Económico, plaza de armas"],
        description="An office, public: no person's phone",
    ),
]
Later = Annotated[int, Field(ge=0, le=6, description="Days from the start to the end; 1 for a night fair")]


ZoneName = Annotated[
    str,
    Field(
        max_length=60,
        pattern=r"^[A-Za-z_]+(/[A-Za-z_+\-0-9]+){1,2}$",
        examples=["America/Lima"],
        description="IANA zone; the place's when absent",
    ),
]


class _Times(Given):
    starts: Clock
    ends: Clock
    ends_days_later: Later = 0


class FairCreate(_Times):
    """A new fair, as a draft: its dates are there, nobody else sees it yet."""

    id: Id = None
    organiser: UUID
    place: UUID
    kind: FairKind = FairKind.WEEKLY
    name: FairName
    description: LongText = ""
    contact: Contact = ""
    website: Address | None = None
    policy: LongText = ""
    rule: RuleBody
    zone: ZoneName | None = None
    first_on: date | None = Field(default=None, description="Today when absent")
    until_on: date | None = Field(
        default=None, description="The last day, inclusive; absent: until further notice"
    )
    fee: Money | None = Field(default=None, description="Per stall and date; absent: free")
    is_own_production_first: bool = True
    stalls: Annotated[int, Field(ge=1, le=2000)] | None = Field(
        default=None, description="So many stalls, numbered, without a map"
    )


class FairUpdate(Given):
    """What may change. Absent fields stay.

    Days, hours and place of a published fair change from a date on: `POST /v1/fairs/{id}/successor`.
    """

    name: FairName | None = None
    kind: FairKind | None = None
    description: LongText | None = None
    contact: Contact | None = None
    website: Address | None = None
    policy: LongText | None = None
    fee: Money | None = Field(default=None, description="For dates that nobody was given a stall of yet")
    is_own_production_first: bool | None = None
    place: UUID | None = None
    rule: RuleBody | None = None
    starts: Clock | None = None
    ends: Clock | None = None
    ends_days_later: Later | None = None
    first_on: date | None = None
    until_on: date | None = None


class SuccessorCreate(Given):
    """What is otherwise from a day on; what is absent stays as it was."""

    from_on: date
    reason: Reason
    name: FairName | None = None
    place: UUID | None = None
    rule: RuleBody | None = None
    starts: Clock | None = None
    ends: Clock | None = None
    ends_days_later: Later | None = None


class Suspension(Given):
    """Why a fair pauses."""

    reason: Reason


class Ending(Given):
    """Why a fair ends, and its last day."""

    reason: Reason
    on: date | None = Field(default=None, description="The last day; today when absent")


class CoOrganiserPut(Given):
    """What a co-organiser does."""

    role: str = Field(default="", max_length=80, examples=["Toldos y sonido"])


class SponsorIn(Given):
    """Who supports the fair, and what it asks in return. Its conditions are published."""

    name: Annotated[
        str, Field(min_length=2, max_length=120, examples=["Caja Municipal (demostración)"]), AS_LINE
    ]
    gives: str = Field(default="", max_length=500, examples=["40 toldos"])
    conditions: str = Field(
        default="", max_length=2000, examples=["Su letrero en la entrada, sin exclusividad"]
    )
    website: Address | None = None


class SponsorsPut(Given):
    """All sponsors of a fair."""

    items: list[SponsorIn] = Field(max_length=50)


class SponsorRead(Shown):
    """Who supports the fair, and on which conditions."""

    name: str
    gives: str
    conditions: str
    website: str | None


class CoOrganiserRead(Shown):
    """Another organisation that holds the fair as well."""

    organisation_id: UUID
    name: str
    role: str
    state: Literal["named", "accepted"] = Field(description="Once accepted, it may change the fair, too")


class Warned(Shown):
    """Something to look at; nothing is refused for it."""

    code: str
    on: date
    with_fair_id: UUID | None = None
    message: str


class FairSummary(Shown):
    """A line of the list of fairs."""

    id: UUID
    code: str = Field(description="In the address of its page: /ferias/{code}")
    name: str
    kind: FairKind
    state: FairState
    organiser_id: UUID
    organiser_name: str
    place_name: str
    country: str
    region: str | None
    territory_code: str | None
    starts: str
    ends: str
    zone: str
    rule_text: str = Field(examples=["todos los sábados"])
    until_on: date | None
    is_demo: bool
    version: int


class FairPage(Shown):
    """A page of fairs."""

    items: list[FairSummary]
    next_cursor: str | None


class FairRead(Shown):
    """A fair."""

    id: UUID
    code: str
    uid: str
    name: str
    kind: FairKind
    state: FairState
    reason: str
    organiser: Party
    place: Where
    description: str
    contact: str
    website: str | None
    policy: str
    rule: dict[str, Any]
    rule_text: str
    zone: str
    starts: str
    ends: str
    ends_days_later: int
    first_on: date
    until_on: date | None
    fee: Money | None
    is_own_production_first: bool
    co_organisers: list[CoOrganiserRead]
    sponsors: list[SponsorRead]
    supersedes_id: UUID | None
    warnings: list[Warned] | None = Field(default=None, description="Only in answers to a change")
    is_demo: bool
    published_at: datetime | None
    updated_at: datetime
    version: int
    actions: list[str]
