"""The lines of an order, from what the buyer wrote to base units and minor units."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, wire
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError
from app.orders.queries.orders import LINE
from app.orders.schemas.orders import LineIn
from app.people import contacts
from app.places.countries import is_region, today_in
from app.products import queries as products
from app.seals import queries as seals

MOST_DAYS = 730

_ADD = sa.insert(LINE)
_REMOVE = sa.delete(LINE).where(LINE.c.order_id == given("order"))


class _Place(NamedTuple):
    """Where and when an order is written, and those of the seals it names that exist."""

    currency: str
    country: str
    today: date
    seals: Collection[str]


async def read(
    db: Database, lines: Sequence[LineIn], *, currency: str, country: str, now: datetime
) -> list[Row]:
    """The lines as they are kept, each with its product's `measure`; `country` is the buyer's.

    Raises InvalidError, naming the first fault of every line.
    """
    named = {code for line in lines for code in line.seals}
    place = _Place(currency, country, today_in(country, now), await seals.known(db, named))
    faults: list[Fault] = []
    found = []
    for position, line in enumerate(lines):
        try:
            found.append(await _line(db, line, f"#/lines/{position}", place))
        except InvalidError as error:
            faults += error.faults
    if faults:
        raise InvalidError(*faults)
    return found


async def write(tx: Tx, order_id: UUID, lines: Sequence[Row]) -> None:
    """Replace the order's lines."""
    await tx.run(_REMOVE, order=order_id)
    rows = [
        {**line, "id": ids.uuid7(), "order_id": order_id, "number": number + 1}
        for number, line in enumerate(lines)
    ]
    for row in rows:
        del row["measure"]
    await tx.many(_ADD, rows)


def most_per_group(most: wire.Quantity | None, lines: Sequence[Row]) -> int | None:
    """The most that one group gives on each line, in base units. Raises InvalidError when the lines count apart."""
    if most is None:
        return None
    if len({line["measure"]["base"] for line in lines}) > 1:
        raise InvalidError(Fault("#/max_share", "other_measures"))
    return wire.read_quantity(most, "#/max_share", **lines[0]["measure"])


async def _line(db: Database, line: LineIn, at: str, place: _Place) -> Row:
    product = await _product(db, line, at)
    _check_codes(line, at, place)
    due = line.due_on or place.today + timedelta(days=line.due_in_days or 0)
    if due <= place.today:
        raise InvalidError(Fault(f"{at}/due_on", "in_the_past"))
    if due > place.today + timedelta(days=MOST_DAYS):
        raise InvalidError(Fault(f"{at}/due_on", "too_far", days=MOST_DAYS))
    if line.max_price and line.max_price.currency != place.currency:
        raise InvalidError(Fault(f"{at}/max_price/currency", "mixed_currencies", currency=place.currency))
    measure = {
        "base": product["base_unit"],
        "unit": product["unit"],
        "overrides": products.overrides(product),
        "country": place.country,
    }
    return {
        "product_id": line.product,
        "variant": line.variant,
        **_quantities(line, at, {**measure, "step": product["step_base"]}),
        "max_price_minor": _ceiling(line, at, product),
        "min_grade": line.min_grade,
        "due_on": due,
        "min_shelf_days": line.min_shelf_days,
        "seals": sorted(set(line.seals)),
        "regions": sorted(set(line.regions)),
        "measure": measure,
    }


async def _product(db: Database, line: LineIn, at: str) -> Row:
    try:
        product = await products.row(db, line.product)
    except NotFoundError as error:
        raise InvalidError(Fault(f"{at}/product", "unknown_product")) from error
    if line.variant and line.variant not in {variant["code"] for variant in product["variants"]}:
        raise InvalidError(products.fault_of_variant(product, f"{at}/variant"))
    return product


def _check_codes(line: LineIn, at: str, place: _Place) -> None:
    """Every seal and region exists: a typo would leave everybody out."""
    faults = [
        Fault(f"{at}/seals/{n}", "unknown_seal")
        for n, code in enumerate(line.seals)
        if code not in place.seals
    ]
    for n, code in enumerate(line.regions):
        if not contacts.is_country(code[:2]):
            faults.append(Fault(f"{at}/regions/{n}", "unknown_country"))
        elif "-" in code and not is_region(code):
            faults.append(Fault(f"{at}/regions/{n}", "unknown_region"))
    if faults:
        raise InvalidError(*faults)


def _quantities(line: LineIn, at: str, measure: dict[str, Any]) -> dict[str, int | None]:
    wanted = wire.read_quantity(line.quantity, f"{at}/quantity", **measure)
    over = _optional(line.over_tolerance, f"{at}/over_tolerance", measure)
    under = _optional(line.under_tolerance, f"{at}/under_tolerance", measure)
    if under is not None and under >= wanted:
        raise InvalidError(Fault(f"{at}/under_tolerance", "tolerance_of_all"))
    return {"quantity_base": wanted, "over_base": over or 0, "under_base": under}


def _optional(given: wire.Quantity | None, at: str, measure: dict[str, Any]) -> int | None:
    return None if given is None else wire.read_quantity(given, at, **measure)


def _ceiling(line: LineIn, at: str, product: Row) -> int | None:
    if line.max_price is None:
        return None
    return wire.read_price(
        line.max_price,
        f"{at}/max_price",
        base=product["base_unit"],
        price_unit_base=product["price_unit_base"],
    )
