"""What may not stand in a barter post: money. Pure."""

import re

from app.kernel.text import fold

_NUMBER = (
    r"(?:\d[\d.,]*|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|veinte|treinta|cincuenta|cien)"
)
# Signs anywhere; codes and names that are other words too (sol, peso, boliviano, lucas) only beside a number.
_MONEY = re.compile(
    r"[$€]|\bs\s?/\s?\.?\s*\d|\bs/\.?(?=\s|$)"
    r"|\b(?:bs|usd|pen|bob|clp|eur)\.?\s*\d|\d\s*(?:bs|usd|pen|bob|clp|eur)\b"
    rf"|\b{_NUMBER}\s+(?:sol|pesos?|bolivianos?|lucas?)\b|\d(?:soles|pesos|bolivianos)\b"
    r"|\b(?:soles|dolar|dolares|euros?|centavos|centimos|dinero|yape|plin)\b|\ben efectivo\b"
)


def speaks_of_money(text: str) -> bool:
    """Whether a text names an amount or a kind of money: «S/ 20», «$ 5», «Bs 3», «veinte soles»."""
    return _MONEY.search(fold(text)) is not None
