"""Sanctions: read by the group and the organiser."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import Sanction
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table

SANCTION = table(Sanction)
_IN_FORCE = sa.and_(
    SANCTION.c.organiser_id == given("organiser"),
    SANCTION.c.from_on <= given("day", type_=SANCTION.c.from_on.type),
    SANCTION.c.until_on >= given("day", type_=SANCTION.c.until_on.type),
    SANCTION.c.lifted_at.is_(None),
)
_ON = (
    sa.select(SANCTION)
    .where(_IN_FORCE, SANCTION.c.organisation_id == given("group"))
    .order_by(SANCTION.c.until_on.desc())
    .limit(1)
)
_GROUPS_ON = sa.select(SANCTION.c.organisation_id).where(_IN_FORCE)
_ONE = sa.select(SANCTION).where(SANCTION.c.id == given("id"))
_LIST = Query(
    sa.select(SANCTION).order_by(SANCTION.c.id.desc()).limit(500),
    organiser=SANCTION.c.organiser_id == given("organiser"),
    group=SANCTION.c.organisation_id == given("group"),
    mine=sa.or_(
        SANCTION.c.organiser_id.in_(given("mine")), SANCTION.c.organisation_id.in_(given("mine_too"))
    ),
)
_SHOWN = (
    *("id", "organiser_id", "organisation_id", "from_on", "until_on", "reason", "lifted_at", "lifted_why"),
)


async def on(db: Database, organiser: UUID, group: UUID, day: str) -> Row | None:
    """The sanction that keeps a group from an organiser's fairs on a day; None when there is none."""
    return await db.one(_ON, organiser=organiser, group=group, day=date.fromisoformat(day))


async def groups_on(db: Database, organiser: UUID, day: date) -> set[UUID]:
    """The groups that a sanction keeps from an organiser's fairs on a day."""
    return {found["organisation_id"] for found in await db.all(_GROUPS_ON, organiser=organiser, day=day)}


async def row(db: Database, sanction_id: UUID) -> Row:
    """A sanction as stored. Raises NotFoundError."""
    found = await db.one(_ONE, id=sanction_id)
    if found is None:
        raise NotFoundError
    return found


async def listed(db: Database, caller: Caller, *, organiser: UUID | None, group: UUID | None) -> list[Row]:
    """Sanctions that the caller's organisations decided or got, the latest first."""
    mine = sorted(caller.acts)
    if not (mine or caller.is_admin):
        return []
    own = {} if caller.is_admin else {"mine": mine, "mine_too": mine}
    return [shown(found) for found in await db.all(_LIST, organiser=organiser, group=group, **own)]


def shown(found: Row) -> Row:
    """The wire form of a sanction."""
    return {name: found[name] for name in _SHOWN}
