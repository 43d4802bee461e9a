"""The events of a calendar file as text, before anything reads them: bounded, and without what we do not read.

A file is written by others. Zones, alarms and tasks are left out here: a zone may hold a rule that never ends.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

MOST_BYTES, MOST_EVENTS, MOST_DEPTH, MOST_PROPERTIES = 2_000_000, 2_000, 8, 200
_MOST_CHARACTERS = 20_000  # of one property
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_READ = frozenset(
    {
        *("UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE"),
        *("RECURRENCE-ID", "STATUS", "LOCATION", "GEO", "URL", "DESCRIPTION", "SEQUENCE"),
    }
)
_OF_CALENDAR = frozenset({"NAME", "X-WR-CALNAME", "X-WR-TIMEZONE"})


class CalendarFileError(ValueError):
    """The file as a whole cannot be read. `code` says why, `facts` fill its sentence (`reading.said`)."""

    def __init__(self, code: str, **facts: int) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Block(NamedTuple):
    """One VEVENT: where it stands among the events of the file, from 1, and its lines that we read."""

    number: int
    lines: list[str]


class Scanned(NamedTuple):
    """What a file holds."""

    blocks: list[Block]
    properties: dict[str, str]  # of the calendar, by name
    others: tuple[str, ...]  # components that are no events, each kind once
    is_guessed: bool  # it says nothing of its encoding, and is no UTF-8


def scan(raw: bytes) -> Scanned:
    """Cut a file into its events. Raises CalendarFileError: too_large, no_calendar, too_deep, too_many_events."""
    if len(raw) > MOST_BYTES:
        raise CalendarFileError("file_too_large", most=MOST_BYTES // 1_000_000)
    text, is_guessed = _decoded(raw)
    found = _Scan()
    for line in _LINE_END.split(_FOLD.sub("", text)):
        found.take(line)
    if not found.is_calendar:
        raise CalendarFileError("no_calendar")
    return Scanned(found.blocks, found.properties, tuple(sorted(found.others)), is_guessed)


class _Scan:
    """The open components, and what was found so far."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.blocks: list[Block] = []
        self.properties: dict[str, str] = {}
        self.others: set[str] = set()
        self.is_calendar = False

    def take(self, line: str) -> None:
        name = _NAME.match(line)
        if name is None:
            return
        word = name[0].upper()
        if word == "BEGIN":
            self._begin(line.partition(":")[2].strip().upper()[:40])
        elif word == "END":
            self._end(line.partition(":")[2].strip().upper()[:40])
        elif self.open[-1:] == ["VEVENT"] and word in _READ:
            if len(self.blocks[-1].lines) < MOST_PROPERTIES:
                self.blocks[-1].lines.append(line[:_MOST_CHARACTERS])
        elif self.open == ["VCALENDAR"] and word in _OF_CALENDAR:
            self.properties.setdefault(word, line.partition(":")[2].strip())

    def _begin(self, kind: str) -> None:
        self.is_calendar |= kind in {"VCALENDAR", "VEVENT"}
        self.open.append(kind)
        if len(self.open) > MOST_DEPTH:
            raise CalendarFileError("too_deep")
        if kind == "VEVENT":
            if len(self.blocks) == MOST_EVENTS:
                raise CalendarFileError("too_many_events", most=MOST_EVENTS)
            self.blocks.append(Block(len(self.blocks) + 1, []))
        elif self.open[:-1] in ([], ["VCALENDAR"]) and kind not in {"VCALENDAR", "VTIMEZONE"}:
            self.others.add(kind)
            if len(self.others) > MOST_DEPTH:
                raise CalendarFileError("no_calendar")

    def _end(self, kind: str) -> None:
        """Close the component of this name and whatever was left open inside it."""
        if kind in self.open:
            while self.open.pop() != kind:
                pass


def event_text(lines: Sequence[str]) -> bytes:
    """The event as a component of its own; as bytes, for the parser takes a string for a file's name."""
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]).encode()


def _decoded(raw: bytes) -> tuple[str, bool]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").replace("\x00", ""), False
    try:
        return raw.decode("utf-8-sig").replace("\x00", ""), False
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").replace("\x00", ""), True
