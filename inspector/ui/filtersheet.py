"""The sheet of filters: which registers are to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events

from inspector.ui.bars import Keys
from inspector.ui.choose import ChoiceSheet
from inspector.ui.lines import Line, fit

if TYPE_CHECKING:
    from inspector.ui.filters import Filters


class FilterSheet(ChoiceSheet[None]):
    """The filters, each with how many registers fit."""

    def __init__(self, filters: Filters) -> None:
        super().__init__()
        self._filters = filters
        self._counts = [each.count for each in filters.all]
        self._notes = [each.note() for each in filters.all]
        self._combining = False

    def title_text(self) -> str:
        """What is chosen here."""
        return "Show only registers for which all of these hold"

    def choices(self, width: int) -> Sequence[Line]:
        """Each filter with its count."""
        return [
            (
                ("[x] " if each in self._filters.chosen else "[ ] ", "key"),
                (fit(each.name, 26), "text"),
                (f"{count:>6}", "text" if count else "faint"),
                (f"   {note}" if note else "", "dim"),
            )
            for each, count, note in zip(self._filters.all, self._counts, self._notes, strict=True)
        ]

    def keys(self) -> Keys:
        """The keys that matter here."""
        return (
            ("Enter", "as chosen" if self._combining else "that one alone", "screen.take"),
            ("Space", "combines", "screen.choose"),
            ("0", "all registers", "screen.drop"),
            ("Esc", "back", "screen.back"),
        )

    def on_key(self, event: events.Key) -> None:
        """Choose, or choose none."""
        if event.key == "space":
            self.action_choose()
        elif event.key == "0":
            self.action_drop()

    def action_choose(self) -> None:
        """Choose the one under the cursor besides, or no longer."""
        self._combining = True
        self._filters.toggle(self._filters.all[self.at])
        self._write()

    def action_take(self) -> None:
        """Go, with the one under the cursor alone unless some were combined."""
        if not self._combining:
            self._filters.choose(self._filters.all[self.at])
        self.dismiss(None)

    def action_drop(self) -> None:
        """Show all, and go."""
        self._filters.drop()
        self.dismiss(None)
