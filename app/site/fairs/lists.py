"""The lists of dates: a month, a weekend."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from app.fairs.queries import announcements, fairs, pages
from app.fairs.service import showing
from app.fairs.states import FairKind, FairState
from app.kernel import i18n
from app.kernel.caller import NOBODY
from app.kernel.clock import local_date
from app.kernel.db import Row
from app.kernel.visit import Reply, Visit
from app.site.fairs import drawing, views
from app.site.fairs.asking import asked, by_country, named, start_of, with_country, zone_of
from app.site.pages import said

_MOST = 200
_YEARS_AWAY = 3
_SEARCHED_DAYS = 60  # «dos meses»
_MOST_LATER = 20
_REMEMBERED = timedelta(minutes=10)


class Asked(NamedTuple):
    """What somebody asked of a list."""

    region: str | None = None
    kind: FairKind | None = None
    q: str = ""


async def weekend(visit: Visit, what: Asked) -> Reply:
    """Friday to Sunday: on these days those that are, before them those to come."""
    zone = zone_of(what.region)
    today = local_date(visit.now, zone)
    friday = today + timedelta(days=4 - today.weekday())
    rows = await pages.dates(
        visit.db,
        since=start_of(friday, zone),
        until=start_of(friday + timedelta(days=3), zone),
        limit=_MOST,
        region=what.region,
        q=what.q,
    )
    title = said(visit.lang, "fairs_weekend")
    return await _listed(
        visit,
        rows,
        what,
        title=said(visit.lang, "fairs_weekend_found", q=what.q) if what.q else title,
        path=asked("/ferias/fin-de-semana", q=what.q, region=what.region),
        query=asked("", q=what.q, region=what.region),
    )


async def month(visit: Visit, mes: str | None, what: Asked, *, is_embedded: bool = False) -> Reply:
    """One month, this one from today on."""
    zone = zone_of(what.region)
    today = local_date(visit.now, zone)
    first = date.fromisoformat(f"{mes}-01") if mes else today.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1)
    rows = await pages.dates(
        visit.db,
        since=start_of(today if first <= today < last and not mes else first, zone),
        until=start_of(last, zone),
        limit=_MOST,
        region=what.region,
        kind=what.kind,
    )
    base = "/incrustar/ferias" if is_embedded else "/ferias"
    before = (first - timedelta(days=1)).replace(day=1)
    names = i18n.texts(visit.lang)["recurrence"]["months"]
    near = abs(first.year - today.year) < _YEARS_AWAY
    beside = [
        (asked(base, mes=f"{other:%Y-%m}", region=what.region, tipo=what.kind), names[str(other.month)])
        for other in (before, last)
    ]
    return await _listed(
        visit,
        rows,
        what,
        title=said(visit.lang, "fairs_of_month", month=names[str(first.month)], year=first.year),
        path=asked(base, mes=mes, region=what.region, tipo=what.kind),
        query=asked("", region=what.region, kind=what.kind),
        is_embedded=is_embedded,
        beside=beside if near else [],
    )


async def found(visit: Visit, what: Asked) -> Reply:
    """The dates of the coming two months whose fair, or what somebody announced to bring there, has these words."""
    zone = zone_of(what.region)
    today = local_date(visit.now, zone)
    rows = await pages.dates(
        visit.db,
        since=start_of(today, zone),
        until=start_of(today + timedelta(days=_SEARCHED_DAYS), zone),
        limit=_MOST,
        region=what.region,
        kind=what.kind,
        q=what.q,
    )
    later = [] if rows else await _later(visit, what)
    return await _listed(
        visit,
        rows,
        what,
        title=said(visit.lang, "fairs_found", q=what.q),
        path=asked("/ferias", q=what.q, region=what.region, tipo=what.kind),
        query=asked("", q=what.q, region=what.region, kind=what.kind),
        nothing=said(visit.lang, "fairs_found_later" if later else "fairs_found_none", q=what.q),
        later=later,
    )


async def _listed(
    visit: Visit,
    rows: list[Row],
    what: Asked,
    *,
    title: str,
    path: str,
    query: str,
    is_embedded: bool = False,
    beside: list[tuple[str, str]] | None = None,
    nothing: str = "",
    later: list[Row] | None = None,
) -> Reply:
    """A page of dates; `beside` are the lists before and after, by address and name, `later` fairs without a date here."""
    lang, region = visit.lang, what.region
    brings = await _brings(visit, rows, what.q)
    shown = [
        views.row_view(
            row,
            lang,
            visit.now,
            region="" if region else with_country(row["region"], row["country"], lang),
            brings=brings.get(row["id"], ""),
        )
        for row in rows[:_MOST]
    ]
    count = said(lang, "fairs_count_one" if len(shown) == 1 else "fairs_count", count=len(shown))
    return drawing.draw(
        visit,
        "ferias.html",
        title=title,
        path=path,
        summary=f"{count} · {named(region)}" if region else str(count),
        feed=views.links(visit.house.settings.public_url, "/v1/feeds/fairs", query),
        is_demo=any(row["is_demo"] for row in rows),
        embed=asked("/ferias", region=region, tipo=what.kind),
        is_embedded=is_embedded,
        days=list(views.by_day(shown)),
        count=count if shown else "",
        is_cut=len(rows) > _MOST,
        nothing=nothing or said(lang, "fairs_none"),
        place=named(region),
        radio=asked("/ferias/radio", region=region),
        weekend=asked("/ferias/fin-de-semana", region=region),
        beside=beside or [],
        later=later or [],
        q=what.q,
        region=region,
        kind=what.kind,
        places=by_country(await _regions(visit), region, lang),
        kinds=[(each, showing.category(each, lang)) for each in FairKind],
    )


async def _later(visit: Visit, what: Asked) -> list[Row]:
    """The fairs with these words whose next date is further away: a yearly one is found all year."""
    rows = await fairs.page(
        visit.db,
        NOBODY,
        limit=_MOST_LATER,
        after=None,
        lang=visit.lang,
        q=what.q,
        region=what.region,
        kind=what.kind,
        state=FairState.PUBLISHED,
    )
    return rows[:_MOST_LATER]


async def _regions(visit: Visit) -> list[str]:
    """Where fairs are published, asked anew every few minutes."""
    kept: tuple[datetime, list[str]] | None = visit.house.caches.get("fair_regions")
    if kept is None or visit.now - kept[0] > _REMEMBERED:
        kept = visit.house.caches["fair_regions"] = (visit.now, await pages.regions(visit.db))
    return kept[1]


async def _brings(visit: Visit, rows: list[Row], q: str) -> Mapping[UUID, str]:
    """Who announced what was searched for, by date: «Quinua blanca: Tejedoras Sumaq B-3»."""
    if not q or not rows:
        return {}
    lines = await announcements.of_dates(visit.db, [row["id"] for row in rows[:_MOST]], q)
    return {date: _first(some) for date, (some, _) in lines.items()}


def _first(lines: list[dict[str, Any]]) -> str:
    said_of = [
        f"{line['product_name']}: {' '.join(filter(None, (line['organisation_name'], line['stall'])))}"
        for line in lines[:3]
    ]
    return " · ".join(said_of) + (" …" if len(lines) > len(said_of) else "")
