"""`minka demo`: load, play once, tell; with --serve, serve it."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import bindparam as given

from app import wiring
from app.demo import examples, fairs, practice, story, telling
from app.demo.cast import organisation_id
from app.demo.load import RealDataError, end, is_whole, load, loaded_at, refuse_real_data, start_over
from app.kernel import clock
from app.kernel.db import Database, connect
from app.kernel.settings import Settings
from app.kernel.visit import House
from app.orders.queries.orders import ALLOCATION
from app.people import tokens

_STORY_TOOK = timedelta(hours=6)
_OPEN = (
    sa.select(ALLOCATION.c.id)
    .where(
        ALLOCATION.c.order_id == given("order"),
        ALLOCATION.c.producer_id == given("producer"),
        ALLOCATION.c.state == "offered",
    )
    .limit(1)
)


def run(settings: Settings, *, again: bool, quiet: bool = False) -> int:
    """Load the demo and tell its story; 2 when the database is really used."""
    console = Console(width=None if Console().is_terminal else 110, quiet=quiet)
    try:
        asyncio.run(_run(settings, console, again=again))
    except RealDataError:
        return _refused(console)
    return 0


def guard(settings: Settings) -> int:
    """2 when the database is really used: the fixed tokens, that anybody knows, must not open it."""
    try:
        asyncio.run(_guard(settings))
    except RealDataError:
        return _refused(Console(width=None if Console().is_terminal else 110))
    return 0


def examples_of(settings: Settings) -> Mapping[str, Any]:
    """What succeeds at the first click in this demo, by operation."""
    return asyncio.run(_examples(settings))


async def _examples(settings: Settings) -> Mapping[str, Any]:
    async with await connect(settings, writing=False) as db:
        return await examples.resolved(db)


def _refused(console: Console) -> int:
    console.print(
        "[red]Esta base de datos tiene datos que no son de la demostración.[/] La demostración no la toca: "
        "use otra con MINKA_DATABASE_URL."
    )
    return 2


async def _guard(settings: Settings) -> None:
    async with await connect(settings, writing=False) as db:
        await refuse_real_data(db)


async def _run(settings: Settings, console: Console, *, again: bool) -> None:
    async with await connect(settings) as db:
        if again:
            await start_over(db)
        await tell_in(db, settings, console)


async def tell_in(db: Database, settings: Settings, console: Console | None = None) -> None:
    """Load and play what is not there yet, then tell it. Raises RealDataError."""
    console = console or Console(width=110)
    wiring.connect()
    await refuse_real_data(db)
    await prepare(db, settings, console)
    order = await story.story_of(db)
    if order is None:
        return
    console.print()
    loaded = await loaded_at(db)
    console.print(f"[bold]Minka[/], demostración cargada el {telling.date_of(loaded) if loaded else ''}\n")
    await telling.tell(console, db, settings, order)
    await _keys(console, db, settings, order)


async def prepare(db: Database, settings: Settings, console: Console) -> None:
    """Load and play the demo; a second time nothing changes, and what was interrupted begins again."""
    if await is_whole(db):
        return
    if await loaded_at(db) is not None:
        console.print("La carga anterior no llegó a terminar: se empieza de nuevo.")
        await start_over(db)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Cargando la demostración")
        now = clock.now()
        await load(db, now, lambda name: progress.update(task, description=f"Cargando {name}"))
        progress.update(task, description="Un pedido, de principio a fin")
        house = House(settings, db, tokens.admit)
        await story.play(house, now - _STORY_TOOK)
        progress.update(task, description="Las ferias de cinco municipios")
        await fairs.play(db, now)
        await practice.play(house, now)
        await end(db, now)


async def _keys(console: Console, db: Database, settings: Settings, order: UUID) -> None:
    producer = await organisation_id(db, story.WAITING)
    allocation = await db.value(_OPEN, order=order, producer=producer)
    telling.show_keys(console, settings, order, allocation)
