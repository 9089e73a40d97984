"""The lines at the edges: the contract at the top, the message and the keys at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from inspector.ui.editline import EditLine
from inspector.ui.lines import Line, LineBar, Span, cut, width_of

Keys = Sequence[tuple[str, str, str]]
"""Keys as shown: the key, what it does in a word, and the action behind it (empty for none)."""


class Bar(LineBar):
    """One line that is set as a whole."""

    def put(self, line: Line, ground: str = "") -> None:
        """Show ``line``."""
        self.show([cut(line, self.room)], {0: ground})


class TabLine(Bar):
    """The boards, each with how it is; there only where there are several."""

    DEFAULT_CSS = """
    TabLine { height: 1; display: none; }
    """

    class Chosen(Message):
        """A cell of the line was clicked."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    def on_click(self, event: events.Click) -> None:
        """Bring the board to the front that was clicked."""
        self.post_message(self.Chosen(event.x))


class KeyLine(LineBar):
    """The keys that matter now; a click does the same.

    Attributes:
        keys: All of them, whether there is room for them or not.
    """

    ground = "bar"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._spots: list[tuple[int, int, str]] = []
        self.keys: Keys = ()

    def ask(self, prompt: str, typed: EditLine) -> None:
        """Show a prompt and what is typed after it in place of the keys."""
        self._spots = []
        spans = typed.spans(max(self.room - width_of(prompt) - 2, 8))
        self.show([cut(((prompt, "key"), *spans), self.room)])

    def put(self, keys: Keys) -> None:
        """Show as many of ``keys`` as there is room for; the last one always is.

        What a person has bound to no key is left out.
        """
        self.keys = keys
        width = self.room
        shown = [each for each in keys if each[0]]
        while len(shown) > 1 and self._length(shown) > width:
            shown.pop(-2)
        spans: list[Span] = []
        self._spots = []
        at = 0
        for key, word, action in shown:
            start = at
            spans += [(f" {key}", "key"), (f" {word} ", "text")]
            at += width_of(key) + width_of(word) + 3
            self._spots.append((start, at, action))
        self.show([cut(spans, width)])

    @staticmethod
    def _length(keys: Keys) -> int:
        return sum(width_of(key) + width_of(word) + 3 for key, word, _ in keys)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        for start, end, action in self._spots:
            if start <= event.x < end and action:
                await self.run_action(action)
