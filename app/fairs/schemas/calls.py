"""What crosses the door about calls and applications."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.fairs.schemas.shared import Id, Reason
from app.fairs.schemas.standing import Names
from app.fairs.states import ApplicationChannel, ApplicationState, CallState
from app.kernel.bodies import AS_LINE, Given, Shown

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", examples=["carne-sanidad"])]
Title = Annotated[
    str,
    Field(min_length=2, max_length=160, examples=["Convocatoria de puestos, temporada de lluvias"]),
    AS_LINE,
]
Share = Annotated[int, Field(ge=0, le=100)]
CategoryCode = Annotated[str, Field(min_length=1, max_length=60, examples=["textiles"]), AS_LINE]


class DocumentAsked(Given):
    """A paper that the call asks for."""

    code: Code
    name: Annotated[str, Field(min_length=2, max_length=120, examples=["Carné de sanidad"]), AS_LINE]
    required: bool = True


class QuotaIn(Given):
    """How many stalls go to one category or territory, at least and at most."""

    of: Literal["category", "territory"]
    value: Annotated[str, Field(min_length=1, max_length=60), AS_LINE]
    at_least: int = Field(default=0, ge=0, le=2000)
    at_most: int | None = Field(default=None, ge=0, le=2000)


class WeightsIn(Given):
    """What each criterion counts, 0 to 100. They are published with the bases."""

    rotation: Share = 100
    seniority: Share = 0
    women_led: Share = 0
    first_time: Share = 0
    distance: Share = 0


class _Bases(Given):
    resolution: str = Field(
        default="", max_length=120, examples=["Resolución de Alcaldía N.º 12-MQP (demostración)"]
    )
    bases: str = Field(default="", max_length=20_000)
    documents: list[DocumentAsked] = Field(default=[], max_length=30)
    categories: list[CategoryCode] = Field(
        default=[], max_length=100, description="Which may sell; none: all may"
    )
    quotas: list[QuotaIn] = Field(default=[], max_length=100)
    weights: WeightsIn = WeightsIn()
    mend_days: int = Field(default=5, ge=1, le=60, description="Days to mend what was observed")
    claim_days: int = Field(default=3, ge=1, le=60, description="Days to object to the lists")
    offer_hours: int = Field(default=48, ge=1, le=720, description="Hours to answer an offered stall")
    no_show_limit: int = Field(default=2, ge=1, le=50, description="So many absences without notice ...")
    no_show_days: int = Field(default=90, ge=1, le=730, description="... within so many days ...")
    sanction_days: int = Field(
        default=30, ge=0, le=730, description="... cost so many days without a stall; 0: none"
    )


class CallCreate(_Bases):
    """A new call, as a draft."""

    id: Id = None
    fair: UUID
    title: Title
    opens_at: datetime | None = Field(default=None, description="Now when absent")
    closes_at: datetime | None = None
    closes_in_days: int | None = Field(default=None, ge=1, le=365, description="Instead of `closes_at`")
    from_on: date | None = Field(default=None, description="The first date it gives stalls for")
    from_in_days: int | None = Field(default=None, ge=0, le=730, description="Instead of `from_on`")
    until_on: date | None = None
    until_in_days: int | None = Field(default=None, ge=0, le=1095, description="Instead of `until_on`")


class CallCancellation(Given):
    """Why there is no call after all."""

    reason: Reason


class CallLine(Shown):
    """A call in a list, without its bases."""

    id: UUID
    fair_id: UUID
    fair_name: str
    organiser_id: UUID
    state: CallState
    title: str
    resolution: str
    opens_at: datetime
    closes_at: datetime
    is_open: bool
    from_on: date
    until_on: date
    documents: list[DocumentAsked]
    categories: list[str]
    applications: int
    is_demo: bool
    version: int
    actions: list[str]


class CallRead(CallLine):
    """A call with its bases. The number of the draw is shown once it has closed; before, its digest binds it."""

    bases: str
    quotas: list[QuotaIn]
    weights: WeightsIn
    mend_days: int
    claim_days: int
    claims_until: datetime | None
    offer_hours: int
    no_show_limit: int
    no_show_days: int
    sanction_days: int
    seed_sha256: str | None = Field(description="Published with the bases: SHA-256 of the number of the draw")
    seed: str | None = Field(description="The number of the draw, shown once the call has closed")
    reason: str
    published_at: datetime | None


class CallList(Shown):
    """Calls, the ones that close first on top. Read one for its bases."""

    items: list[CallLine]


class Listed(Shown):
    """One line of the published lists."""

    number: int
    organisation_id: UUID
    organisation_name: str
    category: str


class CallLists(Shown):
    """Who is admitted, waits, must mend something, was rejected. Reasons are read by each group and the officer."""

    call_id: UUID
    admitted: list[Listed]
    waitlisted: list[Listed]
    observed: list[Listed]
    rejected: list[Listed]
    in_review: int
    version: int


class PaperIn(Given):
    """A paper, as it was uploaded."""

    code: Code
    file: UUID = Field(description="See /v1/uploads")
    valid_until: date | None = None


class _Asked(Given):
    category: CategoryCode
    offers: str = Field(default="", max_length=1000, examples=["Chompas y bufandas de alpaca"])
    is_own_production: bool = True
    needs_power: bool = False
    needs_water: bool = False
    needs_roof: bool = False
    needs_access: bool = False
    width: int | None = Field(default=None, ge=50, le=2000, description="In centimetres, at least")
    attendants: Names = Field(default=[])


class ApplicationCreate(_Asked):
    """A group asks for a stall. It is handed in at once unless it is a draft."""

    id: Id = None
    organisation: UUID
    documents: list[PaperIn] = Field(default=[], max_length=30)
    is_draft: bool = False


class ApplicationUpdate(Given):
    """What may be mended before a decision. Absent fields stay."""

    category: CategoryCode | None = None
    offers: str | None = Field(default=None, max_length=1000)
    is_own_production: bool | None = None
    needs_power: bool | None = None
    needs_water: bool | None = None
    needs_roof: bool | None = None
    needs_access: bool | None = None
    width: int | None = Field(default=None, ge=50, le=2000)
    attendants: Names | None = None
    documents: list[PaperIn] | None = Field(
        default=None, max_length=30, description="Those named replace older ones"
    )


class DocumentRead(Shown):
    """A paper that was brought."""

    code: str
    file_id: UUID
    valid_until: date | None
    is_accepted: bool | None
    note: str


class ObjectionRead(Shown):
    """An objection and its answer."""

    id: UUID
    text: str
    made_at: datetime
    answer: str
    is_upheld: bool | None
    answered_at: datetime | None


class ApplicationRead(Shown):
    """An application, for its group and the officer."""

    id: UUID
    call_id: UUID
    number: int = Field(description="Its folio")
    organisation_id: UUID
    organisation_name: str
    state: ApplicationState
    channel: ApplicationChannel
    category: str
    offers: str
    is_own_production: bool
    needs_power: bool
    needs_water: bool
    needs_roof: bool
    needs_access: bool
    width: int | None
    attendants: list[str]
    documents: list[DocumentRead]
    missing: list[str] = Field(
        description="Codes of papers that are asked for and not here, or not valid long enough"
    )
    claims: list[ObjectionRead]
    reason: str
    mend_until: datetime | None
    submitted_at: datetime | None
    decided_at: datetime | None
    version: int
    actions: list[str]


class ApplicationPage(Shown):
    """A page of applications by folio."""

    items: list[ApplicationRead]
    next_cursor: str | None
