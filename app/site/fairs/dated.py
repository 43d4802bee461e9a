"""The pages of one date: what changed, who stands where and why, what they bring."""

from datetime import date
from uuid import UUID

from markupsafe import Markup

from app.fairs import drawing as stall_map
from app.fairs import seats
from app.fairs.feeds import texts
from app.fairs.feeds.structs import Moment, Series
from app.fairs.queries import layouts, pages
from app.kernel.errors import NotFoundError
from app.kernel.visit import Reply, Visit
from app.site.fairs import drawing, single, standing, views
from app.site.fairs.standing import Standing
from app.site.pages import said

_BROAD = 1_900  # pixels: made narrower to fit a screen, nobody could read its names


async def date_page(visit: Visit, code: str, day: date) -> Reply:
    """One date of a fair. Raises NotFoundError."""
    fair, series = await single.series_of(visit, code)
    found = views.on_day(series, day)
    if not found:
        raise NotFoundError
    date_id = await pages.date_id(visit.db, fair["id"], found[0].key)
    message = drawing.share(visit, found[0])
    said_day, home = texts.day(found[0].starts_at, visit.lang), views.path_of(series)
    return drawing.draw(
        visit,
        "fecha.html",
        title=f"{series.name} · {said_day}",
        path=_path(series, found[0]),
        summary=message["text"].replace("\n", " · "),
        feed=single.feed_of(visit, fair),
        embed=home,
        moments=found,
        is_demo=fair["is_demo"],
        fair=fair,
        home=home,
        shown=[views.date_view(each, visit.lang, visit.now) for each in found],
        share=message,
        organiser_path=single.organiser_path(series),
        groups=await _groups(visit, date_id, found[0]),
        posts=await standing.posts(visit.db, date_id, fair["kind"]) if date_id else {},
        map_path=f"{home}/plano?dia={found[0].key[:10]}" if await single.has_map(visit, fair["id"]) else "",
    )


async def map_page(visit: Visit, code: str, day: date | None) -> Reply:
    """The stalls of a fair, and who stands there on a day or on the next one. Raises NotFoundError."""
    fair, series = await single.series_of(visit, code)
    found = views.on_day(series, day) if day else views.coming(series, visit.now)
    if day and not found:
        raise NotFoundError
    moment = next((each for each in found if day or not each.is_cancelled), None)
    date_id = await pages.date_id(visit.db, fair["id"], moment.key) if moment else None
    layout = await (
        layouts.of_date(visit.db, date_id, fair["id"]) if date_id else layouts.newest(visit.db, fair["id"])
    )
    stalls = await layouts.stalls_of(visit.db, layout["id"])
    groups = [each for each in await _groups(visit, date_id, moment) if each.stall]
    title, shown = said(visit.lang, "fairs_map_of", name=fair["name"]), seats.layout(layout, stalls)
    marks = standing.marks(groups)
    drawn = stall_map.drawn(shown, title=str(title), marks=marks, lang=visit.lang, has_legend=False)
    return drawing.draw(
        visit,
        "plano.html",
        title=title,
        path=f"{views.path_of(series)}/plano",
        is_demo=fair["is_demo"],
        fair=fair,
        home=views.path_of(series),
        stalls=len(stalls),
        groups=groups,
        day=texts.day(moment.starts_at, visit.lang) if moment and (day or groups) else "",
        day_at=moment.starts_at.isoformat() if moment else "",
        day_path=_path(series, moment) if moment else "",
        is_broad=stall_map.natural_width(shown) > _BROAD,
        legend=[
            (Markup(sample), name)  # noqa: S704 - as the map
            for sample, name in stall_map.legend(shown, marks, lang=visit.lang)
        ],
        drawn=Markup(drawn),  # noqa: S704 - the map escapes every text
    )


async def _groups(visit: Visit, date_id: UUID | None, moment: Moment | None) -> list[Standing]:
    """Nobody stands where nothing takes place."""
    if date_id is None or moment is None or moment.is_cancelled:
        return []
    return await standing.of_date(visit.db, date_id, visit.lang)


def _path(series: Series, moment: Moment) -> str:
    return f"{views.path_of(series)}/{moment.key[:10]}"
