"""The sheet of places that one has jumped from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inspector.ui.bars import Keys
from inspector.ui.choose import ChoiceSheet
from inspector.ui.lines import Line, clean

if TYPE_CHECKING:
    from inspector.model.registermap import RegisterNode
    from inspector.ui.screen import MainScreen


class JumpSheet(ChoiceSheet[int]):
    """The places, the latest first."""

    def __init__(self, main: MainScreen, places: Sequence[int]) -> None:
        super().__init__()
        self._left: list[RegisterNode] = [main.map.nodes[index] for index in reversed(places)]

    def title_text(self) -> str:
        """What these are."""
        return "Where you came from, the latest first"

    def choices(self, width: int) -> Sequence[Line]:
        """Each with its title."""
        return [
            ((clean(node.path), "text"), (f"  {clean(node.register.title)}", "dim")) for node in self._left
        ]

    def keys(self) -> Keys:
        """The keys that matter here."""
        return ("Enter", "goes there", "screen.take"), ("↑ ↓", "choose", ""), ("Esc", "back", "screen.back")

    def action_take(self) -> None:
        """Go there."""
        self.dismiss(self._left[self.at].index)
