"""Feeds as bytes: built once for everybody, served from the stored copy until something that they show changes."""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar.recurrence import ZONE_DATA
from app.fairs.feeds import events, geojson, ical, rss
from app.fairs.feeds.structs import Feed, Moment, Series, moments
from app.fairs.queries import feeds as queries
from app.fairs.queries.feeds import COPY
from app.fairs.service import showing, stamps
from app.kernel import i18n, ids
from app.kernel.clock import local_date
from app.kernel.db import Database, Tx, write
from app.kernel.errors import DomainError, NotFoundError
from app.people.queries import organisations
from app.places.countries import SUBDIVISIONS

WRITERS = "2"  # one more whenever a writer writes other bytes for the same fairs: older copies are not served
_TRIES = 3
_BEFORE, _AFTER, _MOST_EVENTS = timedelta(days=7), timedelta(days=90), 1_000
_RENEW = (
    sa.update(COPY)
    .where(COPY.c.address == given("at"), COPY.c.built_stamp <= given("stamp"))
    .values(scope=given("of"), built_stamp=given("stamp"), etag=given("tag"), body=given("bytes"))
)
_ADD = sa.insert(COPY)
_OTHER_EDITION = COPY.c.address.not_like(given("edition"))
_OLD = sa.select(COPY.c.scope).where(_OTHER_EDITION).limit(1)
_FORGET = sa.delete(COPY).where(_OTHER_EDITION)


class Form(StrEnum):
    """How a feed is written."""

    ICS = "ics"
    RSS = "rss"
    GEOJSON = "geojson"
    JSON = "json"


MEDIA: Mapping[Form, str] = {
    Form.ICS: ical.MEDIA,
    Form.RSS: rss.MEDIA,
    Form.GEOJSON: geojson.MEDIA,
    Form.JSON: events.MEDIA,
}
_WRITERS: Mapping[Form, Callable[[Feed], bytes]] = {
    Form.ICS: ical.write,
    Form.RSS: rss.write,
    Form.GEOJSON: geojson.write,
}


class Head(NamedTuple):
    """What a feed is called, and its page."""

    name: str
    url: str


class Ready(NamedTuple):
    """A feed as it goes out. `changed_at` is when anything that its scope shows last changed, if that is known."""

    body: bytes
    etag: str
    changed_at: datetime | None


class Reader(NamedTuple):
    """Who reads: in which language, under which address the pages are, and when."""

    lang: str
    public_url: str
    now: datetime


class Asked(NamedTuple):
    """Which feed: the stamp that it is fresh by, which fairs it has, and how to learn its name when it is built.

    `path` stands for it among the stored copies; "" for one that is not stored.
    """

    scope: str
    path: str
    filters: Mapping[str, Any]
    head: Callable[[Database, Reader], Awaitable[Head]]


def of_fair(fair_id: UUID) -> Asked:
    """The feed of one fair; of a draft there is none."""

    async def head(db: Database, reader: Reader) -> Head:
        fairs, _ = await queries.fairs(db, fair=fair_id, states=queries.EVER)
        if not fairs:
            raise NotFoundError
        return Head(fairs[0]["name"], showing.fair_address(reader.public_url, fairs[0]["code"]))

    scope = stamps.of_fair(fair_id)
    return Asked(scope, scope, {"fair": fair_id}, head)


def of_organiser(organiser_id: UUID) -> Asked:
    """The fairs of one organiser."""
    scope = stamps.of_organiser(organiser_id)
    return Asked(scope, scope, {"organiser": organiser_id}, partial(_head_of, organiser_id))


def of_network(network_id: UUID) -> Asked:
    """The fairs of a network and of everybody who belongs to it."""
    head = partial(_head_of, network_id)
    return Asked(stamps.ALL, f"network:{network_id}", {"organisation": network_id}, head)


def of_all(*, q: str | None = None, **filters: Any) -> Asked:
    """Every fair, or those of a kind, a region, a search. A search is not stored: there are too many."""
    wanted = {name: value for name, value in sorted(filters.items()) if value is not None}
    path = "" if q else "&".join(["all", *(f"{name}={value}" for name, value in wanted.items())])

    async def head(_: Database, reader: Reader) -> Head:
        parts = [_named(name, str(value), reader.lang) for name, value in wanted.items()]
        parts += [f"«{q}»"] if q else []
        name = ": ".join(
            [i18n.text(reader.lang, "feeds", "feed_all"), *([", ".join(parts)] if parts else [])]
        )
        return Head(name, f"{reader.public_url.rstrip('/')}/ferias")

    return Asked(stamps.ALL, path, wanted | ({"q": q} if q else {}), head)


async def _head_of(organisation_id: UUID, db: Database, reader: Reader) -> Head:
    found = await organisations.row(db, organisation_id)
    name = i18n.text(reader.lang, "feeds", "feed_of", name=found["name"])
    return Head(name, showing.organiser_address(reader.public_url, found["code"]))


