"""Fairs and their dates as the pages show them: words and links ready. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from app.calendar import recurrence
from app.calendar.recurrence import Day
from app.fairs import rules
from app.fairs.feeds import texts
from app.fairs.feeds.structs import Moment, Series, local, moment_of, moments
from app.fairs.states import FairState, OccurrenceState
from app.kernel import i18n
from app.kernel.db import Row

_DAYS = tuple(Day)


class DateView(NamedTuple):
    """One date as a card."""

    name: str
    href: str
    weekday: str
    day: int
    month: str
    starts: str  # RFC 3339 with offset, for <time>
    ends: str
    hours: str
    place: str
    organiser: str
    date: str  # «sábado 21 de noviembre»
    state: str  # "" | cancelled | moved
    flag: str  # the key of what is unusual about it
    is_elsewhere: bool
    reason: str
    before: str  # «sábado 21 de noviembre, 8:00»
    before_at: str
    note: str
    is_over: bool
    region: str = ""  # «Puno, Perú», where a list has several
    brings: str = ""  # what somebody searched for, and who has it


class Links(NamedTuple):
    """How to subscribe to one feed."""

    ics: str
    rss: str
    geojson: str
    json: str
    webcal: str
    google: str


def date_view(moment: Moment, lang: str, now: datetime) -> DateView:
    """A date in words."""
    at, before, words = moment.starts_at, moment.moved_from, i18n.texts(lang)["recurrence"]
    return DateView(
        name=moment.series.name,
        href=f"{path_of(moment.series)}/{moment.key[:10]}",
        weekday=words["days"][_DAYS[at.weekday()]],
        day=at.day,
        month=words["months"][str(at.month)],
        starts=at.isoformat(),
        ends=moment.ends_at.isoformat(),
        hours=texts.hours(at, moment.ends_at, lang),
        place=moment.spot.text,
        organiser=moment.series.organiser,
        date=texts.day(at, lang, now),
        **_state(
            is_cancelled=moment.is_cancelled,
            is_suspended=moment.series.is_suspended,
            is_moved=before is not None,
            is_elsewhere=moment.day is not None and moment.day.spot is not None,
            is_over=moment.ends_at < now,
        ),
        reason=moment.reason,
        before=texts.at(before, lang) if before else "",
        before_at=before.isoformat() if before else "",
        note=moment.day.note if moment.day else "",
        is_over=moment.ends_at < now,
    )


def row_view(found: Row, lang: str, now: datetime, *, region: str = "", brings: str = "") -> DateView:
    """A date of a list in words."""
    zone, words = recurrence.zone(found["zone"]), i18n.texts(lang)["recurrence"]
    at, end = found["starts_at"].astimezone(zone), found["ends_at"].astimezone(zone)
    was = found["moved_from"] if found["moved_from"] != found["starts_local"] else None
    before = local(was, found["zone"]) if was else None
    is_suspended = found["fair_state"] == FairState.SUSPENDED
    why = found["fair_reason"] if is_suspended else found["reason"]
    return DateView(
        name=found["name"],
        href=f"/ferias/{quote(found['code'], safe='')}/{found['recurrence_key'][:10]}",
        weekday=words["days"][_DAYS[at.weekday()]],
        day=at.day,
        month=words["months"][str(at.month)],
        starts=at.isoformat(),
        ends=end.isoformat(),
        hours=texts.hours(at, end, lang),
        place=", ".join(part for part in (found["place_name"], found["place_address"]) if part),
        organiser=found["organiser_name"],
        date=texts.day(at, lang, now),
        **_state(
            is_cancelled=is_suspended or found["state"] == OccurrenceState.CANCELLED,
            is_suspended=is_suspended,
            is_moved=before is not None,
            is_elsewhere=found["place_id"] is not None,
            is_over=end < now,
        ),
        reason=why,
        before=texts.at(before, lang) if before else "",
        before_at=before.isoformat() if before else "",
        note=found["note"],
        is_over=end < now,
        region=region,
        brings=brings,
    )


def _state(
    *, is_cancelled: bool, is_suspended: bool, is_moved: bool, is_elsewhere: bool, is_over: bool
) -> dict[str, Any]:
    """How a card looks and what its flag says."""
    if is_cancelled:
        found = ("cancelled", "fairs_off" if is_suspended else "fairs_cancelled")
    elif is_over:
        found = ("", "fairs_over")
    elif is_moved:
        found = ("moved", "fairs_moved")
    else:
        found = ("moved", "fairs_elsewhere") if is_elsewhere else ("", "")
    return {"state": found[0], "flag": found[1], "is_elsewhere": is_elsewhere}


def path_of(series: Series) -> str:
    """The page of a fair, without the server's name."""
    return "/ferias/" + quote(series.url.rpartition("/ferias/")[2], safe="")


def on_day(series: Series, day: date) -> list[Moment]:
    """The dates whose page this day's is: those born on it, wherever they moved; else those that moved to it."""
    own = [moment_of(series, each) for each in (*series.overrides, *series.extras)]
    born = [moment for moment in own if moment.key[:10] == day.isoformat()]
    plain = [moment for moment in moments(series, day, day) if moment.day is None]
    return born + plain or [moment for moment in own if moment.starts_at.date() == day]


def coming(series: Series, now: datetime, most: int = 8) -> list[Moment]:
    """The next dates of a fair, cancelled and moved ones too; a yearly one has them far ahead."""
    today = now.date()
    found = moments(series, today - timedelta(days=2), today + rules.REFILL)
    return [moment for moment in found if moment.ends_at >= now][:most]


def links(public_url: str, path: str, query: str = "") -> Links:
    """The addresses of a feed in every form; `path` without its ending."""
    base = f"{public_url.rstrip('/')}{path}"
    ics = f"{base}.ics{query}"
    webcal = "webcal://" + ics.partition("://")[2]
    google = "https://calendar.google.com/calendar/r?" + urlencode({"cid": webcal})
    rss, geojson, json = (f"{base}.{form}{query}" for form in ("rss", "geojson", "json"))
    return Links(ics, rss, geojson, json, webcal, google)


def whatsapp(text: str) -> str:
    """A link that opens the message, ready to be sent."""
    return "https://wa.me/?" + urlencode({"text": text})


def by_day(found: Sequence[DateView]) -> Iterator[tuple[str, list[DateView]]]:
    """Dates under the day on which they are."""
    days: dict[str, list[DateView]] = {}
    for view in found:
        days.setdefault(view.starts[:10], []).append(view)
    yield from days.items()
