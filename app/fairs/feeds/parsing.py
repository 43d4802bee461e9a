"""One VEVENT as values: local times in a zone, and texts. What it does not say, or says in a way of its own, is refused."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # 0.1 s of a start that only imports need
    from icalendar import Component

from app.calendar.recurrence import EARLIEST, LATEST, zone
from app.fairs.feeds.lines import web_address
from app.fairs.feeds.scanning import Block, event_text
from app.fairs.feeds.zone_names import iana
from app.kernel.text import clean, clean_line

SHORTEST, LONGEST = 15, 10_080  # minutes, as a fair may last
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_PART, _MOST_DATES = 300, 4_000, 60, 2_000
UTC_NAMES = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Etc/UCT", "Zulu", "Etc/Zulu", "UCT"})
_COUNT = re.compile(r"COUNT=0*([0-9]{1,9})")
_TZID = re.compile(r';TZID=("[^"]*"|[^";:]*)(?=[;:])', re.IGNORECASE)


class UnclearError(Exception):
    """What cannot be used of an event; becomes a line of the review list."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.code, self.part = code, clean_line(part)[:_LONGEST_PART]


class Start(NamedTuple):
    """A local start. `is_utc` if the file had it in UTC, `is_day` if it had no hour."""

    local: datetime
    zone: str
    is_utc: bool = False
    is_day: bool = False


class Parsed(NamedTuple):
    """One event of the file."""

    number: int
    uid: str
    name: str
    start: Start
    minutes: int
    replaces: Start | None  # RECURRENCE-ID
    rule: str | None
    more: tuple[Start, ...]  # RDATE
    less: tuple[Start, ...]  # EXDATE
    sequence: int
    is_cancelled: bool
    place: str
    latitude_e6: int | None
    longitude_e6: int | None
    url: str
    description: str


def labels(block: Block) -> tuple[str, str, str]:
    """The UID, the name and the place of an event that may be broken, for the review list."""
    found = {line.partition(":")[0].partition(";")[0].upper(): line.partition(":")[2] for line in block.lines}
    uid, name, place = (clean_line(found.get(each, "")) for each in ("UID", "SUMMARY", "LOCATION"))
    return uid[:_LONGEST_NAME], name[:120], place.replace("\\,", ",")[:120]


def parse(block: Block, here: str) -> Parsed:
    """The event's values; times without a zone are of the zone `here`. Raises UnclearError."""
    try:
        return _parsed(block, here)
    except UnclearError:
        raise
    except Exception as error:  # whatever a stranger's file makes of the parser
        raise UnclearError("event_broken", type(error).__name__) from error


def _parsed(block: Block, here: str) -> Parsed:
    from icalendar import Event

    event = Event.from_ical(event_text([_in_known_zone(line, here) for line in block.lines]))
    name, uid = clean_line(_text(event, "SUMMARY"))[:_LONGEST_NAME], clean_line(_text(event, "UID"))
    if not uid or len(uid) > _LONGEST_NAME:
        raise UnclearError("uid_missing")
    start = _one(event, "DTSTART", here)
    if start is None:
        raise UnclearError("start_missing")
    if start.is_day:
        raise UnclearError("hours_missing", start.local.date().isoformat())
    if "EXRULE" in event or len(_values(event, "RRULE")) > 1:
        raise UnclearError("several_rules")
    rules = [rule.to_ical().decode() for rule in _values(event, "RRULE")]
    if rules and (counted := _COUNT.search(rules[0])) and int(counted[1]) > _MOST_DATES:
        raise UnclearError("too_many_dates", counted[0])
    if rules and start.is_utc:
        raise UnclearError("rule_in_utc", rules[0])
    latitude, longitude = _point(block)
    return Parsed(
        number=block.number,
        uid=uid,
        name=name,
        start=start,
        minutes=_minutes(event, start, here),
        replaces=_replaces(event, here),
        rule=rules[0] if rules else None,
        more=tuple(_dates(event, "RDATE", here)),
        less=tuple(_dates(event, "EXDATE", here)),
        sequence=_sequence(event),
        is_cancelled=_text(event, "STATUS").strip().upper() == "CANCELLED",
        place=clean_line(_text(event, "LOCATION"))[:_LONGEST_NAME],
        latitude_e6=latitude,
        longitude_e6=longitude,
        url=web_address(_text(event, "URL").strip()),
        description=clean(_text(event, "DESCRIPTION"))[:_LONGEST_TEXT],
    )


