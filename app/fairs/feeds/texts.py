"""A date of a fair in words: to share by message, and to be read aloud on the radio. Plain text, whatever the names hold."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from app.calendar.recurrence import Dates, Day, sentence
from app.fairs.feeds.lines import web_address
from app.fairs.feeds.structs import Moment, Series
from app.kernel import i18n
from app.kernel.text import clean_line

_DAYS = tuple(Day)
_A_DAY, _MINUTES_A_DAY = timedelta(days=1), 1440
_PARTS = ((1, "midnight"), (6, "night"), (12, "morning"), (13, "noon"), (19, "afternoon"), (24, "evening"))
_QUARTERS = {0: "", 15: "quarter", 30: "half"}


def share(moment: Moment, lang: str) -> str:
    """A date for WhatsApp: what, when, where, why it changed, and the page of this date. Lines, the first says what matters most."""
    words, series = _Words(lang), moment.series
    name, reason = clean_line(series.name), clean_line(moment.reason)
    why = words.say("reason", reason=reason) if reason else ""
    page = web_address(moment.url)
    mark = words.say("demo") if series.is_demo else ""
    if moment.is_cancelled:
        state = "suspended" if series.is_suspended else "cancelled"
        title = words.say("off_on", name=words.say(state, name=name), day=words.day(moment.starts_at))
        return _lines(title, mark, why, page)
    known = known_before(moment, lang)
    title = words.say("moved", name=name) if known else name
    when = words.when(moment.starts_at, moment.ends_at)
    now = words.say("now", when=when) if known else when[:1].upper() + when[1:]
    return _lines(title, mark, known, now, clean_line(moment.spot.text), why, page)


def radio(moments: Sequence[Moment], lang: str) -> str:
    """The dates of a week to be read aloud: hours in words, no addresses of the web. In the order given, a line each."""
    words = _Words(lang)
    held = sum(not moment.is_cancelled for moment in moments)
    count = ("radio_none", "radio_one")[held] if held < 2 else "radio_many"
    said = [words.say("demo_many")] if any(moment.series.is_demo for moment in moments) else []
    said.append(words.say(count, count=held))
    said += [" ".join(_spoken(moment, words)) for moment in moments]
    organisers = list(dict.fromkeys(clean_line(moment.series.organiser) for moment in moments))
    said += [words.say("radio_by", organiser=name) for name in organisers[:1] if len(organisers) == 1]
    return "\n".join(said)


def known_before(moment: Moment, lang: str) -> str:
    """«Antes: sábado 21 de noviembre, 8:00.» of a date that was moved, else nothing."""
    before, words = moment.moved_from, _Words(lang)
    return words.say("before", when=words.when(before, before)) if before else ""


def rule_and_hours(series: Series, lang: str) -> str:
    """«todos los sábados, de 8:00 a 14:00, hasta el 27 de noviembre de 2026»."""
    return ", ".join(rule_parts(series, lang))


def rule_parts(series: Series, lang: str) -> list[str]:
    """The rule, its hours and, of one that ends, its last day."""
    said, words = [sentence(series.rule, lang), _rule_hours(series, lang)], _Words(lang)
    if series.until_on is not None and not isinstance(series.rule, Dates):
        said.append(words.say("until", day=words.date(series.until_on)))
    return said


def full_date(on: date, lang: str) -> str:
    """«27 de noviembre de 2026»."""
    return _Words(lang).date(on)


def _rule_hours(series: Series, lang: str) -> str:
    """«de 8:00 a 14:00»; of several days «desde 8:00; dura 7 días (el último, hasta 14:00)»: a rule has no single day to end on."""
    words, last = _Words(lang), series.starts_minute + series.duration_minutes
    days, end = divmod(last, _MINUTES_A_DAY)
    if end == 0:
        days, end = days - 1, _MINUTES_A_DAY
    start, ends = (f"{minute // 60}:{minute % 60:02}" for minute in (series.starts_minute, end))
    if series.duration_minutes < _MINUTES_A_DAY or days == 0:
        ends = f"{last // 60 % 24}:{last % 60:02}" if days else ends
        return words.say("hours", start=start, end=ends)
    return words.say("several_days", start=start, count=days + 1, end=ends)


def day(moment: datetime, lang: str, now: datetime | None = None) -> str:
    """«sábado 21 de noviembre»; with `now`, of another year also «de 2027»."""
    return _day(moment.date(), lang, has_year=now is not None and moment.year != now.year)


def at(moment: datetime, lang: str) -> str:
    """«sábado 21 de noviembre, 8:00»."""
    return _Words(lang).when(moment, moment)


def hours(start: datetime, end: datetime, lang: str) -> str:
    """«de 8:00 a 14:00»."""
    if end - start < _A_DAY:
        return _hours(_digits(start), _digits(end), lang)
    return _Words(lang).hours(start, end)


# A list of 200 dates says few different days and hours.
@lru_cache(maxsize=1_000)
def _day(on: date, lang: str, *, has_year: bool) -> str:
    words = _Words(lang)
    said = words.day(on)
    return words.say("day_of_year", day=said, year=on.year) if has_year else said


@lru_cache(maxsize=1_000)
def _hours(start: str, end: str, lang: str) -> str:
    return _Words(lang).say("hours", start=start, end=end)


class _Words:
    """The words of one language."""

    def __init__(self, lang: str) -> None:
        texts = i18n.texts(lang)
        self._texts: dict[str, Any] = texts["feeds"]
        self._calendar: dict[str, Any] = texts["recurrence"]

    def say(self, code: str, /, **facts: Any) -> str:
        return i18n.spoken(str(self._texts[code]), facts)

    def day(self, at: date) -> str:
        """«sábado 21 de noviembre»."""
        weekday = self._calendar["days"][_DAYS[at.weekday()]]
        return self.say("day", weekday=weekday, day=at.day, month=self._calendar["months"][str(at.month)])

    def date(self, on: date) -> str:
        """«27 de noviembre de 2026»."""
        month = self._calendar["months"][str(on.month)]
        return i18n.spoken(str(self._calendar["date"]), {"day": on.day, "month": month, "year": on.year})

    def when(self, start: datetime, end: datetime) -> str:
        """«sábado 21 de noviembre, de 8:00 a 14:00»; without hours to end at, the start alone."""
        if start == end:
            return f"{self.day(start)}, {_digits(start)}"
        return self.say("when", day=self.day(start), hours=self.hours(start, end))

    def hours(self, start: datetime, end: datetime) -> str:
        """«de 8:00 a 14:00»; a fair that goes on for more than a day says until which."""
        return self._between(start, end, _digits(start), _digits(end))

    def spoken_hours(self, start: datetime, end: datetime) -> str:
        """«de las ocho de la mañana a las dos de la tarde»."""
        return self._between(start, end, self._aloud(start), self._aloud(end))

    def _between(self, start: datetime, end: datetime, first: str, last: str) -> str:
        if end - start < _A_DAY:
            return self.say("hours", start=first, end=last)
        return self.say("days", start=first, day=self.day(end), end=last)

    def _aloud(self, at: datetime) -> str:
        part = next(name for before, name in _PARTS if at.hour < before)
        quarter = _QUARTERS.get(at.minute, "minutes")
        hour = (at.hour - 1) % 12 + 1
        return self.say(
            "clock_one" if hour == 1 else "clock_many",
            hour=self._texts["hour"][str(hour)],
            minutes=self.say(quarter, minutes=at.minute) if quarter else "",
            part=self._texts["part_of_day"][part],
        )


def _spoken(moment: Moment, words: _Words) -> list[str]:
    series, reason = moment.series, clean_line(moment.reason).rstrip(".")
    name = clean_line(series.name)
    why = [f"{words.say('reason', reason=reason)}."] if reason else []
    if moment.is_cancelled:
        return [words.say("radio_off", name=name, day=words.day(moment.starts_at)), *why]
    known = moment.moved_from
    before = [words.say("radio_moved", name=name, before=words.day(known)), *why] if known else []
    hours = words.spoken_hours(moment.starts_at, moment.ends_at)
    place = clean_line(moment.spot.text)
    held = words.say("radio_held", day=words.day(moment.starts_at), hours=hours, name=name, place=place)
    return [*before, held]


def _digits(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
