"""The weekly fairs that the bench lists: 5,000 of 250 municipalities, their dates of eighteen months, what feeds show.

They begin in the week after next: nobody opens or closes a date while the bench runs, and a new one finds its neighbours.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from app.calendar import recurrence
from app.calendar.recurrence import Day, Weekly
from app.fairs import rules
from app.fairs.models import Fair, FeedStamp, Occurrence
from app.fairs.service import dates, stamps
from app.fairs.states import FairKind, FairState
from app.kernel.text import fold
from app.people.models import Organisation, OrganisationKind
from app.places.countries import SUBDIVISIONS
from app.places.models import Place, PlaceKind
from bench import world

FAIRS_PER_PLACE = 2
_TODAY = datetime.now(UTC).date()  # noqa: TID251 - as the application's clock
FIRST = _TODAY + timedelta(days=14 - _TODAY.weekday())  # a Monday
WEEKS = rules.AHEAD.days // 7 + 1
NEW_ON = FIRST + timedelta(days=5)  # a Saturday
_DAYS: tuple[Day, ...] = (*Day, Day.SAT, Day.SUN, Day.SUN)  # more at the weekend
_STARTS, _LASTS = range(6 * 60, 12 * 60, 60), 360


def everything() -> list[world.Rows]:
    """Municipalities, squares, fairs, their dates, and the stamps of their feeds."""
    return [
        world.Rows(Organisation, towns(), _towns),
        world.Rows(Place, world.FAIRS // FAIRS_PER_PLACE, _places),
        world.Rows(Fair, world.FAIRS, _fairs),
        world.Rows(Occurrence, world.FAIRS * WEEKS, _dates),
        world.Rows(FeedStamp, world.FAIRS + towns() + 1, _stamps),
    ]


def towns() -> int:
    """How many municipalities hold them."""
    return world.FAIRS // world.FAIRS_PER_TOWN


def town_id(town: int) -> UUID:
    """A municipality's identifier."""
    return world.identifier("town", town)


def region_of(town: int) -> str:
    """Municipalities take turns in the regions."""
    return world.REGIONS[town % len(world.REGIONS)]


def midnight(region: str, day: date) -> datetime:
    """When a day begins in a region, in UTC."""
    zone = recurrence.zone(_zone(region))
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def new_fair(number: int, organiser: UUID, place: UUID) -> world.Row:
    """A body for POST /v1/fairs: Saturdays, a draft that no list shows."""
    return {
        "id": str(world.identifier("new fair", number)),
        "organiser": str(organiser),
        "place": str(place),
        "name": "Feria nueva",
        "rule": {"kind": "weekly", "days": ["sat"]},
        "starts": "08:00",
        "ends": "14:00",
        "first_on": NEW_ON.isoformat(),
    }


