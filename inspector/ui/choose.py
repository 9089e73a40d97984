"""Lines over the screen of which one is chosen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from inspector.ui.ask import Pane, Sheet
from inspector.ui.bars import KeyLine, Keys
from inspector.ui.lines import Line, cut, wrap

_WIDTH = 96

R = TypeVar("R")


class ChoicePane(Pane):
    """The choices; a click chooses."""

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked; a double click takes it."""
        sheet = self.screen
        if isinstance(sheet, ChoiceSheet):
            sheet.point_at(event.y + self.scroll_offset.y, take=event.chain == 2)


class ChoiceSheet(Sheet[R]):
    """A title, choices below it, and a cursor on one of them.

    Attributes:
        at: The number of the choice under the cursor.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", show=False),
        Binding("enter", "take", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("home,g", "move(-1000000)", show=False),
        Binding("end,G", "move(1000000)", show=False),
    ]

    DEFAULT_CSS = """
    ChoiceSheet { align: center middle; }
    ChoiceSheet > Vertical {
        width: 100; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border-left: outer $primary; padding: 1 1 0 1;
    }
    ChoiceSheet Pane { background: $surface; }
    ChoiceSheet KeyLine { height: 1; margin-top: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.at = 0
        self._lead = 0
        self._count = 0

    def compose(self) -> ComposeResult:
        """The choices above, the keys below."""
        with Vertical():
            yield ChoicePane()
            yield KeyLine()

    @abstractmethod
    def title_text(self) -> str:
        """What is chosen here, in a sentence or two."""

    @abstractmethod
    def choices(self, width: int) -> Sequence[Line]:
        """The choices, each at most ``width`` cells wide."""

    @abstractmethod
    def keys(self) -> Keys:
        """The keys that matter here."""

    @abstractmethod
    def action_take(self) -> None:
        """Take the choice under the cursor."""

    def action_back(self) -> None:
        """Leave without one."""
        self.dismiss(None)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.at = max(0, min(self.at + step, self._count - 1))
        self._write()

    def point_at(self, line: int, *, take: bool) -> None:
        """Move the cursor to a line; ``take`` what stands there."""
        choice = line - self._lead
        if 0 <= choice < self._count:
            self.at = choice
            self._write()
            if take:
                self.action_take()

    def _write(self) -> None:
        width = max(min(self.size.width, _WIDTH + 4) - 5, 10)
        head: list[Line] = [((part, "title"),) for part in wrap(self.title_text(), width)]
        choices = self.choices(width - 2)
        self._count = len(choices)
        self.at = max(0, min(self.at, self._count - 1))
        self._lead = len(head) + 1
        lines: list[Line] = [*head, ()]
        for number, choice in enumerate(choices):
            lines.append(cut((("▸ " if number == self.at else "  ", "focus"), *choice), width))
        pane = self.query_one(Pane)
        height = max(min(len(lines), self.size.height - 4), 1)
        pane.styles.height = height
        here = self._lead + self.at
        pane.show(lines, {here: "focus-row"} if choices else None)
        top = pane.scroll_offset.y
        if not top <= here < top + height:
            pane.scroll_to(y=max(0, here - height + 1 if here >= top + height else here), animate=False)
        self.query_one(KeyLine).put(self.keys())
