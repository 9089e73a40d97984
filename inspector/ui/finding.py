"""The search on the screen: the prompt, the matches, and going from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.ui.editline import EditLine
from inspector.ui.lines import Line, Span, clean

if TYPE_CHECKING:
    from inspector.ui.screen import MainScreen
    from inspector.ui.search import Match, Search


class Finding:
    """A search, open while it is typed; its matches stay for the next and previous one.

    Attributes:
        matches: What was found last, the best first.
        at: Which of them is selected.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._search: Search | None = None
        self._line: EditLine | None = None
        self._text = ""
        self._origin = 0
        self.matches: list[Match] = []
        self.at = 0

    @property
    def open(self) -> bool:
        """Whether the search is being typed."""
        return self._line is not None

    def begin(self) -> None:
        """Type a search; the last one is proposed."""
        if self._search is None:
            from inspector.ui.search import Search

            self._search = Search(self._screen.map)
        self._line = EditLine.of(self._text)
        self._origin = self._screen.table.row
        self._screen.repaint()

    def key(self, key: str, character: str | None) -> bool:
        """Do what a key does while a search is typed; whether it is."""
        line = self._line
        if line is None:
            return False
        if key == "escape":
            self._line = None
            self.matches = []
            self._screen.table.select_row(self._origin)
        elif key == "enter":
            self._line = None
            self._text = line.text
            if self.matches:
                self._screen.say(self._where())
        elif key in ("up", "down", "ctrl+n", "ctrl+p"):
            self.next(1 if key in ("down", "ctrl+n") else -1)
        elif line.key(key, character):
            self._find(line.text)
        return True

    def paste(self, text: str) -> bool:
        """Paste into the search; whether it is typed."""
        if self._line is None:
            return False
        self._line.insert(" ".join(text.split()))
        self._find(self._line.text)
        return True

    def next(self, step: int) -> None:
        """Go to the next match."""
        if not self.matches:
            if not self.open:
                self._screen.say("nothing was searched for: / finds")
            return
        self.at = (self.at + step) % len(self.matches)
        self._go()
        if not self.open:
            self._screen.say(self._where())

    def _find(self, text: str) -> None:
        assert self._search is not None
        self.matches = self._search.find(text)
        self.at = 0
        if self.matches:
            self._go()
        else:
            self._screen.table.select_row(self._origin)

    def _go(self) -> None:
        match = self.matches[self.at]
        screen = self._screen
        screen.table.select(match.node)
        screen.repaint()
        if match.field is not None and not match.field.hidden:
            screen.detail.choose(match.field)

    def _where(self) -> str:
        match = self.matches[self.at]
        found = {"name": "", "field": "field ", "text": "in the text of "}[match.where]
        name = f": {found}{match.field.name if match.field else ''}" if found else ""
        if match.where == "text" and match.field is None:
            name = ": in its text"
        return clean(f"match {self.at + 1} of {len(self.matches)}{name}")

    def prompt(self, width: int) -> Line | None:
        """The search as it is typed, or None where none is."""
        if self._line is None:
            return None
        if self.matches:
            found: Span = (f"   {self._where()}", "dim")
        elif self._line.text.strip() and not self._line.fresh:
            found = ("   nothing found", "wrong")
        else:
            found = ("   names, fields and text", "faint")
        return ((" /", "key"), *self._line.spans(max(width // 2, 8)), found)