async def ready(db: Database, asked: Asked, form: Form, reader: Reader) -> Ready:
    """The feed, from its stored copy while nothing changed since that was built, else built and stored.

    A copy carries the stamp that was read before its rows were: if somebody changes a fair meanwhile, the stamp is
    higher by then, and the copy is never served.
    """
    if form is Form.JSON:
        return await _events(db, asked, reader)
    address = _address(asked, form, reader)
    for _ in range(_TRIES):
        kept = await queries.kept(db, address, asked.scope)
        if kept is not None and kept.body is not None and kept.etag is not None:
            return Ready(kept.body, kept.etag, kept.changed_at)
        feed = await _feed(db, asked, reader, ended=form is Form.ICS)
        body = await asyncio.to_thread(_WRITERS[form], feed)
        built = Ready(body, _etag(body), kept.changed_at if kept else None)
        if kept is None or not (asked.path and feed.series):
            return built
        if await _store(db, address, asked.scope, kept.stamp, built):
            return built
    return built


async def of_stalls(db: Database, token: str, reader: Reader) -> Ready:
    """The stalls of the group whose private address this is, as iCalendar. Raises NotFoundError."""
    group_id = await queries.group_of(db, ids.digest(token).hex())
    if group_id is None:
        raise NotFoundError
    group = await organisations.row(db, group_id)
    fairs, dates = await queries.stalls_of(db, group_id)
    name = i18n.text(reader.lang, "feeds", "feed_stalls", name=group["name"])
    shown = showing.stalls(fairs, dates, public_url=reader.public_url, lang=reader.lang)
    body = await asyncio.to_thread(
        ical.write, _named_feed(name, f"{reader.public_url.rstrip('/')}/ferias", shown, reader)
    )
    return Ready(body, _etag(body), None)


async def has_old_copies(db: Database, public_url: str) -> bool:
    """Whether copies are kept that other writers, older zones or another public address made: nobody is served them."""
    return await db.one(_OLD, edition=f"{_edition(public_url)}/%") is not None


async def forget_old_copies(tx: Tx, public_url: str) -> None:
    """Remove them."""
    await tx.run(_FORGET, edition=f"{_edition(public_url)}/%")


async def between(db: Database, first: date, last: date, reader: Reader, **filters: Any) -> list[Moment]:
    """Every date from one local day to another of the fairs with these filters, in order: for pages and the radio."""
    fairs, dates = await queries.fairs(db, **{"states": queries.EVER} | filters)
    shown = showing.series_of(fairs, dates, public_url=reader.public_url, lang=reader.lang)
    return in_order(shown, first, last)


def in_order(shown: tuple[Series, ...], first: date, last: date) -> list[Moment]:
    """The dates of several fairs, in order."""
    found = [moment for series in shown for moment in moments(series, first, last)]
    return sorted(found, key=lambda moment: (moment.starts_at.timestamp(), moment.series.uid, moment.key))


async def _feed(db: Database, asked: Asked, reader: Reader, *, ended: bool) -> Feed:
    name, url = await asked.head(db, reader)
    is_one = "fair" in asked.filters
    states = queries.EVER if ended or is_one else queries.CURRENT
    fairs, dates = await queries.fairs(db, states=states, **asked.filters)
    shown = showing.series_of(fairs, dates, public_url=reader.public_url, lang=reader.lang)
    return _named_feed(name, url, shown, reader)


def _named_feed(name: str, url: str, shown: tuple[Series, ...], reader: Reader) -> Feed:
    """A feed that says in its name and description when fairs of it are invented."""
    if not any(series.is_demo for series in shown):
        return Feed(name=name, url=url, series=shown, lang=reader.lang)
    words = i18n.texts(reader.lang)["feeds"]
    marked = name if words["demo_name"].format(name="") in name else words["demo_name"].format(name=name)
    return Feed(name=marked, url=url, series=shown, lang=reader.lang, description=words["demo_many"])


async def _events(db: Database, asked: Asked, reader: Reader) -> Ready:
    """The dates of the coming three months, one event each. They are other ones every day: never stored."""
    feed = await _feed(db, asked, reader, ended=True)
    today = local_date(reader.now, "UTC")
    found = in_order(feed.series, today - _BEFORE, today + _AFTER)[:_MOST_EVENTS]
    body = await asyncio.to_thread(events.write, found)
    return Ready(body, _etag(body), None)


async def _store(db: Database, address: str, scope: str, stamp: int, built: Ready) -> bool:
    """Keep a copy if the stamp is still the one that was read before it was built; whether it was."""

    async def keep(tx: Tx) -> bool:
        if await queries.stamp(tx, scope) != stamp:
            return False
        if not await tx.run(_RENEW, at=address, of=scope, stamp=stamp, tag=built.etag, bytes=built.body):
            values = {"scope": scope, "built_stamp": stamp, "etag": built.etag, "body": built.body}
            await tx.run(_ADD, address=address, **values)
        return True

    with contextlib.suppress(
        DomainError
    ):  # somebody else stored it, or the database is busy: it is right all the same
        kept: bool = await write(db, keep)
        return kept
    return True


def _address(asked: Asked, form: Form, reader: Reader) -> str:
    return f"{_edition(reader.public_url)}/{reader.lang}/{asked.path}.{form}"


def _edition(public_url: str) -> str:
    """What the bytes of every feed depend on besides the rows."""
    return ids.digest(f"{WRITERS} {ZONE_DATA} {public_url}").hex()[:10]


def _etag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def _named(name: str, value: str, lang: str) -> str:
    """A filter in the reader's words."""
    if name == "kind":
        return showing.category(value, lang)
    known = SUBDIVISIONS.get(value)
    return known.name if known else value
