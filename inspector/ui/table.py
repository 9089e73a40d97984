"""The register table: one widget that draws its own lines, and only those that changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region as Area
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.session import Sample
from inspector.session.sample import UNREAD
from inspector.ui.blocklines import block_line
from inspector.ui.columns import GUTTER, Arrangement, Columns, columns
from inspector.ui.command import bindings
from inspector.ui.condition import PlaceWords
from inspector.ui.folds import Fold
from inspector.ui.headermouse import HeaderMouse
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import Line
from inspector.ui.marks import Marks
from inspector.ui.measures import measure
from inspector.ui.panecommands import TABLE_COMMANDS
from inspector.ui.rowlines import header, register_line
from inspector.ui.rowstate import RowState, Written, row_state
from inspector.ui.rowview import HEADER, RowView
from inspector.ui.values import ValueFormat

_NOTHING_FITS: Line = (("  no register fits", "dim"),)

PlaceStatus = Callable[[str], PlaceWords]
"""By a region's name: how it is."""


class RegisterTable(RowView, can_focus=True):
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

    class FoldAsked(Message):
        """The mark of what can be folded was clicked."""

        def __init__(self, fold: Fold) -> None:
            super().__init__()
            self.fold = fold

    class Rearranged(Message):
        """The columns were changed with the mouse."""

    def __init__(
        self,
        register_map: RegisterMap,
        samples: Mapping[int, Sample],
        place_status: PlaceStatus,
        marks: Marks,
        keyboard: Keyboard,
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
            keyboard: Which keys do what.
            folded: Whether every region starts folded.
            id: The widget's name in styles.
        """
        super().__init__(register_map, folded=folded, id=id)
        self.form = ValueFormat.MAP
        self.arrangement = Arrangement()
        self.pinned: frozenset[int] = frozenset()
        self.fresh = 1.0
        self.now = 0.0
        self._map = register_map
        self._samples = samples
        self._place_status = place_status
        self._marks = marks
        self._keyboard = keyboard
        self._mouse = HeaderMouse()
        self._measures = measure(register_map)
        self._columns: Columns = columns(self._measures, 80, self.form)
        self._painted: dict[int, object] = {}
        self._states: dict[int, object] = {}
        self._written: dict[int, Written] = {}
        self._tail: Line | None = None

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
            moment, here = self._marks.moment, self._marks.here
            return self.strip(header(self._columns, moment.short if moment else "", here), width)
        row = y - HEADER + self.top
        if row >= len(self.rows):
            return self.strip(_NOTHING_FITS if self.filtered and not row else (), width)
        state = self._painted[row] = self._look(row, self.top)
        ground = ""
        if row == self.row and not self.covered(row):
            ground = "focus-row" if self.has_focus else "row"
        return self.strip(self.line(row, state), width, ground)

    def line(self, row: int, state: object = None) -> Line:
        """What ``row`` shows, the heading where that covers it.

        Args:
            row: Which.
            state: What it depends on, where that is worked out already.
        """
        node = None if self.covered(row) else self.rows.node(row)
        if node is None:
            covered = self.covered(row)
            status = self._place_status(self.rows.region(row).name)
            cursor = row == self.row and not covered
            return block_line(self.rows, row, self._columns, status, cursor=cursor, covered=covered)
        cursor = row == self.row
        return register_line(
            node,
            state if isinstance(state, RowState) else self._row_state(node),
            self._columns,
            self.form,
            cursor=cursor,
            pinned=node.index in self.pinned,
            opens=self.rows.opens(row) is not None,
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
        if node is None or (row == top and self.covered(row)):
            return self._place_status(self.rows.region(row).name)
        return self._row_state(node)

    def _row_state(self, node: RegisterNode) -> RowState:
        return row_state(
            node,
            self._samples.get(node.index, UNREAD),
            self.now,
            fresh=self.fresh,
            place=self._place_status(node.region.name),
            keyboard=self._keyboard,
            written=self._written.get(node.index),
            known=self._map.known_of(node, self._word),
            compared=self._marks.compare(node),
        )

    def _word(self, node: RegisterNode) -> int | None:
        return self._samples.get(node.index, UNREAD).value

    def repaint_rows(self, *rows: int) -> None:
        """Paint rows again, as far as they are in sight."""
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
            self.repaint_rows(self.row)

    @property
    def tail_width(self) -> int:
        """How many cells an edit has in the row."""
        at = self._columns
        return at.width - at.tail - at.told

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
        self.repaint_rows(*(self.rows.row_of(self.rows.nodes[index]) for index in changed))

    def measure(self) -> None:
        """Share the width out again: the window, the columns or what is compared with has changed."""
        marks = self._marks
        beside = marks.beside is not None
        self._columns = columns(
            self._measures, self.room, self.form, self.arrangement, marked=marks.taken, beside=beside
        )
        self.refresh()

    # --- what it tells others ----------------------------------------------------------------

    def _tell(self, message: Message) -> None:
        # What everybody waits for does not climb from widget to widget.
        self.screen.post_message(message)

    def moved(self) -> None:
        """Tell that another row is selected."""
        self._tell(self.Selected())

    def changed(self) -> None:
        """Paint all rows again, and tell that others are there."""
        self._painted.clear()
        self._states.clear()
        self.refresh()
        self._tell(self.Selected())
        self._tell(self.Scrolled())

    # --- events ------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Share the width out again, and keep the selected row in sight."""
        self.measure()
        # Who watches this finds the columns shared out already.
        self.virtual_size = Size(self.room, len(self.rows) + HEADER)
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
        self.repaint_rows(self.row)

    def on_blur(self) -> None:
        """Show that the keys went elsewhere."""
        self.repaint_rows(self.row)

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
        """Select the row; on its fold's mark, fold or unfold; a double click edits its value."""
        row = event.y - HEADER + self.top
        if event.y < HEADER or row >= len(self.rows):
            return
        covered = self.covered(row)
        row = self.rows.head(row).row if covered else row
        opens = self.rows.opens(row) if event.x < GUTTER else None
        if opens is not None:
            self.post_message(self.FoldAsked(opens))
        elif covered:
            self.select_head(row)
        elif self.rows.selectable(row):
            self._click_row(row, event)

    def _click_row(self, row: int, event: events.Click) -> None:
        self.select_row(row)
        if self.selected is None and self.window is None:
            if event.chain == 2 or event.x < GUTTER:
                self.post_message(self.UnfoldAsked())
        elif event.chain == 2 and self.window is None:
            self.post_message(self.EditAsked())
