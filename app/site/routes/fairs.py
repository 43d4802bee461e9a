"""The pages of fairs: lists, one fair, one date, an organiser, the radio's text, the map, the poster."""

import re
from datetime import date, timedelta
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from app.fairs.feeds import texts
from app.fairs.queries import feeds
from app.fairs.service import feeding
from app.fairs.states import FairKind
from app.kernel.clock import local_date
from app.kernel.errors import NotFoundError
from app.kernel.visit import Reply, Visit
from app.site.fairs import dated, drawing, lists, single, views
from app.site.fairs.asking import asked, named, zone_of
from app.site.fairs.lists import Asked
from app.site.pages import said, site_router

router = site_router()
Region = Annotated[str | None, Query(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
Month = Annotated[str | None, Query(pattern=r"^20[0-9][0-9]-(0[1-9]|1[0-2])$")]
Words = Annotated[str, Query(max_length=60)]
Day = Annotated[str | None, Query(max_length=10)]
Code = Annotated[str, Path(max_length=80)]
_MOST_SPOKEN = 200


@router.get("/ferias")
async def list_fair_pages(
    visit: Visit, mes: Month = None, region: Region = None, tipo: FairKind | None = None, q: Words = ""
) -> Response:
    """The fairs of a month; with `q` those of the coming two months that are called so, or to which somebody brings it."""
    what = Asked(region, tipo, " ".join(q.split()))
    return await (lists.found(visit, what) if what.q else lists.month(visit, mes, what))


@router.get("/incrustar/ferias")
async def list_embedded_fairs(
    visit: Visit, mes: Month = None, region: Region = None, tipo: FairKind | None = None
) -> Response:
    """The fairs of a month, to stand in another site's page."""
    return await lists.month(visit, mes, Asked(region, tipo), is_embedded=True)


@router.get("/ferias/fin-de-semana")
async def read_weekend_page(visit: Visit, region: Region = None, q: Words = "") -> Response:
    """The fairs of this weekend: from Friday on; on Friday, Saturday and Sunday it is the one that is. `q` as in any list."""
    return await lists.weekend(visit, Asked(region, q=" ".join(q.split())))


@router.get("/ferias/radio")
async def read_radio_page(visit: Visit, region: Region = None) -> Response:
    """The fairs of the coming seven days, to be read aloud."""
    today = local_date(visit.now, zone_of(region))
    found = await feeding.between(
        visit.db, today, today + timedelta(days=6), _reader(visit), states=feeds.CURRENT, region=region
    )
    return drawing.draw(
        visit,
        "radio.html",
        title=said(visit.lang, "fairs_radio"),
        path=asked("/ferias/radio", region=region),
        spoken=texts.radio(found[:_MOST_SPOKEN], visit.lang),
        place=named(region),
    )


@router.get("/ferias/{code}")
async def read_fair_page(code: Code, visit: Visit) -> Response:
    """One fair: when, where, who, how to subscribe."""
    return await single.fair_page(visit, code)


@router.get("/incrustar/ferias/{code}")
async def read_embedded_fair(code: Code, visit: Visit) -> Response:
    """One fair, to stand in another site's page."""
    return await single.fair_page(visit, code, is_embedded=True)


@router.get("/ferias/{code}/afiche.pdf")
async def read_fair_poster(code: Code, visit: Visit) -> Response:
    """A poster to print and hang up."""
    fair, series = await single.series_of(visit, code)
    coming = [views.date_view(each, visit.lang, visit.now) for each in views.coming(series, visit.now)]
    body = await drawing.poster(visit, fair, series, coming)
    headers = [
        (b"content-type", b"application/pdf"),
        (b"content-disposition", f'inline; filename="{_file_name(code)}.pdf"'.encode()),
        (b"cache-control", b"public, no-cache"),
    ]
    return Reply(200, body, headers)


@router.get("/ferias/{code}/plano")
async def read_fair_map_page(code: Code, visit: Visit, dia: Day = None) -> Response:
    """Where the stalls of a fair are, and who stands there on a day, the next one unless it is said, and why."""
    return await dated.map_page(visit, code, _day(dia) if dia else None)


@router.get("/ferias/{code}/{day}")
async def read_occurrence_page(
    code: Code, day: Annotated[str, Path(max_length=10)], visit: Visit
) -> Response:
    """One date of a fair. Its address stays when it moves."""
    return await dated.date_page(visit, code, _day(day))


@router.get("/organiza/{code}")
async def read_organiser_page(code: Code, visit: Visit) -> Response:
    """Who holds fairs, and which."""
    return await single.organiser_page(visit, code)


@router.get("/incrustar/organiza/{code}")
async def read_embedded_organiser(code: Code, visit: Visit) -> Response:
    """The fairs of an organiser, to stand in another site's page."""
    return await single.organiser_page(visit, code, is_embedded=True)


def _reader(visit: Visit) -> feeding.Reader:
    return feeding.Reader(visit.lang, visit.house.settings.public_url, visit.now)


def _day(said_day: str) -> date:
    if not re.fullmatch(r"(19|20|21)\d\d-\d\d-\d\d", said_day):
        raise NotFoundError
    try:
        return date.fromisoformat(said_day)
    except ValueError as error:
        raise NotFoundError from error


def _file_name(code: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", code) or "afiche"
