"""Who else holds a fair: named by its organiser, keeping it only once its own people accepted."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries import fairs as queries
from app.fairs.queries.fairs import SPONSOR, WITH
from app.fairs.schemas.fairs import CoOrganiserPut
from app.fairs.service import stamps
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError
from app.kernel.text import clean_line
from app.people import access
from app.people.queries import organisations

_OF = sa.and_(WITH.c.fair_id == given("fair"), WITH.c.organisation_id == given("organisation"))
_FIND = sa.select(WITH.c.accepted_at).where(_OF)
_ADD = sa.insert(WITH)
_CHANGE = sa.update(WITH).where(_OF).values(role=given("said"))
_ACCEPT = sa.update(WITH).where(_OF, WITH.c.accepted_at.is_(None)).values(accepted_at=given("now"))
_REMOVE = sa.delete(WITH).where(_OF)
_ALL = sa.select(WITH).where(WITH.c.fair_id == given("fair"))
_SPONSORS = sa.select(SPONSOR).where(SPONSOR.c.fair_id == given("fair")).order_by(SPONSOR.c.id)
_ADD_SPONSOR = sa.insert(SPONSOR)


async def put(
    tx: Tx,
    fair_id: UUID,
    organisation_id: UUID,
    *,
    caller: Caller,
    asked: CoOrganiserPut,
    now: datetime,
    lang: str,
) -> Row:
    """Name a co-organiser, or say what it does. Raises NotFoundError, ForbiddenError, InvalidError."""
    found = await queries.row(tx, fair_id)
    await queries.require(tx, caller, found)
    if organisation_id == found["organiser_id"]:
        raise InvalidError(Fault("path/organisation_id", "is_organiser"))
    await organisations.row(tx, organisation_id)
    said = clean_line(asked.role)
    if not await tx.run(_CHANGE, fair=fair_id, organisation=organisation_id, said=said):
        await tx.run(_ADD, fair_id=fair_id, organisation_id=organisation_id, role=said, accepted_at=None)
    return await _done(tx, found, organisation_id, "named", caller=caller, now=now, lang=lang)


async def accept(
    tx: Tx, fair_id: UUID, organisation_id: UUID, *, caller: Caller, now: datetime, lang: str
) -> Row:
    """Say yes to holding a fair together; again changes nothing. Raises NotFoundError, ForbiddenError."""
    found = await _named(tx, fair_id, organisation_id)
    access.require(caller, "publish", organisation_id, visible=False)
    await tx.run(_ACCEPT, fair=fair_id, organisation=organisation_id, now=now)
    return await _done(tx, found, organisation_id, "accepted", caller=caller, now=now, lang=lang)


async def remove(tx: Tx, fair_id: UUID, organisation_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Stop holding a fair together; either side may. Raises NotFoundError, ForbiddenError."""
    found = await _named(tx, fair_id, organisation_id)
    if not caller.may("publish", organisation_id):
        access.require(caller, "publish", found["organiser_id"])
    await stamps.touch(
        tx, fair_id=fair_id, organiser_id=found["organiser_id"], now=now
    )  # theirs too, once more
    await tx.run(_REMOVE, fair=fair_id, organisation=organisation_id)
    await journal.record(
        tx, caller, now, "fair.co_organiser_removed", ("fair", fair_id), organisation=str(organisation_id)
    )


async def hand_on(tx: Tx, old_id: UUID, new_id: UUID) -> None:
    """Whoever holds or supports a fair holds and supports the one that follows it."""
    held = await tx.all(_ALL, fair=old_id)
    await tx.many(_ADD, [found | {"fair_id": new_id} for found in held])
    supported = await tx.all(_SPONSORS, fair=old_id)
    await tx.many(_ADD_SPONSOR, [found | {"id": ids.uuid7(), "fair_id": new_id} for found in supported])


async def _named(tx: Tx, fair_id: UUID, organisation_id: UUID) -> Row:
    found = await queries.row(tx, fair_id)
    if await tx.one(_FIND, fair=fair_id, organisation=organisation_id) is None:
        raise NotFoundError
    return found


async def _done(
    tx: Tx, found: Row, organisation_id: UUID, what: str, *, caller: Caller, now: datetime, lang: str
) -> Row:
    await stamps.touch(tx, fair_id=found["id"], organiser_id=found["organiser_id"], now=now)
    subject = ("fair", found["id"])
    await journal.record(
        tx, caller, now, f"fair.co_organiser_{what}", subject, organisation=str(organisation_id)
    )
    return await queries.fair(tx, caller, found["id"], lang)
