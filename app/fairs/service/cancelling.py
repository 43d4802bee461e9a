"""What a cancelled or moved date means for those who had a stall: told, credited, their place kept where it moved."""

from datetime import datetime
from uuid import UUID

from app.fairs.queries import assignments, occurrences
from app.fairs.service import fees, notices, standing
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Row, Tx
from app.messages import service as messages


async def everybody(tx: Tx, found: Row, *, caller: Caller, now: datetime) -> None:
    """A date was cancelled: nobody stands there, what was paid is credited once, all are told."""
    date = await occurrences.row(tx, found["id"])
    stands = await assignments.rows_of_date(tx, date["id"])
    waited = await assignments.waiting_rows(tx, date["id"])
    await standing.cancel_all(tx, date["id"], date["reason"], now)
    for stand in stands:
        await fees.credit(tx, stand["id"], caller=caller, now=now, why=date["reason"])
    ids = [stand["id"] for stand in stands]
    await messages.cancel(tx, notices.SUBJECT, ids, caller=caller, now=now)
    await messages.cancel(tx, notices.WAITS, [entry["id"] for entry in waited], caller=caller, now=now)
    await notices.cancelled(tx, stands, date, caller=caller, now=now)


async def tell_moved(tx: Tx, date_id: UUID, *, caller: Caller, now: datetime) -> None:
    """A date was moved: whoever has a stall keeps it and is told; no offer lasts beyond the new start."""
    date = await occurrences.row(tx, date_id)
    await standing.shorten_offers(tx, date, now)
    stands = await assignments.rows_of_date(tx, date["id"])
    place = (await occurrences.occurrence(tx, WORKER, date_id))["place_name"]
    await notices.moved(tx, stands, date | {"place_name": place}, caller=caller, now=now)
