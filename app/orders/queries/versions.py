"""What If-Match is compared with: the version of an order, a plan or a part, its order held until the commit."""

from uuid import UUID

from app.kernel.db import Tx
from app.orders.queries import allocations, orders, plans


async def of_order(order_id: UUID, tx: Tx) -> int:
    """Raises NotFoundError."""
    version: int = (await orders.locked(tx, order_id))["version"]
    return version


async def of_plan(plan_id: UUID, tx: Tx) -> int:
    """Raises NotFoundError."""
    await orders.locked(tx, (await plans.raw(tx, plan_id))["order_id"])
    version: int = (await plans.raw(tx, plan_id))["version"]
    return version


async def of_allocation(allocation_id: UUID, tx: Tx) -> int:
    """Raises NotFoundError."""
    await orders.locked(tx, (await allocations.raw(tx, allocation_id))["order_id"])
    version: int = (await allocations.raw(tx, allocation_id))["version"]
    return version
