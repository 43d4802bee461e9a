"""An RRULE as people keep it in a sheet: with or without its name, its first day and its hours beside it."""

import re
from datetime import date, datetime, timedelta

import msgspec

from app.calendar.readers.reading import Reading, Timing, Unclear
from app.calendar.readers.rrule import from_rrule
from app.calendar.readers.spanish import from_spanish

_AROUND = re.compile(r"\s*([;=])\s*")
_RULE = re.compile(
    r"(?:RRULE\s*:\s*)?((?:[A-Z]+=[^;\s]*;)*FREQ=[^;\s]*(?:;[A-Z]+=[^;\s]*)*;?)", re.IGNORECASE
)
_START = re.compile(
    r"DTSTART(?:;[A-Z]+=[^:\s]+)*:([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})[0-9]{2})?(?![0-9Z])",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?=.*(?:BYDAY|BYMONTHDAY|FREQ=DAILY))(?!.*COUNT=)(?!.*INTERVAL=0*(?:[2-9]|1[0-9]))", re.IGNORECASE
)


def is_rule(text: str) -> bool:
    """Whether somebody wrote an RRULE."""
    return _RULE.search(_AROUND.sub(r"\1", text)) is not None


def from_written_rule(days: str, hours: str, start: date | None, *, today: date, zone_name: str) -> Reading:
    """The rule of `days` and the opening of `hours`, or of what stands beside the rule. Never raises.

    `start`, or the DTSTART beside the rule, is the day from which it counts; without one it counts from today where
    that makes no difference.
    """
    text = _AROUND.sub(r"\1", days.strip("\"' "))
    found = _RULE.search(text)
    if found is None:
        return Reading(unclear=(Unclear("part_not_understood", text[:60]),))
    beside = f"{text[: found.start()]} {text[found.end() :]}"
    said = _START.search(beside)
    opening = from_spanish(f"todos los días {_START.sub(' ', beside)} {hours}")
    if not opening.is_clear:
        return opening
    try:
        first = date(int(said[1]), int(said[2]), int(said[3])) if said else start
    except ValueError:
        return Reading(unclear=(Unclear("no_such_date", said[0] if said else ""),))
    starts = opening.hours.starts if opening.hours else 0
    if (
        said and said[4] and int(said[4]) * 60 + int(said[5]) != starts
    ):  # nobody can tell which of the two counts
        return Reading(unclear=(Unclear("part_not_understood", said[0]),))
    if first is None and not _ALONE.match(found[1]):
        return Reading(unclear=(Unclear("anchor_missing", found[1][:60]),))
    begins = datetime.combine(first or today, datetime.min.time()) + timedelta(minutes=starts)
    read = from_rrule(found[1], begins, zone_name=zone_name, is_date=False)
    timings = tuple(Timing(one.rule, opening.timings[0].hours) for one in read.timings)
    return msgspec.structs.replace(read, timings=timings)
