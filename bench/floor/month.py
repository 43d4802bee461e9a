"""A month's page for people: the rows by hand, drawn with the application's own template."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from app.fairs.service import showing
from app.fairs.states import FairKind
from app.kernel.settings import Settings
from app.places.countries import SUBDIVISIONS
from app.site.fairs import drawing
from app.site.fairs.asking import by_country
from app.site.fairs.views import DateView, by_day, links
from app.site.pages import PUBLIC, page, said
from bench import world
from bench.floor.reads import Answer
from bench.floor.statements import Postgres, Sqlite

_MOST = 200
_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS = (
    *("", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre"),
    *("octubre", "noviembre", "diciembre"),
)
_URL = Settings().public_url


async def month(db: Postgres | Sqlite, _: bytes, query: dict[str, str]) -> Answer:
    """The fairs of a region in a month."""
    region, asked = query["region"], f"?region={query['region']}"
    path = f"/ferias?mes={query['mes']}&region={region}"
    zone, first = _zone(SUBDIVISIONS[region].zone), date.fromisoformat(f"{query['mes']}-01")
    found = await db.fetch(
        db.page_of_dates,
        since=db.spelt(_start(first, zone)),
        until=db.spelt(_start((first + timedelta(days=32)).replace(day=1), zone)),
        country=region[:2],
        region=region,
        limit=_MOST + 1,
    )
    now = datetime.now(UTC)  # noqa: TID251 - as the application's clock
    shown = [_view(db, row, now) for row in found[:_MOST]]
    place, count = SUBDIVISIONS[region].name, said("es", "fairs_count", count=len(shown))
    reply = page(
        "ferias.html",
        "es",
        headers=PUBLIC,
        policy=drawing._POLICY,
        is_demo=False,
        wide=True,
        bare=False,
        own_style=drawing._STYLE,
        title=said("es", "fairs_of_month", month=_MONTHS[first.month], year=first.year),
        summary=f"{count} · {place}",
        address=_URL + path,
        feed=links(_URL, "/v1/feeds/fairs", asked),
        graph="",
        embedded=False,
        embed=f"{_URL}/incrustar/ferias{asked}",
        days=list(by_day(shown)),
        count=count,
        is_cut=len(found) > _MOST,
        place=place,
        radio=f"/ferias/radio{asked}",
        weekend=f"/ferias/fin-de-semana{asked}",
        nothing=said("es", "fairs_none"),
        later=[],
        beside=[
            _neighbour(first - timedelta(days=1), region),
            _neighbour(first + timedelta(days=32), region),
        ],
        q="",
        region=region,
        kind=None,
        places=_places(region),
        kinds=_kinds(),
    )
    body = bytes(reply.body)
    tag = b'"%s"' % hashlib.blake2b(body, digest_size=9).hexdigest().encode()
    return Answer(200, body, tag, (*reply.raw_headers[:-1], (b"vary", b"accept-encoding")))


def _view(db: Postgres | Sqlite, row: Any, now: datetime) -> DateView:
    """The bench has fairs that are held as their rules say."""
    _, _, _, key, starts, ends, _, _, _, note, _, _, code, name, zone, *_, organiser, place, address = row
    known = _zone(zone)
    at, end = db.instant(starts).astimezone(known), db.instant(ends).astimezone(known)  # type: ignore[union-attr]
    weekday, month = _DAYS[at.weekday()], _MONTHS[at.month]
    return DateView(
        name=name,
        href=f"/ferias/{code}/{key[:10]}",
        weekday=weekday,
        day=at.day,
        month=month,
        starts=at.isoformat(),
        ends=end.isoformat(),
        hours=f"de {at.hour}:{at.minute:02} a {end.hour}:{end.minute:02}",
        place=f"{place}, {address}",
        organiser=organiser,
        date=f"{weekday} {at.day} de {month}",
        state="",
        flag="",
        is_elsewhere=False,
        reason="",
        before="",
        before_at="",
        note=note,
        is_over=end < now,
    )


def _neighbour(day: date, region: str) -> tuple[str, str]:
    return f"/ferias?mes={day:%Y-%m}&region={region}", _MONTHS[day.month]


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def _places(region: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return by_country(world.REGIONS, region, "es")


@cache
def _kinds() -> list[tuple[FairKind, str]]:
    return [(kind, showing.category(kind, "es")) for kind in FairKind]
