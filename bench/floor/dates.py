"""Dates of fairs, a stored feed, a new series: by hand."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import msgspec

from app.fairs.feeds import ical
from app.fairs.service import feeding
from app.fairs.service.feeding import Form, Reader
from app.kernel import ids, pages
from app.kernel.settings import Settings
from bench import world
from bench.floor.reads import Answer, listing
from bench.floor.statements import Postgres, Sqlite

_decode = msgspec.json.decode
_FEED = (b"content-type", ical.MEDIA.encode())
_OPEN = (b"cache-control", b"public, no-cache")
_EDITION = feeding._address(
    feeding.of_all(), Form.ICS, Reader("es", Settings().public_url, world.START)
).partition("/")[0]


async def page(db: Postgres | Sqlite, key: bytes, query: dict[str, str]) -> Answer:
    """The dates of an organiser, a country or a region after an instant, before another."""
    since = datetime.fromisoformat(query["since"])
    until = datetime.fromisoformat(query["until"]) if "until" in query else None
    organiser, country, region = query.get("organiser"), query.get("country"), query.get("region")
    limit = int(query.get("limit", 50))
    given: dict[str, Any] = {"published": True, "since": db.spelt(since), "limit": limit + 1}
    if until:
        given["until"] = db.spelt(until)
    if organiser:
        text, given["organiser"] = db.dates_of_organiser, db.spelt(UUID(organiser))
    elif region:
        text, given["region"], given["country"] = db.dates_of_region, region, region[:2]
    else:
        text, given["country"] = db.dates_of_country, country
    found = await db.fetch(text, **given)
    items = [_date(db, row) for row in found[:limit]]
    cursor = None
    if len(found) > limit:
        scope = f"occurrences:{since}:{until}:{organiser}:None:None:{country}:{region}:None:None"
        cursor = pages.write_cursor(key, scope, [items[-1]["starts_at"], items[-1]["id"]])
    return listing({"items": items, "next_cursor": cursor})


async def feed(db: Postgres | Sqlite, organiser: str, known: bytes | None) -> Answer:
    """The stored bytes of an organiser's calendar."""
    scope = f"organiser:{organiser}"
    address = f"{_EDITION}/es/{scope}.ics"
    _, changed, etag, body = (await db.fetch(db.copy, address=address, of=scope))[0]
    changed_at: Any = db.instant(changed)
    said = format_datetime(changed_at, usegmt=True).encode()
    tag = etag.encode()
    if known and tag in known:
        return Answer(304, b"", tag, (_OPEN, (b"last-modified", said), (b"vary", b"accept-encoding")))
    return Answer(200, body, tag, (_FEED, _OPEN, (b"last-modified", said), (b"vary", b"accept-encoding")))


async def new_fair(db: Postgres | Sqlite, asked: bytes) -> Answer:
    """Nothing but the rows of a weekly series, made before: what a bulk insert costs."""
    body = _decode(asked)
    identifier, place = UUID(body["id"]), UUID(body["place"])
    town, point = db.squares[place]
    now = db.spelt(datetime.now(UTC))  # noqa: TID251 - as the application's clock
    series = {
        "id": db.spelt(identifier),
        "uid": f"{identifier}@minka",
        "code": f"feria-nueva-{ids.spellable_code(9).lower()}",  # never drawn twice
        "organiser_id": db.spelt(town),
        "place_id": db.spelt(place),
        **point,
        "created_at": now,
        "updated_at": now,
    }
    same = {"fair_id": series["id"], "organiser_id": series["organiser_id"], "updated_at": now}
    async with db.transaction() as tx:
        await tx.run(db.add_fair, **series)
        await tx.each(db.add_dates, [{**same, "id": db.spelt(ids.uuid7())} for _ in db.add_dates])
    return Answer(201, b"{}", b"")


def _date(db: Postgres | Sqlite, row: Any) -> dict[str, Any]:
    (
        identifier,
        fair_id,
        code,
        name,
        kind,
        fair_state,
        organiser_id,
        organiser,
        place,
        country,
        region,
        *more,
    ) = row
    (
        territory,
        latitude,
        longitude,
        zone,
        starts_at,
        ends_at,
        local,
        state,
        reason,
        moved_from,
        demo,
        version,
    ) = more
    return {
        "id": db.uuid(identifier),
        "fair_id": db.uuid(fair_id),
        "fair_code": code,
        "fair_name": name,
        "kind": kind,
        "fair_state": fair_state,
        "organiser_id": db.uuid(organiser_id),
        "organiser_name": organiser,
        "place_name": place,
        "country": country,
        "region": region,
        "territory_code": territory,
        "zone": zone,
        "starts_at": db.instant(starts_at),
        "ends_at": db.instant(ends_at),
        "starts_local": local,
        "state": state,
        "reason": reason,
        "moved_from": moved_from,
        "is_demo": bool(demo),
        "version": version,
        "location": {
            "latitude": latitude / 1_000_000,
            "longitude": longitude / 1_000_000,
            "is_exact": bool(latitude % 10_000 or longitude % 10_000),
        },
    }
