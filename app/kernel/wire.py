"""How quantities, money and prices look on the wire: decimals as strings, never as JSON numbers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.kernel import decimals

DecimalText = Annotated[
    str, Field(pattern=decimals.PATTERN, max_length=decimals.MAX_LENGTH, examples=["12.5"])
]
UnitCode = Annotated[
    str, Field(min_length=1, max_length=32, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["KGM"])
]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["PEN"])]


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
