"""Which stalls stand side by side. Pure geometry on integers.

Two stalls that both have a box are neighbours when two of their sides face each other at most `gap_cm` apart (corner to
corner is not side by side) and no aisle lies between; otherwise when their numbers follow: 12 and 13 do, and whoever
leaves a number out says that there is a passage.
"""

from collections.abc import Iterator, Sequence

from app.fairs.allocation.model import Box, Layout, Stall

Pair = tuple[str, str]
_Interval = tuple[int, int]


def pairs(layout: Layout) -> tuple[Pair, ...]:
    """The pairs of neighbours by code, each once, the lower number first; in the order of their numbers."""
    number = {stall.code: stall.number for stall in layout.stalls}
    found = {*_by_box(layout), *_by_number(layout.stalls)}
    ordered = ((a, b) if number[a] < number[b] else (b, a) for a, b in found)
    return tuple(sorted(ordered, key=lambda pair: (number[pair[0]], number[pair[1]])))


def are_apart(one: Box, other: Box, gap_cm: int, aisles: Sequence[Box]) -> bool:
    """Whether no sides of the two boxes face each other within the gap, or an aisle lies between them."""
    across, along = _gap(_x(one), _x(other)), _gap(_y(one), _y(other))
    if max(across, along) > gap_cm or min(across, along) >= 0:
        return True
    between = _between(_x(one), _x(other)), _between(_y(one), _y(other))
    return max(across, along) > 0 and any(
        _meets(_x(aisle), between[0]) and _meets(_y(aisle), between[1]) for aisle in aisles
    )


def overlapping(layout: Layout) -> tuple[Pair, ...]:
    """The neighbours that stand on the same ground: somebody measured, or typed, one of them wrongly."""
    boxes = {stall.code: stall.box for stall in layout.stalls if stall.box is not None}
    return tuple(
        (one, other)
        for one, other in pairs(layout)
        if (here := boxes.get(one)) and (there := boxes.get(other)) and _share_ground(here, there)
    )


def _share_ground(one: Box, other: Box) -> bool:
    return _gap(_x(one), _x(other)) < 0 and _gap(_y(one), _y(other)) < 0


def _by_box(layout: Layout) -> Iterator[Pair]:
    """Sweeps from left to right: only stalls that begin before another one's reach ends are compared."""
    boxed = sorted(
        ((stall.box, stall.code) for stall in layout.stalls if stall.box is not None),
        key=lambda entry: (entry[0].x_cm, entry[1]),
    )
    for place, (one, code) in enumerate(boxed):
        reach = one.x_cm + one.w_cm + layout.gap_cm
        for other, name in boxed[place + 1 :]:
            if other.x_cm > reach:
                break
            if not are_apart(one, other, layout.gap_cm, layout.aisles):
                yield code, name


def _by_number(stalls: Sequence[Stall]) -> Iterator[Pair]:
    by_number = {stall.number: stall for stall in stalls}
    for stall in stalls:
        following = by_number.get(stall.number + 1)
        if following is not None and (stall.box is None or following.box is None):
            yield stall.code, following.code


def _x(box: Box) -> _Interval:
    return box.x_cm, box.x_cm + box.w_cm


def _y(box: Box) -> _Interval:
    return box.y_cm, box.y_cm + box.d_cm


def _gap(one: _Interval, other: _Interval) -> int:
    """The distance between two intervals; below zero by what they share."""
    return max(one[0] - other[1], other[0] - one[1])


def _between(one: _Interval, other: _Interval) -> _Interval:
    """The stretch that separates two intervals, or the one they share."""
    low, high = sorted((max(one[0], other[0]), min(one[1], other[1])))
    return low, high


def _meets(aisle: _Interval, stretch: _Interval) -> bool:
    """Whether an aisle covers a part of the stretch, not only its edge."""
    return aisle[0] < stretch[1] and stretch[0] < aisle[1]
