"""`minka worker`: the due work in a process of its own. Several at once are safe."""

import asyncio
import signal

from rich.console import Console

from app import wiring
from app.kernel import clock, jobs, logs
from app.kernel.db import connect
from app.kernel.settings import Settings


def work(settings: Settings) -> None:
    """Do due work until a signal comes; what is under way is finished. The database is ready and held by the caller."""
    logs.configure(settings.log_level)
    wiring.connect()
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await connect(settings) as db:
        Console(highlight=False).print("Minka hace el trabajo pendiente. Para terminar: Ctrl-C")
        await jobs.run_forever(db, wiring.jobs(settings), clock.now, stop)
