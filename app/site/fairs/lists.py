"""The lists of dates: a month, a weekend."""

from datetime import date, timedelta

from app.fairs.queries import pages
from app.fairs.service import showing
from app.fairs.states import FairKind
from app.kernel import i18n
from app.kernel.clock import local_date
from app.kernel.db import Row
from app.kernel.visit import Reply, Visit
from app.site.fairs import drawing, views
from app.site.fairs.asking import asked, named, start_of, zone_of
from app.site.pages import said

_MOST = 200
_YEARS_AWAY = 3


async def weekend(visit: Visit, region: str | None) -> Reply:
    """Friday to Sunday: on these days those that are, before them those to come."""
    zone = zone_of(region)
    today = local_date(visit.now, zone)
    friday = today + timedelta(days=4 - today.weekday())
    rows = await pages.dates(
        visit.db,
        since=start_of(friday, zone),
        until=start_of(friday + timedelta(days=3), zone),
        limit=_MOST,
        region=region,
    )
    path = asked("/ferias/fin-de-semana", region=region)
    return listed(visit, rows, title=said(visit.lang, "fairs_weekend"), path=path, region=region)


async def month(
    visit: Visit, mes: str | None, region: str | None, tipo: FairKind | None, *, is_embedded: bool = False
) -> Reply:
    """One month, this one from today on."""
    zone = zone_of(region)
    today = local_date(visit.now, zone)
    first = date.fromisoformat(f"{mes}-01") if mes else today.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1)
    rows = await pages.dates(
        visit.db,
        since=start_of(today if first <= today < last and not mes else first, zone),
        until=start_of(last, zone),
        limit=_MOST,
        region=region,
        kind=tipo,
    )
    base = "/incrustar/ferias" if is_embedded else "/ferias"
    before = (first - timedelta(days=1)).replace(day=1)
    names = i18n.texts(visit.lang)["recurrence"]["months"]
    near = abs(first.year - today.year) < _YEARS_AWAY
    return listed(
        visit,
        rows,
        title=said(visit.lang, "fairs_of_month", month=names[str(first.month)], year=first.year),
        path=asked(base, mes=mes, region=region, tipo=tipo),
        region=region,
        kind=tipo,
        is_embedded=is_embedded,
        before=(asked(base, mes=f"{before:%Y-%m}", region=region, tipo=tipo), names[str(before.month)])
        if near
        else None,
        after=(asked(base, mes=f"{last:%Y-%m}", region=region, tipo=tipo), names[str(last.month)])
        if near
        else None,
    )


def listed(
    visit: Visit,
    rows: list[Row],
    *,
    title: str,
    path: str,
    region: str | None,
    kind: FairKind | None = None,
    is_embedded: bool = False,
    before: tuple[str, str] | None = None,
    after: tuple[str, str] | None = None,
) -> Reply:
    """A page of dates; `before` and `after` are the neighbouring lists, by address and name."""
    shown = [views.row_view(found, visit.lang, visit.now) for found in rows[:_MOST]]
    query = asked("", region=region, kind=kind)
    count = said(visit.lang, "fairs_count_one" if len(shown) == 1 else "fairs_count", count=len(shown))
    return drawing.draw(
        visit,
        "ferias.html",
        title=title,
        path=path,
        summary=f"{count} · {named(region)}" if region else str(count),
        feed=views.links(visit.house.settings.public_url, "/v1/feeds/fairs", query),
        is_demo=any(found["is_demo"] for found in rows),
        is_embedded=is_embedded,
        days=list(views.by_day(shown)),
        count=count if shown else "",
        is_cut=len(rows) > _MOST,
        place=named(region),
        radio=asked("/ferias/radio", region=region),
        weekend=asked("/ferias/fin-de-semana", region=region),
        before=before,
        after=after,
        kinds=[
            (said(visit.lang, "fairs_every_kind"), asked("/ferias", region=region), kind is None),
            *(
                (
                    showing.category(each, visit.lang),
                    asked("/ferias", region=region, tipo=each),
                    each is kind,
                )
                for each in FairKind
            ),
        ],
    )
