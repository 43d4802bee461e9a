"""Changes of places: their owner's people keep them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, StaleVersionError
from app.kernel.text import clean_line, fold
from app.people import access, contacts
from app.people.queries import organisations
from app.places import countries, queries, territories
from app.places.queries import PLACE
from app.places.schemas import PlaceCreate, PlaceUpdate

_CHANGED = (
    *("kind", "name", "name_folded", "region", "territory_code", "address", "reference", "infrastructure"),
    *("latitude_e6", "longitude_e6", "location_consent_at", "contact_name", "contact_phone", "is_open"),
)
_ADD = sa.insert(PLACE)
_CHANGE = (
    sa.update(PLACE)
    .where(PLACE.c.id == given("place"), PLACE.c.version == given("expected"))
    .values({name: given(name) for name in _CHANGED} | {"version": PLACE.c.version + 1})
)
_NEEDED = ("name", "kind", "address", "reference", "infrastructure", "is_open")


async def create(tx: Tx, *, caller: Caller, place: PlaceCreate, now: datetime) -> Row:
    """Add a place. Raises NotFoundError (the owner), ForbiddenError, InvalidError."""
    owner = await organisations.row(tx, place.owner)
    access.require(caller, "profile", place.owner)
    identifier = wire.read_id(place.id, now)
    asked = place.model_dump(exclude={"id", "owner", "country", "location_is_public"})
    values = await _read(tx, asked, place.country)
    values["location_consent_at"] = now if place.location_is_public and place.location else None
    await tx.run(
        _ADD,
        **values,
        id=identifier,
        owner_id=place.owner,
        country=place.country,
        is_demo=owner["is_demo"],
        created_at=now,
    )
    await journal.record(tx, caller, now, "place.created", ("place", identifier), owner=str(place.owner))
    return await queries.place(tx, caller, identifier)


async def update(
    tx: Tx, place_id: UUID, *, caller: Caller, change: PlaceUpdate, expected: int, now: datetime
) -> Row:
    """Change a place. Raises NotFoundError, ForbiddenError, StaleVersionError, InvalidError."""
    found = await queries.row(tx, place_id)
    access.require(caller, "profile", found["owner_id"])
    asked = change.model_dump(exclude_unset=True, exclude={"location_is_public"})
    for needed in _NEEDED:
        if needed in asked and asked[needed] is None:
            raise InvalidError(Fault(f"#/{needed}", "missing"))
    values = {name: found[name] for name in _CHANGED} | await _read(tx, asked, found["country"])
    values["location_consent_at"] = _consent(found, values, change, now)
    if not await tx.run(_CHANGE, place=place_id, expected=expected, **values):
        raise StaleVersionError
    fields = sorted(change.model_fields_set)
    await journal.record(tx, caller, now, "place.changed", ("place", place_id), fields=fields)
    return await queries.place(tx, caller, place_id)


async def _read(tx: Tx, asked: dict[str, Any], country: str) -> dict[str, Any]:
    """The given fields as they are stored. Raises InvalidError."""
    if country not in countries.COUNTRIES:
        raise InvalidError(Fault("#/country", "unknown_country"))
    for line in ("name", "address", "reference", "contact_name"):
        if asked.get(line):
            asked[line] = clean_line(asked[line])
    if asked.get("infrastructure"):
        asked["infrastructure"] = sorted(set(asked["infrastructure"]))
    if asked.get("name"):
        asked["name_folded"] = fold(asked["name"])[:120]
    if asked.get("contact_phone"):
        asked["contact_phone"] = contacts.phone(asked["contact_phone"], "#/contact_phone", country=country)
    if "location" in asked:
        location = asked.pop("location")
        for part in ("latitude", "longitude"):
            asked[f"{part}_e6"] = None if location is None else round(location[part] * 1_000_000)
    await _read_region(tx, asked, country)
    return asked


async def _read_region(tx: Tx, asked: dict[str, Any], country: str) -> None:
    """A territory gives its region; without one, the region is what is said."""
    for pointer in ("region", "territory_code"):
        if asked.get(pointer) and not asked[pointer].startswith(f"{country}-"):
            raise InvalidError(Fault(f"#/{pointer}", "of_another_country"))
    if asked.get("territory_code"):
        region = await territories.region_of(tx, asked["territory_code"])
        if region is None:
            raise InvalidError(Fault("#/territory_code", "unknown_territory"))
        asked["region"] = region
    elif asked.get("region") and not countries.is_region(asked["region"]):
        raise InvalidError(Fault("#/region", "unknown_region"))


def _consent(found: Row, values: dict[str, Any], change: PlaceUpdate, now: datetime) -> datetime | None:
    """When the owner agreed to show the present location exactly. A new one needs a new consent."""
    if change.location_is_public is not None:
        return now if change.location_is_public and values["latitude_e6"] is not None else None
    same = all(values[part] == found[part] for part in ("latitude_e6", "longitude_e6"))
    kept: datetime | None = found["location_consent_at"] if same else None
    return kept
