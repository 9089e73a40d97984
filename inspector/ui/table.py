"""The register table: one widget that draws its own lines, and only those that changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region as Area
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from inspector.model.registermap import Region, RegisterMap, RegisterNode
from inspector.model.windows import MemoryNode
from inspector.session import Sample
from inspector.session.sample import UNREAD
from inspector.ui.columns import GUTTER, Arrangement, Column, Columns, columns
from inspector.ui.commands import TABLE_COMMANDS, bindings
from inspector.ui.condition import PlaceWords
from inspector.ui.foldlines import fold_line
from inspector.ui.headermouse import HeaderMouse
from inspector.ui.lines import Line, LineView
from inspector.ui.marks import Marks
from inspector.ui.measures import measure
from inspector.ui.memory import memory_row
from inspector.ui.rowlines import header, heading, register_line
from inspector.ui.rows import Fold, Rows
from inspector.ui.rowstate import RowState, Written, row_state
from inspector.ui.values import ValueFormat

HEADER = 1
"""Lines above the rows that do not scroll."""

PlaceStatus = Callable[[str], PlaceWords]
"""By a region's name: how it is."""


class RegisterTable(LineView, can_focus=True):
    """Every register in a row, live.

    Only visible rows are looked at in a tick, and only those that differ from what was painted are
    painted again: the cost does not depend on the size of the map.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(TABLE_COMMANDS)

    class Selected(Message):
        """Another register is selected, and others may be visible."""

        def can_replace(self, message: Message) -> bool:
            """Whether ``message``, which follows, says as much."""
            return isinstance(message, RegisterTable.Selected)

    class Scrolled(Message):
        """Other registers are visible."""

        def can_replace(self, message: Message) -> bool:
            """Whether ``message``, which follows, says as much."""
            return isinstance(message, (RegisterTable.Scrolled, RegisterTable.Selected))

    class Painted(Message):
        """The table has been drawn for the first time."""

    class EditAsked(Message):
        """The selected register's value was double-clicked."""

    class UnfoldAsked(Message):
        """What is folded was double-clicked, or its mark clicked."""

    class Rearranged(Message):
        """The columns were changed with the mouse."""

    def __init__(
        self,
        register_map: RegisterMap,
        samples: Mapping[int, Sample],
        place_status: PlaceStatus,
        marks: Marks,
        *,
        folded: bool = False,
        id: str | None = None,
    ) -> None:
        """Show a map.

        Args:
            register_map: The map.
            samples: What is known, by register index; looked at in each tick.
            place_status: How the regions are.
            marks: What the values are compared with.
            folded: Whether every region starts folded.
            id: The widget's name in styles.
        """
        super().__init__(id=id)
        self.rows = Rows(register_map, folded=folded)
        self.form = ValueFormat.MAP
        self.arrangement = Arrangement()
        self.pinned: frozenset[int] = frozenset()
        self.fresh = 1.0
        self.now = 0.0
        self._map = register_map
        self._samples = samples
        self._place_status = place_status
        self._marks = marks
        self._mouse = HeaderMouse()
        self._measures = measure(register_map)
        self._columns: Columns = columns(self._measures, 80, self.form)
        self._painted: dict[int, object] = {}
        self._states: dict[int, object] = {}
        self._written: dict[int, Written] = {}
        self._tail: Line | None = None
        self.row = 0
        self.begin()

    def begin(self) -> None:
        """Put the cursor on the first row where it may stand."""
        self.row = self._nearest(0, 1)

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
    def height(self) -> int:
        """How many rows fit."""
        return max(self.size.height - HEADER, 0)

    def in_sight(self) -> list[RegisterNode]:
        """The registers in sight."""
        found = []
        for row in range(self.top, min(self.top + self.height, len(self.rows))):
            node = self.rows.node(row)
            if node is not None and not self._covered(row):
                found.append(node)
        return found

    def _covered(self, row: int) -> bool:
        """Whether the heading that stays in sight stands over ``row``."""
        return row == self.top and self.rows.head(row).row != row

    # --- painting ----------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Paint again the rows that differ from what was painted."""
        self.now = now
        self._states.clear()
        width, top = self.size.width, self.top
        dirty = [
            Area(0, row - top + HEADER, width, 1)
            for row in range(top, min(top + self.height, len(self.rows)))
            if self._painted.get(row) != self._look(row, top)
        ]
        if dirty:
            self.refresh(*dirty)

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is visible."""
        if not self.rendered:
            self.post_message(self.Painted())
        self.rendered += 1
        width = self.size.width
        if y < HEADER:
            moment = self._marks.moment
            return self.strip(header(self._columns, moment.short if moment else ""), width)
        row = y - HEADER + self.top
        if row >= len(self.rows):
            return self.strip((), width)
        state = self._painted[row] = self._look(row, self.top)
        ground = ""
        if row == self.row and not self._covered(row):
            ground = "focus-row" if self.has_focus else "row"
        return self.strip(self.line(row, state), width, ground)

    def line(self, row: int, state: object = None) -> Line:
        """What ``row`` shows, the heading where that covers it.

        Args:
            row: Which.
            state: What it depends on, where that is worked out already.
        """
        node = self.rows.node(row)
        window = None if self._covered(row) else self.rows.window(row)
        if window is not None:
            base = self._place_status(window.region.name).base
            return memory_row(window, self._columns, base, cursor=row == self.row)
        if node is None or self._covered(row):
            fold = self.rows.fold_at(row)
            if fold is not None and fold.name and not self._covered(row):
                first = self.rows.nodes[fold.first]
                base = self._place_status(first.region.name).base
                return fold_line(fold, first, self._columns, base, cursor=row == self.row)
            region, instance = self.rows.places[self.rows.place(row)]
            here = row == self.row and node is None and not self._covered(row)
            status = self._place_status(region.name)
            return heading(
                region, instance, status, self._columns.width, cursor=here, folded=fold is not None and here
            )
        cursor = row == self.row
        return register_line(
            node,
            state if isinstance(state, RowState) else self._row_state(node),
            self._columns,
            self.form,
            cursor=cursor,
            pinned=node.index in self.pinned,
            tail=self._tail if cursor else None,
        )

    def _look(self, row: int, top: int) -> object:
        """The same, worked out once between two ticks."""
        if row == top:
            # What stands there is its heading, or itself again after the next step.
            return self._state(row, top)
        state = self._states.get(row)
        if state is None:
            state = self._states[row] = self._state(row, top)
        return state

    def _state(self, row: int, top: int) -> object:
        """All that the line of ``row`` depends on, as far as it changes by itself."""
        node = self.rows.node(row)
        if node is None or (row == top and self._covered(row)):
            return self._place_status(self.rows.region(row).name)
        return self._row_state(node)

    def _row_state(self, node: RegisterNode) -> RowState:
        return row_state(
            node,
            self._samples.get(node.index, UNREAD),
            self.now,
            fresh=self.fresh,
            place=self._place_status(node.region.name),
            written=self._written.get(node.index),
            known=self._map.known_of(node, self._word),
            compared=self._marks.compare(node),
        )

    def _word(self, node: RegisterNode) -> int | None:
        return self._samples.get(node.index, UNREAD).value

    def _repaint(self, *rows: int) -> None:
        width = self.size.width
        lines = [row - self.top + HEADER for row in rows]
        regions = [Area(0, y, width, 1) for y in lines if HEADER <= y < self.size.height]
        if regions:
            self.refresh(*regions)

    # --- what others tell it -----------------------------------------------------------------

    def set_tail(self, tail: Line | None) -> None:
        """Put ``tail`` after the value of the selected row during an edit; None after it."""
        if tail != self._tail:
            self._tail = tail
            self._repaint(self.row)

    @property
    def tail_width(self) -> int:
        """How many cells an edit has in the row."""
        at = self._columns
        told = at.cells(Column.VALUE) if at.covers_value else 0
        return at.width - at.tail - told

    def set_format(self, form: ValueFormat) -> None:
        """Write values in another base."""
        self.form = form
        self.measure()

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Show the columns as a person wants them."""
        if arrangement != self.arrangement:
            self.arrangement = arrangement
            self.measure()

    @property
    def columns(self) -> Columns:
        """The columns in sight."""
        return self._columns

    def mark_written(self, node: RegisterNode, mark: str, now: float) -> None:
        """Show that we wrote a register, until the hardware changes it; see `rowstate.Written`."""
        self._written[node.index] = Written(mark, now, self._samples.get(node.index, UNREAD).changed)

    def set_pinned(self, indices: frozenset[int]) -> None:
        """Show which registers are pinned."""
        changed, self.pinned = self.pinned ^ indices, indices
        self._repaint(*(self.rows.row_of(self.rows.nodes[index]) for index in changed))

    def measure(self) -> None:
        """Share the width out again: the window, the columns or what is compared with has changed."""
        self._columns = columns(
            self._measures, self.room, self.form, self.arrangement, marked=self._marks.taken
        )
        self.refresh()

    # --- moving ------------------------------------------------------------------------------

    def _tell(self, message: Message) -> None:
        # What everybody waits for does not climb from widget to widget.
        self.screen.post_message(message)

    def select(self, node: RegisterNode, *, unfold: bool = True) -> None:
        """Select a register and bring it into sight, unfolding what it is folded into but its region.

        Args:
            node: The register; where it is filtered away, all are shown again.
            unfold: Where not, what it is folded into is selected in its place.
        """
        rows = self.rows
        if unfold and not rows.shows(node) and (rows.filtered or node.region.name not in rows.folded):
            if rows.filtered:
                self.only(None)
            hiding = [fold for fold in rows.foldable(node.index) if fold.path in rows.folds]
            if hiding:
                self._change(lambda: rows.fold_away(hiding, False))
        self.select_row(rows.row_of(node))

    def select_row(self, row: int, *, step: int = 1) -> None:
        """Select the nearest row from ``row`` on where the cursor may stand, in the direction of ``step``."""
        if not len(self.rows):
            return
        old, self.row = self.row, self._nearest(row, step)
        row = self.row
        self.show_row(row)
        self._repaint(old, row)
        if old != row:
            self._tell(self.Selected())

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
        if row - 1 < top:
            top = row - 1
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
            self._select_head(self.rows.heads[number + direction].row)

    def select_place(self, place: int) -> None:
        """Select the first register of a place and bring its heading to the top."""
        if 0 <= place < len(self.rows.places):
            self._select_head(self.rows.head_of(place))

    def _select_head(self, head: int) -> None:
        row = self._nearest(head, 1)
        if self.row != row:
            self.scroll_to(y=head, animate=False)
        self.select_row(row)

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
        here = self.fold_here
        index = self.rows.stretch(self.row).first if here else None
        node = self.selected
        if node is not None:
            index = node.index
        if index is None or (here is not None and not here.name):
            return None
        wider = (fold for fold in self.rows.foldable(index) if here is None or fold.count > here.count)
        return next((fold for fold in wider if fold.path not in self.rows.folds), None)

    def only(self, indices: Collection[int] | None) -> None:
        """Show these registers alone, with the headings that they need; None for all."""
        if indices is not None or self.rows.filtered:
            self._change(lambda: self.rows.only(indices))

    @property
    def filtered(self) -> bool:
        """Whether only some registers are shown."""
        return self.rows.filtered

    def _change(self, change: Callable[[], None]) -> None:
        """Change which rows there are; the cursor stays where it is as far as that is there."""
        rows = self.rows
        index: int | None = None
        place = 0
        if len(rows):
            stretch = rows.stretch(self.row)
            node = self.selected
            index = node.index if node is not None else stretch.first
            if stretch.window is not None or rows.region_folded(self.row) or rows.is_heading(self.row):
                index = None
            place = rows.place(self.row)
        change()
        self._painted.clear()
        self._states.clear()
        self.virtual_size = Size(self.room, len(rows) + HEADER)
        if len(rows):
            at = rows.head_of(place) if index is None else rows.row_of(rows.nodes[index])
            self.row = self._nearest(at, 1)
        self.refresh()
        self.show_row(self.row)
        self._tell(self.Selected())
        self._tell(self.Scrolled())

    # --- events ------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Share the width out again, and keep the selected row in sight."""
        self.virtual_size = Size(self.room, len(self.rows) + HEADER)
        self.measure()
        self.call_after_refresh(self.show_row, self.row)
        self._tell(self.Scrolled())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that other registers are in sight."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._painted.clear()
            self._tell(self.Scrolled())

    def on_focus(self) -> None:
        """Show which row has the keys."""
        self._repaint(self.row)

    def on_blur(self) -> None:
        """Show that the keys went elsewhere."""
        self._repaint(self.row)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of a column's edge, or of its name."""
        if event.y < HEADER and self._mouse.press(event.x, self._columns):
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Size the column that is held."""
        if self._mouse.held:
            self.set_arrangement(self._mouse.drag(event.x, self._columns, self.arrangement))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go; a column's name that was carried elsewhere takes the column with it."""
        if self._mouse.held:
            self.release_mouse()
            self.set_arrangement(self._mouse.release(event.x, self._columns, self.arrangement))
            self.post_message(self.Rearranged())

    def on_click(self, event: events.Click) -> None:
        """Select the row; a double click edits its value."""
        row = event.y - HEADER + self.top
        if event.y < HEADER or row >= len(self.rows) or self._covered(row):
            return
        if not self.rows.selectable(row):
            return
        self.select_row(row)
        if self.selected is None and self.window is None:
            if event.chain == 2 or event.x < GUTTER:
                self.post_message(self.UnfoldAsked())
        elif event.chain == 2 and self.window is None:
            self.post_message(self.EditAsked())
