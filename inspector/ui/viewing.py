"""How the live values are looked at: paused or not, how fast, in which base, in which columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.ui.columns import Arrangement
from inspector.ui.values import ValueFormat

if TYPE_CHECKING:
    from inspector.ui.screen import MainScreen

RATES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Ticks per second to choose from."""

_BASES = {
    ValueFormat.MAP: "as the map says, hexadecimal where it says nothing",
    ValueFormat.HEX: "in hexadecimal",
    ValueFormat.DEC: "in decimal",
    ValueFormat.BIN: "in binary",
}


class Viewing:
    """What a person sets about the display; nothing of it touches the hardware."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._recall()

    def _recall(self) -> None:
        """Show the columns and values as they were when this map was last looked at."""
        remembered, table = self._screen.remembered, self._screen.table
        form = remembered.get("format")
        table.form = next((each for each in ValueFormat if each.value == form), table.form)
        table.arrangement = Arrangement.recalled(remembered.get("columns"))

    def remember(self) -> None:
        """Remember how the columns and values are shown."""
        remembered, table = self._screen.remembered, self._screen.table
        remembered.put("format", None if table.form is ValueFormat.MAP else table.form.value)
        remembered.put("columns", table.arrangement.kept())

    def pause(self) -> None:
        """Stop or go on with the live refresh."""
        live = self._screen.live
        live.paused = not live.paused
        self._screen.say("paused: values stay as they are, with their age" if live.paused else "live again")

    def rate(self, step: int) -> None:
        """Refresh faster or slower."""
        live = self._screen.live
        at = min(range(len(RATES)), key=lambda i: abs(RATES[i] - live.rate))
        live.rate = RATES[max(0, min(at + step, len(RATES) - 1))]
        self._screen.say(f"refreshing {live.rate:g} times a second")

    def format(self) -> None:
        """Write values in the next format."""
        table = self._screen.table
        table.set_format(table.form.next)
        self.remember()
        self._screen.say(f"values {_BASES[table.form]}")

    def address(self) -> None:
        """Tell where registers are by their addresses, or by their offsets."""
        arrangement = self._screen.table.arrangement
        self.arrange(arrangement._replace(absolute=not arrangement.absolute))
        self._screen.say("offsets within the block" if arrangement.absolute else "addresses")

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the columns like that, and remember it."""
        self._screen.table.set_arrangement(arrangement)
        self.remember()

    def columns(self) -> None:
        """Let the columns be chosen, moved and sized."""
        from inspector.ui.columnsheet import ColumnSheet

        self._screen.app.push_screen(ColumnSheet(self._screen))
