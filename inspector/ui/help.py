"""The help: the keys of where one is, then every key, then every mark; it can be searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from inspector.ui.ask import Pane, Sheet
from inspector.ui.bars import KeyLine
from inspector.ui.command import Command, Section
from inspector.ui.commands import ALL, GROUPS, PLACES
from inspector.ui.editline import EditLine
from inspector.ui.keyboard import Keyboard
from inspector.ui.keys import Hints
from inspector.ui.legend import VALUES, legend
from inspector.ui.lines import Line, fit, width_of, wrap

_WIDTH = 96
_LEAD = 24
"""Cells for the keys at the left, where there is room."""


class Entry(NamedTuple):
    """A line of the help.

    Attributes:
        mark: The keys or the mark.
        look: How that looks.
        meaning: What it means.
    """

    mark: str
    look: str
    meaning: str


def help_sections(keyboard: Keyboard, here: Hints) -> list[tuple[str, list[Entry]]]:
    """All that the help says: first the situation's keys, then every command, then every mark."""
    sections = [(here.where, list(_situation(keyboard, here)))]
    for section in Section:
        commands = [each for group in GROUPS.values() for each in group if each.section is section]
        sections.append((section.value, [_entry(keyboard, each) for each in commands]))
    for title, entries in (VALUES, *legend(keyboard)):
        sections.append((title, [Entry(*each) for each in entries]))
    return sections


def _situation(keyboard: Keyboard, here: Hints) -> Iterator[Entry]:
    for entry in here.entries:
        if len(entry) == 3:
            yield Entry(entry[0], "key", entry[1])
            continue
        ids = entry[0].split()
        labels = "  ".join(filter(None, map(keyboard.labels, ids)))
        if labels:
            yield Entry(labels, "key", _meaning(ALL[ids[0]]) if len(ids) == 1 else f"the next {entry[1]}")


def _entry(keyboard: Keyboard, command: Command) -> Entry:
    labels = keyboard.labels(command.id)
    where = PLACES[command.id].value
    place = f" ({where})" if where else ""
    return Entry(labels or "—", "key" if labels else "faint", _meaning(command) + place)


def _meaning(command: Command) -> str:
    """What a command does, its title first where the sentence goes on from it."""
    said = command.title.lower() in command.text.lower()
    return command.text if said else f"{command.title}: {command.text}"


def found(sections: Sequence[tuple[str, list[Entry]]], text: str) -> list[tuple[str, list[Entry]]]:
    """The entries that hold each word of ``text``, those of a heading that holds them included."""
    words = text.lower().split()
    kept = []
    for title, entries in sections:
        fitting = [
            entry
            for entry in entries
            if all(word in f"{title} {entry.mark} {entry.meaning}".lower() for word in words)
        ]
        if fitting:
            kept.append((title, fitting))
    return kept


class Help(Sheet[None]):
    """Every key and every mark, those of the situation first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "back", show=False),
        Binding("slash", "find", show=False),
        Binding("down,j", "down(1)", show=False),
        Binding("up,k", "down(-1)", show=False),
        Binding("pagedown,space,ctrl+f", "page(1)", show=False),
        Binding("pageup,ctrl+b", "page(-1)", show=False),
        Binding("home,g", "edge(-1)", show=False),
        Binding("end,G", "edge(1)", show=False),
    ]

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > Vertical {
        width: 96; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border-left: outer $primary; padding: 1 1 0 1;
    }
    Help Pane { background: $surface; }
    Help KeyLine { height: 1; margin-top: 1; }
    """

    def __init__(self, keyboard: Keyboard, here: Hints) -> None:
        """Show the help.

        Args:
            keyboard: Which keys do what.
            here: The situation from which it was asked for.
        """
        super().__init__()
        self._keyboard = keyboard
        self._sections = help_sections(keyboard, here)
        self._typed: EditLine | None = None
        self._text = ""

    def take_key(self, key: str, character: str | None) -> bool:
        """Type what is searched for; whether it is typed. The key that opened the help closes it."""
        if self._typed is None:
            if key in self._keyboard.keys("help"):
                self.action_back()
                return True
            return False
        if key in ("enter", "escape"):
            self._text = self._typed.text if key == "enter" else ""
            self._typed = None
        elif self._typed.key(key, character):
            self._text = self._typed.text
            self.query_one(Pane).scroll_to(y=0, animate=False)
        elif key in ("up", "down"):
            self.action_down(1 if key == "down" else -1)
        self._write()
        return True

    def _write(self) -> None:
        # What is typed ahead comes before there is anything to show it in.
        if not self.query(Pane):
            return
        width = max(min(self.size.width, _WIDTH) - 5, 10)
        sections = found(self._sections, self._text)
        lead = min(_LEAD, max(width // 4, 8))
        lines: list[Line] = []
        for title, entries in sections:
            if lines:
                lines.append(())
            lines.append(((title, "title"),))
            for entry in entries:
                lines += _lines(entry, lead, width)
        if not sections:
            lines = [((f"nothing in the help holds “{self._text}”", "wrong"),)]
        pane = self.query_one(Pane)
        # It stays as high as it is while it is searched: nothing jumps under the eye.
        if not self._text:
            pane.styles.height = max(min(len(lines), self.size.height - 4), 1)
        pane.show(lines)
        if self._typed is not None:
            self.query_one(KeyLine).ask(" /", self._typed)
            return
        close = ("Esc", "all again" if self._text else "back", "screen.back")
        self.query_one(KeyLine).put([("↑ ↓", "scroll", ""), ("/", "find", "screen.find"), close])

    def action_find(self) -> None:
        """Type what is searched for."""
        self._typed = EditLine.of(self._text)
        self._write()

    def action_back(self) -> None:
        """Show all again where something was searched for, else go back."""
        if self._text:
            self._text = ""
            self._write()
        else:
            self.dismiss(None)

    def action_down(self, step: int) -> None:
        """Scroll some lines."""
        pane = self.query_one(Pane)
        pane.scroll_to(y=pane.scroll_offset.y + step, animate=False)

    def action_page(self, direction: int) -> None:
        """Scroll a page."""
        self.action_down(direction * max(self.query_one(Pane).size.height - 1, 1))

    def action_edge(self, direction: int) -> None:
        """Scroll to one end."""
        pane = self.query_one(Pane)
        pane.scroll_to(y=0 if direction < 0 else pane.max_scroll_y, animate=False)


def _lines(entry: Entry, lead: int, width: int) -> Iterator[Line]:
    """An entry, its mark at the left and its meaning beside it, wrapped."""
    room = width - lead - 2
    own_line = width_of(entry.mark) > lead - 3
    if own_line:
        yield ((f"  {fit(entry.mark, width - 2).rstrip()}", entry.look),)
    for number, part in enumerate(wrap(entry.meaning, room) or [""]):
        head = "" if own_line or number else entry.mark
        yield (f"  {fit(head, lead - 2)}", entry.look), (f"  {part}", "text")
