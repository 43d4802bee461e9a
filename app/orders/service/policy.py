"""How a network runs its orders."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx, when_broken
from app.kernel.errors import StaleVersionError
from app.orders.queries import orders
from app.orders.queries.orders import POLICY
from app.orders.schemas.board import PolicyIn
from app.people import access

_REMOVE = sa.delete(POLICY).where(
    POLICY.c.organisation_id == given("organisation"), POLICY.c.version == given("expected")
)
_ADD = sa.insert(POLICY)
when_broken("pk_coordination_policy", StaleVersionError)


async def set_policy(
    tx: Tx, organisation_id: UUID, *, policy: PolicyIn, caller: Caller, expected: int, now: datetime
) -> Row:
    """Replace a network's policy; version 0 are the defaults of one that has said nothing.

    Raises NotFoundError, ForbiddenError, StaleVersionError.
    """
    await orders.policy_of(tx, organisation_id)
    access.require(caller, "coordinate", organisation_id)
    removed = await tx.run(_REMOVE, organisation=organisation_id, expected=expected)
    if removed != min(expected, 1):
        raise StaleVersionError
    values = policy.model_dump()
    await tx.run(_ADD, organisation_id=organisation_id, **values, version=expected + 1)
    await journal.record(tx, caller, now, "policy.changed", ("organisation", organisation_id), **values)
    return await orders.policy_of(tx, organisation_id)
