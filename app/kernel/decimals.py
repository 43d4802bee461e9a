"""Decimal numbers on the wire, exactly: strict strings in, plain strings out. No float, no exponent, no NaN."""

import re
from decimal import Decimal
from fractions import Fraction

PATTERN = r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$"  # read the same by Python, by Rust (pydantic) and by JavaScript
MAX_LENGTH = 26

_PLAIN = re.compile(PATTERN[1:-1])
_LARGEST_EXPONENT = 30  # Decimal("1e1000000") is a short string and a gigabyte of integer
_NO_BREAK_SPACE = "\u00a0"
_COMMA_LANGUAGES = ("es", "qu", "ay")
_POINT_LOCALES = (
    "es-pe",
    "es-mx",
    "es-gt",
    "es-hn",
    "es-ni",
    "es-sv",
    "es-do",
    "es-pa",
    "es-pr",
    "qu-pe",
    "ay-pe",
)


class DecimalsError(ValueError):
    """The text is no plain decimal number. Wire code: `not_a_number`."""


def parse(value: str | Decimal) -> Fraction:
    """The exact value of a plain decimal («12.5») or a finite Decimal. Raises DecimalsError."""
    if isinstance(value, str):
        if not _PLAIN.fullmatch(value):
            raise DecimalsError("not a plain decimal number")
        return Fraction(value)
    if (
        not value.is_finite()
        or abs(value.adjusted()) > _LARGEST_EXPONENT
        or len(value.as_tuple().digits) > 40
    ):
        raise DecimalsError("not a number of ordinary size")
    return Fraction(value)


def plain(value: Fraction) -> str | None:
    """The value as a plain decimal without trailing zeros, or None when no decimal ends («1/3»)."""
    digits = _digits_needed(value.denominator)
    if digits is None:
        return None
    return fixed(value, digits)


def fixed(value: Fraction, digits: int) -> str:
    """The value with exactly this many decimals, half up away from zero."""
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if value < 0 and whole else ""
    if digits == 0:
        return f"{sign}{whole}"
    padded = str(whole).rjust(digits + 1, "0")
    return f"{sign}{padded[:-digits]}.{padded[-digits:]}"


def localised(number: str, lang: str) -> str:
    """A plain decimal as people read it: «12,5» and «12 000» in Spanish, "12.5" and "12,000" in English.

    In Spanish thousands are parted by a space and only from five digits on (RAE), because a point means
    a decimal in Peru and thousands in Chile. «es-PE» and the other countries of the decimal point get one.
    """
    tag = lang.lower()
    if tag.split("-")[0] not in _COMMA_LANGUAGES:
        return marked(number, decimal=".", group=",")
    decimal = "." if tag in _POINT_LOCALES else ","
    whole = number.lstrip("-").partition(".")[0]
    return marked(number, decimal=decimal, group=_NO_BREAK_SPACE if len(whole) > 4 else "")


def marked(number: str, *, decimal: str, group: str) -> str:
    """A plain decimal with these marks between decimals and thousands."""
    whole, _, rest = number.partition(".")
    grouped = f"{int(whole.lstrip('-')):,}".replace(",", group)
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{grouped}{decimal}{rest}" if rest else f"{sign}{grouped}"


def _digits_needed(denominator: int) -> int | None:
    """Decimals after which a fraction with this denominator ends, or None."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None
