"""The pages of one date: what changed, who stands where and why, what they bring."""

from datetime import date
from functools import partial
from uuid import UUID

from markupsafe import Markup

from app.fairs import drawing as stall_map
from app.fairs import seats
from app.fairs.feeds import texts
from app.fairs.feeds.structs import Moment, Series
from app.fairs.queries import layouts, pages
from app.kernel.db import Row
from app.kernel.errors import NotFoundError
from app.kernel.visit import Reply, Visit
from app.site.fairs import drawing, single, standing, views
from app.site.fairs.standing import Standing
from app.site.pages import PUBLIC, said

_NARROW_COLUMNS = 4  # of a map without coordinates, on a telephone: no sliding, and names can be read
_BROAD = 1_900  # pixels: made narrower to fit a screen, nobody could read its names


async def date_page(visit: Visit, code: str, day: date) -> Reply:
    """One date of a fair. Raises NotFoundError."""
    fair, series = await single.series_of(visit, code)
    found = views.on_day(series, day)
    shown = next((each for each in found if not each.is_cancelled), found[0] if found else None)
    date_id = await pages.date_id(visit.db, fair["id"], shown.key) if shown else None
    if shown is None or date_id is None:
        return await _elsewhere(visit, fair, day)
    message = drawing.share(visit, found)
    said_day, home = texts.day(shown.starts_at, visit.lang), views.path_of(series)
    return drawing.draw(
        visit,
        "fecha.html",
        title=f"{series.name} · {said_day}",
        path=_path(series, shown),
        summary=" · ".join(message["text"].split("\n")),
        feed=single.feed_of(visit, fair),
        embed=home,
        moments=found,
        is_demo=fair["is_demo"],
        fair=fair,
        home=home,
        shown=[views.date_view(each, visit.lang, visit.now) for each in found],
        share=message,
        organiser_path=single.organiser_path(series),
        groups=await _groups(visit, date_id, shown),
        posts=await standing.posts(visit.db, date_id, fair["kind"]),
        map_path=f"{home}/plano?dia={shown.key[:10]}" if await single.has_map(visit, fair["id"]) else "",
    )


async def _elsewhere(visit: Visit, fair: Row, day: date) -> Reply:
    """A day from which another fair goes on in this one's place has its page there. Raises NotFoundError."""
    after = await pages.after(visit.db, fair["id"])
    if after is None or day < after["first_on"]:
        raise NotFoundError
    return Reply(302, b"", [(b"location", f"/ferias/{after['code']}/{day}".encode()), *PUBLIC])


async def map_page(visit: Visit, code: str, day: date | None) -> Reply:
    """The stalls of a fair, and who stands there on a day or on the next one. Raises NotFoundError."""
    fair, series = await single.series_of(visit, code)
    found = views.on_day(series, day) if day else views.coming(series, visit.now)
    moment = next((each for each in found if day or not each.is_cancelled), None)
    date_id = await pages.date_id(visit.db, fair["id"], moment.key) if moment else None
    if day and date_id is None:
        raise NotFoundError
    layout = await (
        layouts.of_date(visit.db, date_id, fair["id"]) if date_id else layouts.newest(visit.db, fair["id"])
    )
    stalls = await layouts.stalls_of(visit.db, layout["id"])
    groups = [each for each in await _groups(visit, date_id, moment) if each.stall]
    title, shown = said(visit.lang, "fairs_map_of", name=fair["name"]), seats.layout(layout, stalls)
    marks = standing.marks(groups)
    draw_map = partial(
        stall_map.drawn, shown, title=str(title), marks=marks, lang=visit.lang, has_legend=False
    )
    has_narrow = stall_map.is_grid(shown) and len(stalls) > _NARROW_COLUMNS
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
        drawn=Markup(draw_map()),  # noqa: S704 - the map escapes every text
        narrow=Markup(draw_map(prefix="angosto", columns=_NARROW_COLUMNS)) if has_narrow else "",  # noqa: S704 - as it
    )


async def _groups(visit: Visit, date_id: UUID | None, moment: Moment | None) -> list[Standing]:
    """Nobody stands where nothing takes place."""
    if date_id is None or moment is None or moment.is_cancelled:
        return []
    return await standing.of_date(visit.db, date_id, visit.lang)


def _path(series: Series, moment: Moment) -> str:
    return f"{views.path_of(series)}/{moment.key[:10]}"
