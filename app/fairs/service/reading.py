"""What somebody says about a fair's place, hours, days and fee, as it is stored; refused with what would be right."""

from datetime import date
from typing import Any
from uuid import UUID

from app.calendar import recurrence
from app.calendar.recurrence import UnknownZoneError
from app.fairs import rules
from app.fairs.schemas.fairs import FairCreate, FairUpdate
from app.kernel import wire
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError
from app.places import queries as places
from app.places import rules as place_rules
from app.places.countries import COUNTRIES, SUBDIVISIONS


async def place_of(tx: Tx, place_id: UUID, pointer: str) -> dict[str, Any]:
    """What a fair copies of its place: which, in which territory, and the coordinates that may be public."""
    try:
        place = await places.row(tx, place_id)
    except NotFoundError as error:
        raise InvalidError(Fault(pointer, "unknown_place")) from error
    exact = place["location_consent_at"] is not None
    at = {}
    for part in ("latitude_e6", "longitude_e6"):
        degrees = place[part]
        public = None if degrees is None else place_rules.public_coordinate(degrees, is_consented=exact)
        at[part] = None if public is None else round(public * 1_000_000)
    return {
        "place_id": place_id,
        "country": place["country"],
        "region": place["region"],
        "territory_code": place["territory_code"],
        **at,
    }


def zone_of(named: str | None, where: dict[str, Any]) -> str:
    """The zone that was named, else the place's. Raises InvalidError for one that nobody knows."""
    if named is None:
        region, country = SUBDIVISIONS.get(where["region"] or ""), COUNTRIES.get(where["country"])
        named = region.zone if region else country.zone if country else "UTC"
    try:
        recurrence.zone(named)
    except UnknownZoneError as error:
        raise InvalidError(Fault("#/zone", "unknown_zone")) from error
    return named


def lasting(starts: str, ends: str, days_later: int) -> int:
    """How many minutes from start to end. Raises InvalidError when the end does not come after the start."""
    minutes = rules.duration(starts, ends, days_later)
    if minutes <= 0:
        raise InvalidError(Fault("#/ends", "ends_before_start"))
    if minutes < rules.SHORTEST:
        raise InvalidError(Fault("#/ends", "lasts_too_short", minutes=rules.SHORTEST))
    return minutes


def check_days(first_on: date, until_on: date | None) -> None:
    """Raises InvalidError when a fair ends before it begins, or lies beyond what a calendar knows."""
    if until_on is not None and until_on < first_on:
        raise InvalidError(Fault("#/until_on", "last_day_before_first"))
    for pointer, day in (("#/first_on", first_on), ("#/until_on", until_on)):
        if day is not None and not rules.EARLIEST <= day <= rules.LATEST:
            raise InvalidError(Fault(pointer, "day_out_of_range"))


def fee_of(asked: FairCreate | FairUpdate) -> dict[str, Any]:
    """The fee as it is stored. Raises InvalidError."""
    if asked.fee is None:
        return {"fee_minor": None, "currency": None}
    minor = wire.read_money(asked.fee, "#/fee")
    if minor < 0:
        raise InvalidError(Fault("#/fee/amount", "negative"))
    return {"fee_minor": minor, "currency": asked.fee.currency}


def hours(change: Any, found: Row) -> dict[str, int]:
    """Start and duration with what is asked for; what is absent stays. Raises InvalidError."""
    was, lasted = found["starts_minute"], found["duration_minutes"]
    if change.starts is None and change.ends is None and change.ends_days_later is None:
        return {"starts_minute": was, "duration_minutes": lasted}
    starts = change.starts or rules.clock(was)
    ends = change.ends or rules.clock(was + lasted)
    later = change.ends_days_later
    if later is None:
        later = 0 if change.ends else (was + lasted) // 1440
    return {"starts_minute": rules.clock_minutes(starts), "duration_minutes": lasting(starts, ends, later)}