def _in_known_zone(line: str, here: str) -> str:
    """The line with its zone by its IANA name: the parser itself would guess, and warn."""
    return _TZID.sub(lambda found: f";TZID={iana(found[1], here) or found[1]}", line, count=1)


def _values(event: "Component", name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _text(event: "Component", name: str) -> str:
    return next((str(value) for value in _values(event, name)), "")


def _one(event: "Component", name: str, here: str) -> Start | None:
    values = _values(event, name)
    if len(values) > 1:
        raise UnclearError("property_twice", name)
    return _start(values[0].dt, values[0].params, here, name) if values else None


def _start(value: Any, params: Any, here: str, name: str) -> Start:
    """A moment of the file in local time. Raises UnclearError."""
    if not isinstance(value, date):
        raise UnclearError("property_broken", name)
    if not EARLIEST.year < value.year < LATEST.year:
        raise UnclearError("year_out_of_range", value.isoformat())
    if not isinstance(value, datetime):
        return Start(datetime(value.year, value.month, value.day), here, is_day=True)  # noqa: DTZ001 - local
    if value.second or value.microsecond:
        raise UnclearError("seconds", value.time().isoformat())
    tzid = str(params.get("TZID", ""))
    if tzid and tzid not in UTC_NAMES:
        known = iana(tzid, here)
        if known is None:
            raise UnclearError("zone_unknown", tzid)
        return Start(value.replace(tzinfo=None), known)
    if value.tzinfo is not None or tzid:
        return Start(value.replace(tzinfo=UTC).astimezone(zone(here)).replace(tzinfo=None), here, is_utc=True)
    return Start(value, here)


def _replaces(event: "Component", here: str) -> Start | None:
    for value in _values(event, "RECURRENCE-ID"):
        if "RANGE" in value.params:
            raise UnclearError("range_of_dates", "RECURRENCE-ID;RANGE")
    return _one(event, "RECURRENCE-ID", here)


def _dates(event: "Component", name: str, here: str) -> Iterator[Start]:
    count = 0
    for listed in _values(event, name):
        for value in listed.dts:
            count += 1
            if count > _MOST_DATES:
                raise UnclearError("too_many_dates", name)
            yield _start(value.dt, listed.params, here, name)


def _minutes(event: "Component", start: Start, here: str) -> int:
    """How long it lasts by the clock on the square. Raises UnclearError."""
    end = _one(event, "DTEND", here)
    length = _values(event, "DURATION")
    if end is None and not length:
        raise UnclearError("end_missing")
    if end is not None and (end.is_day or end.zone != start.zone):
        raise UnclearError("property_broken", "DTEND")
    lasts = end.local - start.local if end is not None else length[0].dt
    if not isinstance(lasts, timedelta):
        raise UnclearError("property_broken", "DURATION")
    if lasts <= timedelta():
        raise UnclearError("end_before_start")
    if not timedelta(minutes=SHORTEST) <= lasts <= timedelta(minutes=LONGEST) or lasts % timedelta(minutes=1):
        raise UnclearError("length_out_of_range", str(lasts))
    return lasts // timedelta(minutes=1)


def _sequence(event: "Component") -> int:
    text = _text(event, "SEQUENCE")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _point(block: Block) -> tuple[int | None, int | None]:
    """Where it is, when it says so in degrees; else nothing: the place has its name."""
    parts = next((line[4:] for line in block.lines if line[:4].upper() == "GEO:"), "").split(";")
    try:
        latitude, longitude = (round(float(part) * 1_000_000) for part in parts)
    except (ValueError, OverflowError):
        return None, None
    if abs(latitude) > 90_000_000 or abs(longitude) > 180_000_000:
        return None, None
    return latitude, longitude
