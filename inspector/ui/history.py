"""What was done in this session: its journal, and taking the last write back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.errors import InspectorError
from inspector.ui.words import error_text

if TYPE_CHECKING:
    from inspector.model.compose import Composition
    from inspector.session import Session
    from inspector.ui.screen import MainScreen


class History:
    """Shows what was done, and proposes to undo it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def show(self) -> None:
        """Show the journal."""
        if self._screen.live.session is None:
            self._screen.say("nothing is open yet, so nothing was done")
            return
        from inspector.ui.sheets import JournalSheet

        self._screen.app.push_screen(JournalSheet(self._screen))

    def undo(self) -> None:
        """Propose what takes our last write back, as an edit to be written or left."""
        screen = self._screen
        if screen.barred():
            return
        screen.edits.leave()

        def job(session: Session) -> Composition:
            return session.undo()

        def done(outcome: Composition | InspectorError) -> None:
            if isinstance(outcome, InspectorError):
                screen.say(error_text(outcome), "wrong", screen.table.selected)
                return
            node = outcome.node
            if node.region.name in screen.table.rows.folded:
                screen.table.fold({node.region.name}, False)
            screen.table.select(node)
            screen.jumps.moved(jump=True)
            screen.edits.give(outcome)

        if not screen.live.submit(job, done):
            screen.say("nothing is open yet, so nothing was done")

    def messages(self) -> None:
        """Show all that was said."""
        from inspector.ui.sheets import MessageSheet

        self._screen.app.push_screen(MessageSheet(self._screen))
