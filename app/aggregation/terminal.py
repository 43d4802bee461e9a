"""`minka plan` in the terminal: a document from a file or standard input, its answer as JSON or as a table.

Nothing of the room imports this; it is the only file of it that knows files, streams and rich.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from app.aggregation.plan import answer_document, lines_of
from app.aggregation.problems import DocumentError
from app.aggregation.texts import sentence

BAD_DOCUMENT = 2

_HEADINGS = {
    "es": ("Productor", "Personas", "Tiene", "Le tocan", "Parte justa", "Por qué"),
    "en": ("Producer", "People", "Has", "Gets", "Fair share", "Why"),
}
_TITLES = {
    "es": (
        "{name}: {fill} de {wanted}, faltan {shortfall}",
        "primero",
        "después",
        "{packs} paquetes",
        "Integrante",
    ),
    "en": ("{name}: {fill} of {wanted}, {shortfall} missing", "first", "after", "{packs} packs", "Member"),
}
_BOUNDS = {
    "es": {
        "answered": "lo que respondió",
        "below_minimum": "menos que su mínimo",
        "cap": "su tope",
        "fill_repair": "ajuste para completar",
        "fixed": "fijado por la coordinación",
        "left_out": "fuera por la coordinación",
        "level": "parte igual",
        "lottery": "empate, sorteo público",
        "pack": "paquetes enteros",
        "stock": "todo lo que tiene",
    },
    "en": {
        "answered": "what it answered",
        "below_minimum": "under its minimum",
        "cap": "its cap",
        "fill_repair": "moved to complete the order",
        "fixed": "fixed by the coordination",
        "left_out": "left out by the coordination",
        "level": "equal share",
        "lottery": "tie, public lottery",
        "pack": "whole packs",
        "stock": "all it has",
    },
}
_FILES = {
    "es": {"missing": "no existe el archivo {name}", "unreadable": "no se puede leer {name}"},
    "en": {"missing": "there is no file {name}", "unreadable": "{name} cannot be read"},
}


def run(name: str, *, language: str, pretty: bool) -> int:
    """Prints the answer of the document named (`-` is standard input); the exit code: 0, or 2 with what to change."""
    try:
        answer = answer_document(_bytes_of(name))
    except OSError as error:
        kind = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
        sys.stderr.write(f"minka plan: {_FILES[language][kind].format(name=name)}\n")
        return BAD_DOCUMENT
    except DocumentError as error:
        sys.stderr.writelines(f"minka plan: {sentence(problem, language)}\n" for problem in error.problems)
        return BAD_DOCUMENT
    return _printed(answer, language=language, pretty=pretty)


def _bytes_of(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _printed(answer: bytes, *, language: str, pretty: bool) -> int:
    try:
        if pretty:
            _print_tables(json.loads(answer), language)
        else:
            sys.stdout.buffer.write(answer + (b"\n" if sys.stdout.isatty() else b""))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has what it wanted
    return 0


def _print_tables(answer: dict[str, Any], language: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    title, first, after, packs, member = _TITLES[language]
    if "packs" in answer:
        console.print(_basket_table(answer, packs, (member, _HEADINGS[language][3])))
    for heading, part in ((first, "initial"), (after, "after")):
        if part in answer:
            console.print(f"[bold]{heading}[/]")
            _print_lines(console, answer[part], title, language)
    if "lines" in answer:
        _print_lines(console, answer, title, language)


def _print_lines(console: Any, answer: dict[str, Any], title: str, language: str) -> None:
    for name, line in lines_of(answer):
        console.print(_line_table(name, line, title, language))


def _line_table(name: str, line: dict[str, Any], title: str, language: str) -> Any:
    wanted = line["fill"] + line["shortfall"]
    table = _table(title.format(name=name, wanted=wanted, **line), _HEADINGS[language])
    for record in line["explanations"]:
        reason = _BOUNDS[language][record["bound"]]
        table.add_row(
            _plain(record["producer"]),
            str(record["weight"]),
            str(record["eligible_stock"]),
            str(record["allotted"]),
            _decimal(record["entitlement"]),
            reason,
        )
    return table


def _basket_table(answer: dict[str, Any], title: str, headings: tuple[str, ...]) -> Any:
    table = _table(title.format(**answer), headings)
    for member, quantity in answer["members"].items():
        table.add_row(_plain(member), str(quantity))
    return table


def _table(title: str, headings: tuple[str, ...]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(title=_plain(title), title_justify="left", box=box.SIMPLE_HEAD)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if 0 < place < 5 else "left")
    return table


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text(text)


def _decimal(rational: str) -> str:
    """A rational with two decimals, half up."""
    numerator, denominator = map(int, rational.split("/"))
    hundredths = (200 * numerator + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02}"
