"""The words of Spanish that say when, folded (no accents, no capitals), and a cursor over a text's words."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.calendar.recurrence import Day
from app.kernel.text import fold

_Meaning = TypeVar("_Meaning")

DAYS: Mapping[str, Day] = {
    word: day
    for day, words in zip(
        Day,
        (
            ("lunes", "lun"),
            ("martes", "mar"),
            ("miercoles", "mie"),
            ("jueves", "jue"),
            ("viernes", "vie"),
            ("sabado", "sabados", "sab"),
            ("domingo", "domingos", "dom"),
        ),
        strict=True,
    )
    for word in words
}
MONTHS: Mapping[str, int] = {
    name: number
    for number, name in enumerate(
        (
            *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
            *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ),
        start=1,
    )
} | {"setiembre": 9}
NTHS: Mapping[str, int] = {
    word: nth
    for nth, words in {
        1: ("primer", "primero", "primeros", "1er", "1ro", "1o", "1°"),
        2: ("segundo", "segundos", "2do", "2o", "2°"),
        3: ("tercer", "tercero", "terceros", "3er", "3ro", "3o", "3°"),
        4: ("cuarto", "cuartos", "4to", "4o", "4°"),
        5: ("quinto", "quintos", "5to", "5o", "5°"),
        -1: ("ultimo", "ultimos"),
        -2: ("penultimo", "penultimos"),
        -3: ("antepenultimo", "antepenultimos"),
    }.items()
    for word in words
}
NUMBERS: Mapping[str, int] = {
    name: number
    for number, name in enumerate(
        ("dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"), start=2
    )
} | {"un": 1, "una": 1, "quince": 15}
# Every so many (weeks, months) in one word.
OFTEN: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("semanal", "semanales", "semanalmente"), (1, 0)),
    **dict.fromkeys(("quincenal", "quincenales", "quincenalmente"), (2, 0)),
    **dict.fromkeys(("mensual", "mensuales", "mensualmente"), (0, 1)),
    **dict.fromkeys(("bimestral", "bimestrales", "bimestralmente"), (0, 2)),
    **dict.fromkeys(("trimestral", "trimestrales", "trimestralmente"), (0, 3)),
    **dict.fromkeys(("semestral", "semestrales", "semestralmente"), (0, 6)),
    **dict.fromkeys(("anual", "anuales", "anualmente"), (0, 12)),
}
AND = frozenset({"y", "e", ",", "&", "/", ";"})
ARTICLES = frozenset({"el", "los", "la", "las"})
FILLERS = AND | ARTICLES | {".", "todo", "todos", "toda", "todas", "cada", "dia", "dias", "en", "de", "del"}

_HALF_DAY = re.compile(r"\b([ap])\s?\.\s?m\b\.?")
_TOKEN = re.compile(
    r"[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}|[0-9]{1,2}(?:[:.]|h)[0-9]{2}(?![0-9])|[0-9]+(?:er|ro|do|to|o|°)(?![a-z])"
    r"|[0-9]+|[a-z]+|[^\sa-z0-9]"
)


class Cursor:
    """Where the reading is in a text. What takes nothing leaves it where it was."""

    def __init__(self, text: str) -> None:
        folded = _HALF_DAY.sub(r"\1m", fold(text).replace("–", "-").replace("—", "-"))
        self.words = _TOKEN.findall(folded)
        self.at = 0

    @property
    def next(self) -> str:
        """The next word; "" at the end."""
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self, *wanted: str) -> bool:
        """Take these words if they come next."""
        if tuple(self.words[self.at : self.at + len(wanted)]) != wanted:
            return False
        self.at += len(wanted)
        return True

    def take_one(self, *choices: Sequence[str] | str) -> bool:
        """Take the first of these that comes next: a word, or several."""
        return any(self.take(*([choice] if isinstance(choice, str) else choice)) for choice in choices)

    def mean(self, words: Mapping[str, _Meaning]) -> _Meaning | None:
        """What the next word means, and take it."""
        found = words.get(self.next)
        if found is not None:
            self.at += 1
        return found

    def number(self, most: int) -> int | None:
        """A number up to so much, in figures or as a word, and take it."""
        word = self.next
        found = int(word) if word.isascii() and word.isdigit() and len(word) < 5 else NUMBERS.get(word)
        if found is None or found > most:
            return None
        self.at += 1
        return found

    def skip(self, words: frozenset[str]) -> None:
        """Pass over any of these."""
        while self.next in words:
            self.at += 1
