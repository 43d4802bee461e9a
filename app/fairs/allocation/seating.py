"""Whether one more group still finds a stall that fits while everybody seated before keeps one (augmenting paths)."""


class Seating:
    """A growing matching of groups to stalls. Stalls are bits; who was seated once stays seated, perhaps elsewhere."""

    def __init__(self, stalls: int) -> None:
        self._holder = [-1] * stalls
        self._usable: dict[int, int] = {}
        self._free = (1 << stalls) - 1
        self._closed = 0  # stalls that no further group can free: an earlier search proved it

    def seat(self, group: int, usable: int) -> bool:
        """Seats the group if that takes nobody's place; False changes nothing."""
        self._usable[group] = usable
        came: dict[int, int] = {}  # stall -> the group that would move there
        queue, seen = [group], self._closed
        for mover in queue:
            open_to = self._usable[mover] & ~seen
            direct = open_to & self._free
            if direct:
                self._shift(mover, _lowest(direct), came, group)
                return True
            seen |= open_to
            while open_to:
                stall = _lowest(open_to)
                open_to &= open_to - 1
                came[stall] = mover
                queue.append(self._holder[stall])
        self._closed = seen
        return False

    def _shift(self, mover: int, stall: int, came: dict[int, int], group: int) -> None:
        """Moves everybody on the path one stall on, so that the newcomer has the first."""
        self._free &= ~(1 << stall)
        while mover != group:
            left = self._holder.index(mover)
            self._holder[stall] = mover
            stall, mover = left, came[left]
        self._holder[stall] = mover


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
