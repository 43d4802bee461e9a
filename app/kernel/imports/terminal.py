"""An import told in the terminal, in Spanish."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from app.kernel.db import Row
from app.kernel.imports.lines import Outcome

_SHOWN = 20


def tell(console: Console, report: Row, *, is_done: bool) -> int:
    """Say what the rows became, or would become, and what to correct; 1 when a row has an error."""
    counts = report["counts"]
    title = report["filename"] if is_done else f"{report['filename']} (solo revisado: no se guardó nada)"
    table = Table(title=title, title_justify="left")
    headings = {"created": "nuevos", "changed": "cambiados", "same": "sin cambio", "error": "por corregir"}
    for heading in headings.values():
        table.add_column(heading, justify="right")
    table.add_row(*(str(counts[outcome]) for outcome in headings))
    console.print(table)
    for column in report["warnings"]:
        console.print(f"  columna {column['column']}: {column['message']}", markup=False)
    wrong = [row for row in report["rows"] if row["outcome"] is Outcome.ERROR]
    _say(console, wrong, "errors")
    doubtful = [row for row in report["rows"] if row["warnings"]]
    if doubtful:
        console.print("  Por mirar, aunque se lee así:")
        _say(console, doubtful, "warnings")
    return 1 if wrong else 0


def _say(console: Console, rows: Sequence[Row], part: str) -> None:
    for row in rows[:_SHOWN]:
        for flaw in row[part]:
            where = f"fila {row['row']}, {flaw['column']}" if flaw["column"] else f"fila {row['row']}"
            console.print(f"  {where}: {flaw['message']}", markup=False)
    if (more := len(rows) - _SHOWN) > 0:
        console.print(f"  … y {more} {'fila' if more == 1 else 'filas'} más")
