"""Offering parts to producers: the allocations, what they are taken from, and the messages that must reach them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.service import Take, reserve
from app.kernel import ids
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.schema import table
from app.messages import service as messages
from app.messages.models import MessageKind
from app.orders import sentences
from app.orders.models import AllocationTake
from app.orders.queries.orders import ALLOCATION
from app.orders.rules import AllocationState
from app.people.models import Organisation
from app.places.countries import COUNTRIES, SUBDIVISIONS

TAKE, ORGANISATION = table(AllocationTake), table(Organisation)
HOLDER = "allocation"
LINK_VERSION = 1  # of a part's one-tap link: it lives as long as the part does

_ADD = sa.insert(ALLOCATION)
_ADD_TAKE = sa.insert(TAKE)
_CONTACTS = sa.select(ORGANISATION.c.id, ORGANISATION.c.phone).where(
    ORGANISATION.c.id.in_(given("ids", expanding=True, type_=ORGANISATION.c.id.type))
)


async def phones(db: Database, shares: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    """Producer id -> telephone, for the coordinating organisation's messages."""
    found = await contacts_of(db, sorted({UUID(share["producer"]) for share in shares}))
    return {str(producer): phone for producer, phone in found.items()}


async def contacts_of(db: Database, organisations: Sequence[UUID]) -> dict[UUID, str | None]:
    """Organisation -> telephone."""
    if not organisations:
        return {}
    return {row["id"]: row["phone"] for row in await db.all(_CONTACTS, ids=organisations)}


@dataclass(frozen=True, slots=True)
class Offering:
    """Everything that is written when shares of a plan are offered."""

    order: Row
    lines: list[Row]
    plan_id: UUID
    plan_lines: Sequence[Mapping[str, Any]]
    shares: Sequence[Mapping[str, Any]]
    contacts: Mapping[str, str | None]
    until: datetime


async def offer(tx: Tx, offering: Offering, *, caller: Caller, now: datetime) -> None:
    """Hold the stock of these shares and offer each to its producer. Raises StaleLotError."""
    parts = [(ids.uuid7(), share) for share in offering.shares]
    takes = [_take(part, entry) for part, share in parts for entry in share["takes"]]
    await reserve(tx, takes, holder_kind=HOLDER, now=now)
    lines = {line["number"]: line for line in offering.lines}
    await tx.many(
        _ADD, [_row(offering, lines[share["line"]]["id"], part, share, now) for part, share in parts]
    )
    await tx.many(
        _ADD_TAKE,
        [
            _take_row(part, position, entry)
            for part, share in parts
            for position, entry in enumerate(share["takes"])
        ],
    )
    drafts = [_draft(offering, lines[share["line"]], part, share, now) for part, share in parts]
    await messages.post(tx, drafts, caller=caller, now=now)


def _row(offering: Offering, line_id: UUID, part: UUID, share: Mapping[str, Any], now: datetime) -> Row:
    return {
        "id": part,
        "order_id": offering.order["id"],
        "line_id": line_id,
        "producer_id": UUID(share["producer"]),
        "plan_id": offering.plan_id,
        "state": AllocationState.OFFERED,
        "offered_base": share["quantity_base"],
        "quantity_base": share["quantity_base"],
        "amount_minor": share["amount_minor"],
        "answer_until": offering.until,
        "created_at": now,
        "version": 1,
    }


def _take_row(part: UUID, position: int, entry: Mapping[str, Any]) -> Row:
    return {
        "allocation_id": part,
        "source": entry["source"],
        "position": position,
        "lot_id": UUID(entry["lot_id"]),
        "week_on": _day(entry["week_on"]),
        "quantity_base": entry["quantity_base"],
        "price_minor": entry["price_minor"],
        "seals": entry["seals"],
    }


def zone_of(order: Row) -> str:
    """The clocks by which the order's coordinating organisation lives."""
    if region := SUBDIVISIONS.get(order["coordinator_region"] or ""):
        return region.zone
    country = COUNTRIES.get(order["coordinator_country"] or "")
    return country.zone if country else "UTC"


def _take(allocation: UUID, entry: Mapping[str, Any]) -> Take:
    return Take(
        lot_id=UUID(entry["lot_id"]),
        week_on=_day(entry["week_on"]),
        quantity_base=entry["quantity_base"],
        holder_id=allocation,
        expected_price_minor=entry["price_minor"],
        expected_version=entry["version"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _draft(
    offering: Offering, line: Row, part: UUID, share: Mapping[str, Any], now: datetime
) -> messages.Draft:
    order, until = offering.order, offering.until
    plan_line = next(each for each in offering.plan_lines if each["line"] == share["line"])
    facts = sentences.offer_facts(
        share, plan_line, line, order=order, until=until, zone=zone_of(order), now=now, lang="es"
    )
    return messages.Draft(
        to=UUID(share["producer"]),
        by=order["coordinator_id"],
        kind=MessageKind.OFFER,
        subject=(HOLDER, part),
        topic_id=order["id"],
        phone=offering.contacts.get(share["producer"]),
        text=sentences.offer(facts, "es"),
        short=sentences.offer_short(facts, "es"),
        link_version=LINK_VERSION,
        act_by=until,
        facts={"line": share["line"], "quantity_base": share["quantity_base"]},
    )
