"""Reads of places. Where one is, is public to about a kilometre; whom to call there, its owner's people read."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.places import rules
from app.places.models import Place, PlaceKind

PLACE = table(Place)
_PUBLIC = (
    *("id", "owner_id", "kind", "name", "country", "region", "territory_code", "address", "reference"),
    *("infrastructure", "location", "is_open", "is_demo", "version"),
)
_OWN = (*_PUBLIC, "contact_name", "contact_phone", "location_consent_at", "created_at")
_ONE = sa.select(PLACE).where(PLACE.c.id == given("id"))
_LIST = Query(
    sa.select(PLACE).order_by(PLACE.c.name_folded, PLACE.c.id).limit(given("limit", type_=sa.Integer)),
    owner=PLACE.c.owner_id == given("owner"),
    kind=PLACE.c.kind == given("kind"),
    country=PLACE.c.country == given("country"),
    region=PLACE.c.region == given("region"),
    after_name=sa.tuple_(PLACE.c.name_folded, PLACE.c.id)
    > sa.tuple_(
        given("after_name", type_=PLACE.c.name_folded.type), given("after_id", type_=PLACE.c.id.type)
    ),
)


async def row(db: Database, place_id: UUID) -> Row:
    """A place with every column. Raises NotFoundError."""
    found = await db.one(_ONE, id=place_id)
    if found is None:
        raise NotFoundError
    return found


async def place(db: Database, caller: Caller, place_id: UUID) -> Row:
    """What this caller may read of a place. Raises NotFoundError."""
    return shown(await row(db, place_id), caller)


async def page(
    db: Database,
    *,
    limit: int,
    after: list[Any] | None,
    owner: UUID | None,
    kind: PlaceKind | None,
    country: str | None,
    region: str | None,
) -> list[Row]:
    """Up to limit + 1 places by name, as the public reads them."""
    keyset = {"after_name": after[0], "after_id": UUID(after[1])} if after else {}
    found = await db.all(
        _LIST, limit=limit + 1, owner=owner, kind=kind, country=country, region=region, **keyset
    )
    return [_as_public(line) | {"name_folded": line["name_folded"]} for line in found]


def is_own(caller: Caller, found: Row) -> bool:
    """Whether the caller reads what is private to the place's owner."""
    return caller.is_admin or caller.may("read", found["owner_id"])


def shown(found: Row, caller: Caller) -> Row:
    """The wire form of a place for this caller."""
    if not is_own(caller, found):
        return _as_public(found)
    found["location"] = _location(found, exact=True)
    may_change = caller.is_admin or caller.may("profile", found["owner_id"])
    return {name: found[name] for name in _OWN} | {"actions": ["update"] if may_change else []}


def _as_public(found: Row) -> Row:
    found["location"] = _location(found, exact=found["location_consent_at"] is not None)
    return {name: found[name] for name in _PUBLIC}


def _location(found: Row, *, exact: bool) -> Row | None:
    if found["latitude_e6"] is None:
        return None
    return {
        "latitude": rules.public_coordinate(found["latitude_e6"], is_consented=exact),
        "longitude": rules.public_coordinate(found["longitude_e6"], is_consented=exact),
        "is_exact": exact,
    }
