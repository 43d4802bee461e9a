"""The pages of one fair and of one organiser."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.fairs.feeds import texts
from app.fairs.feeds.structs import Series
from app.fairs.queries import fairs as fair_queries
from app.fairs.queries import feeds, layouts, pages
from app.fairs.service import feeding, showing
from app.fairs.states import FairState
from app.kernel import i18n
from app.kernel.caller import NOBODY
from app.kernel.db import Row
from app.kernel.errors import NotFoundError
from app.kernel.visit import Reply, Visit
from app.site.fairs import drawing, views
from app.site.pages import said


async def fair_page(visit: Visit, code: str, *, is_embedded: bool = False) -> Reply:
    """One fair: when, where, who, its next dates. Raises NotFoundError."""
    fair, series = await series_of(visit, code)
    found = views.coming(series, visit.now)
    shown = [views.date_view(each, visit.lang, visit.now) for each in found]
    when = texts.rule_and_hours(series, visit.lang)
    held = next((each for each in found if not each.is_cancelled), found[0] if found else None)
    has = i18n.texts(visit.lang)["labels"]["infrastructure"]
    return drawing.draw(
        visit,
        "feria.html",
        title=series.name,
        path=views.path_of(series),
        summary=" · ".join(
            part for part in (when[:1].upper() + when[1:], series.spot.text, series.organiser) if part
        ),
        feed=feed_of(visit, fair),
        embed=views.path_of(series),
        moments=found,
        is_demo=fair["is_demo"],
        is_embedded=is_embedded,
        fair=fair,
        home=views.path_of(series),
        when=when[:1].upper() + when[1:],
        kind=series.category,
        shown=shown,
        share=drawing.share(visit, [held]) if held else None,
        organiser_path=organiser_path(series),
        infrastructure=[has[name] for name in fair["place"]["infrastructure"] or ()],
        has_map=await has_map(visit, fair["id"]),
        beside=await _beside(visit, fair),
    )


async def _beside(visit: Visit, fair: Row) -> list[tuple[str, Any]]:
    """The fairs this one follows and is followed by: address and what to say of it."""
    found = []
    before = await pages.earlier(visit.db, fair["supersedes_id"]) if fair["supersedes_id"] else None
    if before is not None and before["until_on"]:
        day = texts.full_date(before["until_on"], visit.lang)
        found.append(
            (f"/ferias/{before['code']}", said(visit.lang, "fairs_earlier", day=day, name=before["name"]))
        )
    after = await pages.after(visit.db, fair["id"])
    if after is not None:
        day = texts.full_date(after["first_on"], visit.lang)
        found.append(
            (f"/ferias/{after['code']}", said(visit.lang, "fairs_after", day=day, name=after["name"]))
        )
    return found


async def organiser_page(visit: Visit, code: str, *, is_embedded: bool = False) -> Reply:
    """Who holds fairs, which, and their next dates. Raises NotFoundError."""
    found = await pages.organiser(visit.db, code)
    fairs, dates = await feeds.fairs(visit.db, organiser=found["id"], states=feeds.CURRENT)
    shown = showing.series_of(fairs, dates, public_url=visit.house.settings.public_url, lang=visit.lang)
    coming = feeding.in_order(
        shown, visit.now.date() - timedelta(days=1), visit.now.date() + timedelta(days=60)
    )
    coming = [moment for moment in coming if moment.ends_at >= visit.now][:30]
    listed = [
        (views.path_of(one), one.name, texts.rule_and_hours(one, visit.lang), one, row["reason"])
        for one, row in zip(shown, fairs, strict=True)
    ]
    return drawing.draw(
        visit,
        "organiza.html",
        title=found["name"],
        path=f"/organiza/{found['code']}",
        summary=str(said(visit.lang, "fairs_by", name=found["name"])),
        feed=views.links(visit.house.settings.public_url, f"/v1/organisers/{found['id']}/feed"),
        embed=f"/organiza/{found['code']}",
        moments=coming,
        is_demo=found["is_demo"],
        is_embedded=is_embedded,
        organiser=found,
        fairs=listed,
        days=list(views.by_day([views.date_view(each, visit.lang, visit.now) for each in coming])),
    )


async def series_of(visit: Visit, code: str) -> tuple[Row, Series]:
    """A fair as everybody reads it. Raises NotFoundError, also for a draft."""
    fair_id: UUID = await fair_queries.id_of(visit.db, code)
    fair = await fair_queries.fair(visit.db, NOBODY, fair_id, visit.lang)
    rows, dates = await feeds.fairs(visit.db, fair=fair_id, states=feeds.EVER)
    (series,) = showing.series_of(rows, dates, public_url=visit.house.settings.public_url, lang=visit.lang)
    return fair | {"is_ended": fair["state"] == FairState.ENDED, "sponsors": _sponsors(fair)}, series


def _sponsors(fair: Row) -> Any:
    found = fair["sponsors"]
    return msgspec.json.decode(found) if isinstance(found, msgspec.Raw) else found


async def has_map(visit: Visit, fair_id: UUID) -> bool:
    """Whether a fair has said which stalls it has."""
    try:
        await layouts.newest(visit.db, fair_id)
    except NotFoundError:
        return False
    return True


def feed_of(visit: Visit, fair: Row) -> views.Links:
    """How to subscribe to a fair."""
    return views.links(visit.house.settings.public_url, f"/v1/fairs/{fair['id']}/feed")


def organiser_path(series: Series) -> str:
    """The page of a fair's organiser, without the server's name."""
    return "/organiza/" + series.organiser_url.rpartition("/organiza/")[2]
