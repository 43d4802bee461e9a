"""How quantities, money and prices look on the wire: decimals as strings, never as JSON numbers."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.kernel import decimals, ids, money, units
from app.kernel.errors import Fault, InvalidError

DecimalText = Annotated[
    str, Field(pattern=decimals.PATTERN, max_length=decimals.MAX_LENGTH, examples=["12.5"])
]
UnitCode = Annotated[
    str, Field(min_length=1, max_length=32, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["KGM"])
]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["PEN"])]
_YEARS = (2000, 2150)  # of days that people mean; nearer the ends of the calendar arithmetic overflows
_When = TypeVar("_When", bound=date)


def _in_our_years(when: _When) -> _When:
    least, most = _YEARS
    if not least <= when.year <= most:
        raise PydanticCustomError("out_of_years", "out of years", {"least": str(least), "most": str(most)})
    return when


Day = Annotated[date, AfterValidator(_in_our_years)]
"""A day from 2000 to 2150; the fault `out_of_years` says so."""
Instant = Annotated[AwareDatetime, AfterValidator(_in_our_years)]
"""A date with hour and zone from 2000 to 2150, by the zone it is given in."""
_DAY_SECONDS = 86_400
_TENS = frozenset(10**digits for digits in range(10))


class _Wire(BaseModel):
    """Strict at the door: strings only, no field nobody knows."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Quantity(_Wire):
    """How much: a plain decimal and a unit (UN/CEFACT Rec 20 code, or a local one such as `arroba`)."""

    value: DecimalText
    unit: UnitCode


class Money(_Wire):
    """An amount in an ISO 4217 currency, with no more decimals than it has."""

    amount: DecimalText
    currency: CurrencyCode


class Price(_Wire):
    """Money for so much: S/ 8.00 per 1 kg."""

    amount: DecimalText
    currency: CurrencyCode
    per: Quantity


def read_quantity(
    quantity: Quantity,
    pointer: str,
    *,
    base: str,
    step: int = 1,
    unit: str | None = None,
    country: str | None = None,
    overrides: units.Overrides | None = None,
) -> int:
    """The quantity in base units. Raises InvalidError at `pointer`, also when it is no multiple of the smallest step.

    `unit` is that in which people are told the step, the product's own; kilos, litres or pieces without it.
    """
    try:
        found = units.to_base(quantity.value, quantity.unit, base=base, country=country, overrides=overrides)
    except units.UnitsError as error:
        usual = units.usual(base)
        most = partial(units.display, units.MAX_BASE, usual)
        facts = error.params | {"most": most, "usual": partial(_said_with_code, usual)}
        raise InvalidError(Fault(pointer, error.code, **facts)) from error
    if found % step:
        said = partial(units.display, step, unit or units.usual(base))
        raise InvalidError(Fault(pointer, "not_a_multiple", step=said))
    return found


def read_money(amount: Money | Price, pointer: str) -> int:
    """The amount in minor units. Raises InvalidError at `pointer`."""
    try:
        return money.to_minor(amount.amount, amount.currency)
    except money.MoneyError as error:
        facts: dict[str, Any] = dict(error.params)
        if error.code == "too_large":
            facts["most"] = partial(money.display, money.MAX_MINOR, amount.currency)
        raise InvalidError(Fault(pointer, error.code, **facts)) from error


def _said_with_code(unit: units.Unit, lang: str) -> str:
    return f"{units.name(unit, lang, one=False)} ({unit.code})"


def read_price(price: Price, pointer: str, *, base: str, price_unit_base: int) -> int:
    """The price in minor units per the product's price unit, exactly.

    Raises InvalidError when it is given per another quantity and the division leaves a rest.
    """
    minor = read_money(price, pointer)
    per = read_quantity(price.per, f"{pointer}/per", base=base)
    whole, rest = divmod(minor * price_unit_base, per)
    if rest or whole < 0:
        raise InvalidError(Fault(pointer, "price_not_exact" if rest else "negative"))
    return whole


def read_id(given: UUID | None, now: datetime, pointer: str = "#/id") -> UUID:
    """The identifier that the client made offline, or a new one.

    Raises InvalidError when it is no UUIDv7 or claims to be made more than a day ahead.
    """
    if given is None:
        return ids.uuid7()
    made_at = ids.instant_of(given)
    if made_at is None:
        raise InvalidError(Fault(pointer, "uuid_version"))
    if made_at > now.timestamp() + _DAY_SECONDS:
        raise InvalidError(Fault(pointer, "uuid_ahead"))
    return given


def quantity(quantity_base: int, unit: str, factor: int) -> dict[str, str]:
    """The wire form of a quantity in a unit of `factor` base units: exact, and quick for a power of ten.

    What a decimal of the unit cannot say (a piece of a dozen) is said in kilos, litres or pieces.
    """
    if factor == 1:
        return {"value": str(quantity_base), "unit": unit}
    if factor not in _TENS:
        value, unit = units.exact(quantity_base, unit, base=str(units.find(unit).base))
        return {"value": value, "unit": unit}
    whole, rest = divmod(quantity_base, factor)
    value = f"{whole}.{rest + factor}".replace(".1", ".", 1).rstrip("0") if rest else str(whole)
    return {"value": value, "unit": unit}


def price(price_minor: int, currency: str, unit: str, per: str = "1") -> dict[str, Any]:
    """The wire form of a price per `per` units."""
    return {
        "amount": money.from_minor(price_minor, currency),
        "currency": currency,
        "per": {"value": per, "unit": unit},
    }


def amount(minor: int, currency: str) -> dict[str, str]:
    """The wire form of money."""
    return {"amount": money.from_minor(minor, currency), "currency": currency}
