"""Which rows the register table has: headings, registers, memory windows, and what is folded away.

A row is a number; what is kept is one stretch of rows for each heading, each fold and each run of registers
between them, so that a hundred thousand registers cost as much as ten.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from inspector.model.nodes import ByPath
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.model.windows import MemoryNode, memory_nodes

LONG = 33
"""Of how many elements on an array starts folded."""


class Kind(Enum):
    """What a stretch of rows shows."""

    HEADING = "heading"
    REGISTERS = "registers"
    FOLD = "fold"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Fold:
    """Registers that can be folded into one row: an array, a group, an element, a block.

    Attributes:
        path: Of what they are, such as ``DMA.CH[0..7]``.
        place: Whose they are, as an index of ``Rows.places``.
        name: The same within its block; empty for a whole block.
        first: The index of the first of them.
        count: How many they are.
    """

    path: str
    place: int
    name: str
    first: int
    count: int

    @property
    def end(self) -> int:
        """The index behind the last."""
        return self.first + self.count


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that are alike.

    Attributes:
        kind: What they show.
        place: Whose, as an index of ``Rows.places``.
        row: The first of them.
        first: The index of the first register that they show, or before which they stand.
        fold: What is folded here, or None.
        window: The memory window, or None.
    """

    kind: Kind
    place: int
    row: int
    first: int
    fold: Fold | None = None
    window: MemoryNode | None = None


