"""How a network runs its orders."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.orders.queries import orders
from app.orders.queries.orders import POLICY
from app.orders.schemas import PolicyIn
from app.people import access

_REMOVE = sa.delete(POLICY).where(POLICY.c.organisation_id == given("organisation"))
_ADD = sa.insert(POLICY)


async def set_policy(
    tx: Tx, organisation_id: UUID, *, policy: PolicyIn, caller: Caller, now: datetime
) -> Row:
    """Replace a network's policy. Raises ForbiddenError."""
    access.require(caller, "coordinate", organisation_id)
    before = await orders.policy(tx, organisation_id)
    await tx.run(_REMOVE, organisation=organisation_id)
    await tx.run(_ADD, organisation_id=organisation_id, **policy.model_dump(), version=before["version"] + 1)
    await journal.record(
        tx, caller, now, "policy.changed", ("organisation", organisation_id), **policy.model_dump()
    )
    return await orders.policy(tx, organisation_id)
