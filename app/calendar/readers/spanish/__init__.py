"""Spanish day text: «martes y viernes», «primer y tercer domingo de cada mes», «cada 15 días los sábados de 8 a 14 h»."""

from datetime import date

from app.calendar.readers.reading import Reading, Timing, UnclearError, unclear
from app.calendar.readers.spanish.phrases import PHRASES
from app.calendar.readers.spanish.said import Said, timings
from app.calendar.readers.spanish.words import FILLERS, Cursor

_LONGEST = 300


def from_spanish(text: str, start: date | None = None) -> Reading:
    """What a Spanish text says of days and hours, accents and capitals ignored. Never raises.

    Weeks and months that are counted («cada 15 días») are counted from `start` where the text names no date.
    Words that say something else are reported as not understood; the rest is still read, for somebody to look at.
    """
    if len(text) > _LONGEST:
        return Reading(unclear=unclear([("too_long", text)]))
    said, cursor = Said(start=start), Cursor(text)
    while cursor.next:
        _take_phrase(cursor, said)
    found: list[Timing] = []
    try:
        found = list(timings(said))
    except UnclearError as error:
        said.unclear.append((error.unclear.code, error.unclear.part))
    if not found and not said.unclear:
        said.unclear.append(("no_day", text))
    return Reading(
        timings=tuple(dict.fromkeys(found)),
        first=said.first,
        until=said.until,
        exceptions=tuple(sorted(set(said.exceptions))),
        is_closed_on_holidays=said.is_closed_on_holidays,
        unclear=unclear(said.unclear),
    )


def _take_phrase(cursor: Cursor, said: Said) -> None:
    """Take the next phrase, or a word that says nothing, or note a word that nobody understands."""
    start = cursor.at
    for phrase in PHRASES:
        try:
            if phrase(cursor, said):
                return
        except UnclearError as error:
            said.unclear.append((error.unclear.code, error.unclear.part))
            cursor.at = max(cursor.at, start + 1)
            return
        cursor.at = start
    if cursor.next not in FILLERS:
        said.note_unknown(cursor.next, start)
    cursor.at = start + 1