class Rows:
    """Every row of the table: for each instance a heading, then its registers and memory windows.

    Attributes:
        nodes: Every register of the map.
        places: Every instance that has something to show, with its region.
        folded: The names of the folded regions, of which nothing is read; each is one heading alone.
        folds: What else is folded, by path.
        heads: The headings in sight, in order.
        filtered: Whether only some registers are shown.
    """

    def __init__(self, register_map: RegisterMap, *, folded: bool = False) -> None:
        self.nodes = register_map.nodes
        self.places: list[tuple[Region, Instance]] = []
        self._firsts: list[int] = []
        self._ends: list[int] = []
        self._numbers: list[int] = []
        self._windows: list[Sequence[tuple[int, MemoryNode]]] = []
        windows: dict[tuple[str, str], list[MemoryNode]] = {}
        for window in memory_nodes(register_map):
            windows.setdefault((window.region.name, window.instance.name), []).append(window)
        for place in self.nodes.places:
            own = windows.get((place.region.name, place.instance.name), [])
            if own or place.count:
                self._firsts.append(place.first)
                self._ends.append(place.first + place.count)
                self._numbers.append(place.number)
                self.places.append((place.region, place.instance))
                self._windows.append(self._arrange(own, place.indices))
        self.folded: set[str] = {region.name for region, _ in self.places} if folded else set()
        self.folds: dict[str, Fold] = {}
        self._only: Sequence[int] | None = None
        self._fold_long_arrays()
        self.lay_out()

    def _arrange(self, windows: list[MemoryNode], indices: range) -> Sequence[tuple[int, MemoryNode]]:
        """Each window with the index of the register that it stands before."""
        return [
            (
                indices.start
                + bisect_right(indices, window.offset, key=lambda index: self.nodes[index].offset),
                window,
            )
            for window in windows
        ]

    def _fold_long_arrays(self) -> None:
        """Fold what would bury everything else, unless there is nothing else."""
        for place in range(len(self.places)):
            count = self._ends[place] - self._firsts[place]
            if count < LONG:
                continue
            for fold in self._arrays(place):
                if fold.count < len(self.nodes):
                    self.folds[fold.path] = fold

    def _arrays(self, place: int) -> Iterator[Fold]:
        found = self.nodes.places[self._numbers[place]]
        for each in found.layout.arrays(LONG):
            path = found.prefix + each.name
            yield Fold(path, place, each.name, found.first + each.first, each.count)

    # --- what is folded ----------------------------------------------------------------------

    def fold(self, region: str, folded: bool) -> None:
        """Fold a region away, or unfold it."""
        if folded:
            self.folded.add(region)
        else:
            self.folded.discard(region)
        self.lay_out()

    def fold_away(self, folds: Iterable[Fold], folded: bool) -> None:
        """Fold parts of blocks away, or unfold them."""
        for fold in folds:
            if folded:
                self.folds[fold.path] = fold
            else:
                self.folds.pop(fold.path, None)
        self.lay_out()

    def foldable(self, index: int) -> list[Fold]:
        """What the register at an index can be folded into: its element, its array, …, its block at last."""
        number = bisect_right(self._firsts, index) - 1
        while self._ends[number] <= index:
            number -= 1
        place = self.nodes.places[self._numbers[number]]
        within = [
            Fold(place.prefix + each.name, number, each.name, place.first + each.first, each.count)
            for each in reversed(place.layout.belonging(index - place.first))
            if each.count > 1
        ]
        return [*within, self.block(number)]

    def block(self, place: int) -> Fold:
        """A whole block as a fold."""
        first, end = self._firsts[place], self._ends[place]
        return Fold(self.nodes.places[self._numbers[place]].prefix, place, "", first, end - first)

    def recall(self, folds: Iterable[tuple[str, str]]) -> None:
        """Fold what was folded before, and nothing else: each by its path and that of its first register.

        What the map has no more is left out.
        """
        by_path = ByPath(self.nodes)
        self.folds.clear()
        for path, register in folds:
            node = by_path.get(register)
            found = () if node is None else (each for each in self.foldable(node.index) if each.path == path)
            self.folds.update((each.path, each) for each in found)
        self.lay_out()

    def kept(self) -> list[tuple[str, str]]:
        """What is folded, as `recall` takes it."""
        return [(fold.path, self.nodes[fold.first].path) for fold in self.folds.values()]

    def only(self, indices: Collection[int] | None) -> None:
        """Show these registers alone, whatever is folded; None for all."""
        self._only = None if indices is None else sorted(indices)
        self.lay_out()

    @property
    def filtered(self) -> bool:
        """Whether only some registers are shown."""
        return self._only is not None

    # --- laying out --------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Work out which row is what."""
        self._stretches: list[Stretch] = []
        self._length = 0
        self.heads: list[Stretch] = []
        self._head_of = array("l")
        last: Region | None = None
        outermost = self._outermost()
        for place, (region, _) in enumerate(self.places):
            if self._only is not None and region.name not in self.folded:
                self._lay_out_some(place)
            elif region.name not in self.folded:
                self._add(Kind.HEADING, place, self._firsts[place])
                if self.block_folded(place) is None:
                    self._lay_out_place(place, outermost.get(place, ()))
            elif region is not last:
                self._add(Kind.HEADING, place, self._firsts[place])
            self._head_of.append(max(len(self.heads) - 1, 0))
            last = region
        self._rows = array("l", (stretch.row for stretch in self._stretches))
        self._head_rows = array("l", (head.row for head in self.heads))
        self._indices = array("l", (stretch.first for stretch in self._stretches))

    def _outermost(self) -> dict[int, list[Fold]]:
        """What is folded of each block and is in nothing else that is."""
        found: dict[int, list[Fold]] = {}
        for fold in sorted(self.folds.values(), key=lambda fold: (fold.first, -fold.count)):
            own = found.setdefault(fold.place, [])
            if fold.name and (not own or own[-1].end <= fold.first):
                own.append(fold)
        return found

    def block_folded(self, place: int) -> Fold | None:
        """A block as a fold where it is folded as a whole."""
        return self.folds.get(self.nodes.places[self._numbers[place]].prefix)

    def _lay_out_place(self, place: int, folds: Sequence[Fold]) -> None:
        at = self._firsts[place]
        windows = list(self._windows[place])
        for fold in (*folds, None):
            end = self._ends[place] if fold is None else fold.first
            while windows and windows[0][0] <= end:
                before, window = windows.pop(0)
                self._run(place, at, before)
                self._add(Kind.WINDOW, place, before, window=window)
                at = max(at, before)
            self._run(place, at, end)
            if fold is not None:
                self._add(Kind.FOLD, place, fold.first, fold=fold)
                at = fold.end
                # A window among what is folded is folded with it.
                while windows and windows[0][0] < at:
                    windows.pop(0)

    def _lay_out_some(self, place: int) -> None:
        assert self._only is not None
        low = bisect_left(self._only, self._firsts[place])
        high = bisect_left(self._only, self._ends[place])
        if low == high:
            return
        self._add(Kind.HEADING, place, self._only[low])
        start = self._only[low]
        for before, index in zip(self._only[low:high], self._only[low + 1 : high], strict=False):
            if index != before + 1:
                self._run(place, start, before + 1)
                start = index
        self._run(place, start, self._only[high - 1] + 1)

    def _run(self, place: int, first: int, end: int) -> None:
        if end > first:
            self._stretches.append(Stretch(Kind.REGISTERS, place, self._length, first))
            self._length += end - first

    def _add(
        self,
        kind: Kind,
        place: int,
        first: int,
        *,
        fold: Fold | None = None,
        window: MemoryNode | None = None,
    ) -> None:
        stretch = Stretch(kind, place, self._length, first, fold, window)
        self._stretches.append(stretch)
        if kind is Kind.HEADING:
            self.heads.append(stretch)
        self._length += 1

    # --- which row is what -------------------------------------------------------------------

    def __len__(self) -> int:
        return self._length

    def stretch(self, row: int) -> Stretch:
        """The stretch that ``row`` is in."""
        return self._stretches[bisect_right(self._rows, row) - 1]

    def head(self, row: int) -> Stretch:
        """The heading that ``row`` stands below, or is."""
        return self.heads[self.head_number(row)]

    def head_number(self, row: int) -> int:
        """The same as an index of ``heads``."""
        return bisect_right(self._head_rows, row) - 1

    def place(self, row: int) -> int:
        """Which place ``row`` belongs to, as an index of ``places``."""
        return self.head(row).place

    def region(self, row: int) -> Region:
        """The region that ``row`` belongs to."""
        return self.places[self.place(row)][0]

    def head_of(self, place: int) -> int:
        """The row of a place's heading; where it is folded, of its region's."""
        return self.heads[self._head_of[place]].row

    def node(self, row: int) -> RegisterNode | None:
        """The register in ``row``, or None where it shows anything else."""
        stretch = self.stretch(row)
        return self.nodes[stretch.first + row - stretch.row] if stretch.kind is Kind.REGISTERS else None

    def window(self, row: int) -> MemoryNode | None:
        """The memory window in ``row``, or None where it shows anything else."""
        return self.stretch(row).window

    def fold_at(self, row: int) -> Fold | None:
        """What is folded in ``row``; of a heading, the block below it where that is folded."""
        stretch = self.stretch(row)
        if stretch.kind is Kind.HEADING and not self.region_folded(row):
            return None if self.filtered else self.block_folded(stretch.place)
        return stretch.fold

    def region_folded(self, row: int) -> bool:
        """Whether the region that ``row`` is in is folded."""
        return self.region(row).name in self.folded

    def is_heading(self, row: int) -> bool:
        """Whether ``row`` is a heading."""
        return self.stretch(row).kind is Kind.HEADING

    def selectable(self, row: int) -> bool:
        """Whether the cursor may stand there: anywhere but on the heading of what is not folded."""
        return not self.is_heading(row) or self.region_folded(row) or self.fold_at(row) is not None

    def shows(self, node: RegisterNode) -> bool:
        """Whether a register has a row of its own."""
        return self.node(self.row_of(node)) is node

    def row_of(self, node: RegisterNode) -> int:
        """The row of a register; where it is folded away, of what it is folded into; else its heading's."""
        stretch = self._stretches[bisect_right(self._indices, node.index) - 1]
        below = node.index - stretch.first
        if stretch.kind is not Kind.REGISTERS:
            return stretch.row
        following = bisect_right(self._rows, stretch.row)
        end = self._rows[following] if following < len(self._rows) else self._length
        return stretch.row + below if stretch.row + below < end else self.head(stretch.row).row
