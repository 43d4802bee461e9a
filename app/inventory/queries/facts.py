"""What a lot's numbers mean: its product's units, its producer's country."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import units, wire
from app.kernel.db import Database, Row
from app.kernel.errors import Fault, InvalidError
from app.kernel.schema import table
from app.kernel.wire import Price, Quantity
from app.people.models import Organisation
from app.products import queries as products

ORGANISATION = table(Organisation)
_PRODUCER = sa.select(
    ORGANISATION.c.id,
    ORGANISATION.c.name,
    ORGANISATION.c.country,
    ORGANISATION.c.kind,
    ORGANISATION.c.is_demo,
).where(ORGANISATION.c.id == given("id"))


class Measure(NamedTuple):
    """How quantities of one product of one producer are read and shown."""

    base: str
    unit: str
    factor: int
    step_base: int
    country: str
    overrides: units.Overrides

    def read(self, quantity: Quantity, pointer: str, *, stepped: bool = True) -> int:
        """Base units. Raises InvalidError at the pointer."""
        return wire.read_quantity(
            quantity,
            pointer,
            base=self.base,
            unit=self.unit,
            step=self.step_base if stepped else 1,
            country=self.country,
            overrides=self.overrides,
        )

    def read_price(self, price: Price, pointer: str) -> int:
        """Minor units per the product's price unit. Raises InvalidError when that is not a whole number."""
        minor = wire.read_money(price, pointer)
        per = self.read(price.per, f"{pointer}/per", stepped=False)
        if minor <= 0:
            raise InvalidError(Fault(f"{pointer}/amount", "negative" if minor else "zero"))
        whole, rest = divmod(minor * self.factor, per)
        if rest:
            raise InvalidError(Fault(pointer, "price_not_exact"))
        return whole

    def shown(self, quantity_base: int) -> dict[str, str]:
        """The wire form in the product's unit."""
        return wire.quantity(quantity_base, self.unit, self.factor)


def measure_of(product: Row, country: str) -> Measure:
    """How this product is measured in this country; `product` as `products.queries.row` gives it."""
    return Measure(
        base=product["base_unit"],
        unit=product["unit"],
        factor=product["price_unit_base"],
        step_base=product["step_base"],
        country=country,
        overrides=products.overrides(product),
    )


async def producer(db: Database, producer_id: UUID) -> Row | None:
    """A producer's country and name."""
    return await db.one(_PRODUCER, id=producer_id)