def new_squares() -> dict[UUID, tuple[UUID, dict[str, int]]]:
    """The squares of one region, at which new ones are held: whose they are, and where."""
    squares = range(world.FAIRS // FAIRS_PER_PLACE)
    towns_of = {square: _town_of(square * FAIRS_PER_PLACE) for square in squares}
    return {
        world.identifier("place", square): (town_id(town), _point(square))
        for square, town in towns_of.items()
        if region_of(town) == world.REGIONS[0]
    }


def new_rows() -> tuple[world.Row, list[world.Row]]:
    """What is the same in all that is stored of one: the series, and its dates."""
    found = _fair(UUID(int=0), 0, Day.SAT, 8 * 60) | {
        "state": FairState.DRAFT,
        "name": "Feria nueva",
        "name_folded": "feria nueva",
        **dict.fromkeys(("description", "contact", "policy"), ""),
        **dict.fromkeys(("website", "until_on", "fee_minor", "currency", "source")),
        "is_own_production_first": True,
        "is_demo": False,
    }
    own = {"id", "fair_id", "organiser_id", "updated_at"}
    dates = [{name: row[name] for name in row.keys() - own} for row in _dates_of(found)]
    for name in ("id", "uid", "code", "created_at", "updated_at", "published_at"):
        del found[name]
    for name in ("organiser_id", "place_id", *_point(0)):
        del found[name]
    return found, dates


def _towns() -> Iterator[world.Row]:
    for town in range(towns()):
        yield world.organisation(
            "town", town, OrganisationKind.MUNICIPALITY, f"Municipalidad {town:03d}", region_of(town)
        )


def _places() -> Iterator[world.Row]:
    for place in range(world.FAIRS // FAIRS_PER_PLACE):
        town = _town_of(place * FAIRS_PER_PLACE)
        name = f"Plaza {place}"
        yield {
            "id": world.identifier("place", place),
            "owner_id": town_id(town),
            "kind": PlaceKind.VENUE,
            "name": name,
            "name_folded": fold(name),
            "country": region_of(town)[:2],
            "region": region_of(town),
            "infrastructure": ["power", "water"],
            "address": f"Jirón Comercio {100 + place}",
            **_point(place),
            "location_consent_at": world.START,
            "created_at": world.START,
        }


def _fairs() -> Iterator[world.Row]:
    for number, name in zip(range(world.FAIRS), world.names(), strict=False):
        starts_minute = _STARTS[world.chance(number + 3, len(_STARTS))]
        row = _fair(world.identifier("fair", number), number, _day_of(number), starts_minute)
        called = f"Feria de {world.product_name(*name)}"
        yield row | {"name": called, "name_folded": fold(called)}


def _fair(identifier: UUID, number: int, day: Day, starts_minute: int) -> world.Row:
    region, place = region_of(_town_of(number)), number // FAIRS_PER_PLACE
    first_on = FIRST + timedelta(days=list(Day).index(day))
    return {
        "id": identifier,
        "uid": f"{identifier}@minka",
        "code": f"feria-{number:05d}",
        "organiser_id": town_id(_town_of(number)),
        "place_id": world.identifier("place", place),
        "kind": FairKind.WEEKLY,
        "state": FairState.PUBLISHED,
        "zone": _zone(region),
        "rule": recurrence.wire(Weekly(days=(day,))),
        "starts_minute": starts_minute,
        "duration_minutes": _LASTS,
        "first_on": first_on,
        "rolled_until": first_on + rules.AHEAD,
        "country": region[:2],
        "region": region,
        "territory_code": None,
        **_point(place),
        "created_at": world.START,
        "updated_at": world.START,
        "published_at": world.START,
    }


def _dates() -> Iterator[world.Row]:
    number = 0
    for fair in _fairs():
        for row in _dates_of(fair):
            yield row | {"id": world.identifier("date", number)}
            number += 1


def _dates_of(fair: world.Row) -> Iterator[world.Row]:
    same = {
        "fair_id": fair["id"],
        "organiser_id": fair["organiser_id"],
        "country": fair["country"],
        "region": fair["region"],
        "is_extra": False,
        "is_published": fair["state"] != FairState.DRAFT,
        "updated_at": world.START,
    }
    for key, starts_at, ends_at in _moments(fair["first_on"], fair["starts_minute"], fair["zone"]):
        yield same | {"recurrence_key": key, "starts_local": key, "starts_at": starts_at, "ends_at": ends_at}


@cache
def _moments(first_on: date, minute: int, zone: str) -> list[tuple[str, datetime, datetime]]:
    """Key, start and end of every date of a weekly fair: there are few different ones."""
    days = [first_on + timedelta(weeks=week) for week in range(WEEKS)]
    starts = [(day, recurrence.instant(day, minute, zone)) for day in days]
    return [(recurrence.key(day, minute), at, dates.end_of(at, _LASTS, zone)) for day, at in starts]


def _stamps() -> Iterator[world.Row]:
    scopes = [stamps.ALL, *(stamps.of_organiser(town_id(town)) for town in range(towns()))]
    scopes += [stamps.of_fair(world.identifier("fair", number)) for number in range(world.FAIRS)]
    for scope in scopes:
        yield {"scope": scope, "changed_at": world.START}


def _town_of(fair: int) -> int:
    return fair // world.FAIRS_PER_TOWN


def _day_of(fair: int) -> Day:
    return _DAYS[world.chance(fair, len(_DAYS))]


def _zone(region: str) -> str:
    return SUBDIVISIONS[region].zone


def _point(place: int) -> dict[str, int]:
    return {
        "latitude_e6": -14_000_000 - world.chance(place, 4_000_000),
        "longitude_e6": -71_000_000 - world.chance(place + 1, 4_000_000),
    }
