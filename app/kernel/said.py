"""How days, money and amounts are said to people, in Spanish and English, without the machine's locale. Pure.

No «hoy» or «mañana»: a message is read later than it is written.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.kernel import money, units

_DAYS = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_PARTS_OF_DAY = ((19, "de la noche"), (12, "de la tarde"), (6, "de la mañana"), (0, "de la madrugada"))


def day(when: date, lang: str, *, today: date) -> str:
    """«jueves 12», with the month when it is another one than today's («jueves 2 de abril»), and the year likewise."""
    spoken = _language(lang)
    name, month = _DAYS[spoken][when.weekday()], _MONTHS[spoken][when.month - 1]
    of, of_year = (" de ", " de ") if spoken == "es" else (" ", " ")
    if when.year != today.year:
        return f"{name} {when.day}{of}{month}{of_year}{when.year}"
    return f"{name} {when.day}" if when.month == today.month else f"{name} {when.day}{of}{month}"


def moment(when: datetime, lang: str, *, zone: str, now: datetime) -> str:
    """«jueves 12, 8 de la noche»: an instant by the clocks of an IANA zone."""
    local, here = when.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), lang, today=here.date())}, {_hour(local, _language(lang))}"


def price(price_minor: int, currency: str, unit: str, lang: str) -> str:
    """«S/ 8.00 el kilo», «$ 3.500 la pieza»; in English "PEN 8.00 per kilogram"."""
    found = units.find(unit)
    amount = money.display(price_minor, currency, lang)
    if _language(lang) == "en":
        return f"{amount} per {found.en[0]}"
    article = "la" if found.es[0].endswith("a") else "el"
    return f"{amount} {article} {found.es[0]}"


def those(quantity: str, unit: str, lang: str) -> str:
    """A quantity that was spoken of before: «los 54 kg», «las 55 piezas», «1 docena»; in English "the 54 kg"."""
    if _language(lang) == "en":
        return f"the {quantity}"
    if quantity.startswith("1 "):
        return quantity
    return f"{'las' if units.find(unit).es[0].endswith('a') else 'los'} {quantity}"


def people(number: int, lang: str) -> str:
    """«1 persona», «9 personas»."""
    if _language(lang) == "en":
        return "1 person" if number == 1 else f"{number} people"
    return "1 persona" if number == 1 else f"{number} personas"


def groups(number: int, lang: str) -> str:
    """«1 grupo», «3 grupos»."""
    noun = "grupo" if _language(lang) == "es" else "group"
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str], lang: str) -> str:
    """«quinua, café y cacao»; «e» before the sound of an i («papa e izaño»)."""
    if len(names) < 2:
        return "".join(names)
    last = names[-1]
    start = last.lower().removeprefix("h")[:2]
    sounds_i = start[:1] in {"i", "í"} and start not in {"ia", "ie", "io"}
    word = "and" if _language(lang) == "en" else "e" if sounds_i else "y"
    return f"{', '.join(names[:-1])} {word} {last}"


def _language(lang: str) -> str:
    return "en" if lang.lower().startswith("en") else "es"


def _hour(local: datetime, spoken: str) -> str:
    hour, minute = local.hour % 12 or 12, f":{local.minute:02d}" if local.minute else ""
    if spoken == "en":
        return f"{hour}{minute} {'am' if local.hour < 12 else 'pm'}"
    if (local.hour, local.minute) == (12, 0):
        return "12 del día"
    if (local.hour, local.minute) == (0, 0):
        return "12 de la noche"
    return f"{hour}{minute} {next(name for start, name in _PARTS_OF_DAY if local.hour >= start)}"
