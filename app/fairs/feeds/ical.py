"""A feed as iCalendar: the part of RFC 5545 that Google, Apple, Outlook, Thunderbird and libical read alike.

Its bytes depend on nothing but the feed and the zone data: no clock, no chance. What is never written, because some
client reads it in another way: RDATE, RANGE, EXDATE or UNTIL without a time, RECURRENCE-ID in UTC, a DTSTART that its
rule does not give, METHOD (a snapshot to subscribe to asks nobody for anything: RFC 5545, 3.7.2).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.calendar.recurrence import Dates, dates, first_date, key, later, rrule
from app.fairs.feeds import texts
from app.fairs.feeds.lines import escaped, folded, text_line, web_address
from app.fairs.feeds.structs import Feed, Override, OwnDate, Series, Spot, local, moment_of
from app.fairs.feeds.zones import vtimezone
from app.kernel import i18n

MEDIA = "text/calendar; charset=utf-8"
_REFRESH = "PT6H"


def write(feed: Feed) -> bytes:
    """The whole file."""
    series = feed.in_order
    events = [event for one in series for event in _Events(one, feed.lang).all()]
    return "".join([*_head(feed), *_zones(series), *events, "END:VCALENDAR\r\n"]).encode()


def _head(feed: Feed) -> Iterator[str]:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Minka//Minka//{feed.lang.upper()}"]
    lines += ["CALSCALE:GREGORIAN", text_line("NAME", feed.name), text_line("X-WR-CALNAME", feed.name)]
    if feed.description:
        lines += [text_line("DESCRIPTION", feed.description), text_line("X-WR-CALDESC", feed.description)]
    if web_address(feed.url):
        lines.append(folded(f"URL:{feed.url}"))
    lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}", f"X-PUBLISHED-TTL:{_REFRESH}"]
    return (f"{line}\r\n" for line in lines)


def _zones(series: list[Series]) -> Iterator[str]:
    years: dict[str, tuple[int, int]] = {}
    for one in series:
        own = [int(day.starts_local[:4]) for day in (*one.overrides, *one.extras)]
        own += [one.first_on.year, *years.get(one.zone, ())]
        own += [one.until_on.year] if one.until_on else []
        years[one.zone] = min(own), max(own)
    for name in sorted(years):
        yield vtimezone(name, *years[name])


class _Events:
    """The VEVENTs of one fair; what they have in common is written once."""

    def __init__(self, series: Series, lang: str) -> None:
        self.series, self.lang = series, lang
        self.words: dict[str, Any] = i18n.texts(lang)["feeds"]
        self.own: dict[str, OwnDate] = {
            day.key: day for day in sorted((*series.overrides, *series.extras), key=_by_key)
        }
        self.uid = escaped(series.uid)
        self.tail = _tail(series)

    def all(self) -> Iterator[str]:
        """The series with its own dates, or each date of a list as an event of its own."""
        if isinstance(self.series.rule, Dates):
            yield from self._listed(self.series.rule)
            return
        start = self._first()
        if start is not None:
            yield self._master(start)
        for day in self.own.values():
            is_of_rule = start is not None and isinstance(day, Override) and self._gives(day.key, start)
            yield self._changed(day, is_of_rule=is_of_rule)

    def _listed(self, rule: Dates) -> Iterator[str]:
        series = self.series
        end = series.until_on or date.max
        plain = {key(day, series.starts_minute) for day in dates(rule, series.first_on, end)}
        for born in sorted((plain - set(series.skipped)) | self.own.keys()):
            if day := self.own.get(born):
                yield self._changed(day, is_of_rule=False)
            else:
                yield self._plain(self._uid_of(born), born, "")

    def _master(self, start: date) -> str:
        series = self.series
        until = None
        if series.until_on is not None:
            until = local(key(series.until_on, series.starts_minute), series.zone).astimezone(UTC)
        repeats = f"RRULE:{rrule(series.rule, until=until)}\r\n"
        for skipped in sorted(set(series.skipped) - self.own.keys()) if series.skipped else ():
            if self._gives(skipped, start):
                repeats += f"EXDATE;TZID={series.zone}:{_basic(skipped)}\r\n"
        return self._plain(self.uid, key(start, series.starts_minute), repeats)

    def _plain(self, uid: str, born: str, repeats: str) -> str:
        series = self.series
        name = self.words["suspended"].format(name=series.name) if series.is_suspended else series.name
        return (
            f"{self._when(uid, '', born, series.duration_minutes)}{repeats}"
            f"{text_line('SUMMARY', name)}\r\n"
            f"{_stamps(series.updated_at, series.sequence, is_off=series.is_suspended)}"
            f"{_where(series.description, series.spot)}{self.tail}"
        )

    def _changed(self, day: OwnDate, *, is_of_rule: bool) -> str:
        """A date that is not as the rule says: in the rule's place, or an event of its own."""
        series, words = self.series, self.words
        replaces = f"RECURRENCE-ID;TZID={series.zone}:{_basic(day.key)}\r\n" if is_of_rule else ""
        uid = self.uid if is_of_rule else self._uid_of(day.key)
        state = "suspended" if series.is_suspended else "cancelled" if day.is_cancelled else None
        before = "" if state else texts.known_before(moment_of(series, day), self.lang)
        why = words["reason"].format(reason=day.reason) if day.reason else ""
        description = "\n".join(text for text in (before, why, day.note, series.description) if text)
        return (
            f"{self._when(uid, replaces, day.starts_local, day.duration_minutes)}"
            f"{text_line('SUMMARY', words[state].format(name=series.name) if state else series.name)}\r\n"
            f"{_stamps(max(series.updated_at, day.updated_at), series.sequence + day.sequence, is_off=bool(state))}"
            f"{_where(description, day.spot or series.spot)}{self.tail}"
        )

    def _when(self, uid: str, replaces: str, starts_local: str, minutes: int) -> str:
        zone = self.series.zone
        end = later(local(starts_local, zone), minutes)
        return (
            f"BEGIN:VEVENT\r\n{folded(f'UID:{uid}')}\r\n{replaces}"
            f"DTSTART;TZID={zone}:{_basic(starts_local)}\r\nDTEND;TZID={zone}:{_basic(end.isoformat())}\r\n"
        )

    def _first(self) -> date | None:
        """The first day of the rule that is held: some clients lose a series whose DTSTART is an EXDATE."""
        series = self.series
        start = first_date(series.rule, series.first_on)
        while start is not None and (born := key(start, series.starts_minute)) in series.skipped:
            if born in self.own:
                break
            start = first_date(series.rule, start + timedelta(days=1))
        return start if start is None or series.until_on is None or start <= series.until_on else None

    def _gives(self, born: str, start: date) -> bool:
        """Whether the rule gives a date with this key from its DTSTART on: no other can be a RECURRENCE-ID."""
        series, day = self.series, date.fromisoformat(born[:10])
        is_within = start <= day and (series.until_on is None or day <= series.until_on)
        return is_within and born == key(day, series.starts_minute) and any(dates(series.rule, day, day))

    def _uid_of(self, born: str) -> str:
        return f"{_basic(born)}-{self.uid}"


