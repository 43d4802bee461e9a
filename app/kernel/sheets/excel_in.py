"""Workbooks (.xlsx, .xls) by calamine, read in a bounded process: see excel_child.py."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from app.kernel import bounded_child
from app.kernel.sheets.values import Cell, CellError, Row, SheetError
from app.kernel.sheets.writers import unguarded

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the old .xls, and every workbook behind a password
ZIP = b"PK\x03\x04"

_CHILD = Path(__file__).with_name("excel_child.py")
_MAX_UNPACKED_BYTES = 64_000_000
_MAX_PARTS = 2_000
_HANG_SECONDS = (
    60  # beyond the child's own limit of processor time: never reached unless the machine is stuck
)


class Workbook(NamedTuple):
    """The table that was read, its name, and the names of tables that were not."""

    rows: tuple[Row, ...]
    found: int
    width: int
    table: str
    others: tuple[str, ...]


def parse(content: bytes, *, max_rows: int, max_cols: int) -> Workbook:
    """The first visible table that holds something; `found` and `width` also count what is past the limits.

    Raises SheetError: wrong_type, password_protected, broken_file, empty, too_large.
    """
    _check_container(content)
    answer = _child_answer(content, max_rows, max_cols)
    if "error" in answer:
        raise SheetError(answer["error"])
    rows = tuple(Row(number, tuple(_cell(cell) for cell in cells)) for number, cells in answer["rows"])
    return Workbook(rows, answer["found"], answer["width"], answer["table"], tuple(answer["others"]))


def _check_container(content: bytes) -> None:
    """Refuse before anything is unpacked: other kinds of file, passwords, zip bombs."""
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise SheetError("password_protected")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        raise SheetError("broken_file") from None
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise SheetError("wrong_type")
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED_BYTES:
        raise SheetError("too_large", most=_MAX_UNPACKED_BYTES)


def _child_answer(content: bytes, max_rows: int, max_cols: int) -> dict[str, Any]:
    """What the child printed; one that was stopped by its limits says nothing."""
    command = bounded_child.command(_CHILD, max_rows, max_cols)
    try:
        done = subprocess.run(  # noqa: S603  nothing of the user's is in the command
            command, input=content, capture_output=True, timeout=_HANG_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {"error": "too_large"}
    if done.returncode < 0:
        return {"error": "too_large"}
    if done.returncode > 0:
        return {"error": "broken_file"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _cell(cell: Any) -> Cell:
    if isinstance(cell, str):
        return unguarded(cell)
    ((kind, value),) = cell.items()
    made: Cell = _MADE[kind](value)
    return made


def _day_or_moment(value: str) -> date:
    moment = datetime.fromisoformat(value)
    return moment.date() if moment.time() == time.min else moment


_MADE: Mapping[str, Callable[[Any], Cell]] = {
    "number": Decimal,
    "date": date.fromisoformat,
    "datetime": _day_or_moment,
    "time": time.fromisoformat,
    "bool": bool,
    "error": CellError,
}
