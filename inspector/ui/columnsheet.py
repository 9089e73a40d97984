"""The sheet of columns: which are shown, in which order, how wide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from inspector.ui.bars import Keys
from inspector.ui.choose import ChoiceSheet
from inspector.ui.columns import Arrangement, Column
from inspector.ui.lines import Line
from inspector.ui.rowlines import title

if TYPE_CHECKING:
    from inspector.ui.screen import MainScreen

_TEXTS = {
    Column.OFFSET: "where the register is",
    Column.NAME: "what it is called; always shown",
    Column.ACCESS: "how it may be accessed",
    Column.VALUE: "its value",
    Column.MARKS: "what changed, what you wrote, what is amiss",
    Column.WAS: "its value at the mark, or in the snapshot",
    Column.CHANGED: "when it changed, by whom, or how old it is",
    Column.RESET: "its value after a reset",
    Column.FIELDS: "its fields, decoded",
}


class ColumnSheet(ChoiceSheet[None]):
    """The columns from left to right; the table behind follows at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "show_or_hide", show=False),
        Binding("shift+up,K", "carry(-1)", show=False),
        Binding("shift+down,J", "carry(1)", show=False),
        Binding("left,h,less_than_sign,minus", "size(-1)", show=False),
        Binding("right,l,greater_than_sign,plus", "size(1)", show=False),
        Binding("0", "size(0)", show=False),
        Binding("R", "reset", show=False),
    ]

    DEFAULT_CSS = """
    ColumnSheet { align: center bottom; background: transparent; }
    """

    def __init__(self, main: MainScreen) -> None:
        super().__init__()
        self._main = main

    def on_mount(self) -> None:
        """Write the sheet, and write it again once the table behind has another width."""
        super().on_mount()
        self.watch(self._main.table, "virtual_size", self._write, init=False)

    def take_key(self, key: str, character: str | None) -> bool:
        """Go back by the key that opened it; switch to addresses by the key that does."""
        keyboard = self._main.keyboard
        if key in keyboard.keys("columns"):
            self.action_back()
        elif key in keyboard.keys("addresses"):
            self._main.viewing.address()
            self._write()
        else:
            return False
        return True

    @property
    def _arrangement(self) -> Arrangement:
        return self._main.table.arrangement

    @property
    def _column(self) -> Column:
        """The one under the cursor."""
        return self._arrangement.order[self.at]

    # --- what is shown -----------------------------------------------------------------------

    def title_text(self) -> str:
        """What is chosen here."""
        return "Columns, from left to right"

    def choices(self, width: int) -> Sequence[Line]:
        """Each column: whether it is shown, its name, what stands there, how wide it is."""
        return [self._line(column) for column in self._arrangement.order]

    def _line(self, column: Column) -> Line:
        at, arrangement = self._main.table.columns, self._arrangement
        shown = column not in arrangement.hidden
        name = title(column, absolute=arrangement.absolute) or "marks"
        return (
            ("[x] " if shown else "[ ] ", "key" if shown else "dim"),
            (f"{name:<10}", "strong" if shown else "dim"),
            (f"{_size(column, at.cells(column), arrangement, self._main.marks.taken):<18}", "dim"),
            (_TEXTS[column], "text" if shown else "dim"),
        )

    def keys(self) -> Keys:
        """The keys that matter here."""
        addresses = "offsets" if self._arrangement.absolute else "addresses"
        return (
            ("Space", "show, hide", "screen.show_or_hide"),
            ("Shift+↑↓", "move", "screen.carry(1)"),
            ("← →", "size", "screen.size(1)"),
            ("0", "auto", "screen.size(0)"),
            (self._main.keyboard.label("addresses"), addresses, ""),
            ("R", "reset", "screen.reset"),
            ("Esc", "back", "screen.back"),
        )

    # --- what is done ------------------------------------------------------------------------

    def _arrange(self, arrangement: Arrangement) -> None:
        self._main.viewing.arrange(arrangement)
        self._write()

    def action_show_or_hide(self) -> None:
        """Show or hide the column."""
        self._arrange(self._arrangement.toggled(self._column))

    def action_take(self) -> None:
        """Do as the space bar does."""
        self.action_show_or_hide()

    def action_carry(self, step: int) -> None:
        """Carry the column further left or right; the cursor goes with it."""
        column = self._column
        arrangement = self._arrangement.moved(column, step)
        self.at = arrangement.order.index(column)
        self._arrange(arrangement)

    def action_size(self, step: int) -> None:
        """Make the column wider or narrower; as wide as fits with 0."""
        column = self._column
        cells = self._main.table.columns.cells(column) or self._arrangement.sizes.get(column, 0)
        if not step:
            self._arrange(self._arrangement.sized(column, None))
        elif cells:
            self._arrange(self._arrangement.sized(column, cells + step))

    def action_reset(self) -> None:
        """Take everything back."""
        self._arrange(Arrangement())


def _size(column: Column, cells: int, arrangement: Arrangement, marked: bool) -> str:
    """How wide a column is, and who says so."""
    if column in arrangement.sizes:
        return f"{arrangement.sizes[column]} by hand"
    if column in arrangement.hidden:
        return ""
    if column is Column.WAS and not marked:
        return "with a mark"
    return f"{cells} auto" if cells else "no room"
