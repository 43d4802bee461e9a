"""The words of the rule as immutable values: what goes into `share` and what comes out.

Quantities are integers in the product's base unit, money integers in minor units, days day numbers.
Fields stand in alphabetical order because their JSON form is canonical: keys sorted, integers only.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

RULE = "minka-1"

QUANTITY_MOST = 10**12  # a million tonnes in grams
MEASURE_MOST = 10**18  # a quantity times a reference price
DAY_MOST = 10**7
TEXT_MOST = 200

Id = Annotated[str, Meta(min_length=1, max_length=TEXT_MOST)]
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_MOST)]
Reason = Annotated[str, Meta(max_length=2000)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z", max_length=3)]
Quantity = Annotated[int, Meta(ge=0, le=QUANTITY_MOST)]
Wanted = Annotated[int, Meta(ge=1, le=QUANTITY_MOST)]
Price = Annotated[int, Meta(ge=0, le=QUANTITY_MOST)]
Factor = Annotated[int, Meta(ge=1, le=QUANTITY_MOST)]
Measure = Annotated[int, Meta(ge=0, le=MEASURE_MOST)]
Day = Annotated[int, Meta(ge=-DAY_MOST, le=DAY_MOST)]
Days = Annotated[int, Meta(ge=0, le=DAY_MOST)]
Grade = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
Members = Annotated[int, Meta(ge=1, le=1000)]


class Model(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An immutable value whose fields are all named."""


class Lot(Model, frozen=True, kw_only=True):
    """What one producer has of one product at its own price («lo que tenemos»).

    `available` is what may still be taken: live reservations are already subtracted. Lots of one `bucket`
    (weekly capacity) share one `available`, belong to one producer and name one product each.
    """

    available: Quantity
    bucket: Id | None = None
    currency: Currency | None = None
    expiry_day: Day | None = None
    grade: Grade | None = None
    id: Id
    pack: Factor = 1
    point: Text | None = None
    producer: Id
    product: Id
    ready_day: Day | None = None
    seals: tuple[Text, ...] = ()
    unit_price: Price


class Producer(Model, frozen=True, kw_only=True):
    """A producer group as the rule sees it: `members` is its weight, `recent` its confirmed history."""

    id: Id
    last_served_day: Day | None = None
    members: Members = 1
    min_qty: Quantity = 0
    recent: Measure = 0
    territory: Text | None = None
    women_led: bool = False


class Line(Model, frozen=True, kw_only=True):
    """A quantity of one product that a buyer wants, and its conditions. None means no limit."""

    due_day: Day | None = None
    id: Id
    max_unit_price: Price | None = None
    min_grade: Grade | None = None
    min_shelf_days: Days = 0
    over_tolerance: Quantity = 0
    price_unit: Factor = 1
    product: Id
    qty: Wanted
    reference_price: Factor = 1
    seals: tuple[Text, ...] = ()
    territories: tuple[Text, ...] = ()
    under_tolerance: Quantity | None = None


class Change(Model, frozen=True, kw_only=True):
    """A decision of the coordinating organisation about one producer, on one line or (None) on all."""

    act: Literal["cap", "fix", "leave_out"]
    line: Id | None = None
    producer: Id
    qty: Quantity | None = None
    reason: Reason | None = None


class Order(Model, frozen=True, kw_only=True):
    """A buyer's order. The fields typed None are refused by name until the rule serves them."""

    changes: tuple[Change, ...] = ()
    currency: Currency | None = None
    id: Id
    lines: Annotated[tuple[Line, ...], Meta(min_length=1)]
    max_avg_price: None = None
    max_points: None = None
    max_share_qty: Quantity | None = None
    points_eps: None = None


class Member(Model, frozen=True, kw_only=True):
    """A member's wish in a basket («si sobra, acepto hasta» `tol` more)."""

    id: Id
    tol: Quantity | None = None
    want: Quantity


class Basket(Model, frozen=True, kw_only=True):
    """The wishes of a consumer group for one product that comes in whole packs."""

    id: Id
    members: Annotated[tuple[Member, ...], Meta(min_length=1)]
    pack: Factor = 1


class Event(Model, frozen=True, kw_only=True):
    """What happened after the first plan: each producer named gives only that much on each line."""

    decline: Annotated[dict[Id, Quantity], Meta(min_length=1)]


class OrdersDocument(Model, frozen=True, kw_only=True):
    """An interchange document that asks for plans; each order takes from what the ones before it leave."""

    event: Event | None = None
    lots: tuple[Lot, ...] = ()
    mode: Literal["sequence"] = "sequence"
    orders: Annotated[tuple[Order, ...], Meta(min_length=1)]
    producers: tuple[Producer, ...] = ()


class BasketDocument(Model, frozen=True, kw_only=True):
    """An interchange document that asks how a consumer group shares whole packs."""

    basket: Basket


class Failing(Model, frozen=True, kw_only=True):
    """One condition a lot does not meet."""

    code: str
    had: int | str | tuple[str, ...] | None
    needed: int | str | tuple[str, ...] | None


class Excluded(Model, frozen=True, kw_only=True):
    """A lot of the product that could not be taken, with every condition it fails."""

    lot: str
    reasons: tuple[Failing, ...]


class Explanation(Model, frozen=True, kw_only=True):
    """Why one producer got what it got on one line; kept for ever. Rationals are "p/q" in lowest terms."""

    allotted: int
    amount: int
    bound: str
    cap: int | None
    changes: tuple[Change, ...]
    deviation: str
    eligible_stock: int
    entitlement: str
    excluded: tuple[Excluded, ...]
    fair_optimal: bool
    fill_optimal: bool
    input_digest: str
    level: str | None
    line: str
    minimum: int
    order: str
    other_lines: int
    packs: tuple[int, ...]
    producer: str
    recent: int
    rule: str
    tie_digest: str
    tier: str
    weight: int


class LineAnswer(Model, frozen=True, kw_only=True):
    """How one line is shared. `by_lot` names only lots that give something."""

    by_lot: dict[str, int]
    by_producer: dict[str, int]
    explanations: tuple[Explanation, ...]
    fair_optimal: bool
    fill: int
    fill_optimal: bool
    level: str | None
    reasons: dict[str, str]
    shortfall: int
    tier: str


class Answer(Model, frozen=True, kw_only=True):
    """A whole plan of one order: line id -> answer."""

    input_digest: str
    lines: dict[str, LineAnswer]
    rule: str = RULE


class RefusedChangeError(ValueError):
    """A change of the coordinating organisation that cannot be carried out as it stands.

    `code` is one of fix_not_reachable and fix_above_wanted.
    """

    def __init__(self, code: str, change: Change, line: str) -> None:
        self.code = code
        self.change = change
        self.line = line
        super().__init__(f"{code}: producer {change.producer}, line {line}, qty {change.qty}")
