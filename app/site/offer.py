"""What the one-tap page says of one part of an order, and which answers it offers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from app.kernel import units
from app.kernel.errors import Fault, InvalidError
from app.kernel.sheets import parsers
from app.kernel.sheets.values import CellError

# What may still be said in each state, while there is time. In any other state the page only tells.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "offered": ("confirm", "less", "decline"),
    "confirmed": ("less", "decline"),
    "partially_confirmed": ("less", "decline"),
    "expired": ("confirm", "less"),
    "not_told": ("confirm", "less"),
}
LATE = ("expired", "not_told")
AGREED = ("confirmed", "partially_confirmed")


class OfferRow(NamedTuple):
    """One group in the table of everybody's shares."""

    name: str
    people: int | None
    share: str
    reason: str = ""
    is_you: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """One part of an order as its group reads it: every text but the state is ready to be shown."""

    order_code: str
    coordinator: str
    group: str
    product: str
    share: str  # «30 kg»
    price: str  # «S/ 8.00 el kilo»
    money: str  # «S/ 240.00»
    deadline: str  # «jueves 12, 8 de la noche»
    reason: str
    unit: str  # Rec 20 code or local measure that the group counts in
    base_unit: str
    country: str
    overrides: Mapping[str, units.Factor]
    state: str
    can_answer: bool
    has_ended: bool = False  # the whole order, for everybody
    why_closed: str | None = None  # the reason of what ended or was withdrawn
    is_kept: bool = False  # a late answer waits for the next repair
    is_demo: bool = False
    kept: str | None = None  # «los 54 kg» that the group had on the line before: this part comes on top
    is_confirmed: bool = False  # what it had, wholly
    due: str | None = None  # «viernes 20 de marzo»
    rows: tuple[OfferRow, ...] = ()

    @property
    def unit_name(self) -> str:
        """«kg», «piezas»."""
        return units.name(self.unit, "es", one=False)

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that still count."""
        return ANSWERS.get(self.state, ()) if self.can_answer and not self.is_kept else ()

    @property
    def sentence(self) -> str:
        """The key of the sentence with the share."""
        if self.state in AGREED:
            return "offer_sentence_yours"
        if self.state in LATE:
            return "offer_sentence_late"
        return "offer_sentence" if self.answers else "offer_sentence_was"

    @property
    def said(self) -> tuple[str, str, bool] | None:
        """The keys of what happened and what comes next, and whether it is good news; None while nothing was said."""
        if self.has_ended:
            return "offer_ended", "offer_ended_next", False
        if self.state == "offered" and self.can_answer:
            return None
        if self.state in AGREED:
            coming = "offer_confirmed_next" if self.can_answer else "offer_confirmed_closed_next"
            return f"offer_{self.state}", coming, True
        name = self.state if self.state in {"declined", "withdrawn"} else "closed"
        if self.state in LATE:
            name = "kept" if self.is_kept else "late"
        if name == "late" and not self.can_answer:
            name = "closed"
        return f"offer_{name}", f"offer_{name}_next", name in {"declined", "kept"}


def quantity_of(offer: OfferView, typed: str) -> int:
    """What somebody typed into «podemos menos», in base units: «20», «12,5», «2 arrobas». Raises InvalidError."""
    amount = parsers.quantity(typed, usual=units.find(offer.unit))
    if isinstance(amount, CellError) or amount.unit is None:
        raise InvalidError(Fault("quantity", "not_a_number"))
    try:
        return units.to_base(
            Decimal(amount.value),
            amount.unit,
            base=offer.base_unit,
            country=offer.country,
            overrides=offer.overrides,
        )
    except units.UnitsError as error:
        raise InvalidError(Fault("quantity", error.code, **error.params)) from error
