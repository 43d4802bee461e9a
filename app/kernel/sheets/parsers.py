"""What a cell means: each parser gives a value, or a CellError that says what to write instead.

An empty cell is CellError `missing`: a reader for which it may be empty asks `is_blank` first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from app.kernel import money, units
from app.kernel.sheets.numbers import NUMBER, Mark, decimal_es
from app.kernel.sheets.values import Cell, CellError, is_blank, written
from app.kernel.text import clean, clean_line, fold
from app.kernel.units import PIECE, Unit

T = TypeVar("T")

_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})(?:[t ]00:00(?::00)?)?")
_IN_WORDS = re.compile(
    r"(?:[a-z]+,? +)?([0-9]{1,2})(?:[\- ]+| de )([a-z]{3,10})\.?(?:[\- ,]+| del? )([0-9]{4}|[0-9]{2})"
)
_QUANTITY = re.compile(rf"(-?(?:(?:{NUMBER} +)?[0-9]+/[0-9]+|(?:{NUMBER})?[½¼¾⅛]|{NUMBER}))\s*(.*)")
_HALF = {"media": "1/2", "medio": "1/2", "un": "1", "una": "1"}
_AMOUNT = re.compile(rf"([^0-9\-]*?)\s*(-?{NUMBER})\s*(.*)")
_PER = re.compile(r"(?:por|x|/|el|la|cada|al)\s*(.+)|(c/u)")
_MONEY_WORDS: Mapping[str, str] = {
    "s/": "PEN", "s/.": "PEN", "sol": "PEN", "soles": "PEN",
    "bs": "BOB", "bs.": "BOB", "boliviano": "BOB", "bolivianos": "BOB",
    "us$": "USD", "$us": "USD", "u$s": "USD", "dolar": "USD", "dolares": "USD",
    "€": "EUR", "euro": "EUR", "euros": "EUR", "clp": "CLP", "clp$": "CLP", "ch$": "CLP",
    "r$": "BRL", "gs": "PYG", "gs.": "PYG", "₲": "PYG",
}  # fmt: skip
_PESOS = ("$", "peso", "pesos")
_YES = frozenset({"si", "s", "x", "1", "verdadero", "true", "yes", "y", "v", "✓"})
_NO = frozenset({"no", "n", "0", "falso", "false", "f", "-"})


@dataclass(frozen=True, slots=True)
class Amount:
    """«12 arrobas»: how many, of what; None when the cell names no unit and nobody gave a usual one."""

    value: Decimal
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Asked:
    """«S/ 8.00 por kilo»: the amount, its currency, and for how much of which unit."""

    amount: Decimal
    currency: str
    per: Decimal
    unit: Unit | None


def text(cell: Cell, *, max_length: int = 200) -> str | CellError:
    """The cell's words, cleaned; a number as people wrote it. Codes: missing, too_long."""
    if isinstance(cell, CellError):
        return cell
    words = clean(written(cell))
    if not words:
        return CellError("missing")
    return CellError("too_long", {"most": max_length}) if len(words) > max_length else words


def listing(cell: Cell, *, most: int = 20) -> tuple[str, ...] | CellError:
    """Several things in one cell, parted by ; | or lines, else by commas («55,2 kg» is one thing).

    None is an empty list. Codes: too_many.
    """
    if isinstance(cell, CellError):
        return cell
    said = written(cell)
    parted = re.split(r"[;|\n]", said) if re.search(r"[;|\n]", said) else re.split(r",(?![0-9])", said)
    parts = tuple(dict.fromkeys(filter(None, (clean_line(part).strip(" ,") for part in parted))))
    return CellError("too_many", {"most": most}) if len(parts) > most else parts


def choice(cell: Cell, options: Mapping[str, T]) -> T | CellError:
    """The option a word stands for, accents and case ignored. Codes: missing, not_an_option."""
    if isinstance(cell, CellError):
        return cell
    if is_blank(cell):
        return CellError("missing")
    by_key = {_key(said): value for said, value in options.items()}
    key = _key(written(cell))
    return by_key[key] if key in by_key else CellError("not_an_option", {"options": ", ".join(options)})


def yes_no(cell: Cell) -> bool | CellError:
    """«sí», «x», «1» against «no», «0». Codes: missing, not_yes_or_no."""
    if isinstance(cell, CellError | bool):
        return cell
    key = _key(written(cell))
    if not key:
        return CellError("missing")
    if key in _YES:
        return True
    return False if key in _NO else CellError("not_yes_or_no")


def integer(cell: Cell, *, least: int = 0, most: int = 10**9) -> int | CellError:
    """A whole number within bounds. Codes: missing, not_a_number, not_whole, out_of_range."""
    number = decimal_es(cell, whole=True)
    if isinstance(number, CellError):
        return number
    if number != number.to_integral_value():
        return CellError("not_whole")
    return (
        int(number) if least <= number <= most else CellError("out_of_range", {"least": least, "most": most})
    )


def date_es(cell: Cell) -> date | CellError:
    """A day, day first: «15/03/2026», «15-3-26», «2026-03-15», «15 de marzo de 2026», an Excel date.

    Codes: missing, not_a_date, out_of_range (1900 to 2100).
    """
    if isinstance(cell, date):
        return _in_our_years(cell.date() if isinstance(cell, datetime) else cell)
    if isinstance(cell, CellError):
        return cell
    if is_blank(cell):
        return CellError("missing")
    parts = _date_parts(" ".join(fold(cell).split())) if isinstance(cell, str) else None
    if parts is None:
        return CellError("not_a_date")
    year, month, day = parts
    try:
        found = date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return CellError("not_a_date")
    return _in_our_years(found)


