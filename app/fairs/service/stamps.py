"""What feeds show has changed: the stamps of its scopes go up in the same transaction."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import FeedStamp
from app.fairs.queries import fairs
from app.kernel.db import Tx
from app.kernel.schema import table

STAMP = table(FeedStamp)
ALL = "all"
_RAISE = (
    sa.update(STAMP)
    .where(STAMP.c.scope == given("of"))
    .values(stamp=STAMP.c.stamp + 1, changed_at=given("now"))
)
_ADD = sa.insert(STAMP)


def of_fair(fair_id: UUID) -> str:
    """The scope of one fair's feeds."""
    return f"fair:{fair_id}"


def of_organiser(organiser_id: UUID) -> str:
    """The scope of one organiser's feeds."""
    return f"organiser:{organiser_id}"


async def touch(tx: Tx, *, fair_id: UUID, organiser_id: UUID, now: datetime) -> None:
    """A fair or one of its dates changed: its own feeds, its organisers' and the common ones are to be built anew."""
    holders = [organiser_id, *await fairs.holders(tx, fair_id)]
    for scope in (ALL, of_fair(fair_id), *map(of_organiser, holders)):  # one order for all: no deadlock
        await _raise(tx, scope, now)


async def touch_all(tx: Tx, now: datetime) -> None:
    """Something changed that only the common feeds show."""
    await _raise(tx, ALL, now)


async def _raise(tx: Tx, scope: str, now: datetime) -> None:
    if not await tx.run(_RAISE, of=scope, now=now):
        await tx.run(_ADD, scope=scope, stamp=1, changed_at=now)