def _by_key(day: OwnDate) -> str:
    return day.key


def _stamps(changed_at: datetime, sequence: int, *, is_off: bool) -> str:
    stamp = f"{_basic(changed_at.astimezone(UTC).isoformat())}Z"
    status = "CANCELLED" if is_off else "CONFIRMED"
    return f"DTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\nSEQUENCE:{sequence}\r\nSTATUS:{status}\r\n"


def _where(description: str, spot: Spot) -> str:
    said = f"{text_line('DESCRIPTION', description)}\r\n" if description else ""
    said += f"{text_line('LOCATION', spot.text)}\r\n"
    if spot.latitude_e6 is None or spot.longitude_e6 is None:
        return said
    return f"{said}GEO:{_degrees(spot.latitude_e6)};{_degrees(spot.longitude_e6)}\r\n"


def _tail(series: Series) -> str:
    lines = ["TRANSP:TRANSPARENT"]  # a fair on the square makes nobody busy
    if web_address(series.url):
        lines.append(folded(f"URL:{series.url}"))
    if series.category:
        lines.append(text_line("CATEGORIES", series.category))
    return "\r\n".join([*lines, "END:VEVENT", ""])


def _basic(written: str) -> str:
    """«2026-11-21T08:00», with or without what follows, as «20261121T080000»; seconds stay."""
    return f"{written[:4]}{written[5:7]}{written[8:13]}{written[14:16]}{written[17:19] or '00'}"


def _degrees(e6: int) -> str:
    whole, rest = divmod(abs(e6), 1_000_000)
    return f"{'-' if e6 < 0 else ''}{whole}.{rest:06}"
