"""The watch pane: what is pinned, beside the table or in a few lines below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.widget import Widget

from inspector.ui.command import bindings
from inspector.ui.lines import Line, LineBar, clean, cut, fit, length, width_of
from inspector.ui.panecommands import WATCH_COMMANDS
from inspector.ui.rowstate import row_state
from inspector.ui.watchlines import PinState, column_lines, strip_line, value_cells

if TYPE_CHECKING:
    from inspector.model.field import Field
    from inspector.session import Sample
    from inspector.ui.screen import MainScreen

_HEADING = 2
"""Lines above the pins in the column."""

_STRIP = 4
"""Lines of the strip at most."""

_SHORTEST_NAME, _LONGEST_NAME = 8, 26
"""Cells of a name in the strip."""


def _moved(field: Field, sample: Sample) -> bool:
    """Whether what changed in the register was the field."""
    if sample.value is None or sample.previous is None:
        return False
    return bool((sample.value ^ sample.previous) & field.bits.mask)


class WatchPane(LineBar):
    """The pins, two lines each in a column, one line each in a strip.

    Attributes:
        shown: Whether there is anything to show, and room for it.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(WATCH_COMMANDS)

    DEFAULT_CSS = """
    WatchPane { height: 1; }
    """

    def __init__(self, main: MainScreen, *, column: bool, id: str) -> None:
        """Show the pins of a screen.

        Args:
            main: The screen.
            column: Whether it stands beside the table, two lines for each pin.
            id: The widget's name in styles.
        """
        super().__init__(id=id)
        self._main = main
        self._column = column
        self._first = 0
        self._height = 0
        self._regions: int | None = None
        self.display = self.shown = False
        if not column:
            self.ground = "bar"

    def present(self, now: float) -> None:
        """Show the pins, as far as there is room."""
        pins = self._main.watching.pins
        height = self._wanted_height(len(pins))
        if height != self._height:
            self._height = height
            self.display = self.shown = height > 0
            self.styles.height = height
        if self._column:
            self._share(height)
        if not height:
            return
        self._first = max(0, min(self._first, len(pins) - self._fitting))
        shown = range(self._first, min(self._first + self._fitting, len(pins)))
        lines: list[Line] = [(), self._heading(len(pins))] if self._column else []
        grounds: dict[int, str] = {}
        values = max(map(value_cells, pins))
        names = min(max(width_of(clean(pin.path)) for pin in pins), _LONGEST_NAME)
        names = max(min(names, self.room - values - 6), _SHORTEST_NAME)
        for number in shown:
            state = self._state(number, now)
            if state.cursor:
                grounds |= dict.fromkeys(range(len(lines), len(lines) + self._each), "focus-row")
            if self._column:
                lines += column_lines(state, self.room)
            else:
                lines.append(strip_line(state, self.room, names, values))
        if not self._column and (more := len(pins) - len(shown)):
            lines[-1] = _with_more(lines[-1], more, self.room)
        self.show(lines, grounds)

    @property
    def _each(self) -> int:
        """The lines of a pin."""
        return 2 if self._column else 1

    @property
    def _fitting(self) -> int:
        """How many pins fit."""
        return max((self._height - (_HEADING if self._column else 0)) // self._each, 1)

    def _wanted_height(self, count: int) -> int:
        main = self._main
        if not count or main.has_class("-tiny") or self._column == main.has_class("-narrow"):
            return 0
        if not self._column:
            return min(count, 1 if main.has_class("-short") else _STRIP)
        wanted = min(_HEADING + 2 * count, max(self._whole // 2, self._whole - main.sidebar.count))
        return wanted if wanted > _HEADING else 0

    @property
    def _whole(self) -> int:
        """The lines of the column."""
        return self.parent.size.height if isinstance(self.parent, Widget) else 0

    def _share(self, height: int) -> None:
        """Leave the regions as many lines as they need, so that the pins stand right below them."""
        sidebar = self._main.sidebar
        lines = min(sidebar.count, self._whole - height) if height else None
        if lines != self._regions:
            self._regions = lines
            sidebar.styles.height = "1fr" if lines is None else lines

    def _heading(self, count: int) -> Line:
        fast = self._main.watching.fast
        last = min(self._first + self._fitting, count)
        part = f"  {self._first + 1} to {last} of {count}" if count > self._fitting else ""
        often = f"  {fast:g}/s" if fast else ""
        return cut(((" WATCH", "dim"), (often, "strong"), (part, "faint")), self.room)

    def _state(self, number: int, now: float) -> PinState:
        main, watching = self._main, self._main.watching
        pin = watching.pins[number]
        sample = main.live.sample(pin.node)
        state = row_state(
            pin.node,
            sample,
            now,
            fresh=main.table.fresh,
            place=main.place_status(pin.node.region.name),
            keyboard=main.keyboard,
            known=main.live.known(pin.node),
        )
        if pin.field is not None and not _moved(pin.field, sample):
            state = state._replace(fade=0)
        cursor = number == watching.at and self.has_focus
        return PinState(pin, state, watching.glance(pin), watching.changes(pin)[0], cursor)

    # --- keys and the mouse ------------------------------------------------------------------

    def take_keys(self) -> None:
        """Take the keys; Tab passes it by, since what is watched is looked at more than gone to."""
        self.can_focus = True
        self.focus()
        self._reveal()

    def on_blur(self) -> None:
        """Let Tab pass it by again."""
        self.can_focus = False

    def _reveal(self) -> None:
        """Have the pin under the cursor in sight."""
        at = self._main.watching.at
        self._first = max(min(self._first, at), at - self._fitting + 1)
        self._main.repaint()

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self._main.watching.move(step)
        self._reveal()

    def action_shift(self, step: int) -> None:
        """Move the pin under the cursor."""
        self._main.watching.reorder(step)
        self._reveal()

    def action_choose(self) -> None:
        """Select what is under the cursor in the table."""
        self._main.watching.go()

    def action_drop(self) -> None:
        """Watch what is under the cursor no longer."""
        self._main.watching.let_go()

    def action_sample(self, step: int) -> None:
        """Sample faster or slower."""
        self._main.watching.sample(step)

    def on_click(self, event: events.Click) -> None:
        """Go where what was clicked is."""
        line = event.y - (_HEADING if self._column else 0)
        if line >= 0:
            self._main.watching.choose(self._first + line // self._each)

    def on_mouse_scroll_down(self) -> None:
        """Show the next pin."""
        self._scroll(1)

    def on_mouse_scroll_up(self) -> None:
        """Show the pin before."""
        self._scroll(-1)

    def _scroll(self, step: int) -> None:
        # Beyond the ends is put right where it is shown.
        self._first += step
        self._main.repaint()


def _with_more(line: Line, count: int, width: int) -> Line:
    """The line with how many pins are not in sight at its right end."""
    more = f" {count} more"
    room = width - len(more)
    kept = cut(line, room)
    return (*kept, (fit("", room - length(kept)), "text"), (more, "faint"))
