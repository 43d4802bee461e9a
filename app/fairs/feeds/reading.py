"""A calendar file as fairs that could be: what each event says, and what somebody must look at. Pure.

Nothing is invented: an event without hours, without an end or in an unknown zone is no candidate, and the review list
says why. A rule is read, never expanded as it stands. A hostile file costs what its bytes cost.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import msgspec

from app.calendar import readers
from app.calendar.recurrence import MOST_DATES, Dates, Rule, dates, key
from app.fairs.feeds.parsing import UTC_NAMES, Parsed, Start, UnclearError, labels, parse
from app.fairs.feeds.scanning import CalendarFileError, scan
from app.fairs.feeds.zone_names import iana
from app.kernel import i18n
from app.kernel.text import clean_line

_MOST_SHOWN = 4_000  # characters of an event that nobody understood
__all__ = ["CalendarFileError", "Candidate", "Changed", "Found", "Problem", "read", "said", "said_of_file"]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A date of the rule that is otherwise: the local start it was born with, and where it is now.

    `place` is another than the fair's; `note` is what its own name, text and address say besides. Else both are empty.
    """

    key: str
    starts_local: str
    duration_minutes: int
    is_cancelled: bool
    place: str = ""
    note: str = ""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A fair as the file says it. `number` is its event's place in the file, from 1; `uid` the organiser's own key."""

    number: int
    uid: str
    name: str
    zone: str
    rule: Rule
    starts_minute: int
    duration_minutes: int
    first_on: date
    until_on: date | None = None
    skipped: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    extras: tuple[str, ...] = ()
    place: str = ""
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    url: str = ""
    description: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something of the file that was not understood; `said` puts it in words. `number` 0 is the file itself."""

    number: int
    code: str
    part: str = ""
    uid: str = ""
    name: str = ""
    place: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds: fairs, and the review list; of its events the words that stand in the file, by their number."""

    name: str
    candidates: tuple[Candidate, ...]
    problems: tuple[Problem, ...]
    texts: dict[int, str]


def read(raw: bytes, here: str) -> Found:
    """The fairs of a calendar file; times without a zone are of the calendar's, or else of `here`. Raises CalendarFileError."""
    scanned = scan(raw)
    here = _zone_of(scanned.properties.get("X-WR-TIMEZONE", "")) or here
    review = _Review()
    if scanned.is_guessed:
        review.add(0, "encoding_guessed")
    for kind in scanned.others:
        review.add(0, "not_an_event", kind)
    parsed: dict[str, list[Parsed]] = {}
    for block in scanned.blocks:
        with review.about(block.number, *labels(block)):
            one = parse(block, here)
            parsed.setdefault(one.uid, []).append(one)
    candidates: list[Candidate] = []
    for events in parsed.values():
        _add_fair(events, candidates, review)
    if not scanned.blocks:
        review.add(0, "no_events")
    title = scanned.properties.get("NAME") or scanned.properties.get("X-WR-CALNAME", "")
    return Found(
        name=clean_line(title)[:120],
        candidates=tuple(sorted(candidates, key=lambda fair: fair.number)),
        problems=tuple(sorted(review.problems, key=lambda problem: problem.number)),
        texts={
            block.number: "\n".join(block.lines)[:_MOST_SHOWN]
            for block in scanned.blocks
            if block.number in {problem.number for problem in review.problems}
        },
    )


def said(problem: Problem, lang: str) -> str:
    """What was not understood, as a sentence that says what to do."""
    texts = i18n.texts(lang)
    sentences = texts["calendar_file"] if problem.code in texts["calendar_file"] else texts["unclear"]
    return i18n.filled(sentences[problem.code], {"part": problem.part}, lang)


def said_of_file(error: CalendarFileError, lang: str) -> str:
    """Why a file cannot be read at all."""
    return i18n.filled(i18n.texts(lang)["calendar_file"][error.code], error.facts, lang)


def _zone_of(name: str) -> str | None:
    """The calendar's own zone, where it says one that is not just UTC."""
    return None if name in UTC_NAMES else iana(name, name)


