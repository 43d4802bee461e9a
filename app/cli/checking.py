"""`minka check`: every room's invariants, asked of a live database."""

import asyncio

from rich.console import Console

from app import invariants
from app.kernel import i18n, migrating
from app.kernel.checks import Verdict, verify
from app.kernel.db import Row, connect
from app.kernel.settings import Settings

_SHOWN = 5
_ROOMS = {
    "kernel": "Registro de cambios",
    "files": "Archivos",
    "people": "Personas y organizaciones",
    "ledger": "Cuentas y asientos",
    "places": "Lugares",
    "products": "Productos",
    "seals": "Sellos",
    "producers": "Grupos productores",
    "inventory": "Lo que tenemos",
    "fairs": "Ferias y puestos",
    "orders": "Pedidos",
    "messages": "Avisos",
}


def check_all(settings: Settings) -> int:
    """Say of every invariant whether it holds, and which rows break it; 1 when one is broken.

    Raises NoDatabaseError, NoSchemaError, OldSchemaError, NewSchemaError.
    """
    asyncio.run(migrating.require_current(settings))
    verdicts = asyncio.run(_verify(settings))
    console = Console(highlight=False)
    room = None
    for verdict in verdicts:
        if verdict.room != room:
            room = verdict.room
            console.print(f"[bold]{_ROOMS[room]}[/]")
        _say(console, verdict)
    broken = sum(1 for verdict in verdicts if verdict.broken)
    console.print(
        f"[red]No se cumple{'n' if broken > 1 else ''} {broken} de {len(verdicts)}.[/]"
        if broken
        else f"[green]Todo se cumple: {len(verdicts)} comprobaciones.[/]"
    )
    return 1 if broken else 0


async def _verify(settings: Settings) -> list[Verdict]:
    async with await connect(settings, writing=False) as db:
        return await verify(db, invariants.CHECKS)


def _say(console: Console, verdict: Verdict) -> None:
    sentence = i18n.text("es", "checks", verdict.code)
    if not verdict.broken:
        console.print(f"  [green]bien[/]  {sentence}", soft_wrap=True)
        return
    console.print(f"  [red]MAL[/]   {sentence}  [dim]({verdict.code})[/]", soft_wrap=True)
    for row in verdict.broken[:_SHOWN]:
        console.print(f"        {_told(row)}", markup=False, soft_wrap=True)
    if (more := len(verdict.broken) - _SHOWN) > 0:
        console.print(f"        … y {more} más")


def _told(row: Row) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())
