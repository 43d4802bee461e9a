"""What a reader found in a text, and what it did not understand there."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date

import msgspec

from app.calendar.recurrence import Rule, RuleError
from app.kernel import i18n

ANY_YEAR = 2000  # a spacing that divides twelve falls on the same months in every year
LONGEST_NIGHT = (
    720  # minutes: what ends before it starts, on the clock, ends on the next day when it is no longer
)
_LONGEST_PART = 60


class Hours(msgspec.Struct, frozen=True, order=True):
    """From so many minutes after local midnight to so many; past 1440 is the next day, None was not said."""

    starts: int
    ends: int | None = None


class Timing(msgspec.Struct, frozen=True):
    """One rule with its hours. A text may have several: «martes de 8 a 12 h y sábados de 8 a 14 h»."""

    rule: Rule
    hours: tuple[Hours, ...] = ()


class Unclear(msgspec.Struct, frozen=True, order=True):
    """A part of the text that was not understood, and why; `said` puts it in words."""

    code: str
    part: str = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a text says. Use it as it is only when it `is_clear`; else show it to somebody with what is unclear."""

    timings: tuple[Timing, ...] = ()
    first: date | None = None
    until: date | None = None  # inclusive
    exceptions: tuple[date, ...] = ()  # dates of the rule on which it is not
    is_closed_on_holidays: bool = False
    unclear: tuple[Unclear, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether all of the text was understood, and says at least one rule."""
        return bool(self.timings) and not self.unclear

    @property
    def rule(self) -> Rule | None:
        """The rule, where the text is clear and says one alone."""
        return self.timings[0].rule if self.is_clear and len(self.timings) == 1 else None

    @property
    def hours(self) -> Hours | None:
        """Its hours, where there is one rule with one opening."""
        return self.timings[0].hours[0] if self.rule and len(self.timings[0].hours) == 1 else None


class UnclearError(Exception):
    """Reading cannot go on; becomes part of the Reading."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.unclear = Unclear(code, part.strip()[:_LONGEST_PART])


@contextmanager
def named(part: str) -> Iterator[None]:
    """Rules that a text asks for and we do not have are unclear, for the reason that the rule gives."""
    try:
        yield
    except RuleError as error:
        code = error.code if error.code in _OF_RULES else "out_of_range"
        if (error.pointer, error.code) == ("/day", "less_than_equal"):  # 30 February
            code = "no_such_date"
        raise UnclearError(code, part) from error


def past_midnight(starts: int, ends: int, part: str) -> int:
    """The end of an opening, on the next day where it comes first on the clock. Raises UnclearError for one of 18 hours.

    «20:00 a 2:00» is a night; «14:00 a 8:00» and «8:00 a 5:00» are slips of whoever wrote them.
    """
    if ends > starts:
        return ends
    if ends + 1440 - starts > LONGEST_NIGHT:
        raise UnclearError("hours_backwards", part)
    return ends + 1440


def unclear(found: Iterable[tuple[str, str]]) -> tuple[Unclear, ...]:
    """Unclear parts, each once, in the order of the text."""
    return tuple(dict.fromkeys(Unclear(code, part.strip()[:_LONGEST_PART]) for code, part in found))


def spaced(months: Collection[int], part: str, *, year: int = ANY_YEAR) -> tuple[int, date]:
    """Months as every so many from an anchor on: January, April, July, October are every third. Raises UnclearError."""
    chosen = sorted(set(months))
    interval, rest = divmod(12, len(chosen))
    if rest or chosen != list(range(chosen[0], 13, interval)):
        raise UnclearError("months_uneven", part)
    return interval, date(year, chosen[0], 1)


def said(found: Unclear, lang: str) -> str:
    """What was not understood, as a sentence that says what to write instead."""
    return i18n.text(lang, "unclear", found.code, part=found.part)


_OF_RULES = ("anchor_missing", "day_not_in_every_month")
