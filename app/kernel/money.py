"""Money as whole minor units of an ISO 4217 currency: exact in, exact out, every cent accounted for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.kernel import decimals

MAX_MINOR = 10**15 - 1  # fifteen digits, as on the wire: fits a 64-bit column and a JavaScript number


class MoneyError(ValueError):
    """An amount that is no money. `code` says why, `params` what the sentence needs."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency as its country writes it: «S/ 1,240.00» in Peru, «$ 12.000» in Chile."""

    code: str
    digits: int
    symbol: str
    decimal: str
    es: str
    en: str

    @property
    def group(self) -> str:
        """The mark between thousands: the one the decimals do not use."""
        return "," if self.decimal == "." else "."


_ALL = (
    Currency("PEN", 2, "S/", ".", "soles", "Peruvian soles"),
    Currency("BOB", 2, "Bs", ",", "bolivianos", "bolivianos"),
    Currency("CLP", 0, "$", ",", "pesos chilenos", "Chilean pesos"),
    Currency("USD", 2, "US$", ".", "dólares", "US dollars"),
    Currency("EUR", 2, "€", ",", "euros", "euros"),
    Currency("ARS", 2, "$", ",", "pesos argentinos", "Argentine pesos"),
    Currency("BRL", 2, "R$", ",", "reales", "Brazilian reais"),
    Currency("COP", 2, "$", ",", "pesos colombianos", "Colombian pesos"),
    Currency("MXN", 2, "$", ".", "pesos mexicanos", "Mexican pesos"),
    Currency("PYG", 0, "Gs.", ",", "guaraníes", "guaranies"),
    Currency("UYU", 2, "$U", ",", "pesos uruguayos", "Uruguayan pesos"),
    Currency("VES", 2, "Bs.", ",", "bolívares", "bolivars"),
    Currency("CRC", 2, "₡", ",", "colones", "Costa Rican colones"),
    Currency("GTQ", 2, "Q", ".", "quetzales", "quetzals"),
    Currency("HNL", 2, "L", ".", "lempiras", "lempiras"),
    Currency("NIO", 2, "C$", ".", "córdobas", "cordobas"),
    Currency("DOP", 2, "RD$", ".", "pesos dominicanos", "Dominican pesos"),
    Currency("CUP", 2, "$", ".", "pesos cubanos", "Cuban pesos"),
    Currency("PAB", 2, "B/.", ".", "balboas", "balboas"),
)
CURRENCIES = MappingProxyType({currency.code: currency for currency in _ALL})


def find(code: str) -> Currency:
    """The currency with this ISO 4217 code. Raises MoneyError `unknown_currency`."""
    currency = CURRENCIES.get(code)
    if currency is None:
        raise MoneyError("unknown_currency")
    return currency


def to_minor(amount: str, currency: str) -> int:
    """«12.50» PEN -> 1250, exactly.

    Raises MoneyError: unknown_currency, not_a_number, too_many_decimals, too_large. The sign is the caller's matter.
    """
    digits = find(currency).digits
    try:
        exact = decimals.parse(amount) * int(10**digits)
    except decimals.DecimalsError:
        raise MoneyError("not_a_number") from None
    if abs(exact) > MAX_MINOR:
        raise MoneyError("too_large", most=MAX_MINOR)
    if exact.denominator != 1:
        raise MoneyError("too_many_decimals", digits=digits)
    return exact.numerator


def from_minor(minor: int, currency: str) -> str:
    """1250 PEN -> «12.50»: always as many decimals as the currency has."""
    digits = find(currency).digits
    if not digits:
        return str(minor)
    text = str(minor)
    if len(text) <= digits or minor < 0:  # a page of 50 products has 100 prices: most of them need only a cut
        text = f"{'-' if minor < 0 else ''}{str(abs(minor)).zfill(digits + 1)}"
    return f"{text[:-digits]}.{text[-digits:]}"


def amount_for(quantity_base: int, price_minor: int, price_unit_base: int) -> int:
    """What a quantity costs, rounded up to the next minor unit: nobody is paid under their floor."""
    return -(-quantity_base * price_minor // price_unit_base)


def split(total_minor: int, weights: Sequence[int]) -> list[int]:
    """The total in parts by weight, whose sum is the total exactly: largest remainder, ties to the first.

    A part never differs from its exact share by a whole minor unit. Raises MoneyError `no_weights`.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise MoneyError("no_weights")
    if total_minor < 0:
        return [-part for part in split(-total_minor, weights)]
    parts = [total_minor * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total_minor * weights[i] % whole))
    for i in by_remainder[: total_minor - sum(parts)]:
        parts[i] += 1
    return parts


def display(minor: int, currency: str, lang: str) -> str:
    """«S/ 240.00», «Bs 240,00», «$ 12.000»; in English "PEN 240.00"."""
    number = from_minor(minor, currency)
    if lang.lower().startswith("en"):
        return f"{currency} {decimals.marked(number, decimal='.', group=',')}"
    written = find(currency)
    return f"{written.symbol} {decimals.marked(number, decimal=written.decimal, group=written.group)}"
