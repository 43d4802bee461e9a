"""Numbers as people type them: «1.234,5», «1,234.5», «1'234.50», «½», «2 1/2».

The rule for «1.234», which is 1234 in Chile and 1.234 in Peru: the sheet's other cells decide
(`decimal_mark`); where they say nothing, what cannot have decimals (pieces, Chilean pesos) reads it as
thousands, and anything else is refused as `ambiguous_number`. A thousandfold mistake is worse than a question.
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from app.kernel.sheets.values import Cell, CellError, Sheet, is_blank
from app.kernel.text import clean_line

Mark = Literal[",", "."]

MAX_DIGITS = 15
MAX_DECIMALS = 9
NUMBER = r"[0-9](?:[0-9.,' ]*[0-9])?"

_VULGAR = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅛": " 1/8", "−": "-"})
_FRACTION = re.compile(r"(?:([0-9]{1,9}) +)?([0-9]{1,3}/(?:2|4|5|8|10))")
_AROUND = re.compile(rf"[^0-9]{{0,8}}({NUMBER})[^0-9]{{0,24}}")
_SPACED = re.compile(r"[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?")
_SURE_COMMA = re.compile(
    r"[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})"  # 12,5  0,0125
    r"|(?:0|[0-9]{4,}),[0-9]{3}"  # 0,125  1234,567
    r"|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"  # 1.234,5
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}"  # 1.234.567
)
_UNSURE = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}")
_SWAP = str.maketrans(",.", ".,")


def decimal_mark(sheet: Sheet) -> Mark | None:
    """The decimal mark the sheet's typed numbers prove, or None when none does or they contradict each other."""
    proven: set[Mark] = set()
    for row in sheet.rows:
        for cell in row.cells:
            if isinstance(cell, str) and (found := _AROUND.fullmatch(cell.strip())):
                proven |= _proves(_joined(found.group(1)))
    return proven.pop() if len(proven) == 1 else None


def decimal_es(cell: Cell, *, mark: Mark | None = None, whole: bool = False) -> Decimal | CellError:
    """The number in a cell. `mark` is what `decimal_mark` found; `whole` when what is counted has no decimals.

    Codes: missing, not_a_number, ambiguous_number, too_large, too_many_decimals.
    """
    if isinstance(cell, CellError):
        return cell
    if is_blank(cell):
        return CellError("missing")
    if isinstance(cell, Decimal):
        return _bounded(cell)
    if not isinstance(cell, str):
        return CellError("not_a_number")
    text = clean_line(cell.translate(_VULGAR))
    sign = -1 if text.startswith("-") else 1
    number = _read(text.removeprefix("-").removeprefix("+").strip(), mark, whole=whole)
    return number if isinstance(number, CellError) else sign * number


def _read(text: str, mark: Mark | None, *, whole: bool) -> Decimal | CellError:
    if fraction := _FRACTION.fullmatch(text):
        value = Fraction(fraction.group(2)) + int(fraction.group(1) or 0)
        return Decimal(value.numerator) / Decimal(value.denominator)
    number = _joined(text)
    if number.isascii() and number.isdigit():
        return _bounded_text(number)
    proven = _proves(number)
    if proven:
        mark = proven.pop()
    elif not _UNSURE.fullmatch(number):
        return CellError("not_a_number")
    elif mark is None and not whole:
        joined = re.sub("[.,]", "", number)
        return CellError("ambiguous_number", {"whole": joined, "decimal": number.replace(".", ",") + "0"})
    return _bounded_text(_plain(number, mark))


def _plain(number: str, mark: Mark | None) -> str:
    """Without thousands, with a point; no mark: both marks part thousands."""
    if mark is None:
        return re.sub("[.,]", "", number)
    return number.replace("." if mark == "," else ",", "").replace(mark, ".")


def _joined(text: str) -> str:
    """«1 234,5» and «1'234,5» are 1234,5."""
    return re.sub("[ ']", "", text) if _SPACED.fullmatch(text) else text


def _proves(number: str) -> set[Mark]:
    if _SURE_COMMA.fullmatch(number):
        return {","}
    return {"."} if _SURE_COMMA.fullmatch(number.translate(_SWAP)) else set()


def _bounded_text(plain: str) -> Decimal | CellError:
    whole, _, decimals = plain.partition(".")
    if len(whole) > MAX_DIGITS:
        return CellError("too_large")
    return CellError("too_many_decimals") if len(decimals) > MAX_DECIMALS else Decimal(plain)


def _bounded(number: Decimal) -> Decimal | CellError:
    if not number.is_finite():
        return CellError("not_a_number")
    if abs(number.adjusted()) > MAX_DIGITS + MAX_DECIMALS:
        return CellError("too_large")
    plain = _bounded_text(format(abs(number), "f"))
    return plain if isinstance(plain, CellError) else number