class _Review:
    """The review list while it grows."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, number: int, code: str, part: str = "", **labels: str) -> None:
        self.problems.append(Problem(number=number, code=code, part=part, **labels))

    def note(self, one: Parsed, code: str) -> None:
        self.add(one.number, code, uid=one.uid, name=one.name, place=one.place)

    @contextmanager
    def about(self, number: int, uid: str, name: str, place: str) -> Iterator[None]:
        """Inside it, what is unclear is noted under this event."""
        try:
            yield
        except UnclearError as error:
            self.add(number, error.code, error.part, uid=uid, name=name, place=place)


def _add_fair(events: Sequence[Parsed], candidates: list[Candidate], review: _Review) -> None:
    """Add the fair of one UID: its newest master, with the dates that stand in place of its own."""
    masters = sorted(
        (one for one in events if one.replaces is None), key=lambda one: (one.sequence, one.number)
    )
    overrides = [one for one in events if one.replaces is not None]
    for one in masters[:-1]:
        review.note(one, "uid_twice")
    if not masters:
        for one in overrides:
            review.note(one, "override_alone")
        return
    master = masters[-1]
    with review.about(master.number, master.uid, master.name, master.place):
        newest = _newest(master, overrides, review)
        fair = _fair(master, [_change(master, born, one) for born, one in sorted(newest.items())])
        for day in fair.changed:
            if day.key not in fair.extras and not _gives(fair.rule, fair.first_on, fair.until_on, day.key):
                review.note(newest[day.key], "override_of_no_date")
        candidates.append(fair)


def _newest(master: Parsed, overrides: Iterable[Parsed], review: _Review) -> dict[str, Parsed]:
    """What stands in place of a date, by its key, the newest of each; those of another zone go to the review list."""
    newest: dict[str, Parsed] = {}
    for one in sorted(overrides, key=lambda one: (one.sequence, one.number)):
        replaces = _in_zone_of(master, one.replaces) if one.replaces else None
        if replaces is None or one.start.zone != master.start.zone:
            review.note(one, "override_of_another_zone")
            continue
        newest[_key(replaces)] = one
    return newest


def _change(master: Parsed, born: str, one: Parsed) -> Changed:
    """A date as its own event says it; what it leaves empty is as the fair has it."""
    own = ((one.name, master.name), (one.description, master.description), (one.url, master.url))
    return Changed(
        key=born,
        starts_local=_key(one.start),
        duration_minutes=one.minutes,
        is_cancelled=one.is_cancelled,
        place="" if one.is_cancelled or one.place == master.place else one.place,
        note="" if one.is_cancelled else "\n".join(said for said, usual in own if said and said != usual),
    )


def _fair(master: Parsed, changed: list[Changed]) -> Candidate:
    if not master.name:
        raise UnclearError("name_missing")
    if master.is_cancelled:
        raise UnclearError("is_cancelled")
    start = master.start.local
    minute = start.hour * 60 + start.minute
    more = [_required(master, one, "RDATE") for one in master.more]
    rule, until = _rule(master, more)
    first, last = start.date(), until
    in_rule = {changed_day.key for changed_day in changed}
    skipped = {key(day.local.date(), minute) for day in _skips(master, minute)} - in_rule
    extras = () if isinstance(rule, Dates) else tuple(sorted({_key(one) for one in more}))
    return Candidate(
        number=master.number,
        uid=master.uid,
        name=master.name,
        zone=master.start.zone,
        rule=rule,
        starts_minute=minute,
        duration_minutes=master.minutes,
        first_on=first,
        until_on=last,
        skipped=tuple(sorted(born for born in skipped if _gives(rule, first, last, born))),
        changed=tuple(changed),
        extras=extras,
        place=master.place,
        latitude_e6=master.latitude_e6,
        longitude_e6=master.longitude_e6,
        url=master.url,
        description=master.description,
    )


def _rule(master: Parsed, more: Sequence[Start]) -> tuple[Rule, date | None]:
    """The rule and its last day; without RRULE the dates themselves. Raises UnclearError."""
    start = master.start.local
    if master.rule is None:
        if any(one.local.time() != start.time() for one in more):
            raise UnclearError("several_hours", "RDATE")
        days = {start.date(), *(one.local.date() for one in more)}
        if len(days) > MOST_DATES:
            raise UnclearError("too_many_dates", "RDATE")
        return Dates(dates=tuple(sorted(days))), None
    reading = readers.from_rrule(master.rule, start, zone_name=master.start.zone)
    if reading.rule is None:
        first = reading.unclear[0]
        raise UnclearError(first.code, first.part)
    return reading.rule, reading.until


def _skips(master: Parsed, minute: int) -> Iterator[Start]:
    """The dates left out. One written without an hour leaves out that day, as its writer meant."""
    for one in master.less:
        there = _required(master, one, "EXDATE") if not one.is_day else one
        if one.is_day or there.local.hour * 60 + there.local.minute == minute:
            yield there


def _required(master: Parsed, one: Start, name: str) -> Start:
    found = _in_zone_of(master, one)
    if found is None:
        raise UnclearError("dates_of_another_kind", name)
    return found


def _in_zone_of(master: Parsed, one: Start) -> Start | None:
    """The moment in the fair's zone. A day alone becomes that day at the fair's hour; another zone is None."""
    if one.is_day:
        return Start(
            one.local.replace(hour=master.start.local.hour, minute=master.start.local.minute),
            master.start.zone,
        )
    return one if one.zone == master.start.zone else None


def _gives(rule: Rule, first: date, last: date | None, born: str) -> bool:
    day = date.fromisoformat(born[:10])
    return first <= day and (last is None or day <= last) and any(dates(rule, day, day))


def _key(one: Start) -> str:
    return one.local.isoformat(timespec="minutes")
