"""Who keeps a fair may change it: its organiser's people, and those of a co-organiser that accepted."""

from datetime import datetime
from uuid import UUID

from app.fairs.errors import OccurrenceOverError
from app.fairs.queries import fairs, occurrences
from app.fairs.states import FairState, OccurrenceState
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import NotFoundError


async def kept(tx: Tx, caller: Caller, fair_id: UUID) -> Row:
    """A fair that the caller keeps, as stored. Raises NotFoundError, ForbiddenError."""
    found = await fairs.row(tx, fair_id)
    await fairs.require(tx, caller, found)
    return found


async def coming(tx: Tx, date_id: UUID, now: datetime) -> Row:
    """A published date that others may still say something about. Raises NotFoundError, OccurrenceOverError."""
    found = await occurrences.row(tx, date_id)
    if found["fair_state"] == FairState.DRAFT:
        raise NotFoundError
    is_live = found["state"] in (OccurrenceState.SCHEDULED, OccurrenceState.OPEN)
    if not is_live or found["ends_at"] <= now:
        raise OccurrenceOverError
    return found
