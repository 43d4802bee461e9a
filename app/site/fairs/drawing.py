"""Draws the pages of fairs: their frame, what stands in their head for others, the poster."""

import asyncio
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from app.fairs.feeds import events, texts
from app.fairs.feeds.lines import web_address
from app.fairs.feeds.structs import Moment, Series
from app.kernel import i18n, paper
from app.kernel.db import Row
from app.kernel.visit import Reply, Visit
from app.site.fairs import views
from app.site.fairs.views import DateView, Links
from app.site.pages import PUBLIC, inline, page, policy_with

_STYLE = inline("ferias.css")
_POLICY, _EMBEDDED = policy_with(_STYLE), policy_with(_STYLE, framed_by="*")
_MOST_ON_POSTER = 4


def draw(
    visit: Visit,
    template: str,
    *,
    title: str,
    path: str,
    summary: str = "",
    feed: Links | None = None,
    embed: str = "",
    moments: Sequence[Moment] = (),
    is_demo: bool = False,
    is_embedded: bool = False,
    **facts: Any,
) -> Reply:
    """A page of fairs. `summary` is what messengers show beside its link; `moments` go into it for search engines.

    `embed`: the page whose dates another site may show.
    """
    public = visit.house.settings.public_url.rstrip("/")
    return page(
        template,
        visit.lang,
        headers=PUBLIC,
        policy=_EMBEDDED if is_embedded else _POLICY,
        is_demo=is_demo or visit.house.settings.demo,
        wide=True,
        bare=is_embedded,
        own_style=_STYLE,
        title=title,
        summary=summary,
        address=f"{public}{path.removeprefix('/incrustar')}",
        embed=f"{public}/incrustar{embed}",
        feed=feed,
        graph=Markup(events.write(moments).decode()) if moments else "",  # noqa: S704 - it holds no <, > or &
        embedded=is_embedded,
        web_address=web_address,
        **facts,
    )


def share(visit: Visit, moments: Sequence[Moment]) -> dict[str, str]:
    """The message about the dates of a page, and the link that opens it in WhatsApp."""
    text = "\n\n".join(texts.share(moment, visit.lang) for moment in moments)
    return {"text": text, "whatsapp": views.whatsapp(text)}


async def poster(visit: Visit, fair: Row, series: Series, coming: Sequence[DateView]) -> bytes:
    """The poster of a fair with the code of its page; the same one is drawn once."""
    kept: dict[Any, bytes] = visit.house.caches.setdefault("posters", {})
    listed = tuple(
        f"{date.weekday} {date.day} de {date.month}, {date.hours}" for date in coming if not date.state
    )
    dates, is_regular = _when(series, listed, visit.lang)
    if series.is_suspended or fair["is_ended"]:
        dates, is_regular = _off(fair, visit.lang), False
    what = paper.Poster(
        title=fair["name"],
        dates=dates,
        place=series.spot.name,
        address=series.spot.address or str(fair["place"]["reference"] or ""),
        kicker=series.organiser,
        lines=_lines(fair, visit.lang) if is_regular else (),
        qr=series.url,
        qr_caption=i18n.text(visit.lang, "site", "fairs_poster_code"),
        footer=i18n.text(visit.lang, "site", "fairs_poster_footer"),
        lang=visit.lang,
        is_demo=bool(fair["is_demo"]) or visit.house.settings.demo,
        at=series.updated_at,
    )
    key = repr(what)
    if key not in kept:
        if len(kept) >= 50:
            kept.clear()
        kept[key] = await asyncio.to_thread(paper.poster, what)
    return kept[key]


def _when(series: Series, listed: tuple[str, ...], lang: str) -> tuple[list[str], bool]:
    """A fair with a rule says the rule; one with single dates, those."""
    day, *rest = texts.rule_parts(series, lang)
    if len(day) < 70:
        return [day[:1].upper() + day[1:], *rest], True
    return [text[:1].upper() + text[1:] for text in listed[:_MOST_ON_POSTER]], False


def _off(fair: Row, lang: str) -> list[str]:
    """Nobody comes in vain because of an old sheet on a wall that was printed anew."""
    state = "fairs_ended" if fair["is_ended"] else "fairs_suspended"
    why = [i18n.text(lang, "feeds", "reason", reason=fair["reason"][:160])] if fair["reason"] else []
    return [i18n.text(lang, "site", state), *why]


def _lines(fair: Row, lang: str) -> list[str]:
    has = i18n.texts(lang)["labels"]["infrastructure"]
    found = ", ".join(has[name] for name in fair["place"]["infrastructure"] or ())
    first = " ".join(str(fair["description"]).split())
    return [line for line in (first[:160], found[:1].upper() + found[1:]) if line]
