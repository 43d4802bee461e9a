"""What a file's words are compared with: groups, products, seals, and the lots there are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import Capacity
from app.inventory.queries.facts import Measure, measure_of
from app.inventory.queries.lots import LOT, LOTS
from app.kernel.db import Database, Row
from app.kernel.imports import Ask
from app.kernel.schema import table
from app.kernel.text import clean_line, fold
from app.people.models import Organisation, OrganisationKind
from app.places.countries import COUNTRIES, today_in
from app.products import queries as products
from app.products.models import Product
from app.seals import queries as seals

ORGANISATION, PRODUCT, CAPACITY = table(Organisation), table(Product), table(Capacity)
_MAKERS = (OrganisationKind.PRODUCER_GROUP, OrganisationKind.COOPERATIVE)
_AT_ONCE = 5_000

_PRODUCERS = (
    sa.select(
        ORGANISATION.c.id,
        ORGANISATION.c.code,
        ORGANISATION.c.name_folded,
        ORGANISATION.c.country,
        ORGANISATION.c.is_demo,
    )
    .where(ORGANISATION.c.kind.in_(_MAKERS))
    .order_by(ORGANISATION.c.id)
)
_SOME_PRODUCERS = _PRODUCERS.where(ORGANISATION.c.id.in_(given("producers")))
_NAMED_PRODUCTS = sa.select(PRODUCT.c.id, PRODUCT.c.code, PRODUCT.c.name_folded).where(
    sa.or_(PRODUCT.c.code.in_(given("codes")), PRODUCT.c.name_folded.in_(given("names")))
)
_LOTS = LOTS.add_columns(LOT.c.declared_base, CAPACITY.c.name.label("workshop")).where(
    LOT.c.producer_id.in_(given("producers")), LOT.c.code.in_(given("codes"))
)
_CAPACITIES = sa.select(
    CAPACITY.c.id, CAPACITY.c.producer_id, CAPACITY.c.name, CAPACITY.c.base_unit, CAPACITY.c.per_week_base
).where(CAPACITY.c.producer_id.in_(given("producers")))


class Producer(NamedTuple):
    """A group of whom the caller may say what it has."""

    id: UUID
    code: str
    country: str
    currency: str | None
    is_demo: bool
    today: date


class Known(NamedTuple):
    """A product with its measures in a country."""

    id: UUID
    row: Row

    def measure(self, country: str) -> Measure:
        """How it is measured there."""
        return measure_of(self.row, country)


@dataclass(slots=True)
class World:
    """Everything that reading rows needs, loaded once per file."""

    producers: dict[str, Producer]
    usual: Producer | None
    products: dict[str, Known]
    schemes: dict[str, str]
    held: dict[date, dict[UUID, set[str]]] = field(default_factory=dict)
    lots: dict[tuple[UUID, str], Row] = field(default_factory=dict)
    workshops: dict[tuple[UUID, str], Row] = field(default_factory=dict)

    def holds(self, producer: UUID, scheme: str, day: date) -> bool:
        """Whether the producer holds a seal on a day that `seals_of` loaded."""
        return scheme in self.held.get(day, {}).get(producer, ())


async def producers_of(db: Database, ask: Ask) -> tuple[dict[str, Producer], Producer | None]:
    """The groups that the caller may import for, by code and by name; and the one whose file it is."""
    if ask.caller.is_admin:
        rows = await db.all(_PRODUCERS)
    else:
        mine = [organisation for organisation in ask.caller.acts if ask.caller.may("stock", organisation)]
        rows = await db.all(_SOME_PRODUCERS, producers=mine) if mine else []
    found: dict[str, Producer] = {}
    usual = None
    for row in rows:
        producer = _producer(row, ask.now)
        found[fold(row["code"])] = producer
        found.setdefault(row["name_folded"], producer)
        usual = producer if row["id"] == ask.organisation_id else usual
    return found, usual


def _producer(row: Row, now: datetime) -> Producer:
    country = row["country"]
    currency = COUNTRIES[country].currency if country in COUNTRIES else None
    return Producer(row["id"], row["code"], country, currency, row["is_demo"], today_in(country, now))


async def products_named(db: Database, words: Iterable[str]) -> dict[str, Known]:
    """The products with these codes or names, by both, folded."""
    asked = sorted({clean_line(word) for word in words if word.strip()})
    found: dict[str, Known] = {}
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        names = [fold(word) for word in part]
        for row in await db.all(_NAMED_PRODUCTS, codes=names, names=names):
            known = Known(row["id"], await products.row(db, row["id"]))
            found[fold(row["code"])] = known
            found.setdefault(row["name_folded"], known)
    return found


async def seals_of(db: Database, world: World, producers: Collection[UUID], days: Collection[date]) -> None:
    """Load which seals these producers hold on these days."""
    for day in days:
        world.held[day] = await seals.valid_on(db, producers, day)


async def stock_of(db: Database, world: World, producers: Collection[UUID], codes: Collection[str]) -> None:
    """Load the lots with these codes and the capacities of these producers."""
    if not producers or not codes:
        return
    listed, wanted = sorted(producers), sorted(codes)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        for row in await db.all(_LOTS, producers=listed, codes=part):
            world.lots[row["producer_id"], row["code"]] = row
    for row in await db.all(_CAPACITIES, producers=listed):
        world.workshops[row["producer_id"], fold(row["name"])] = row


async def schemes(db: Database) -> dict[str, str]:
    """Every seal's code by its folded form and by its folded name."""
    rows = await seals.schemes(db, "es")
    return {fold(row["name"]): row["code"] for row in rows} | {fold(row["code"]): row["code"] for row in rows}
