"""What the rule is given: who takes part, their people and history, and what they have, free as it is or locked."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from app.inventory import queries as inventory
from app.inventory.service import lock_supply
from app.kernel.db import Database, Row, Tx
from app.orders import proposal
from app.orders.proposal import Inputs
from app.orders.queries import orders, supply
from app.orders.service.decisions import Change
from app.places.countries import today_in

T = TypeVar("T")
_LARGE = 300  # lots from which the rule runs off the event loop
# What may be locked while the rule runs. Measured: one line of 2,000 lots takes 10 to 220 ms, the slowest there is half a
# second; nobody waits for a lock longer than five.
MOST_LOCKED, MOST_LINES = 2_000, 5


class Ground(NamedTuple):
    """All that a plan is made of but the supply: the order and its lines as they were read, who takes part, how."""

    order: Row
    lines: list[Row]
    policy: Row
    groups: list[Row]
    references: dict[str, int]
    today: date

    @property
    def asked(self) -> dict[str, Any]:
        """Whose supply of what: the parameters of `inventory.supply_for`."""
        return {
            "product_ids": sorted({line["product_id"] for line in self.lines}),
            "producer_ids": [group["producer_id"] for group in self.groups],
            "due_on": max(line["due_on"] for line in self.lines),
            "today": self.today,
        }


class Gathered(NamedTuple):
    """What the rule is given, and the supply's rows by source."""

    inputs: Inputs
    supply: Mapping[str, Row]


async def ground_of(db: Database, order: Row, lines: list[Row], *, now: datetime) -> Ground:
    """Who takes part in an order, with which history, and how their network shares."""
    today = today_in(order["coordinator_country"] or "", now)
    policy = await orders.policy(db, order["coordinator_id"])
    groups = await supply.groups(db, order["coordinator_id"])
    products = sorted({line["product_id"] for line in lines})
    medians = await supply.medians(db, products, order["currency"], now=now)
    references = proposal.reference_prices(lines, medians)
    groups = await supply.with_history(
        db, groups, order, products, references=references, today=today, days=policy["history_days"]
    )
    return Ground(order, lines, policy, groups, references, today)


async def gather(
    db: Database, ground: Ground, *, changes: Sequence[Change], kept: Sequence[Row] = ()
) -> Gathered:
    """The supply as it is now. `kept` are rows of supply that stay in, whether or not they offer more."""
    return _gathered(ground, await inventory.supply_for(db, **ground.asked), changes, kept)


async def gather_locked(
    tx: Tx, ground: Ground, *, changes: Sequence[Change], kept: Sequence[Row] = ()
) -> Gathered:
    """As `gather`, and until the commit it stays so: what is shared of it can be held."""
    return _gathered(ground, await lock_supply(tx, **ground.asked), changes, kept)


async def may_be_locked(db: Database, ground: Ground) -> bool:
    """Whether the rule is quick enough on this to let others wait meanwhile."""
    if len(ground.lines) > MOST_LINES:
        return False
    return await inventory.supply_size(db, **ground.asked) <= MOST_LOCKED


async def off_loop(found: Inputs, compute: Callable[[], T]) -> T:
    """Run the rule: where it is large, in a thread."""
    return await asyncio.to_thread(compute) if len(found.lots) > _LARGE else compute()


def _gathered(
    ground: Ground, free: Sequence[Row], changes: Sequence[Change], kept: Sequence[Row]
) -> Gathered:
    rows = {row["source"]: row for row in (*kept, *free)}
    inputs = proposal.inputs(
        ground.order,
        ground.lines,
        list(rows.values()),
        ground.groups,
        changes=changes,
        references=ground.references,
        weight_cap=ground.policy["weight_cap"],
    )
    return Gathered(inputs, rows)
