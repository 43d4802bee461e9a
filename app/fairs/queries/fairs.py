"""Fairs as the public and their organisers read them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar import recurrence
from app.fairs import rules
from app.fairs.models import CoOrganiser, Fair, FairWord, Sponsor
from app.fairs.rules import FAIR_MOVES
from app.fairs.states import FairState
from app.kernel import search, wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.schema import nested, table
from app.people.models import Organisation
from app.places.models import Place

FAIR, WORD, SPONSOR, WITH = table(Fair), table(FairWord), table(Sponsor), table(CoOrganiser)
ORGANISER, PLACE = table(Organisation).alias("organiser"), table(Place)
_HELD = table(Fair).alias("held")
_OTHER = table(Organisation).alias("other")
SEEN = (FairState.PUBLISHED, FairState.SUSPENDED, FairState.ENDED)

PLACE_COLUMNS = (
    PLACE.c.name.label("place_name"),
    PLACE.c.address.label("place_address"),
    PLACE.c.reference.label("place_reference"),
    PLACE.c.infrastructure.label("place_infrastructure"),
)
JOINED = FAIR.join(ORGANISER, ORGANISER.c.id == FAIR.c.organiser_id).join(
    PLACE, PLACE.c.id == FAIR.c.place_id
)
_ONE = (
    sa.select(
        FAIR,
        ORGANISER.c.name.label("organiser_name"),
        ORGANISER.c.is_demo.label("organiser_is_demo"),
        *PLACE_COLUMNS,
        nested(
            sa.select(SPONSOR.c.name, SPONSOR.c.gives, SPONSOR.c.conditions, SPONSOR.c.website)
            .where(SPONSOR.c.fair_id == FAIR.c.id)
            .order_by(SPONSOR.c.id)
            .correlate(FAIR),
            "sponsors",
        ),
    )
    .select_from(JOINED)
    .where(FAIR.c.id == given("id"))
)
_WITH = (
    sa.select(
        WITH.c.organisation_id,
        _OTHER.c.name,
        WITH.c.role,
        sa.case((WITH.c.accepted_at.is_(None), "named"), else_="accepted").label("state"),
    )
    .join(_OTHER, _OTHER.c.id == WITH.c.organisation_id)
    .where(WITH.c.fair_id == given("fair"))
    .order_by(_OTHER.c.name_folded, _OTHER.c.id)
)
_ROW = sa.select(FAIR).where(FAIR.c.id == given("id"))
_BY_CODE = sa.select(FAIR.c.id).where(FAIR.c.code == given("code"))
_HOLDERS = (
    sa.select(WITH.c.organisation_id)
    .where(WITH.c.fair_id == given("fair"), WITH.c.accepted_at.is_not(None))
    .order_by(WITH.c.organisation_id)
)
_LIST = Query(
    sa.select(
        FAIR.c.id,
        FAIR.c.code,
        FAIR.c.name,
        FAIR.c.name_folded,
        FAIR.c.kind,
        FAIR.c.state,
        FAIR.c.organiser_id,
        ORGANISER.c.name.label("organiser_name"),
        PLACE.c.name.label("place_name"),
        FAIR.c.country,
        FAIR.c.region,
        FAIR.c.territory_code,
        FAIR.c.starts_minute,
        FAIR.c.duration_minutes,
        FAIR.c.zone,
        FAIR.c.rule,
        FAIR.c.until_on,
        FAIR.c.is_demo,
        FAIR.c.version,
    )
    .select_from(JOINED)
    .order_by(FAIR.c.name_folded, FAIR.c.id)
    .limit(given("limit", type_=sa.Integer)),
    seen=FAIR.c.state.in_(given("seen")),
    own=sa.or_(FAIR.c.state.in_(given("own_seen")), FAIR.c.organiser_id.in_(given("own"))),
    organiser=FAIR.c.organiser_id == given("organiser"),
    kind=FAIR.c.kind == given("kind"),
    state=FAIR.c.state == given("state"),
    country=FAIR.c.country == given("country"),
    region=FAIR.c.region == given("region"),
    territory=FAIR.c.territory_code == given("territory"),
    after_name=sa.tuple_(FAIR.c.name_folded, FAIR.c.id)
    > sa.tuple_(given("after_name", type_=FAIR.c.name_folded.type), given("after_id", type_=FAIR.c.id.type)),
    **search.filters(FAIR.c.id, WORD),
)
_SAME_PLACE = (
    sa.select(FAIR.c.id, FAIR.c.name)
    .where(FAIR.c.place_id == given("place"), FAIR.c.state == FairState.PUBLISHED, FAIR.c.id != given("id"))
    .order_by(FAIR.c.id)
)


async def row(db: Database, fair_id: UUID) -> Row:
    """A fair with every column, for whoever asks. Raises NotFoundError."""
    found = await db.one(_ROW, id=fair_id)
    if found is None:
        raise NotFoundError
    return found


async def id_of(db: Database, code: str) -> UUID:
    """The fair of a page's address. Raises NotFoundError."""
    found: UUID | None = await db.value(_BY_CODE, code=code)
    if found is None:
        raise NotFoundError
    return found


