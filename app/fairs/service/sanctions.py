"""Days without a stall: by the rule of the published bases, or decided by its organiser with a reason; lifted with a reason."""

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT DO NOTHING is SQLite's too

from app.fairs import rules
from app.fairs.queries import sanctions as queries
from app.fairs.queries.sanctions import SANCTION
from app.fairs.schemas.standing import Lifting, SanctionCreate
from app.fairs.service import passing
from app.kernel import i18n, ids, journal, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError
from app.kernel.text import clean
from app.people import access
from app.people.queries import organisations

_ADD = insert(SANCTION).on_conflict_do_nothing(index_elements=["organiser_id", "organisation_id", "cause_id"])
_LIFT = (
    sa.update(SANCTION)
    .where(SANCTION.c.id == given("id"), SANCTION.c.lifted_at.is_(None))
    .values(lifted_at=given("now"), lifted_why=given("why"))
)


async def decide(tx: Tx, *, caller: Caller, asked: SanctionCreate, now: datetime) -> Row:
    """Sanction a group, with a reason that it reads. Raises NotFoundError, ForbiddenError, InvalidError."""
    access.require(caller, "publish", asked.organiser)
    await organisations.row(tx, asked.organisation)
    if asked.until_on < asked.from_on:
        raise InvalidError(Fault("#/until_on", "last_day_before_first"))
    if asked.until_on > (latest := now.date() + rules.FARTHEST):
        raise InvalidError(Fault("#/until_on", "day_too_far", latest=latest.isoformat()))
    identifier = wire.read_id(asked.id, now)
    await tx.run(
        _ADD,
        id=identifier,
        organiser_id=asked.organiser,
        organisation_id=asked.organisation,
        from_on=asked.from_on,
        until_on=asked.until_on,
        reason=clean(asked.reason),
        cause_id=identifier,
        decided_by=caller.name,
        created_at=now,
    )
    await journal.record(tx, caller, now, "sanction.decided", ("sanction", identifier))
    return queries.shown(await queries.row(tx, identifier))


async def lift(tx: Tx, sanction_id: UUID, *, caller: Caller, asked: Lifting, now: datetime) -> Row:
    """End a sanction early; again changes nothing. Raises NotFoundError, ForbiddenError."""
    found = await queries.row(tx, sanction_id)
    if not (caller.is_admin or caller.may("publish", found["organiser_id"])):
        is_seen = caller.may("read", found["organisation_id"])
        access.require(caller, "publish", found["organiser_id"], visible=is_seen)
    if await tx.run(_LIFT, id=sanction_id, now=now, why=clean(asked.reason)):
        await journal.record(tx, caller, now, "sanction.lifted", ("sanction", sanction_id))
        await passing.look_again(tx, group=found["organisation_id"], caller=caller, now=now)
    return queries.shown(await queries.row(tx, sanction_id))


async def by_rule(
    tx: Tx,
    rule: Row,
    stand: Row,
    first: date,
    absences: int,
    *,
    organiser: UUID,
    caller: Caller,
    now: datetime,
) -> None:
    """What the rule of the bases costs a group that was absent too often; once per absence that completed the number."""
    identifier = ids.uuid7()
    reason = i18n.text("es", "fair_notices", "absences", count=absences, days=rule["no_show_days"])
    added = await tx.run(
        _ADD,
        id=identifier,
        organiser_id=organiser,
        organisation_id=stand["organisation_id"],
        from_on=first,
        until_on=first + timedelta(days=rule["sanction_days"] - 1),
        reason=reason,
        cause_id=stand["id"],
        decided_by="rule",
        created_at=now,
    )
    if added:
        await journal.record(tx, caller, now, "sanction.decided", ("sanction", identifier))
