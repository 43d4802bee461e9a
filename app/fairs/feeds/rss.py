"""A feed as RSS 2.0: each fair, and each date that was moved, cancelled or added, the newest change first.

An item's guid has its sequence: a change is a new item to whoever reads, and the same change never is.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import NamedTuple

from app.fairs.feeds import texts
from app.fairs.feeds.lines import web_address
from app.fairs.feeds.structs import Extra, Feed, OwnDate, Series, moment_of
from app.kernel import i18n

MEDIA = "application/rss+xml; charset=utf-8"
MOST_ITEMS = 100
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_INERT = str.maketrans("<>", "‹›")  # some readers take a title for HTML, some for text


class _Item(NamedTuple):
    changed_at: datetime
    guid: str
    title: str
    text: str
    link: str
    category: str


def write(feed: Feed) -> bytes:
    """The whole file, at most a hundred items."""
    items = sorted(_items(feed), key=lambda item: (item.changed_at, item.guid), reverse=True)[:MOST_ITEMS]
    changed_at = feed.changed_at
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<rss version="2.0"><channel>']
    lines += [_element("title", feed.name.translate(_INERT)), _element("link", web_address(feed.url))]
    lines += [_element("description", feed.description or feed.name), _element("language", feed.lang)]
    if changed_at is not None:
        lines.append(_element("lastBuildDate", _date(changed_at)))
    lines += ["<ttl>360</ttl>", *(_written(item) for item in items), "</channel></rss>", ""]
    return "\n".join(lines).encode()


def _items(feed: Feed) -> Iterator[_Item]:
    for series in feed.in_order:
        yield _of_series(series, feed.lang)
        for day in (*series.overrides, *series.extras):
            yield _of_day(series, day, feed.lang)


def _of_series(series: Series, lang: str) -> _Item:
    words = i18n.texts(lang)["feeds"]
    title = words["suspended"].format(name=series.name) if series.is_suspended else series.name
    said = (texts.rule_and_hours(series, lang).capitalize(), series.spot.text, series.description)
    text = "\n".join(part for part in said if part)
    guid = f"{series.uid};{series.sequence}"
    return _Item(series.updated_at, guid, title, text, series.url, series.category)


def _of_day(series: Series, day: OwnDate, lang: str) -> _Item:
    moment = moment_of(series, day)
    title, _, rest = texts.share(moment, lang).partition("\n")
    if isinstance(day, Extra) and not (day.is_cancelled or series.is_suspended):
        title = i18n.texts(lang)["feeds"]["extra"].format(name=series.name)
    guid = f"{series.uid};{day.key};{series.sequence + day.sequence}"
    return _Item(max(series.updated_at, day.updated_at), guid, title, rest, moment.url, series.category)


def _written(item: _Item) -> str:
    parts = [
        _element("title", item.title.translate(_INERT)),
        _element("description", escape(item.text, quote=False)),
    ]  # it is read as HTML
    if web_address(item.link):
        parts.append(_element("link", item.link))
    if item.category:
        parts.append(_element("category", item.category))
    guid = f'<guid isPermaLink="false">{_text(item.guid)}</guid>'
    return f"<item>{''.join(parts)}{guid}{_element('pubDate', _date(item.changed_at))}</item>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text), quote=False)


def _date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
