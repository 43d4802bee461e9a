"""A fair from its draft to its end: who keeps it may change it, people learn of every change."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar import recurrence
from app.calendar.wire import read_rule
from app.fairs import rules
from app.fairs.errors import PublishedFairError
from app.fairs.queries import fairs as queries
from app.fairs.queries.fairs import FAIR, SPONSOR, WORD
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.schemas.fairs import FairCreate, FairUpdate, SponsorsPut, Suspension
from app.fairs.service import dates, layouts, passing, reading, stamps, warnings
from app.fairs.service.keeping import kept
from app.fairs.states import FairState
from app.kernel import ids, journal, search, wire
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Row, Tx
from app.kernel.errors import StaleError, StaleVersionError
from app.kernel.states import WrongStateError
from app.kernel.text import clean, clean_line, fold, slug
from app.people import access
from app.people.queries import organisations

ADD = sa.insert(FAIR)
_CHANGED = (
    *("kind", "name", "name_folded", "description", "contact", "website", "policy", "fee_minor", "currency"),
    *("is_own_production_first", "place_id", "rule", "zone", "starts_minute", "duration_minutes", "first_on"),
    *("until_on", "rolled_until", "country", "region", "territory_code", "latitude_e6", "longitude_e6"),
)
_CHANGE = (
    sa.update(FAIR)
    .where(FAIR.c.id == given("fair"), FAIR.c.version == given("expected"))
    .values(
        {name: given(name) for name in _CHANGED}
        | {"updated_at": given("now"), "sequence": FAIR.c.sequence + 1, "version": FAIR.c.version + 1}
    )
)
_MOVE = (
    sa.update(FAIR)
    .where(FAIR.c.id == given("fair"), FAIR.c.state == given("was"))
    .values(
        state=given("to"),
        reason=given("why"),
        published_at=sa.func.coalesce(
            FAIR.c.published_at, given("published", type_=FAIR.c.published_at.type)
        ),
        updated_at=given("now"),
        sequence=FAIR.c.sequence + 1,
        version=FAIR.c.version + 1,
    )
)
_SHOW_DATES = (
    sa.update(OCCURRENCE).where(OCCURRENCE.c.fair_id == given("fair")).values(is_published=given("shown"))
)
_FORGET_SPONSORS = sa.delete(SPONSOR).where(SPONSOR.c.fair_id == given("fair"))
_ADD_SPONSOR = sa.insert(SPONSOR)
_BUMP = (
    sa.update(FAIR)
    .where(FAIR.c.id == given("fair"), FAIR.c.version == given("expected"))
    .values(updated_at=given("now"), version=FAIR.c.version + 1)
)
_TIMES = ("place", "rule", "starts", "ends", "ends_days_later", "first_on", "until_on")


async def create(tx: Tx, *, caller: Caller, fair: FairCreate, now: datetime, lang: str) -> Row:
    """As `add`; returns the fair, with what its organiser should look at."""
    identifier = await add(tx, caller=caller, fair=fair, now=now)
    return await _answer(tx, caller, identifier, lang, now)


async def add(tx: Tx, *, caller: Caller, fair: FairCreate, now: datetime, source: str | None = None) -> UUID:
    """Add a fair as a draft, its dates as rows. Raises NotFoundError, ForbiddenError, InvalidError, NoDatesError."""
    organiser = await organisations.row(tx, fair.organiser)
    access.require(caller, "publish", fair.organiser)
    identifier, name = wire.read_id(fair.id, now), clean_line(fair.name)
    where = await reading.place_of(tx, fair.place, "#/place")
    zone = reading.zone_of(fair.zone, where)
    today = local_date(now, zone)
    first_on = fair.first_on or today
    reading.check_days(first_on, fair.until_on)
    row = {
        **where,
        "id": identifier,
        "uid": f"{identifier}@minka",
        "code": f"{slug(name, 60) or 'feria'}-{ids.spellable_code(5).lower()}",
        "organiser_id": fair.organiser,
        "kind": fair.kind,
        "state": FairState.DRAFT,
        "name": name,
        "name_folded": fold(name)[:120],
        "description": clean(fair.description),
        "contact": clean_line(fair.contact),
        "website": fair.website,
        "policy": clean(fair.policy),
        "zone": zone,
        "rule": recurrence.wire(read_rule(fair.rule, "#/rule", anchor=first_on)),
        "starts_minute": rules.clock_minutes(fair.starts),
        "duration_minutes": reading.lasting(fair.starts, fair.ends, fair.ends_days_later),
        "first_on": first_on,
        "until_on": fair.until_on,
        "rolled_until": max(rules.roll_to(max(today, first_on), fair.until_on), first_on),
        **reading.fee_of(fair),
        "is_own_production_first": fair.is_own_production_first,
        "is_demo": organiser["is_demo"],
        "source": source,
        "created_at": now,
        "updated_at": now,
    }
    await tx.run(ADD, **row)
    await dates.fill_first(tx, row, now=now)
    await _index(tx, row)
    if fair.stalls:
        await layouts.add_numbered(tx, identifier, fair.stalls, now=now)
    await journal.record(tx, caller, now, "fair.created", ("fair", identifier), organiser=str(fair.organiser))
    return identifier


async def update(
    tx: Tx, fair_id: UUID, *, caller: Caller, change: FairUpdate, expected: int, now: datetime, lang: str
) -> Row:
    """Change a fair; of a published one not its times.

    Raises NotFoundError, ForbiddenError, StaleVersionError, InvalidError, PublishedFairError, NoDatesError.
    """
    found = await kept(tx, caller, fair_id)
    asked = change.model_fields_set
    is_draft = found["state"] == FairState.DRAFT
    if not is_draft and any(name in asked for name in _TIMES):
        raise PublishedFairError
    values = {name: found[name] for name in _CHANGED} | _words(change, found)
    if "fee" in asked:
        values |= reading.fee_of(change)
    if is_draft:
        values |= await _times(tx, change, found, now)
    if not await tx.run(_CHANGE, fair=fair_id, expected=expected, now=now, **values):
        raise StaleVersionError
    if is_draft and any(name in asked for name in _TIMES):
        await dates.make_anew(tx, found | values, now=now)
    await _index(tx, found | values)
    await _touch(tx, found, now)
    await journal.record(tx, caller, now, "fair.changed", ("fair", fair_id), fields=sorted(asked))
    return await _answer(tx, caller, fair_id, lang, now)


async def publish(tx: Tx, fair_id: UUID, *, caller: Caller, now: datetime, lang: str) -> Row:
    """Show a draft to everybody. Raises NotFoundError, ForbiddenError, WrongStateError."""
    found = await kept(tx, caller, fair_id)
    await move(tx, found, FairState.PUBLISHED, caller=caller, now=now)
    await tx.run(_SHOW_DATES, fair=fair_id, shown=True)
    return await _answer(tx, caller, fair_id, lang, now)


async def suspend(
    tx: Tx, fair_id: UUID, *, caller: Caller, suspension: Suspension, now: datetime, lang: str
) -> Row:
    """Pause a fair: its dates stay, marked. Raises NotFoundError, ForbiddenError, WrongStateError."""
    found = await kept(tx, caller, fair_id)
    await move(tx, found, FairState.SUSPENDED, caller=caller, now=now, why=clean(suspension.reason))
    return await _answer(tx, caller, fair_id, lang, now)


async def resume(tx: Tx, fair_id: UUID, *, caller: Caller, now: datetime, lang: str) -> Row:
    """Go on with a suspended fair. Raises NotFoundError, ForbiddenError, WrongStateError."""
    found = await kept(tx, caller, fair_id)
    if found["state"] == FairState.DRAFT:  # a draft is published, not resumed
        raise WrongStateError(FairState.DRAFT, rules.FAIR_MOVES[FairState.DRAFT])
    await move(tx, found, FairState.PUBLISHED, caller=caller, now=now)
    await passing.look_again(tx, fair=fair_id, caller=caller, now=now)
    return await _answer(tx, caller, fair_id, lang, now)


async def move(tx: Tx, found: Row, to: FairState, *, caller: Caller, now: datetime, why: str = "") -> None:
    """Bring a fair into another state, once. Raises WrongStateError, StaleError when it moved meanwhile."""
    was = FairState(found["state"])
    rules.check_move(rules.FAIR_MOVES, was, to)
    published = now if to is FairState.PUBLISHED else None
    if not await tx.run(_MOVE, fair=found["id"], was=was, to=to, why=why, published=published, now=now):
        raise StaleError
    await _touch(tx, found, now)
    await journal.record(tx, caller, now, f"fair.{to}", ("fair", found["id"]), was=was)


async def put_sponsors(
    tx: Tx, fair_id: UUID, *, caller: Caller, sponsors: SponsorsPut, expected: int, now: datetime, lang: str
) -> Row:
    """Replace a fair's sponsors. Raises NotFoundError, ForbiddenError, StaleVersionError."""
    found = await kept(tx, caller, fair_id)
    if not await tx.run(_BUMP, fair=fair_id, expected=expected, now=now):
        raise StaleVersionError
    await tx.run(_FORGET_SPONSORS, fair=fair_id)
    await tx.many(
        _ADD_SPONSOR,
        [
            {
                "id": ids.uuid7(),
                "fair_id": fair_id,
                "name": clean_line(sponsor.name),
                "gives": clean(sponsor.gives),
                "conditions": clean(sponsor.conditions),
                "website": sponsor.website,
            }
            for sponsor in sponsors.items
        ],
    )
    await _touch(tx, found, now)
    await journal.record(tx, caller, now, "fair.sponsored", ("fair", fair_id), count=len(sponsors.items))
    return await _answer(tx, caller, fair_id, lang, now)


