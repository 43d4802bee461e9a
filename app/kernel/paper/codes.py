"""QR codes, as squares."""

from collections.abc import Iterator

_MOST_BYTES = 2_000  # what one still holds at this level of correction


def squares(address: str) -> tuple[int, list[tuple[int, int, int]]]:
    """How many modules a side has, and its dark runs as (column, row, length); (0, []) for what no code can hold."""
    if not address or len(address.encode("utf-8", "replace")) > _MOST_BYTES:
        return 0, []
    import segno  # 20 ms that a server needs only for its first code

    matrix = segno.make(address.encode("utf-8", "replace").decode(), error="m", micro=False).matrix
    return len(matrix), [run for row, line in enumerate(matrix) for run in _runs(row, line)]


def _runs(row: int, line: bytearray) -> Iterator[tuple[int, int, int]]:
    start = None
    for column, dark in enumerate([*line, 0]):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            yield start, row, column - start
            start = None
