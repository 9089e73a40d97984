"""What stands over the screen: lines to read, and questions that must be answered before anything happens."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from inspector.ui.bars import KeyLine
from inspector.ui.condition import VITAL
from inspector.ui.editline import EditLine
from inspector.ui.keys import Hints
from inspector.ui.lines import Line, LineView, clean, width_of, wrap

_WIDTH = 76

R = TypeVar("R")


class Pane(LineView, can_focus=True):
    """Lines to read, which scroll where they do not fit."""

    def on_resize(self, event: events.Resize) -> None:
        """Have a scroll bar only where the lines overflow now: they were written for the height before."""
        self.make_room(len(self.lines))


class Sheet(ModalScreen[R]):
    """Lines to read over the screen, and the keys that leave them; wrapped anew for every size.

    Attributes:
        types: Whether a character is always typed here, whatever else its key does elsewhere.
    """

    types: ClassVar[bool] = False

    def compose(self) -> ComposeResult:
        """The text above, the keys below."""
        with Vertical():
            yield Pane()
            yield KeyLine()

    def on_mount(self) -> None:
        """Write the text."""
        self.query_one(Pane).focus()
        self._write()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width."""
        self.call_after_refresh(self._write)

    def take_key(self, key: str, character: str | None) -> bool:
        """Take a key before any binding sees it; whether it was wanted."""
        return False

    def situation(self) -> Hints:
        """The keys that matter here, as its last line has them."""
        return Hints("On this sheet", tuple(key for line in self.query(KeyLine) for key in line.keys))

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Go, once: of keys that come in one go several may ask for it, and one may be late."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    @abstractmethod
    def _write(self) -> None:
        """Write the text and the keys for the present size."""


class Ask(Sheet[bool]):
    """One question: Enter says yes, Escape says no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", show=False),
        Binding("escape,n,q", "answer(False)", show=False),
    ]

    DEFAULT_CSS = """
    Ask { align: center middle; }
    Ask > Vertical {
        width: 80; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border-left: outer $warning; padding: 1 1 0 1;
    }
    Ask Pane { height: auto; background: $surface; }
    Ask KeyLine { height: 1; margin-top: 1; }
    """

    def __init__(self, title: str, paragraphs: Sequence[str], yes: str, no: str) -> None:
        """Ask.

        Args:
            title: What is asked, in one line.
            paragraphs: What a yes means.
            yes: What Enter does, in words.
            no: What Escape does, in words.
        """
        super().__init__()
        self._title_text = title
        self._paragraphs = paragraphs
        self._yes, self._no = yes, no
        self._seen = False

    def on_mount(self) -> None:
        """Take a yes only from who can have read the question: what was typed ahead is none."""
        super().on_mount()
        self.call_after_refresh(self._shown)

    def _shown(self) -> None:
        self._seen = True

    def _write(self) -> None:
        width = max(min(self.size.width, _WIDTH + 4) - 4, 8)
        lines: list[Line] = [((part, "strong"),) for part in wrap(self._title_text, width)]
        for paragraph in self._paragraphs:
            lines.append(())
            lines += [((part, "text"),) for part in wrap(paragraph, width)]
        pane = self.query_one(Pane)
        pane.styles.height = min(len(lines), max(self.size.height - 4, 1))
        pane.show(lines)
        self.query_one(KeyLine).put(
            [("Enter", self._yes, "screen.answer(True)"), ("Esc", self._no, "screen.answer(False)")]
        )

    def action_answer(self, answer: bool) -> None:
        """Answer and go."""
        if self._seen or not answer:
            self.dismiss(answer)


class Note(Sheet[None]):
    """A text to read or to select with the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "leave", show=False)]

    DEFAULT_CSS = """
    Note { align: center middle; }
    Note > Vertical {
        width: 80; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border-left: outer $primary; padding: 1 1 0 1;
    }
    Note Pane { height: auto; background: $surface; }
    Note KeyLine { height: 1; margin-top: 1; }
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title_text = title
        self._text = text

    def _write(self) -> None:
        width = max(min(self.size.width, _WIDTH + 4) - 4, 8)
        lines: list[Line] = [((part, "title"),) for part in wrap(self._title_text, width)]
        lines += [(), *(((part, "text"),) for part in wrap(self._text, width))]
        pane = self.query_one(Pane)
        pane.styles.height = min(len(lines), max(self.size.height - 4, 1))
        pane.show(lines)
        self.query_one(KeyLine).put([("Esc", "back", "screen.leave")])

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


class Confirm(Sheet[bool]):
    """A dangerous write: only the register's name, typed, and Enter say yes; anything else leaves."""

    types = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    Confirm { align: center middle; }
    Confirm > Vertical {
        width: 80; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border-left: outer $error; padding: 1 1 0 1;
    }
    Confirm Pane { height: auto; background: $surface; }
    Confirm KeyLine { height: 1; margin-top: 1; }
    """

    def __init__(
        self, word: str, dangers: Sequence[str], warnings: Sequence[str], operations: Sequence[str]
    ) -> None:
        """Ask for a word.

        Args:
            word: What has to be typed.
            dangers: What the map says of the write.
            warnings: What else there is to know.
            operations: The bus operations that a yes runs, in words.
        """
        super().__init__()
        self._word = word
        self._dangers = dangers
        self._warnings = warnings
        self._operations = operations
        self._line = EditLine()

    def _write(self) -> None:
        width = max(min(self.size.width, _WIDTH + 4) - 4, 8)
        lines: list[Line] = [((part, "wrong"),) for part in wrap(f"{VITAL} This write is dangerous.", width)]
        for text in (*self._dangers, *self._warnings):
            lines += [(), *(((part, "strong"),) for part in wrap(text, width))]
        lines.append(())
        for number, text in enumerate(self._operations, 1):
            lines += [((part, "text"),) for part in wrap(f"{number} {text}", width)]
        prompt = f"Type {clean(self._word)} to write: "
        typed = self._line.spans(max(width - width_of(prompt), 4))
        lines += [(), ((prompt, "strong"), *typed)]
        pane = self.query_one(Pane)
        pane.styles.height = min(len(lines), max(self.size.height - 4, 1))
        pane.show(lines)
        # What is typed stays in sight, however much there is above it.
        pane.scroll_end(animate=False, immediate=True)
        self.query_one(KeyLine).put(
            [("Enter", "writes if that is the word", "screen.answer"), ("Esc", "leaves", "screen.leave")]
        )

    def on_key(self, event: events.Key) -> None:
        """Type."""
        if self._line.key(event.key, event.character):
            event.stop()
            event.prevent_default()
            self._write()

    def action_answer(self) -> None:
        """Say yes if the word is right."""
        self.dismiss(self._line.text.strip() == self._word)

    def action_leave(self) -> None:
        """Say no."""
        self.dismiss(False)
