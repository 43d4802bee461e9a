"""How many statements a piece of work sends: a list must ask the database as often for three rows as for one."""

import contextlib
from collections.abc import Iterator

from app.kernel.db import Lite
from app.kernel.db.lite import LiteTx
from app.kernel.db.pg import Pg, PgTx

_VERBS = ((Lite, "_fetch"), (Lite, "slow"), (Pg, "_fetch"), (LiteTx, "_fetch"), (PgTx, "_fetch"))


class Count:
    """What was sent so far."""

    def __init__(self) -> None:
        self.reads = 0


@contextlib.contextmanager
def counted_reads() -> Iterator[Count]:
    """Counts every read inside the block, whoever sends it, inside a transaction or not.

    with counted_reads() as one:
        await client.get("/v1/products")
    """
    count = Count()
    real = {(engine, verb): getattr(engine, verb) for engine, verb in _VERBS}

    def counting(verb):
        async def call(self, *args, **kwargs):
            count.reads += 1
            return await verb(self, *args, **kwargs)

        return call

    try:
        for (engine, name), verb in real.items():
            setattr(engine, name, counting(verb))
        yield count
    finally:
        for (engine, name), verb in real.items():
            setattr(engine, name, verb)