def _words(change: FairUpdate, found: Row) -> dict[str, Any]:
    asked = change.model_dump(
        include={"kind", "name", "description", "contact", "policy", "is_own_production_first"},
        exclude_none=True,
        exclude_unset=True,
    )
    for text in ("name", "contact"):
        if text in asked:
            asked[text] = clean_line(asked[text])
    for text in ("description", "policy"):
        if text in asked:
            asked[text] = clean(asked[text])
    if "website" in change.model_fields_set:
        asked["website"] = change.website
    return asked | {"name_folded": fold(str(asked.get("name", found["name"])))[:120]}


async def _times(tx: Tx, change: FairUpdate, found: Row, now: datetime) -> dict[str, Any]:
    """When and where a draft takes place, with what is asked for."""
    where = await reading.place_of(tx, change.place, "#/place") if change.place else {}
    zone = reading.zone_of(None, where) if where else found["zone"]
    first_on = change.first_on or found["first_on"]
    until_on = change.until_on if "until_on" in change.model_fields_set else found["until_on"]
    reading.check_days(first_on, until_on)
    rule = (
        recurrence.wire(read_rule(change.rule, "#/rule", anchor=first_on)) if change.rule else found["rule"]
    )
    return {
        **where,
        **reading.hours(change, found),
        "zone": zone,
        "rule": rule,
        "first_on": first_on,
        "until_on": until_on,
        "rolled_until": max(rules.roll_to(max(local_date(now, zone), first_on), until_on), first_on),
    }


async def _index(tx: Tx, fair: Row) -> None:
    await search.index(tx, WORD, fair["id"], fair["name"], fair["description"])


async def _touch(tx: Tx, fair: Row, now: datetime) -> None:
    await stamps.touch(tx, fair_id=fair["id"], organiser_id=fair["organiser_id"], now=now)


async def _answer(tx: Tx, caller: Caller, fair_id: UUID, lang: str, now: datetime) -> Row:
    shown = await queries.fair(tx, caller, fair_id, lang)
    shown["warnings"] = await warnings.of_fair(tx, fair_id, lang, now)
    return shown