def _in_our_years(found: date) -> date | CellError:
    return found if 1900 <= found.year <= 2100 else CellError("out_of_range", {"least": 1900, "most": 2100})


def quantity(cell: Cell, *, mark: Mark | None = None, usual: Unit | None = None) -> Amount | CellError:
    """«12 arrobas», «1.234,5 kg», «½ quintal», «media docena»; a bare number is in the usual unit.

    «1.200 piezas» is 1200: nobody has a fifth of a piece. Codes: those of decimal_es, unknown_unit.
    """
    if not isinstance(cell, str) or is_blank(cell):
        value = decimal_es(cell, mark=mark)
        return value if isinstance(value, CellError) else Amount(value, usual)
    found = _QUANTITY.fullmatch(_half_in_digits(clean_line(cell)))
    if found is None:
        return CellError("not_a_quantity")
    unit = _unit(found.group(2)) if found.group(2) else usual
    if isinstance(unit, CellError):
        return unit
    value = decimal_es(found.group(1), mark=mark, whole=unit is not None and unit.base == PIECE)
    return value if isinstance(value, CellError) else Amount(value, unit)


def price(
    cell: Cell, *, currency: str | None = None, mark: Mark | None = None, usual: Unit | None = None
) -> Asked | CellError:
    """«S/ 8.00 por kilo», «8 soles el kilo», «$ 12.000 la docena», «Bs 90 por 11,5 kg», «8».

    `currency` is the file's own, taken when the cell names none and for «$»; without it «$» is
    `ambiguous_currency`. Codes: those of decimal_es, not_a_price, missing_currency, unknown_unit.
    """
    if not isinstance(cell, str) or is_blank(cell):
        amount = decimal_es(cell, mark=mark)
        if isinstance(amount, CellError):
            return amount
        return Asked(amount, currency, Decimal(1), usual) if currency else CellError("missing_currency")
    found = _AMOUNT.fullmatch(fold(clean_line(cell)))
    if found is None:
        return CellError("not_a_price")
    before, number, after = found.groups()
    word, rest = (before, after) if before else _leading_currency(after)
    named = _currency(word.strip(), currency)
    if isinstance(named, CellError):
        return named
    amount = decimal_es(number, mark=mark, whole=money.find(named).digits == 0)
    per = _per(rest, mark, usual)
    if isinstance(amount, CellError):
        return amount
    return per if isinstance(per, CellError) else Asked(amount, named, per.value, per.unit)


def phone(cell: Cell, *, region: str) -> str | CellError:
    """The number as +51..., read as a number of that country when it has no prefix. Codes: missing, not_a_phone.

    Possible numbers pass: the tables of valid ones lag behind what operators hand out.
    """
    import phonenumbers

    if isinstance(cell, CellError):
        return cell
    if is_blank(cell):
        return CellError("missing")
    try:
        number = phonenumbers.parse(clean_line(written(cell))[:40], region)
    except phonenumbers.NumberParseException:
        return CellError("not_a_phone")
    if not phonenumbers.is_possible_number(number):
        return CellError("not_a_phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _date_parts(said: str) -> tuple[int, int, int] | None:
    """(year, month, day) as written."""
    if found := _DAY_FIRST.fullmatch(said):
        day, month, year = map(int, found.groups())
        return year, month, day
    if found := _YEAR_FIRST.fullmatch(said):
        year, month, day = map(int, found.groups())
        return year, month, day
    if (found := _IN_WORDS.fullmatch(said)) and (at := _month(found.group(2))):
        return int(found.group(3)), at, int(found.group(1))
    return None


def _month(word: str) -> int | None:
    """«marzo», «mar», «setiembre» -> its number."""
    word = word.replace("setiembre", "septiembre").replace("set", "sep") if word.startswith("set") else word
    return next((at for at, name in enumerate(_MONTHS, start=1) if name.startswith(word)), None)


def _half_in_digits(said: str) -> str:
    first, _, rest = said.partition(" ")
    return f"{_HALF[fold(first)]} {rest}" if fold(first) in _HALF and rest else said


def _unit(said: str) -> Unit | CellError:
    said = re.sub(r"^de\s+", "", said)
    try:
        return units.find(said)
    except units.UnitsError:
        return CellError("unknown_unit")


def _leading_currency(after: str) -> tuple[str, str]:
    """«soles el kilo» -> («soles», «el kilo»)."""
    word, _, rest = after.partition(" ")
    alone, slash, unit = word.partition("/")
    if word not in _MONEY_WORDS and slash and _is_money(alone):
        return alone, f"/{unit} {rest}".strip()
    return (word, rest) if _is_money(word) else ("", after)


def _is_money(word: str) -> bool:
    return word in _MONEY_WORDS or word in _PESOS or word.upper() in money.CURRENCIES


def _currency(word: str, usual: str | None) -> str | CellError:
    if not word:
        return usual or CellError("missing_currency")
    if word in _PESOS:
        is_peso = usual is not None and money.find(usual).symbol in {"$", "$U"}
        return usual if usual and is_peso else CellError("ambiguous_currency")
    if word.upper() in money.CURRENCIES:
        return word.upper()
    return _MONEY_WORDS.get(word, CellError("not_a_price"))


def _per(rest: str, mark: Mark | None, usual: Unit | None) -> Amount | CellError:
    """«por kilo», «/ kg», «c/u», «por 11,5 kg»; nothing is one of the usual unit."""
    if not rest:
        return Amount(Decimal(1), usual)
    found = _PER.fullmatch(rest)
    if found is None:
        return CellError("not_a_price")
    said = found.group(1) or found.group(2)
    return quantity(said if said[0].isdigit() else f"1 {said}", mark=mark)


def _key(said: str) -> str:
    return " ".join(fold(said).replace("_", " ").split())
