"""Places that one has jumped from: back to them, forth again, and all of them as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.ui.screen import MainScreen

_KEPT = 100
"""How many places are kept."""

_STEP = 2
"""How many rows a single step leads at most: over a heading."""


class Jumps:
    """A jump is a move by more than a page or to another block, and any by a search or a list; not a step.

    Attributes:
        places: The indices of the registers that were left, the oldest first.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.places: list[int] = []
        self._at = 0
        self._here: int | None = None
        self._row = 0

    def moved(self, *, jump: bool = False) -> None:
        """Take in that another row may be selected.

        Args:
            jump: Whether what led there is a jump, however near it led.
        """
        screen = self._screen
        table = screen.table
        if screen.finding.open:
            return
        step, self._row = abs(table.row - self._row), table.row
        node = table.selected
        if node is None:
            return
        before, self._here = self._here, node.index
        if before is None or before == node.index:
            return
        far = abs(before - node.index) >= max(table.height, 2)
        if jump or (step > _STEP and (far or self._elsewhere(before, node.index))):
            self._leave(before)

    def _elsewhere(self, one: int, other: int) -> bool:
        """Whether two registers are of different blocks."""
        nodes = self._screen.map.nodes
        return nodes.place_of(one) is not nodes.place_of(other)

    def _leave(self, index: int) -> None:
        del self.places[self._at :]
        if index in self.places:
            self.places.remove(index)
        self.places.append(index)
        del self.places[:-_KEPT]
        self._at = len(self.places)

    def go(self, step: int) -> None:
        """Go back or forth."""
        if step < 0 and self._at == len(self.places) and self._here is not None:
            # What is left now is where forth leads at last.
            here = self._here
            self._leave(here)
            self._at = len(self.places) - 1
        at = self._at + step
        if not 0 <= at < len(self.places):
            self._screen.say("no place to go back to" if step < 0 else "no place to go forth to")
            return
        self._at = at
        self.to(self.places[at])
        self._screen.say(f"place {at + 1} of {len(self.places)}")

    def to(self, index: int) -> None:
        """Go to a register, which is no jump of its own."""
        table = self._screen.table
        table.select(self._screen.map.nodes[index])
        self._here, self._row = index, table.row

    def show(self) -> None:
        """Show the list."""
        if not self.places:
            self._screen.say("nothing was jumped from yet: a search, another block or an end is a jump")
            return
        from inspector.ui.jumpsheet import JumpSheet

        self._screen.app.push_screen(JumpSheet(self._screen, self.places), self._chosen)

    def _chosen(self, index: int | None) -> None:
        if index is not None:
            self._screen.table.select(self._screen.map.nodes[index])
            self.moved(jump=True)
