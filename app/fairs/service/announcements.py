"""A group, or its network for it, says what it brings to a date, so that visitors find it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.errors import NotAtThisDateError
from app.fairs.queries import allocations, fairs, occurrences
from app.fairs.queries import announcements as queries
from app.fairs.queries.announcements import ANNOUNCEMENT
from app.fairs.schemas.announcements import AnnouncementsPut
from app.fairs.service.keeping import coming
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError
from app.kernel.text import clean_line
from app.people import access
from app.people.models import OrganisationKind as Kind
from app.people.queries import organisations
from app.products import queries as products

_PRODUCE = (Kind.PRODUCER_GROUP, Kind.COOPERATIVE, Kind.NETWORK, Kind.UNION)
_ADD = sa.insert(ANNOUNCEMENT)
_FORGET = sa.delete(ANNOUNCEMENT).where(
    ANNOUNCEMENT.c.occurrence_id == given("date"), ANNOUNCEMENT.c.organisation_id == given("organisation")
)


async def put(
    tx: Tx, date_id: UUID, organisation_id: UUID, *, caller: Caller, said: AnnouncementsPut, now: datetime
) -> Row:
    """Replace what a group brings to a date.

    Raises NotFoundError, ForbiddenError, OccurrenceOverError, NotAtThisDateError,
    InvalidError.
    """
    group = await organisations.row(tx, organisation_id)
    date = await coming(tx, date_id, now)
    access.require(caller, "answer", organisation_id)
    await _check_part(tx, date, group)
    await _check(tx, said)
    await tx.run(_FORGET, date=date_id, organisation=organisation_id)
    await tx.many(
        _ADD,
        [
            {
                "id": ids.uuid7(),
                "occurrence_id": date_id,
                "organisation_id": organisation_id,
                "product_id": item.product,
                "note": clean_line(item.note),
                "is_own_production": item.is_own_production,
                "created_at": now,
            }
            for item in said.items
        ],
    )
    facts = {"organisation": str(organisation_id), "products": [str(item.product) for item in said.items]}
    await journal.record(tx, caller, now, "occurrence.announced", ("occurrence", date_id), **facts)
    return await queries.of_group(tx, date_id, organisation_id)


async def remove(tx: Tx, date_id: UUID, organisation_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Take back what a group brings; the fair's keepers may, too. Raises NotFoundError, ForbiddenError."""
    date = await occurrences.row(tx, date_id)
    fair = await fairs.visible(tx, caller, date["fair_id"])
    if not caller.may("answer", organisation_id):
        await fairs.require(tx, caller, fair)
    if not await tx.run(_FORGET, date=date_id, organisation=organisation_id):
        raise NotFoundError
    facts = {"organisation": str(organisation_id)}
    await journal.record(tx, caller, now, "occurrence.unannounced", ("occurrence", date_id), **facts)


async def _check_part(tx: Tx, date: Row, group: Row) -> None:
    """Raises NotAtThisDateError for who does not take part; where no call says who does, for whoever produces nothing."""
    chain = await allocations.chain(tx, date["fair_id"])
    part = await queries.part(tx, date, chain, group["id"])
    if not part["takes_part"] and (part["is_called"] or group["kind"] not in _PRODUCE):
        raise NotAtThisDateError


async def _check(tx: Tx, said: AnnouncementsPut) -> None:
    """Raises InvalidError for a product that does not exist or comes twice."""
    seen: set[UUID] = set()
    for at, item in enumerate(said.items):
        pointer = f"#/items/{at}/product"
        if item.product in seen:
            raise InvalidError(Fault(pointer, "repeated_product"))
        seen.add(item.product)
        try:
            await products.row(tx, item.product)
        except NotFoundError as error:
            raise InvalidError(Fault(pointer, "unknown_product")) from error
