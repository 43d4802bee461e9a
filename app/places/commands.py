"""`minka import territories FILE`: the countries' official lists, as often as one likes."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from app.kernel import clock, i18n, journal
from app.kernel.caller import TERMINAL
from app.kernel.db import Tx, connect, write
from app.kernel.settings import Settings
from app.kernel.sheets import SheetError
from app.places import countries, formats, territories
from app.places.formats import Reading
from app.places.territories import Outcome

_SHOWN = 10


def import_territories(settings: Settings, path: Path, console: Console | None = None) -> int:
    """Import a list and tell what it did; 1 when the file cannot be used."""
    console = console or Console(highlight=False)
    try:
        reading = territories.read(path)
    except OSError:
        console.print(f"[red]No se puede abrir {path.name}.[/]")
        return 1
    except (SheetError, formats.UnknownFormatError):
        console.print(
            f"[red]{path.name} no es ninguna de las listas que se conocen.[/] Sus columnas deben ser:"
        )
        for country, columns in formats.columns():
            console.print(f"  {country}: {', '.join(columns)}")
        return 1
    _tell(console, path.name, asyncio.run(_keep(settings, reading, console)))
    return 0


async def _keep(settings: Settings, reading: Reading, console: Console) -> Outcome:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Guardando territorios", total=len(reading.found))

        async def keep(tx: Tx) -> Outcome:
            progress.reset(task)
            kept = await territories.keep(tx, reading, each=lambda rows: progress.advance(task, rows))
            if kept.added or kept.changed:
                facts = {"country": kept.country, "added": kept.added, "changed": kept.changed}
                subject = ("territory", journal.PLATFORM)
                await journal.record(tx, TERMINAL, clock.now(), "territories.brought_in", subject, **facts)
            return kept

        async with await connect(settings) as db:
            return await write(db, keep)


def _tell(console: Console, name: str, outcome: Outcome) -> None:
    table = Table(title=f"{name}: {countries.COUNTRIES[outcome.country].es}", title_justify="left")
    for heading in ("nuevos", "cambiados", "sin cambio", "filas por corregir"):
        table.add_column(heading, justify="right")
    table.add_row(*map(str, (outcome.added, outcome.changed, outcome.unchanged, len(outcome.wrong))))
    console.print(table)
    for row, code in outcome.wrong[:_SHOWN]:
        console.print(f"  fila {row}: {i18n.text('es', 'faults', code)}")
    if (more := len(outcome.wrong) - _SHOWN) > 0:
        console.print(f"  … y {more} más")
