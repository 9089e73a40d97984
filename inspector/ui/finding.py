"""The search on the screen: the prompt, the matches, and going from one to the next."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from inspector.model.registermap import RegisterNode
from inspector.ui.editline import EditLine
from inspector.ui.lines import Line, Span, clean

if TYPE_CHECKING:
    from inspector.ui.matchlist import MatchList
    from inspector.ui.screen import MainScreen
    from inspector.ui.search import Match, Search

_AT_ONCE = 2_000
"""Up to how many registers the index is made while the key waits; of more it is made beside."""


class Finding:
    """A search, open while it is typed; its matches stay for the next and previous one.

    Attributes:
        matches: What was found last, the best first.
        at: Which of them is selected.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._search: Search | None = None
        self._making = False
        self._line: EditLine | None = None
        self._text = ""
        self._awaited = ""
        self._before: tuple[list[Match], int] = [], 0
        self._origin = screen.table.standing()
        self._list: MatchList | None = None
        self._gap = ""
        self.matches: list[Match] = []
        self.at = 0

    @property
    def open(self) -> bool:
        """Whether the search is being typed."""
        return self._line is not None

    # --- the index ---------------------------------------------------------------------------

    def _make(self) -> None:
        """Make the index, beside the screen where that takes its time."""
        from inspector.ui.search import Search

        if self._search is not None or self._making:
            return
        register_map, hand = self._screen.map, self._screen.live.hand
        if len(register_map.nodes) <= _AT_ONCE:
            self._search = Search(register_map)
            return
        self._making = True
        threading.Thread(
            target=lambda: hand(self._made, Search(register_map)), name="indexer", daemon=True
        ).start()

    def _made(self, search: Search) -> None:
        self._search, self._making = search, False
        awaited, self._awaited = self._awaited, ""
        if self._line is not None and not self._line.fresh:
            self._find(self._line.text)
        elif awaited:
            self._find(awaited)
            self._arrive(awaited)
        self._screen.repaint()

    @property
    def making(self) -> bool:
        """Whether the index is being made, beside the screen."""
        return self._making

    def lookup(self, text: str) -> list[Match]:
        """What a text finds, without going there; nothing until the index is made."""
        self._make()
        return [] if self._search is None else self._search.find(text, self._screen.live.base)

    # --- what is typed -----------------------------------------------------------------------

    def begin(self) -> None:
        """Type a search; the last one is proposed."""
        self._make()
        self._screen.jumps.moved()
        self._line = EditLine.of(self._text)
        self._origin = self._screen.table.standing()
        self._before = self.matches, self.at
        self._show_list()
        self._screen.repaint()

    def key(self, key: str, character: str | None) -> bool:
        """Do what a key does while a search is typed; whether it is."""
        line = self._line
        if line is None:
            return False
        if key == "escape":
            self._end()
            self.matches, self.at = self._before
            self._screen.table.stand(self._origin)
        elif key == "enter":
            self._end()
            self._text = line.text
            self._arrive(line.text)
        elif key in ("up", "down", "ctrl+n", "ctrl+p", "tab", "shift+tab"):
            self.next(1 if key in ("down", "ctrl+n", "tab") else -1)
        elif line.key(key, character):
            self._find(line.text)
        return True

    def _arrive(self, text: str) -> None:
        """Stay at the match."""
        screen = self._screen
        # What was unfolded for matches that were passed by is folded again.
        screen.table.reshape(self._origin)
        if self.matches:
            self._go()
            screen.say(self._where())
        elif self._search is None:
            self._awaited = text
            screen.say("the map is looked through first …")
        elif text.strip():
            screen.say(self._gap or f"nothing found for {clean(text)}")
        screen.jumps.moved(jump=True)

    def _end(self) -> None:
        self._line = None
        if self._list is not None:
            self._list.display = False

    def paste(self, text: str) -> bool:
        """Paste into the search; whether it is typed."""
        if self._line is None:
            return False
        self._line.paste(text)
        self._find(self._line.text)
        return True

    def next(self, step: int) -> None:
        """Go to the next match."""
        if not self.matches:
            if not self.open:
                finds = self._screen.keyboard.clause("find", ": {} finds")
                self._screen.say(f"nothing was searched for{finds}")
            return
        self.at = (self.at + step) % len(self.matches)
        self._go()
        if not self.open:
            self._screen.say(self._where())
            self._screen.jumps.moved(jump=True)

    def visit(self, match: Match) -> None:
        """Go to a match, and give the table the keys."""
        self._select(match)
        self._screen.jumps.moved(jump=True)
        self._screen.table.focus()
        self._screen.repaint()

    @property
    def text(self) -> str:
        """What was searched for last."""
        return self._text

    @property
    def found(self) -> frozenset[int]:
        """The indices of the registers that were found last."""
        return frozenset(match.node.index for match in self.matches if isinstance(match.node, RegisterNode))

    def _find(self, text: str) -> None:
        if self._search is None:
            return
        live = self._screen.live
        self.matches = self._search.find(text, live.base, self._origin.register)
        self.at = 0
        self._gap = "" if self.matches else self._search.gap(text, live.base)
        if self.matches:
            self._go()
        else:
            self._screen.table.stand(self._origin)

    def _go(self) -> None:
        self._select(self.matches[self.at])

    def _select(self, match: Match) -> None:
        screen = self._screen
        if not isinstance(match.node, RegisterNode):
            screen.table.select_window(match.node)
            screen.repaint()
            return
        screen.table.select(match.node)
        screen.repaint()
        if match.field is not None and not match.field.hidden:
            screen.detail.choose(match.field)

    # --- what is shown -----------------------------------------------------------------------

    def _where(self) -> str:
        from inspector.ui.search import MOST

        match = self.matches[self.at]
        found = {
            "field": "field ",
            "value": "a value of ",
            "text": "in the text of ",
            "address": "",
            "name": "",
        }[match.where]
        name = f": {found}{match.field.name}" if match.field else ""
        if match.where == "text" and match.field is None:
            name = ": in its text"
        if match.nearly:
            name += " (nearly)"
        more = " or more" if len(self.matches) == MOST else ""
        return clean(f"match {self.at + 1} of {len(self.matches)}{more}{name}")

    def _show_list(self) -> None:
        """Make room for the list of matches, where the screen has some to spare."""
        from inspector.ui.matchlist import MatchList

        screen = self._screen
        if self._list is None:
            self._list = MatchList(id="matches")
            screen.mount(self._list, before="#message")
        height = self._list.room_for(screen.size.height)
        self._list.display = height > 0
        self._list.styles.height = max(height, 1)
        screen.call_after_refresh(screen.table.show_row, screen.table.row)

    def present(self) -> None:
        """Show the matches, as far as the search is open."""
        if self._line is not None and self._list is not None and self._list.display:
            screen = self._screen
            self._list.present(self.matches, self.at, lambda node: screen.live.sample(node).value)

    def prompt(self, width: int) -> Line | None:
        """The search as it is typed, or None where none is."""
        if self._line is None:
            return None
        if self._search is None:
            found: Span = ("   looking through the map …", "dim")
        elif self.matches:
            found = (f"   {self._where()}", "dim")
        elif self._gap:
            found = (f"   {self._gap}", "changed")
        elif self._line.text.strip() and not self._line.fresh:
            found = ("   nothing found", "wrong")
        else:
            found = ("   names, fields, values, text, addresses", "faint")
        return ((" /", "key"), *self._line.spans(max(width // 2, 8)), found)
