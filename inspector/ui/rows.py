"""Which rows the register table has: headings, and the registers and memory windows below them."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.model.windows import MemoryNode, memory_nodes


@dataclass(frozen=True, slots=True)
class Stretch:
    """A heading with the registers below it.

    Attributes:
        place: Which place's, as an index of ``Rows.places``.
        head: The heading's row.
        first: The index of its first register; there is none where the region is folded.
    """

    place: int
    head: int
    first: int


@dataclass(frozen=True, slots=True)
class Windows:
    """The memory windows of a place, among its registers by offset.

    Attributes:
        nodes: Which.
        after: How many of the place's registers stand before each.
        rows: The row of each, counted from the one below the heading.
    """

    nodes: tuple[MemoryNode, ...] = ()
    after: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()


_NO_WINDOWS = Windows()


class Rows:
    """Every row of the table: for each instance a heading, then its registers and memory windows.

    A folded region is one heading alone. A row is a number; nothing is kept for each register, so that a
    hundred thousand cost as much as ten.

    Attributes:
        nodes: Every register of the map.
        places: Every instance that has something to show, with its region.
        stretches: The headings in sight, folded or not, in order.
        folded: The names of the folded regions.
    """

    def __init__(self, register_map: RegisterMap, *, folded: bool = False) -> None:
        self.nodes = register_map.nodes
        self.places: list[tuple[Region, Instance]] = []
        self._firsts: list[int] = []
        self._windows: list[Windows] = []
        windows: dict[tuple[str, str], list[MemoryNode]] = {}
        for window in memory_nodes(register_map):
            windows.setdefault((window.region.name, window.instance.name), []).append(window)
        for place in self.nodes.places:
            own = windows.get((place.region.name, place.instance.name), [])
            if own or place.count:
                self._firsts.append(place.first)
                self.places.append((place.region, place.instance))
                self._windows.append(self._arrange(own, place.indices))
        self.folded: set[str] = {region.name for region, _ in self.places} if folded else set()
        self.lay_out()

    def _arrange(self, windows: list[MemoryNode], indices: range) -> Windows:
        if not windows:
            return _NO_WINDOWS
        after = tuple(
            bisect_right(indices, window.offset, key=lambda index: self.nodes[index].offset)
            for window in windows
        )
        return Windows(tuple(windows), after, tuple(i + before for i, before in enumerate(after)))

    def fold(self, region: str, folded: bool) -> None:
        """Fold a region away, or unfold it."""
        if folded:
            self.folded.add(region)
        else:
            self.folded.discard(region)
        self.lay_out()

    def lay_out(self) -> None:
        """Work out which row is what."""
        self.stretches: list[Stretch] = []
        self._heads = array("l")
        self._stretch_of = array("l")
        row = 0
        last: Region | None = None
        for place, (region, _) in enumerate(self.places):
            folded = region.name in self.folded
            if not folded or region is not last:
                self._heads.append(row)
                self.stretches.append(Stretch(place, row, self._firsts[place]))
                row += 1
            if not folded:
                row += self._end(place) - self._firsts[place] + len(self._windows[place].nodes)
            self._stretch_of.append(len(self.stretches) - 1)
            last = region
        self._length = row

    def _end(self, place: int) -> int:
        return self._firsts[place + 1] if place + 1 < len(self._firsts) else len(self.nodes)

    def __len__(self) -> int:
        return self._length

    def stretch(self, row: int) -> Stretch:
        """The heading that ``row`` belongs to, or is."""
        return self.stretches[bisect_right(self._heads, row) - 1]

    def stretch_number(self, row: int) -> int:
        """The same as an index of ``stretches``."""
        return bisect_right(self._heads, row) - 1

    def place(self, row: int) -> int:
        """Which place ``row`` belongs to, as an index of ``places``."""
        return self.stretch(row).place

    def region(self, row: int) -> Region:
        """The region that ``row`` belongs to."""
        return self.places[self.place(row)][0]

    def head_of(self, place: int) -> int:
        """The row of a place's heading; where it is folded, of its region's."""
        return self.stretches[self._stretch_of[place]].head

    def node(self, row: int) -> RegisterNode | None:
        """The register in ``row``, or None where it is a heading or a memory window."""
        at = self.stretch(row)
        below = row - at.head - 1
        rows = self._windows[at.place].rows
        before = bisect_left(rows, below)
        if below < 0 or (before < len(rows) and rows[before] == below):
            return None
        return self.nodes[at.first + below - before]

    def window(self, row: int) -> MemoryNode | None:
        """The memory window in ``row``, or None where it is none."""
        at = self.stretch(row)
        windows = self._windows[at.place]
        below = row - at.head - 1
        return windows.nodes[windows.rows.index(below)] if below in windows.rows else None

    def selectable(self, row: int) -> bool:
        """Whether the cursor may stand there: anywhere but on the heading of what is not folded."""
        at = self.stretch(row)
        return at.head != row or self.places[at.place][0].name in self.folded

    def row_of(self, node: RegisterNode) -> int:
        """The row of a register; where it is folded away, its region's heading."""
        place = bisect_right(self._firsts, node.index) - 1
        head = self.head_of(place)
        if node.region.name in self.folded:
            return head
        below = node.index - self._firsts[place]
        return head + 1 + below + bisect_right(self._windows[place].after, below)
