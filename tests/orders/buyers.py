"""Many buyers who say yes at once. Also run as a program: another process of buyers.

python -m tests.orders.buyers URL  says that it is ready, reads one line [[order, plan, buyer], ...] from the standard
input, and prints what each was answered: "accepted" or the code of the refusal.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from uuid import UUID

from app.kernel.db import Database, write
from app.kernel.db.pg import Pg
from app.kernel.errors import DomainError
from app.orders.service.acceptance import Acceptance
from tests.orders.world import START, caller

Asked = tuple[UUID, UUID, UUID]  # order, plan, buyer


async def accept(db: Database, order: UUID, plan: UUID, buyer: UUID) -> str:
    """What one buyer is answered, as the route does it."""
    acceptance = Acceptance(order, plan, caller(buyer, acts="buy"), START)
    try:
        await write(db, acceptance.hold, acceptance.prepare)
    except DomainError as refused:
        if refused.code == "lot_changed":
            refused = await acceptance.give_up(db)
        return refused.code
    return "accepted"


async def crowd(db: Database, asked: Sequence[Asked]) -> list[str]:
    """Everybody at once."""
    return await asyncio.gather(*(accept(db, *each) for each in asked))


async def _main(url: str) -> None:
    async with await Pg.open(url, size=8) as db:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        asked = [tuple(map(UUID, each)) for each in json.loads(sys.stdin.readline())]
        sys.stdout.write(json.dumps(await crowd(db, asked)) + "\n")  # type: ignore[arg-type]


if __name__ == "__main__":
    import app.main  # noqa: F401 - every table

    asyncio.run(_main(*sys.argv[1:]))
