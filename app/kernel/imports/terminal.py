"""An import told in the terminal, in Spanish."""

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
    if report["unknown_columns"]:
        console.print(f"  Columnas que no se leen: {', '.join(report['unknown_columns'])}", markup=False)
    wrong = [row for row in report["rows"] if row["outcome"] is Outcome.ERROR]
    for row in wrong[:_SHOWN]:
        for error in row["errors"]:
            where = f"fila {row['row']}, {error['column']}" if error["column"] else f"fila {row['row']}"
            console.print(f"  {where}: {error['message']}", markup=False)
    if (more := len(wrong) - _SHOWN) > 0:
        console.print(f"  … y {more} filas más")
    return 1 if wrong else 0
