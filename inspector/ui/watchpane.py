"""The watch pane: what is pinned, beside the table or in a few lines below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.widget import Widget

from inspector.ui.commands import WATCH_COMMANDS, bindings
from inspector.ui.lines import Line, LongView, clean, width_of
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

_LONGEST_NAME = 26


def _moved(field: Field, sample: Sample) -> bool:
    """Whether what changed in the register was the field."""
    if sample.value is None or sample.previous is None:
        return False
    return bool((sample.value ^ sample.previous) & field.bits.mask)


class WatchPane(LongView):
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
        self._now = 0.0
        self._names = self._values = 0
        self._height = 0
        self._regions: int | None = None
        self.display = self.shown = False
        if not column:
            self.ground = "bar"

    def present(self, now: float) -> None:
        """Show the pins, as far as there is room."""
        pins = self._main.watching.pins
        self._now = now
        height = self._wanted_height(len(pins))
        if height != self._height:
            self._height = height
            self.display = self.shown = height > 0
            self.styles.height = height
        if self._column:
            self._share(height)
        if not height:
            return
        if not self._column:
            self._names = min(max(width_of(clean(pin.path)) for pin in pins), _LONGEST_NAME)
            self._values = max(map(value_cells, pins))
        self.show_all(_HEADING + 2 * len(pins) if self._column else len(pins))

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

    def draw(self, at: int) -> tuple[Line, str]:
        """A line, and what it stands on."""
        if self._column and at < _HEADING:
            return (self._heading() if at else ()), self.ground
        number = self._number(at)
        if number >= len(self._main.watching.pins):
            # It was let go, and the pane is about to be told.
            return (), self.ground
        state = self._state(number)
        here = number == self._main.watching.at and self.has_focus
        ground = "focus-row" if here else self.ground
        if self._column:
            return column_lines(state, self.room)[(at - _HEADING) % 2], ground
        return strip_line(state, self.room, self._names, self._values), ground

    def _heading(self) -> Line:
        fast = self._main.watching.fast
        return ((" WATCH", "dim"), (f"  {fast:g} samples/s" if fast else "", "faint"))

    def _number(self, line: int) -> int:
        return (line - _HEADING) // 2 if self._column else line

    def _state(self, number: int) -> PinState:
        main, watching = self._main, self._main.watching
        pin = watching.pins[number]
        sample = main.live.sample(pin.node)
        state = row_state(
            pin.node,
            sample,
            self._now,
            fresh=main.table.fresh,
            place=main.place_status(pin.node.region.name),
            known=main.live.known(pin.node),
        )
        if pin.field is not None and not _moved(pin.field, sample):
            state = replace(state, fade=0)
        cursor = number == watching.at and self.has_focus
        return PinState(pin, state, watching.glance(pin), watching.changes(pin)[0], cursor)

    # --- keys and the mouse ------------------------------------------------------------------

    def take_keys(self) -> None:
        """Take the keys; Tab passes it by, since what is watched is looked at more than gone to."""
        self.can_focus = True
        self.focus()
        self.reveal()

    def on_blur(self) -> None:
        """Let Tab pass it by again."""
        self.can_focus = False

    def reveal(self) -> None:
        """Have the pin under the cursor in sight."""
        at = self._main.watching.at
        if self._column:
            self.show_line(_HEADING + 2 * at + 1)
        self.show_line(_HEADING + 2 * at if self._column else at)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self._main.watching.move(step)
        self.reveal()

    def action_shift(self, step: int) -> None:
        """Move the pin under the cursor."""
        self._main.watching.reorder(step)
        self.reveal()

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
        at = event.y + self.top
        if not self._column or at >= _HEADING:
            self._main.watching.choose(self._number(at))
