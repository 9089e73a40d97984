"""Rows of which one is selected: moving among them, folding them, showing some of them alone."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection
from typing import NamedTuple

from textual.geometry import Size

from inspector.model.registermap import Region, RegisterMap, RegisterNode
from inspector.model.windows import MemoryNode
from inspector.ui.folds import Fold
from inspector.ui.lines import LineView
from inspector.ui.rows import Rows, Shape

HEADER = 1
"""Lines above the rows that do not scroll."""

_ROOM_FOR_HEADING = 2
"""From how many rows on one of them is a heading's that stays in sight."""


class Standing(NamedTuple):
    """Where the cursor stands, and among which rows.

    Attributes:
        row: Its row.
        register: The index of the register there, or None.
        shape: What was folded, and which registers were shown.
    """

    row: int
    register: int | None
    shape: Shape


class RowView(LineView):
    """Rows with a cursor; a heading stays in sight over those below it.

    Attributes:
        rows: Which row is what.
        row: Where the cursor stands.
    """

    def __init__(self, register_map: RegisterMap, *, folded: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = Rows(register_map, folded=folded)
        self.row = 0
        self._left: int | None = None
        self._last: Region | None = None
        self.begin()

    def begin(self) -> None:
        """Put the cursor on the first row where it may stand."""
        self.row = self._nearest(0, 1)

    # --- what a kind of table does then ------------------------------------------------------

    @abstractmethod
    def moved(self) -> None:
        """Another row is selected."""

    @abstractmethod
    def changed(self) -> None:
        """There are other rows."""

    @abstractmethod
    def repaint_rows(self, *rows: int) -> None:
        """Paint rows again."""

    # --- what is where -----------------------------------------------------------------------

    @property
    def selected(self) -> RegisterNode | None:
        """The selected register, or None where the cursor is on something else, or the map has none."""
        return self.rows.node(self.row) if len(self.rows) else None

    @property
    def window(self) -> MemoryNode | None:
        """The selected memory window, or None where the cursor is on something else."""
        return self.rows.window(self.row) if len(self.rows) else None

    @property
    def within(self) -> Region | None:
        """The region that the cursor is in, or None where the map has none."""
        return self.rows.region(self.row) if len(self.rows) else None

    @property
    def about(self) -> Region | None:
        """The same; where no row is shown, the region that the cursor was in last."""
        return self.within or self._last

    @property
    def height(self) -> int:
        """How many rows fit."""
        return max(self.size.height - HEADER, 0)

    def in_sight(self) -> list[RegisterNode]:
        """The registers in sight."""
        found = []
        for row in range(self.top, min(self.top + self.height, len(self.rows))):
            node = self.rows.node(row)
            if node is not None and not self.covered(row):
                found.append(node)
        return found

    def covered(self, row: int) -> bool:
        """Whether the heading that stays in sight stands over ``row``."""
        return row == self.top and self.rows.head(row).row != row and self.height >= _ROOM_FOR_HEADING

    # --- moving ------------------------------------------------------------------------------

    def select(self, node: RegisterNode, *, unfold: bool = True) -> None:
        """Select a register and bring it into sight, unfolding what it is folded into but its region.

        Args:
            node: The register; where it is filtered away, all are shown again.
            unfold: Where not, what it is folded into is selected in its place.
        """
        rows = self.rows
        if unfold and not rows.shows(node):
            if not rows.passes(node):
                self.only(None)
            hiding = rows.folds.hiding(node.index)
            if hiding and node.region.name not in rows.folded:
                self._change(lambda: rows.fold_away(hiding, False))
        self.select_row(rows.row_of(node))

    def select_window(self, window: MemoryNode) -> None:
        """Select a memory window and bring it into sight; in a folded region, its heading."""
        rows = self.rows
        self.only(None)
        hiding = rows.hiding_window(window)
        if hiding and window.region.name not in rows.folded:
            self._change(lambda: rows.fold_away(hiding, False))
        row = rows.row_of_window(window)
        place = rows.places.index((window.region, window.instance))
        row = rows.head_of(place) if row is None else row
        if row is not None:
            self.select_row(row)

    def select_row(self, row: int, *, step: int = 1) -> None:
        """Select the nearest row from ``row`` on where the cursor may stand, in the direction of ``step``."""
        if not len(self.rows):
            return
        old, self.row = self.row, self._nearest(row, step)
        row = self.row
        self.show_row(row)
        self.repaint_rows(old, row)
        if old != row:
            self.moved()

    def _nearest(self, row: int, step: int) -> int:
        row = max(0, min(row, len(self.rows) - 1))
        if len(self.rows) and not self.rows.selectable(row):
            # Below a heading that is not folded there always is a register, and the first row is a heading.
            row = row - 1 if step < 0 and row > 0 else row + 1
        return row

    def show_row(self, row: int) -> None:
        """Scroll no further than needed to have ``row`` in sight, below its heading."""
        if self.height < 1:
            return
        top = self.top
        # One line above it is kept for the heading that stays in sight.
        above = 1 if self.height >= _ROOM_FOR_HEADING else 0
        if row - above < top:
            top = row - above
        elif row > top + self.height - 1:
            top = row - self.height + 1
        if top != self.top:
            self.scroll_to(y=max(top, 0), animate=False)

    def action_move(self, step: int) -> None:
        """Select the next register."""
        self.select_row(self.row + step, step=step)

    def action_page(self, direction: int) -> None:
        """Select a page further."""
        step = direction * max(self.height - 2, 1)
        self.scroll_to(y=max(0, min(self.top + step, len(self.rows) - self.height)), animate=False)
        self.select_row(self.row + step, step=direction)

    def action_edge(self, direction: int) -> None:
        """Select the first or last register."""
        self.select_row(0 if direction < 0 else len(self.rows) - 1, step=direction)

    def action_block(self, direction: int) -> None:
        """Select the first register of the next block, or of this one, or of the one before."""
        number = self.rows.head_number(self.row)
        if direction < 0 and self.row > self.rows.heads[number].row + 1:
            direction = 0
        if 0 <= number + direction < len(self.rows.heads):
            self.select_head(self.rows.heads[number + direction].row)

    def select_place(self, place: int) -> None:
        """Select the first register of a place and bring its heading to the top."""
        if 0 <= place < len(self.rows.places):
            if self.rows.head_of(place) is None:
                self.only(None)
            head = self.rows.head_of(place)
            assert head is not None, "with all registers shown each place has a heading, or its region has"
            self.select_head(head)

    def select_head(self, head: int) -> None:
        """Select the first row below a heading, or that where it is folded, and bring it to the top."""
        row = self._nearest(head, 1)
        if self.row != row:
            self.scroll_to(y=head, animate=False)
        self.select_row(row)

    def standing(self) -> Standing:
        """Where the cursor stands now, to come back with `stand`."""
        node = self.selected
        return Standing(self.row, None if node is None else node.index, self.rows.shape)

    def stand(self, standing: Standing) -> None:
        """Show the rows as they were then, but for regions, and select what was selected."""
        self.reshape(standing)
        register = standing.register
        self.select_row(standing.row if register is None else self.rows.row_of(self.rows.nodes[register]))

    def reshape(self, standing: Standing) -> None:
        """Show the rows as they were then, but for regions; the cursor stays where it is."""
        if self.rows.shape is not standing.shape:
            self._change(lambda: self.rows.reshape(standing.shape))

    # --- folding -----------------------------------------------------------------------------

    def fold(self, regions: Collection[str], folded: bool) -> None:
        """Fold regions away or unfold them; the cursor stays where it is, or on its region's heading."""

        def change() -> None:
            for region in regions:
                self.rows.fold(region, folded)

        self._change(change)

    def fold_away(self, fold: Fold, folded: bool) -> None:
        """Fold a part of a block away, or unfold it; the cursor stays where it is, or on the fold."""
        self._change(lambda: self.rows.fold_away([fold], folded))

    @property
    def fold_here(self) -> Fold | None:
        """What is folded in the selected row, or None."""
        return self.rows.fold_at(self.row) if len(self.rows) else None

    @property
    def around(self) -> Fold | None:
        """What the selected row can be folded into next: the least that is not folded and holds it."""
        if not len(self.rows) or self.rows.filtered or self.rows.region_folded(self.row):
            return None
        here, node = self.fold_here, self.selected
        if here is not None and not here.name:
            return None
        index = node.index if node is not None else here.first if here is not None else None
        if index is None:
            return None
        folds = self.rows.folds
        wider = (fold for fold in folds.around(index) if here is None or fold.count > here.count)
        return next((fold for fold in wider if fold.path not in folds.folded), None)

    # --- showing some of them ----------------------------------------------------------------

    def only(self, indices: Collection[int] | None) -> None:
        """Show these registers alone, with the headings that they need; None for all.

        The selected row stays on its line of the screen as far as there are rows around it.
        """
        if indices is None and not self.rows.filtered:
            return
        line = self.row - self.top
        self._change(lambda: self.rows.only(indices))
        if len(self.rows):
            self.scroll_to(y=max(self.row - line, 0), animate=False)
            self.show_row(self.row)

    @property
    def filtered(self) -> bool:
        """Whether only some registers are shown."""
        return self.rows.filtered

    def _change(self, change: Callable[[], None]) -> None:
        """Change which rows there are; the cursor stays where it is as far as that is there."""
        find = self._finder()
        change()
        self.virtual_size = Size(self.room, len(self.rows) + HEADER)
        if len(self.rows):
            self.row = self._nearest(find(), 1)
        self.show_row(self.row)
        self.changed()

    def _finder(self) -> Callable[[], int]:
        """What finds the row of what is selected now, once there are other rows."""
        rows = self.rows
        if not len(rows):
            left = self._left
            return lambda: 0 if left is None else rows.row_of(rows.nodes[left])
        place, window, stretch = rows.place(self.row), self.window, rows.stretch(self.row)
        node, fold = self.selected, stretch.fold
        index = node.index if node is not None else fold.first if fold is not None else None
        self._left, self._last = index, rows.region(self.row)
        if index is not None:
            return lambda: rows.row_of(rows.nodes[index])

        def find() -> int:
            row = None if window is None else rows.row_of_window(window)
            row = rows.head_of(place) if row is None else row
            return row or 0

        return find