async def visible(db: Database, caller: Caller, fair_id: UUID) -> Row:
    """A fair as stored, for those who may know of it. Raises NotFoundError."""
    found = await row(db, fair_id)
    if found["state"] == FairState.DRAFT and not await holds(db, caller, found, "read"):
        raise NotFoundError
    return found


async def holds(db: Database, caller: Caller, found: Row, capability: str = "publish") -> bool:
    """Whether the caller acts so for the fair's organiser, or for a co-organiser that accepted."""
    if caller.is_admin or caller.may(capability, found["organiser_id"]):
        return True
    if not caller.is_somebody:
        return False
    return any(caller.may(capability, other) for other in await holders(db, found["id"]))


async def holders(db: Database, fair_id: UUID) -> list[UUID]:
    """The co-organisers of a fair that accepted."""
    return [found["organisation_id"] for found in await db.all(_HOLDERS, fair=fair_id)]


def held_by(whose: Callable[[sa.ColumnElement[UUID]], sa.ColumnElement[bool]]) -> sa.ColumnElement[bool]:
    """Fairs whose organiser, or a co-organiser that accepted, is one of those."""
    alone = sa.select(_HELD.c.id).where(whose(_HELD.c.organiser_id))
    together = sa.select(WITH.c.fair_id).where(whose(WITH.c.organisation_id), WITH.c.accepted_at.is_not(None))
    return FAIR.c.id.in_(sa.union_all(alone, together))  # not `or`: each by its own index


async def require(db: Database, caller: Caller, found: Row, capability: str = "publish") -> None:
    """Raises NotFoundError or ForbiddenError for who does not keep the fair."""
    if await holds(db, caller, found, capability):
        return
    is_seen = found["state"] != FairState.DRAFT or await holds(db, caller, found, "read")
    raise ForbiddenError if is_seen else NotFoundError


async def fair(db: Database, caller: Caller, fair_id: UUID, lang: str) -> Row:
    """One fair as this caller reads it. Raises NotFoundError."""
    found = await db.one(_ONE, id=fair_id)
    if found is None:
        raise NotFoundError
    keeps = await holds(db, caller, found)
    if found["state"] == FairState.DRAFT and not (keeps or await holds(db, caller, found, "read")):
        raise NotFoundError
    found["co_organisers"] = await db.all(_WITH, fair=fair_id)
    return shown(found, lang, may_change=keeps)


async def page(
    db: Database,
    caller: Caller,
    *,
    limit: int,
    after: list[Any] | None,
    lang: str,
    q: str | None = None,
    **filters: Any,
) -> list[Row]:
    """Up to limit + 1 fairs by name: published ones, and the caller's own drafts."""
    keyset = {"after_name": after[0], "after_id": UUID(after[1])} if after else {}
    own = sorted(id_ for id_, may in caller.acts.items() if "read" in may)
    seen: dict[str, Any] = (
        {} if caller.is_admin else {"seen": SEEN} if not own else {"own": own, "own_seen": SEEN}
    )
    asked = located(filters) | search.parameters(q)
    found = await db.slow(_LIST, limit=limit + 1, **seen, **asked, **keyset)
    return [_line(line, lang) for line in found]


