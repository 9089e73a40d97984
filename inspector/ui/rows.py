"""Which rows the register table has: headings, registers, memory windows, and what is folded away.

A row is a number; what is kept is one stretch of rows for each heading, each fold and each run of registers
between them, so that a hundred thousand registers cost as much as ten.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from inspector.model.place import Place
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.model.windows import MemoryNode, memory_nodes
from inspector.ui.folds import Fold, Folds


class Kind(Enum):
    """What a stretch of rows shows."""

    HEADING = "heading"
    REGISTERS = "registers"
    FOLD = "fold"
    WINDOW = "window"


class Stretch(NamedTuple):
    """Rows that are alike.

    Attributes:
        kind: What they show.
        place: Whose, as an index of ``Rows.places``.
        row: The first of them.
        first: The index of the first register that they show, or before which they stand.
        fold: What is folded here, or None.
        window: The memory window, or None.
        pick: Where only some registers are shown, which of those is the first here.
    """

    kind: Kind
    place: int
    row: int
    first: int
    fold: Fold | None = None
    window: MemoryNode | None = None
    pick: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Which parts of blocks are folded, and which registers are shown alone."""

    folds: Sequence[Fold]
    only: Sequence[int] | None


class Rows:
    """Every row of the table: for each instance a heading, then its registers and memory windows.

    Attributes:
        nodes: Every register of the map.
        places: Every instance that has something to show, with its region.
        folded: The names of the folded regions, of which nothing is read; each is one heading alone.
        folds: What else is folded.
        shape: The same, with the registers that are shown; another object once that is another.
        heads: The headings in sight, in order.
    """

    def __init__(self, register_map: RegisterMap, *, folded: bool = False) -> None:
        self.nodes = register_map.nodes
        windows: dict[tuple[str, str], list[MemoryNode]] = {}
        for window in memory_nodes(register_map):
            windows.setdefault((window.region.name, window.instance.name), []).append(window)
        self._places: list[Place] = []
        self._windows: list[Sequence[tuple[int, MemoryNode]]] = []
        for place in self.nodes.places:
            own = windows.get((place.region.name, place.instance.name), [])
            if own or place.count:
                self._places.append(place)
                self._windows.append(self._arrange(own, place.indices))
        self.places: list[tuple[Region, Instance]] = [
            (place.region, place.instance) for place in self._places
        ]
        self.folded: set[str] = {region.name for region, _ in self.places} if folded else set()
        self.folds = Folds(self.nodes, self._places)
        self.folds.put_long_arrays()
        self._only: Sequence[int] | None = None
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

    # --- what is shown -----------------------------------------------------------------------

    def fold(self, region: str, folded: bool) -> None:
        """Fold a region away, or unfold it."""
        if folded:
            self.folded.add(region)
        else:
            self.folded.discard(region)
        self.lay_out()

    def fold_away(self, folds: Iterable[Fold], folded: bool) -> None:
        """Fold parts of blocks away, or unfold them."""
        self.folds.put(folds, folded)
        self.lay_out()

    def recall(self, folds: Iterable[tuple[str, str]]) -> None:
        """Fold what was folded before, and nothing else, as `Folds.kept` says it."""
        self.folds.recall(folds)
        self.lay_out()

    def only(self, indices: Collection[int] | None) -> None:
        """Show these registers alone, whatever but regions is folded; None for all."""
        self._only = None if indices is None else sorted(indices)
        self.lay_out()

    def reshape(self, shape: Shape) -> None:
        """Fold and show what was folded and shown when the shape was that; regions stay as they are."""
        self.folds.folded = {fold.path: fold for fold in shape.folds}
        self._only = shape.only
        self.lay_out()
        self.shape = shape

    @property
    def filtered(self) -> bool:
        """Whether only some registers are shown."""
        return self._only is not None

    def passes(self, node: RegisterNode) -> bool:
        """Whether a register is among those that are shown."""
        if self._only is None:
            return True
        at = bisect_left(self._only, node.index)
        return at < len(self._only) and self._only[at] == node.index

    # --- laying out --------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Work out which row is what."""
        self.shape = Shape(tuple(self.folds.folded.values()), self._only)
        self._stretches: list[Stretch] = []
        self._length = 0
        self.heads: list[Stretch] = []
        self._head_of = array("l")
        last: Region | None = None
        outermost = {} if self.filtered else self.folds.outermost()
        for number, place in enumerate(self._places):
            first, picks = place.first, range(0)
            if self._only is not None:
                low = bisect_left(self._only, first)
                picks = range(low, bisect_left(self._only, first + place.count, low))
                first = self._only[low] if picks else first
            if picks or not self.filtered:
                folded = place.region.name in self.folded
                if not folded or place.region is not last:
                    self._add(Kind.HEADING, number, first)
                if picks and not folded:
                    self._run(number, first, len(picks), pick=picks.start)
                elif not folded and self.folds.folded_block(number) is None:
                    folds = outermost.get(number, ())
                    if folds or self._windows[number]:
                        self._lay_out_place(number, folds)
                    else:
                        self._run(number, first, place.count)
                last = place.region
            self._head_of.append(len(self.heads) - 1)
        self._rows = array("l", (stretch.row for stretch in self._stretches))
        self._head_rows = array("l", (head.row for head in self.heads))
        self._indices = array("l", (stretch.first for stretch in self._stretches))

    def _lay_out_place(self, number: int, folds: Sequence[Fold]) -> None:
        at, stop = self._places[number].first, self._places[number].indices.stop
        windows = list(self._windows[number])
        for fold in (*folds, None):
            end = stop if fold is None else fold.first
            while windows and windows[0][0] <= end:
                before, window = windows.pop(0)
                self._run(number, at, before - at)
                self._add(Kind.WINDOW, number, before, window=window)
                at = max(at, before)
            self._run(number, at, end - at)
            if fold is not None:
                self._add(Kind.FOLD, number, fold.first, fold=fold)
                at = fold.end
                # A window among what is folded is folded with it.
                while windows and windows[0][0] < at:
                    windows.pop(0)

    def _run(self, place: int, first: int, count: int, *, pick: int = 0) -> None:
        if count > 0:
            self._stretches.append(Stretch(Kind.REGISTERS, place, self._length, first, pick=pick))
            self._length += count

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

    def head_of(self, place: int) -> int | None:
        """The row of a place's heading, or of its folded region's; None where neither is shown."""
        number = self._head_of[place]
        if number < 0:
            return None
        head, region = self.heads[number], self.places[place][0]
        same = head.place == place
        together = region.name in self.folded and self.places[head.place][0] is region
        return head.row if same or together else None

    def node(self, row: int) -> RegisterNode | None:
        """The register in ``row``, or None where it shows anything else."""
        stretch = self.stretch(row)
        if stretch.kind is not Kind.REGISTERS:
            return None
        below = row - stretch.row
        return self.nodes[stretch.first + below if self._only is None else self._only[stretch.pick + below]]

    def window(self, row: int) -> MemoryNode | None:
        """The memory window in ``row``, or None where it shows anything else."""
        return self.stretch(row).window

    def row_of_window(self, window: MemoryNode) -> int | None:
        """The row of a memory window, or None where it is folded away."""
        rows = (each.row for each in self._stretches if each.window and each.window.path == window.path)
        return next(rows, None)

    def hiding_window(self, window: MemoryNode) -> list[Fold]:
        """What a memory window is folded into."""
        for place, own in enumerate(self._windows):
            for before, each in own:
                if each.path == window.path:
                    folds = (fold for fold in self.folds.folded.values() if fold.place == place)
                    return [fold for fold in folds if not fold.name or fold.first < before < fold.end]
        return []

    def fold_at(self, row: int) -> Fold | None:
        """What is folded in ``row``; of a heading, the block below it where that is folded."""
        stretch = self.stretch(row)
        if stretch.kind is Kind.HEADING and not self.region_folded(row):
            return None if self.filtered else self.folds.folded_block(stretch.place)
        return stretch.fold

    def opens(self, row: int) -> Fold | None:
        """What can be folded that begins in ``row``; of a heading, the block; None where that is folded."""
        stretch = self.stretch(row)
        if self.filtered or self.region_folded(row) or self.fold_at(row) is not None:
            return None
        if stretch.kind is Kind.HEADING:
            return self.folds.block(stretch.place) if self._places[stretch.place].count else None
        node = self.node(row)
        return None if node is None else self.folds.beginning(node.index)

    def inside(self, row: int) -> Fold | None:
        """What the register or fold in ``row`` is in and does not begin, short of its block; or None."""
        if row >= self._length:
            return None
        node, fold = self.node(row), self.stretch(row).fold
        index = node.index if node is not None else fold.first if fold is not None else None
        return None if index is None else self.folds.covering(index)

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
        return bool(self._length) and self.node(self.row_of(node)) is node

    def row_of(self, node: RegisterNode) -> int:
        """The row of a register.

        Where it is folded away, that of what it is folded into; where only others are shown, that of one near
        it.
        """
        number = bisect_right(self._indices, node.index) - 1
        if number < 0:
            return 0
        stretch = self._stretches[number]
        if stretch.kind is not Kind.REGISTERS:
            return stretch.row
        below = node.index - stretch.first
        if self._only is not None:
            below = bisect_left(self._only, node.index, stretch.pick) - stretch.pick
        following = number + 1
        end = self._rows[following] if following < len(self._rows) else self._length
        return min(stretch.row + below, end - 1)
