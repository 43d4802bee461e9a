"""CSV as people really send it: any common delimiter and encoding, quoted line breaks, ragged rows."""

import codecs
import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from app.kernel.sheets.values import SheetError
from app.kernel.sheets.writers import unguarded

_DELIMITERS = (";", "\t", ",", "|")
_SAMPLE_RECORDS = 30
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")


class Csv(NamedTuple):
    """The records of a file, blank ones included, and how it was written."""

    records: list[list[str]]
    delimiter: str
    encoding: str


def parse(content: bytes) -> Csv:
    """Every record of the file. Raises SheetError: wrong_type (binary), unclosed_quote, broken_csv."""
    text, encoding = _decoded(content)
    text, delimiter = _without_hint(text)
    delimiter = delimiter or _sniffed(text)
    records = [[unguarded(cell) for cell in record] for record in _records(text, delimiter)]
    return Csv(records, delimiter, encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and the encoding it is in; what is no UTF is read as Windows' Latin alphabet."""
    for bom, encoding in _UTF16.items():
        if content.startswith(bom):
            return _text_only(content[len(bom) :].decode(encoding, errors="replace")), "utf-16"
    if content.startswith(codecs.BOM_UTF8):
        return _text_only(content.decode("utf-8-sig", errors="replace")), "utf-8-sig"
    try:
        return _text_only(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _text_only(_latin(content)), "cp1252"


def _latin(content: bytes) -> str:
    """Windows-1252; its five holes are read as Latin-1 does."""
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _text_only(text: str) -> str:
    if _BINARY.search(text):
        raise SheetError("wrong_type")
    return text


def _without_hint(text: str) -> tuple[str, str | None]:
    """Excel's first line «sep=;» names the delimiter and is no row."""
    hint = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    return (text[hint.end() :], hint.group(1)) if hint else (text, None)


def _sniffed(text: str) -> str:
    """The delimiter with which most of the first records have the same number of columns; ties to ; then tab."""
    sample = "".join(text.splitlines(keepends=True)[: _SAMPLE_RECORDS * 2])
    return max(_DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[int, int]:
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(row) for row, _ in zip(rows, range(_SAMPLE_RECORDS), strict=False))
    except csv.Error:
        return (0, 0)
    agreeing = [(count, width) for width, count in widths.items() if width > 1]
    return max(agreeing, default=(0, 0))


def _records(text: str, delimiter: str) -> list[list[str]]:
    """All records; a quote in the middle of a word is forgiven, one that is never closed is not."""
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            records.append(record)  # noqa: PERF402  a partial list says which row broke
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise SheetError("unclosed_quote", row=len(records) + 1) from None
        return _forgiving(text, delimiter)
    return records


def _forgiving(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise SheetError("broken_csv") from None
