"""Many buyers at once, each a transaction of its own. Also run as a program: another process of buyers.

python -m tests.inventory.buyers URL FIRST_LOT,SECOND_LOT,... BUYERS QUANTITY  says that it is ready, waits for a
line, and prints the base units acknowledged.
"""

import asyncio
import sys
from collections.abc import Sequence
from itertools import cycle, islice
from uuid import UUID

from app.inventory import service
from app.inventory.service import LotChangedError, Take
from app.kernel.db import Database, write
from app.kernel.db.pg import Pg
from app.kernel.ids import uuid7
from tests.factories.people import LONG_AGO


async def buy(db: Database, takes: Sequence[Take]) -> int:
    """What one buyer was acknowledged."""

    async def accept(tx):
        await service.reserve(tx, takes, holder_kind="allocation", now=LONG_AGO)

    try:
        await write(db, accept)
    except LotChangedError:
        return 0
    return sum(take.quantity_base for take in takes)


async def crowd(db: Database, lots: Sequence[UUID], buyers: int, quantity: int, width: int = 1) -> list[int]:
    """Everybody buys at once, each from `width` lots; what each was acknowledged."""
    around = cycle(lots)
    asked = [
        [Take(lot, None, quantity, uuid7(), 800) for lot in islice(around, width)] for _ in range(buyers)
    ]
    return await asyncio.gather(*(buy(db, takes) for takes in asked))


async def _main(url: str, lots: str, buyers: str, quantity: str) -> None:
    async with await Pg.open(url, size=8) as db:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        acknowledged = await crowd(db, [UUID(lot) for lot in lots.split(",")], int(buyers), int(quantity), 3)
        sys.stdout.write(f"{sum(acknowledged)}\n")


if __name__ == "__main__":
    import app.main  # noqa: F401 - every table

    asyncio.run(_main(*sys.argv[1:]))
