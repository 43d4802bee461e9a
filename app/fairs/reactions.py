"""What fairs do when something below them happens; `wiring` connects it: feeds show names and places of other rooms."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries.fairs import FAIR, held_by
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.service import stamps
from app.kernel.db import Tx
from app.kernel.journal import Happening

_OF_ORGANISER = (
    sa.select(FAIR.c.id, FAIR.c.organiser_id)
    .where(held_by(lambda holder: holder == given("subject", type_=FAIR.c.organiser_id.type)))
    .order_by(FAIR.c.id)
)
_AT_PLACE = (
    sa.select(FAIR.c.id, FAIR.c.organiser_id)
    .where(
        sa.or_(
            FAIR.c.place_id == given("subject"),
            FAIR.c.id.in_(sa.select(OCCURRENCE.c.fair_id).where(OCCURRENCE.c.place_id == given("subject"))),
        )
    )
    .order_by(FAIR.c.id)
)


async def renew_feeds_of_organiser(tx: Tx, happening: Happening) -> None:
    """An organisation's name or code stands in the feeds of its fairs, and in its own feed's title."""
    await _renew(tx, _OF_ORGANISER, happening.subject_id, happening.at)


async def renew_feeds_at_place(tx: Tx, happening: Happening) -> None:
    """A place's name and address stand in the feeds of the fairs that are held there."""
    await _renew(tx, _AT_PLACE, happening.subject_id, happening.at)


async def renew_feeds_of_networks(tx: Tx, happening: Happening) -> None:
    """Who belongs to a network decides which fairs are in its feed."""
    await stamps.touch_all(tx, happening.at)


async def _renew(tx: Tx, statement: sa.Select[tuple[UUID, UUID]], subject: UUID, now: datetime) -> None:
    found = await tx.all(statement, subject=subject)
    for fair in found:
        await stamps.touch(tx, fair_id=fair["id"], organiser_id=fair["organiser_id"], now=now)
