"""Who keeps a fair may change it: its organiser's people, and those of a co-organiser that accepted."""

from uuid import UUID

from app.fairs.queries import fairs
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx


async def kept(tx: Tx, caller: Caller, fair_id: UUID) -> Row:
    """A fair that the caller keeps, as stored. Raises NotFoundError, ForbiddenError."""
    found = await fairs.row(tx, fair_id)
    await fairs.require(tx, caller, found)
    return found