def located(filters: dict[str, Any]) -> dict[str, Any]:
    """Filters with the country that a region lies in: the indexes on regions begin with it."""
    region = filters.get("region")
    return filters | {"country": filters.get("country") or region[:2]} if region else filters


async def at_place(db: Database, place_id: UUID, besides: UUID) -> list[Row]:
    """The other published fairs of a place."""
    return await db.all(_SAME_PLACE, place=place_id, id=besides)


def shown(found: Row, lang: str, *, may_change: bool) -> Row:
    """The wire form of a fair's row."""
    starts, lasts = found["starts_minute"], found["duration_minutes"]
    rule = recurrence.read(found["rule"])
    fee = found["fee_minor"]
    return {
        **{name: found[name] for name in _AS_STORED},
        "organiser": {
            "id": found["organiser_id"],
            "name": found["organiser_name"],
            "is_demo": found["organiser_is_demo"],
        },
        "place": where(found, found["place_id"]),
        "rule_text": recurrence.sentence(rule, lang),
        "starts": rules.clock(starts),
        "ends": rules.clock(starts + lasts),
        "ends_days_later": (starts + lasts) // 1440,
        "fee": None if fee is None else wire.amount(fee, found["currency"]),
        "warnings": None,
        "actions": _actions(found) if may_change else [],
    }


_AS_STORED = (
    *("id", "code", "uid", "name", "kind", "state", "reason", "description", "contact", "website", "policy"),
    *("rule", "zone", "first_on", "until_on", "is_own_production_first", "co_organisers", "sponsors"),
    *("supersedes_id", "is_demo", "published_at", "updated_at", "version"),
)


def where(found: Row, place_id: UUID) -> Row:
    """A place as a fair or a date shows it; its coordinates are those that may be public."""
    return {
        "id": place_id,
        "name": found["place_name"],
        "address": found["place_address"],
        "reference": found["place_reference"],
        "country": found["country"],
        "region": found["region"],
        "territory_code": found["territory_code"],
        "infrastructure": found["place_infrastructure"],
        "location": location(found),
    }


def location(found: Row) -> Row | None:
    """Degrees from millionths of them."""
    if found["latitude_e6"] is None:
        return None
    latitude, longitude = found["latitude_e6"], found["longitude_e6"]
    is_exact = bool(latitude % 10_000 or longitude % 10_000)
    return {"latitude": latitude / 1_000_000, "longitude": longitude / 1_000_000, "is_exact": is_exact}


def last_day(found: Row, today: date) -> date:
    """Up to which day its dates should be rows."""
    return rules.roll_to(today, found["until_on"])


def _line(found: Row, lang: str) -> Row:
    starts = found.pop("starts_minute")
    found["starts"] = rules.clock(starts)
    found["ends"] = rules.clock(starts + found.pop("duration_minutes"))
    found["rule_text"] = recurrence.sentence(recurrence.read(found.pop("rule")), lang)
    return found


_ACTS = {
    (FairState.DRAFT, FairState.PUBLISHED): "publication",
    (FairState.SUSPENDED, FairState.PUBLISHED): "resumption",
    (FairState.PUBLISHED, FairState.SUSPENDED): "suspension",
    (FairState.PUBLISHED, FairState.ENDED): "ending",
    (FairState.SUSPENDED, FairState.ENDED): "ending",
}


def _actions(found: Row) -> list[str]:
    """What whoever keeps the fair may do to it now: the names of sub-resources."""
    state = FairState(found["state"])
    if state is FairState.ENDED:
        return []
    moves = [_ACTS[state, to] for to in sorted(FAIR_MOVES[state])]
    more = ["successor"] if state is FairState.PUBLISHED else []
    return ["update", "layout", "occurrences", "sponsors", "co_organisers", *moves, *more]
