"""Where every stall is drawn: at its own coordinates, or in a readable grid by number for those without."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from app.fairs.allocation.model import Box, Layout, Stall

COLUMNS = 10
WIDTH, DEPTH, SIDE, BETWEEN = 300, 260, 30, 120
MARGIN = 60


class Ground(NamedTuple):
    """Stalls with their boxes, shifted so that everything drawn begins at the margin; the size of it all."""

    stalls: tuple[tuple[Stall, Box], ...]
    aisles: tuple[Box, ...]
    width: int
    depth: int
    has_grid: bool


def laid_out(layout: Layout, columns: int = COLUMNS) -> Ground:
    """The boxes to draw, by number of the stall; those without coordinates in rows of `columns`."""
    stalls = sorted(layout.stalls, key=lambda stall: (stall.number, stall.code))
    own = [stall.box for stall in stalls if stall.box is not None]
    everything = [*own, *layout.aisles]
    left = min((box.x_cm for box in everything), default=0) - MARGIN
    top = min((box.y_cm for box in everything), default=0) - MARGIN
    below = max((box.y_cm + box.d_cm for box in everything), default=0) - top + (BETWEEN if everything else 0)
    loose = [stall for stall in stalls if stall.box is None]
    grid = dict(zip((stall.code for stall in loose), _grid(len(loose), below, columns), strict=True))
    placed = tuple(
        (stall, _moved(stall.box, left, top) if stall.box is not None else grid[stall.code])
        for stall in stalls
    )
    aisles = tuple(_moved(aisle, left, top) for aisle in layout.aisles)
    return Ground(placed, aisles, *_size([box for _, box in placed] + list(aisles)), bool(loose))


def _grid(count: int, top: int, columns: int) -> Sequence[Box]:
    """Rows with room to walk between."""
    return [
        Box(
            x_cm=MARGIN + n % columns * (WIDTH + SIDE),
            y_cm=top + n // columns * (DEPTH + BETWEEN),
            w_cm=WIDTH,
            d_cm=DEPTH,
        )
        for n in range(count)
    ]


def _moved(box: Box, left: int, top: int) -> Box:
    return replace(box, x_cm=box.x_cm - left, y_cm=box.y_cm - top)


def _size(boxes: Sequence[Box]) -> tuple[int, int]:
    return (
        max((box.x_cm + box.w_cm for box in boxes), default=0) + MARGIN,
        max((box.y_cm + box.d_cm for box in boxes), default=0) + MARGIN,
    )
