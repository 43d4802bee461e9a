"""The words of the rule `stalls-1` as immutable values: what goes into `allocate` and what comes out.

Lengths are centimetres; points and credits are integers in millionths. Fields stand in alphabetical order
because their JSON form is canonical: keys sorted, integers only.
"""

from typing import Annotated, Literal

from msgspec import Meta

from app.aggregation.model import Id, Model

RULE = "stalls-1"

MILLION = 1_000_000
POINTS_MOST = 1_000 * MILLION  # what one criterion gives at most, in millionths of a point
STALLS_MOST = 2_000
APPLICANTS_MOST = 10_000

Centimetres = Annotated[int, Meta(ge=-10_000_000, le=10_000_000)]
Length = Annotated[int, Meta(ge=1, le=1_000_000)]
Weight = Annotated[int, Meta(ge=0, le=100)]
Count = Annotated[int, Meta(ge=0, le=APPLICANTS_MOST)]
Category = Annotated[str, Meta(max_length=200)]
Barred = Literal["sanctioned", "documents", "category_not_authorised"]
Criterion = Literal["distance", "first_time", "rotation", "seniority", "women_led"]
State = Literal["placed", "waiting", "left_out"]
Why = Literal[
    "fixed_holder", "points", "quota_minimum",  # placed
    "stalls_taken", "quota_full", "reserved", "resale_last", "waitlisted",  # waiting
    "sanctioned", "documents", "category_not_authorised", "no_stall_fits",  # left out
    "barred",  # left out, as others read it
]  # fmt: skip


class Box(Model, frozen=True, kw_only=True):
    """A rectangle seen from above: its corner nearest the origin, its width along x and its depth along y."""

    d_cm: Length
    w_cm: Length
    x_cm: Centimetres
    y_cm: Centimetres


class Stall(Model, frozen=True, kw_only=True):
    """A place to sell («puesto»). Without a box its neighbours are the stalls whose numbers follow."""

    box: Box | None = None
    code: Id
    fixed_holder: Id | None = None
    has_power: bool = False
    has_roof: bool = False
    has_water: bool = False
    is_accessible: bool = False
    number: Annotated[int, Meta(ge=0, le=1_000_000)]
    quality: Annotated[int, Meta(ge=0, le=100)] = 50


class Layout(Model, frozen=True, kw_only=True):
    """How the stalls stand («plano»): sides at most `gap_cm` apart are neighbours, unless an aisle lies between."""

    aisles: Annotated[tuple[Box, ...], Meta(max_length=1_000)] = ()
    gap_cm: Annotated[int, Meta(ge=0, le=10_000)] = 150
    stalls: Annotated[tuple[Stall, ...], Meta(max_length=STALLS_MOST)] = ()


class Applicant(Model, frozen=True, kw_only=True):
    """A group that asks for a stall on the date. `barred`: why it may have none, as others decided it.

    `is_waitlisted`: the call did not admit it but lets it wait: it takes no part in the draw, and waits after all others.
    `credit` is `rotation.credits`: above 0 it stood better than the average so far, below 0 worse.
    """

    barred: tuple[Barred, ...] = ()
    category: Category = ""
    credit: Annotated[int, Meta(ge=-(10**15), le=10**15)] = 0
    distance_km: Annotated[int, Meta(ge=0, le=50_000)] | None = None
    group: Id
    is_first_time: bool = False
    is_own_production: bool = True
    is_waitlisted: bool = False
    is_women_led: bool = False
    needs_access: bool = False
    needs_power: bool = False
    needs_roof: bool = False
    needs_water: bool = False
    seniority_years: Annotated[int, Meta(ge=0, le=200)] = 0
    territory: str | None = None
    width_cm: Length | None = None


class Weights(Model, frozen=True, kw_only=True):
    """What the published bases say each criterion counts."""

    distance: Weight = 0
    first_time: Weight = 0
    rotation: Weight = 100
    seniority: Weight = 0
    women_led: Weight = 0


class Quota(Model, frozen=True, kw_only=True):
    """How many stalls groups of one category or territory get at least (while enough of them ask) and at most."""

    at_least: Count = 0
    at_most: Count | None = None
    of: Literal["category", "territory"]
    value: str


class AllocationInputs(Model, frozen=True, kw_only=True):
    """Everything the rule looks at for one date. The lists may come in any order."""

    applicants: Annotated[tuple[Applicant, ...], Meta(max_length=APPLICANTS_MOST)]
    distance_cap_km: Annotated[int, Meta(ge=1, le=50_000)] = 100
    layout: Layout
    own_production_first: bool = True
    quotas: Annotated[tuple[Quota, ...], Meta(max_length=200)] = ()
    seed: Id
    seniority_cap_years: Annotated[int, Meta(ge=1, le=200)] = 10
    weights: Weights = Weights()


class Points(Model, frozen=True, kw_only=True):
    """What one criterion gives a group: `points` in millionths, 0..1000 points, before its weight."""

    criterion: Criterion
    points: int
    weight: int


class Record(Model, frozen=True, kw_only=True):
    """Why one group stands where it stands, waits or is left out; kept for ever.

    `by_points`: the stall that its points alone gave it, where that is another one. `turn`: its place in the
    order of entry. `total`: the weighted points. `lottery`: what breaks ties, the lowest first.
    """

    by_points: str | None
    category: str
    credit: int
    criteria: tuple[Points, ...]
    fitting_stalls: int
    group: str
    lottery: str
    needs: tuple[str, ...]
    position: int | None
    quality: int | None
    quota: Quota | None
    rule: str = RULE
    stall: str | None
    state: State
    total: int
    turn: int | None
    why: tuple[Why, ...]


class QuotaResult(Model, frozen=True, kw_only=True):
    """How many were placed of those a quota speaks of, and how many of them asked and were not barred."""

    asked: int
    placed: int
    quota: Quota


class Outcome(Model, frozen=True, kw_only=True):
    """Who stands where (group -> stall code), who waits in which order, who is left out, and why.

    `score`: the sum of total x quality over who was placed, in whole points; `score_by_points`: what it was before
    neighbours of one category were moved apart. `conflicts`: the neighbouring pairs of one category that remain.
    `cutoff`: the lowest total that got a stall by its points.
    """

    conflicts: tuple[tuple[str, str], ...]
    cutoff: int | None
    input_digest: str
    left_out: tuple[str, ...]
    placed: dict[str, str]
    quotas: tuple[QuotaResult, ...]
    records: tuple[Record, ...]
    rule: str = RULE
    score: int
    score_by_points: int
    seed_sha256: str
    waiting: tuple[str, ...]


class AllocationError(ValueError):
    """Inputs that contradict themselves. `code`: stall_code_repeated, stall_number_repeated, group_repeated,
    quota_repeated, or quota_contradicts; `value` says which.
    """  # noqa: D205

    def __init__(self, code: str, value: str) -> None:
        self.code = code
        self.value = value
        super().__init__(f"{code}: {value}")
