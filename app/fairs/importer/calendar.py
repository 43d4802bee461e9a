"""A calendar file as a sheet: a row per fair, and one per event that somebody must look at."""

from collections.abc import Iterator

import msgspec

from app.calendar import recurrence
from app.fairs import rules
from app.fairs.feeds import reading
from app.fairs.feeds.reading import CalendarFileError, Candidate, Found
from app.kernel.sheets import Cell, Row, Sheet, SheetError

MARK = b"BEGIN:VCALENDAR"
FLOATING = "Etc/GMT"  # stands for «no zone was said»: the fair's is that of its place
_HEADER = (
    *(
        "codigo",
        "nombre",
        "lugar",
        "dias",
        "horario",
        "desde",
        "hasta",
        "descripcion",
        "datos",
        "por_revisar",
        "original",
    ),
)


def sheet_of(name: str, content: bytes) -> Sheet:
    """The events of a calendar file as rows. Raises SheetError."""
    try:
        found = reading.read(content, FLOATING)
    except CalendarFileError as error:
        raise SheetError("calendar_refused", why=reading.said_of_file(error, "es")) from error
    rows = [_HEADER, *map(_fair, found.candidates), *_reviews(found)]
    return Sheet(name, "csv", tuple(Row(number, tuple(cells)) for number, cells in enumerate(rows, start=1)))


def _fair(one: Candidate) -> tuple[Cell, ...]:
    ends = one.starts_minute + one.duration_minutes
    return (
        one.uid,
        one.name,
        one.place,
        recurrence.sentence(one.rule, "es"),
        f"{rules.clock(one.starts_minute)} a {rules.clock(ends)}",
        one.first_on,
        one.until_on or "",
        one.description,
        msgspec.json.encode(one).decode(),
        "",
    )


def _reviews(found: Found) -> Iterator[tuple[Cell, ...]]:
    """What somebody must look at: what was not understood of it, and the event as it stands in the file."""
    for problem in found.problems:
        said, text = reading.said(problem, "es"), found.texts.get(problem.number, "")
        yield (problem.uid, problem.name, problem.place, "", "", "", "", "", "", said, text)
