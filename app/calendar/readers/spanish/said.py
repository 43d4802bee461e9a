"""What a Spanish text has said so far, and the rules that this makes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.calendar.readers.reading import Hours, Timing, UnclearError, named, spaced
from app.calendar.recurrence import (
    EARLIEST,
    LATEST,
    Dates,
    Day,
    MonthlyDay,
    MonthlyNth,
    Rule,
    Weekly,
    YearlyDate,
)


@dataclass
class Group:
    """Days that were said together: of the week, nth ones, of the month, or dates; with the hours that follow them."""

    part: str  # its words, to ask back about
    days: list[Day] = field(default_factory=list)
    nths: list[int] = field(default_factory=list)  # of days[0]
    numbers: list[int | Literal["last"]] = field(default_factory=list)
    dates: list[tuple[int, int, int | None]] = field(default_factory=list)  # day, month, year
    months: list[int] = field(default_factory=list)
    hours: list[Hours] = field(default_factory=list)

    @property
    def is_weekly(self) -> bool:
        """Days of the week, every one of them."""
        return bool(self.days) and not self.nths


@dataclass
class Said:
    """All that was understood, in the order of the text."""

    start: date | None  # from which weeks and months are counted, when the text does not say
    groups: list[Group] = field(default_factory=list)
    weeks: int = 0  # «cada 15 días» is 2
    months: int = 0  # «cada tres meses» is 3
    often_part: str = ""
    first: date | None = None
    until: date | None = None
    excluded_days: set[Day] = field(default_factory=set)
    exceptions: list[date] = field(default_factory=list)
    is_closed_on_holidays: bool = False
    early_hours: list[Hours] = field(default_factory=list)  # said before any day
    unclear: list[tuple[str, str]] = field(default_factory=list)
    unknown_until: int = -1  # the place after the last word that nobody understood

    def add_hours(self, hours: Hours) -> None:
        """These are the hours of the days said since the last ones, or of all that follow."""
        if not self.groups:
            self.early_hours.append(hours)
            return
        since = next((n for n, group in enumerate(self.groups) if not group.hours), len(self.groups) - 1)
        for group in self.groups[since:]:
            group.hours.append(hours)

    def note_unknown(self, word: str, at: int) -> None:
        """A word that was not understood; words in a row are one part."""
        if self.unknown_until == at and self.unclear:
            code, part = self.unclear.pop()
            word = f"{part} {word}" if code == "part_not_understood" else word
        self.unclear.append(("part_not_understood", word))
        self.unknown_until = at + 1


def timings(said: Said) -> Iterator[Timing]:
    """The rules said, each with its hours. Raises UnclearError."""
    if said.often_part and not said.groups:
        raise UnclearError("which_day", said.often_part)
    weekly = {day for group in said.groups if group.is_weekly for day in group.days}
    if said.excluded_days - weekly:
        raise UnclearError("days_overlap")
    for group in said.groups:
        if group.hours and said.early_hours:
            raise UnclearError("hours_unclear", group.part)
        hours = tuple(dict.fromkeys(group.hours or said.early_hours))
        with named(group.part):
            for rule in _rules(group, said):
                yield Timing(rule, hours)


def _rules(group: Group, said: Said) -> Iterator[Rule]:
    if group.dates:
        if said.weeks > 1 or 1 < said.months < 12:
            raise UnclearError("part_not_understood", said.often_part)
        yield from _dated(group)
    elif group.is_weekly:
        yield _weekly(group, said)
    else:
        yield _monthly(group, said)


def _weekly(group: Group, said: Said) -> Rule:
    if said.months or group.months:
        raise UnclearError("which_day", group.part)
    days = [day for day in group.days if day not in said.excluded_days]
    if not days:
        raise UnclearError("no_day", group.part)
    return Weekly(days=tuple(days), interval=said.weeks or 1, anchor=said.start)


def _monthly(group: Group, said: Said) -> Rule:
    if said.weeks or (said.months > 1 and group.months):
        raise UnclearError("part_not_understood", said.often_part)
    interval, anchor = said.months or 1, said.start
    if group.months:
        interval, anchor = spaced(group.months, group.part)
    if group.numbers:
        return MonthlyDay(days=tuple(group.numbers), interval=interval, anchor=anchor)
    return MonthlyNth(nths=tuple(group.nths), day=group.days[0], interval=interval, anchor=anchor)


def _dated(group: Group) -> Iterator[Rule]:
    """Dates without a year come every year; with years, those dates alone. A year said last is of all before it."""
    years = [year for _, _, year in group.dates]
    if not any(years):
        yield from (YearlyDate(month=month, day=day) for day, month, _ in group.dates)
        return
    found: list[date] = []
    year: int | None = None
    for day, month, own in reversed(group.dates):
        year = own or year
        if year is None:
            raise UnclearError("year_missing", group.part)
        found.append(a_date(year, month, day, group.part))
    # «24 de diciembre y 5 de enero de 2027»: of which year is December?
    if None in years and found != sorted(found, reverse=True):
        raise UnclearError("year_missing", group.part)
    yield Dates(dates=tuple(found))


def a_date(year: int, month: int, day: int, part: str) -> date:
    """The date, where there is one in a year that we know. Raises UnclearError."""
    try:
        found = date(year, month, day)
    except ValueError:
        raise UnclearError("no_such_date", part) from None
    if not EARLIEST <= found <= LATEST:
        raise UnclearError("out_of_range", part)
    return found
