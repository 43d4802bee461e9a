"""What the bench asks, a line each (`turns.parse`), and what each must reach on PostgreSQL."""

import json
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from app.kernel import pages
from app.kernel.settings import Settings
from app.kernel.text import fold
from bench import copies, fairs, world
from bench.floor.reads import CATALOGUE

_WEEKS, _MONTHS = 4, 16


class Case(NamedTuple):
    """What is asked, and its targets.

    `least` of the floor's CPU time over ours; `most_of_product` of our CPU time over that of one product;
    `most_of_floor` of our CPU time over the floor's, the database's included. `writes`: the tables that a change fills
    on both sides alike, each with a condition or without; `is_answered` when the floor gives the change's answer, too.
    """

    name: str
    lines: Callable[[Settings], Coroutine[Any, Any, list[str]]]
    least: float | None = None
    most_of_product: float | None = None
    most_of_floor: float | None = None
    writes: tuple[str, ...] = ()
    is_answered: bool = True


async def one_product(_: Settings) -> list[str]:
    """Any of the products."""
    return [f"/v1/products/{world.identifier('product', n)}" for n in range(0, world.PRODUCTS, 5)]


async def page_of_50(settings: Settings) -> list[str]:
    """After any product by name: what is offered of the next 50."""
    after = islice(((n, world.product_name(*name)) for n, name in enumerate(world.names())), 0, None, 50)
    cursors = (
        pages.write_cursor(settings.server_key, CATALOGUE, [fold(name), world.identifier("product", n)])
        for n, name in after
    )
    return [f"/v1/catalogue?{urlencode({'cursor': cursor})}" for cursor in cursors]


async def text_search(_: Settings) -> list[str]:
    """Two words."""
    return [f"/v1/products?{urlencode({'q': asked})}" for asked in world.searches(2_000)]


async def acceptance_spread(_: Settings) -> list[str]:
    """Orders that take from a thousand lots."""
    return [_acceptance(n) for n in range(0, world.ORDERS, 2)]


async def acceptance_hot(_: Settings) -> list[str]:
    """Orders that all take from one lot."""
    return [_acceptance(n) for n in range(1, world.ORDERS, 2)]


async def town_week(_: Settings) -> list[str]:
    """The dates of one municipality in a week."""
    found = []
    for n in range(fairs.towns() * _WEEKS):
        town, first = n % fairs.towns(), fairs.FIRST + timedelta(weeks=world.chance(n, fairs.WEEKS - 2))
        found.append(_dates(fairs.region_of(town), first, 7, organiser=str(fairs.town_id(town))))
    return found


async def next_50(_: Settings) -> list[str]:
    """The next 50 dates in a country after some day."""
    days = [fairs.FIRST + timedelta(days=day) for day in range(7 * (fairs.WEEKS - 4))]
    return [
        f"/v1/occurrences?{urlencode({'country': region[:2], 'since': _said(region, day)})}"
        for day in days
        for region in ("BO-L", "CL-LL", "PE-CUS")
    ]


async def region_month(_: Settings) -> list[str]:
    """The first 200 dates of a region in a month: a month's page as programs read it."""
    return [
        _dates(region, _month(n), 31, region=region, limit="200")
        for n in range(_MONTHS)
        for region in world.REGIONS
    ]


async def month_page(_: Settings) -> list[str]:
    """The same as people read it, in HTML."""
    return [
        f"/ferias?{urlencode({'mes': f'{_month(n):%Y-%m}', 'region': region})}"
        for n in range(_MONTHS)
        for region in world.REGIONS
    ]


async def feed(settings: Settings) -> list[str]:
    """The calendars of municipalities, which nobody changes."""
    return [path for path, _ in await copies.stored(settings)]


async def known_feed(settings: Settings) -> list[str]:
    """The same, asked by who has them."""
    return [f"{path}\t{etag}" for path, etag in await copies.stored(settings)]


async def new_fair(_: Settings) -> list[str]:
    """Weekly series, eighteen months of rows each."""
    squares = [(town, place) for place, (town, _) in fairs.new_squares().items()]
    numbers = range(world.NEW_FAIRS)  # each is like the one before or after it
    bodies = (fairs.new_fair(n, *squares[n // 2 % len(squares)]) for n in numbers)
    return [f"/v1/fairs\t{body['id']}\t{json.dumps(body)}" for body in bodies]


def _acceptance(order: int) -> str:
    identifier, plan = world.identifier("order", order), world.identifier("plan", order)
    return f'/v1/orders/{identifier}/acceptance\t{identifier}\t{{"plan_id": "{plan}"}}'


def _dates(near: str, first: date, days: int, **filters: str) -> str:
    """From a day on, by the clocks near a region, so many days."""
    until = _said(near, first + timedelta(days=days))
    return f"/v1/occurrences?{urlencode(filters | {'since': _said(near, first), 'until': until})}"


def _said(region: str, day: date) -> str:
    return f"{fairs.midnight(region, day):%Y-%m-%dT%H:%M:%SZ}"


def _month(number: int) -> date:
    """The first day of a month, of which all days have fairs."""
    months = fairs.FIRST.month + number
    return date(fairs.FIRST.year + months // 12, months % 12 + 1, 1)


_ACCEPTED = (
    "allocation",
    "allocation_take",
    "audit_entry",
    "kept_answer",
    "message",
    "outbox_event",
    "reservation",
)
_NEW = "name = 'Feria nueva'"
_ADDED = (f"fair where {_NEW}", f"occurrence where fair_id in (select id from fair where {_NEW})")
CASES = (
    Case("one product", one_product, 0.50),
    Case("page of 50 with sums", page_of_50, 0.60),
    Case("text search", text_search),
    Case("municipality's week", town_week, 0.50),
    Case("next 50 dates", next_50, 0.50),
    Case("region's month", region_month, 0.50),
    Case("month's HTML page", month_page, 0.50),
    Case("feed, unchanged", feed, most_of_product=1.5),
    Case("feed, 304", known_feed, most_of_product=1.5),
    Case("acceptance, 1,000 lots", acceptance_spread, 0.45, writes=_ACCEPTED),
    Case("acceptance, one hot lot", acceptance_hot, 0.45, writes=_ACCEPTED),
    Case("new weekly series", new_fair, most_of_floor=3.0, writes=_ADDED, is_answered=False),
)
