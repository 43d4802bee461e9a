"""How fast a feed of 450 fairs is written: beside the `icalendar` package, which writes the same events, in the same run.

`python -m bench.feeds` prints the ratio and exits with 1 when it is missed.
"""

import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone, vRecur
from rich import box
from rich.console import Console
from rich.table import Table

from app.calendar.recurrence import Day, MonthlyNth, Rule, Weekly, first_date, key, later, rrule
from app.fairs.feeds import ical
from app.fairs.feeds.structs import Feed, Moment, Override, Series, Spot, local, moment_of
from app.fairs.feeds.zones import vtimezone

FAIRS, ROUNDS = 450, 15
LEAST = 10.0
ZONES = ("America/Santiago", "America/Lima", "America/La_Paz")


def main() -> int:
    console = Console()
    feed = world(FAIRS)
    assert seen(ical.write(feed)) == seen(theirs(feed))
    ours, package = best_of(lambda: ical.write(feed), lambda: theirs(feed))
    table = Table(title=f"A feed of {FAIRS} fairs", box=box.SIMPLE, title_justify="left")
    for name in ("writer", "bytes", "CPU ms", "times as fast"):
        table.add_column(name, justify="right")
    table.add_row("icalendar", f"{len(theirs(feed)):,}", f"{package * 1e3:.1f}", "1.0")
    table.add_row("Minka", f"{len(ical.write(feed)):,}", f"{ours * 1e3:.1f}", f"{package / ours:.1f}")
    console.print(table)
    if package / ours < LEAST:
        console.print(f"[red]missed:[/] {package / ours:.1f} times as fast, wanted {LEAST}")
        return 1
    return 0


def best_of(*works: Callable[[], Any]) -> list[float]:
    """The least CPU seconds of each, taken in turns."""
    best = [float("inf")] * len(works)
    gc.collect()
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            start = time.process_time()
            work()
            best[number] = min(best[number], time.process_time() - start)
    return best


def world(count: int) -> Feed:
    """Weekly and monthly fairs in three countries; every tenth has a date that was moved."""
    return Feed(
        name="Ferias", url="https://minka.test", series=tuple(_series(number) for number in range(count))
    )


def _series(number: int) -> Series:
    rule: Rule = MonthlyNth(nths=(1, 3), day=Day.FRI) if number % 3 == 0 else Weekly(days=(Day.SAT,))
    changed = datetime(2026, 3, 1 + number % 28, 12, tzinfo=UTC)
    first = first_date(rule, date(2026, 11, 1))
    assert first is not None
    moved = Override(
        key=key(first, 480),
        starts_local=key(first, 540),
        duration_minutes=360,
        updated_at=changed,
        sequence=1,
        reason="Lluvia",
    )
    return Series(
        uid=f"fair-{number:04}@minka.test",
        name=f"Feria campesina «Ñuqanchik» número {number}, en la plaza",
        url=f"https://minka.test/ferias/{number}",
        zone=ZONES[number % len(ZONES)],
        rule=rule,
        starts_minute=480,
        duration_minutes=360,
        first_on=date(2026, 1, 1),
        updated_at=changed,
        kind="weekly",
        category="Feria semanal",
        organiser="Municipalidad",
        spot=Spot(
            name="Plaza de Armas", address="Qori Pampa", latitude_e6=-33_437_200, longitude_e6=-70_650_600
        ),
        description="Productos del valle, sin intermediarios; traiga su bolsa. " * 2,
        overrides=(moved,) if number % 10 == 1 else (),
    )


def theirs(feed: Feed) -> bytes:
    """The same events by the package. Its zones are given ready: making them takes it longer."""
    calendar = Calendar()
    for name, value in (("version", "2.0"), ("prodid", "-//Minka//Minka//ES"), ("name", feed.name)):
        calendar.add(name, value)
    for name in sorted({series.zone for series in feed.series}):
        calendar.add_component(_zone(name))
    for series in feed.series:
        first = first_date(series.rule, series.first_on)
        assert first is not None
        start = local(key(first, series.starts_minute), series.zone)
        end = later(start, series.duration_minutes)
        repeats = vRecur.from_ical(rrule(series.rule) or "")
        calendar.add_component(_event(series, start, end, [("rrule", repeats)]))
        for day in series.overrides:
            calendar.add_component(_moved(moment_of(series, day), day))
    found: bytes = calendar.to_ical()
    return found


def _moved(moment: Moment, day: Override) -> Event:
    born = local(day.key, moment.series.zone).replace(tzinfo=ZoneInfo(moment.series.zone))
    event = _event(moment.series, moment.starts_at, moment.ends_at, [("recurrence-id", born)])
    event["SEQUENCE"], event["DESCRIPTION"] = day.sequence, f"Motivo: {day.reason}\n{event['DESCRIPTION']}"
    return event


def _event(series: Series, start: datetime, end: datetime, more: list[tuple[str, Any]]) -> Event:
    event, spot, zone = Event(), series.spot, ZoneInfo(series.zone)
    assert spot.latitude_e6 is not None
    assert spot.longitude_e6 is not None
    for name, value in (
        ("uid", series.uid),
        ("dtstart", start.replace(tzinfo=zone)),
        ("dtend", end.replace(tzinfo=zone)),
        *more,
        ("summary", series.name),
        ("dtstamp", series.updated_at),
        ("last-modified", series.updated_at),
        ("sequence", series.sequence),
        ("status", "CONFIRMED"),
        ("description", series.description),
        ("location", spot.text),
        ("geo", (spot.latitude_e6 / 1e6, spot.longitude_e6 / 1e6)),
        ("transp", "TRANSPARENT"),
        ("url", series.url),
        ("categories", [series.category]),
    ):
        event.add(name, value)
    return event


_READY: dict[str, Component] = {}


def _zone(name: str) -> Component:
    if name not in _READY:
        _READY[name] = Timezone.from_ical(vtimezone(name, 2026, 2026).encode())
    return _READY[name]


def seen(raw: bytes) -> list[tuple[str, ...]]:
    """What a reader finds in it."""
    events = Calendar.from_ical(raw).events
    names = ("UID", "DTSTART", "DTEND", "RRULE", "RECURRENCE-ID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL")
    return [tuple(str(event[name].to_ical()) if name in event else "" for name in names) for event in events]


if __name__ == "__main__":
    sys.exit(main())
