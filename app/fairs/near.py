"""Where and when, as queries say it: boxes in degrees, circles around a point, instants with an offset. Pure."""

import math
from datetime import datetime
from typing import NamedTuple

from app.kernel.errors import Fault, InvalidError

EARTH_KM = 6_371.0088  # mean radius (IUGG)
_KM_PER_DEGREE = math.radians(1) * EARTH_KM


class Point(NamedTuple):
    """Degrees north and east."""

    latitude: float
    longitude: float


def aware(instant: datetime | None, pointer: str) -> datetime | None:
    """An instant with an offset, as it is. Raises InvalidError without one."""
    if instant is not None and instant.tzinfo is None:
        raise InvalidError(Fault(pointer, "timezone_aware"))
    return instant


def box(said: str | None) -> dict[str, int]:
    """West, south, east, north in degrees -> filters in millionths. Raises InvalidError for an empty or impossible box."""
    if said is None:
        return {}
    west, south, east, north = (float(part) for part in said.split(","))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidError(Fault("query/within", "not_a_box"))
    return _millionths(south, north, west, east)


def point(said: str | None) -> Point | None:
    """Latitude, longitude in degrees. Raises InvalidError for a point that is not on earth."""
    if said is None:
        return None
    latitude, longitude = (float(part) for part in said.split(","))
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidError(Fault("query/near", "not_a_point"))
    return Point(latitude, longitude)


def around(point: Point, km: float) -> dict[str, int]:
    """The smallest box around a circle, as filters: an index narrows by it before distances are computed."""
    tall = km / _KM_PER_DEGREE
    wide = tall / max(math.cos(math.radians(min(abs(point.latitude) + tall, 89.9))), 0.001)
    return _millionths(
        point.latitude - tall, point.latitude + tall, point.longitude - wide, point.longitude + wide
    )


def distance_km(one: Point, other: Point) -> float:
    """Along the surface, in kilometres (haversine; the earth as a sphere: within 0.5 %)."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((south - north) / 2) ** 2
    across = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half + math.cos(north) * math.cos(south) * across)))


def _millionths(south: float, north: float, west: float, east: float) -> dict[str, int]:
    sides = {
        "south": max(south, -90),
        "north": min(north, 90),
        "west": max(west, -180),
        "east": min(east, 180),
    }
    return {side: round(degrees * 1_000_000) for side, degrees in sides.items()}
