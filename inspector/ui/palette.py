"""The command palette: every command, theme and register, found by what is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from inspector.ui.ask import Pane, Sheet
from inspector.ui.bars import Bar, KeyLine
from inspector.ui.command import Command, Section
from inspector.ui.commands import GROUPS, PLACES, Place
from inspector.ui.editline import EditLine
from inspector.ui.lines import Line, Span, clean, cut, fit, length, width_of

if TYPE_CHECKING:
    from inspector.ui.app import InspectorApp
    from inspector.ui.screen import MainScreen

_WIDTH = 84
_MOST = 60
"""How many registers are offered: nobody goes through more."""

_SECOND_LOOK = 0.2
"""Seconds between looks at whether the map's index has been made meanwhile."""


class Choice(NamedTuple):
    """Something to choose.

    Attributes:
        title: In a word or two.
        text: In a sentence.
        key: The keys that do it, as people call them.
        do: Does it.
    """

    title: str
    text: str
    key: str
    do: Callable[[], object]


Source = Callable[[str], Sequence[Choice]]
"""What fits what is typed, the best first."""


def matching(choices: Sequence[Choice], text: str) -> list[Choice]:
    """The choices that hold each word of ``text``, or its characters in their order, the best first."""
    words = text.lower().split()
    if not words:
        return list(choices)
    ranked = [
        (rank, number) for number, each in enumerate(choices) if (rank := _rank(each, words)) is not None
    ]
    return [choices[number] for _, number in sorted(ranked)]


def _rank(choice: Choice, words: Sequence[str]) -> int | None:
    """How far a choice is from what is typed; None where it does not fit."""
    title = choice.title.lower()
    if all(word in title for word in words):
        return 0 if title.startswith(words[0]) else 1 if f" {words[0]}" in title else 2
    if all(word in f"{title} {choice.text.lower()}" for word in words):
        return 3
    return 4 if _scattered("".join(words), title) else None


def _scattered(typed: str, text: str) -> bool:
    """Whether the characters are in the text in their order, others among them."""
    rest = iter(text)
    return all(character in rest for character in typed)


class Palette(Sheet[Choice]):
    """A line to type in, and below it what fits; Enter does it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    DEFAULT_CSS = """
    Palette { align: center top; }
    Palette > Vertical {
        width: 84; max-width: 100%; height: auto; max-height: 100%; margin-top: 1;
        background: $surface; border-left: outer $primary; padding: 0 1 0 1;
    }
    Palette Bar { height: 1; background: $surface; }
    Palette Pane { background: $surface; height: 1; }
    Palette KeyLine { height: 1; }
    """

    def __init__(
        self,
        prompt: str,
        source: Source,
        pending: Callable[[], bool],
        opened_by: Sequence[str] = (),
        does: str = "does it",
    ) -> None:
        """Offer.

        Args:
            prompt: What is to be typed, in a word or two.
            source: Gives what fits.
            pending: Whether there will be more that fits in a while.
            opened_by: The keys that opened it, which close it again.
            does: What Enter does, in a word or two.
        """
        super().__init__()
        self._prompt = prompt
        self._source = source
        self._pending = pending
        self._opened_by = opened_by
        self._does = does
        self._line = EditLine()
        self._choices: Sequence[Choice] = ()
        self._found: tuple[str, bool] | None = None
        self._at = 0

    def compose(self) -> ComposeResult:
        """The line, what fits, the keys."""
        with Vertical():
            yield Bar()
            yield Pane()
            yield KeyLine()

    def on_mount(self) -> None:
        """Offer all, and look again for what takes its time."""
        super().on_mount()
        self.set_interval(_SECOND_LOOK, self._write)

    # --- keys --------------------------------------------------------------------------------

    def take_key(self, key: str, character: str | None) -> bool:
        """Type, choose or leave; every key is its."""
        moves = {"up": -1, "ctrl+p": -1, "shift+tab": -1, "down": 1, "ctrl+n": 1, "tab": 1}
        page = max(self.size.height - 6, 1)
        if key == "escape" or (character is None and key in self._opened_by and not self._line.text):
            self.action_leave()
        elif key == "enter":
            self.action_choose()
        elif key in moves:
            self._at = (self._at + moves[key]) % max(len(self._choices), 1)
        elif key in ("pageup", "pagedown"):
            self._at = max(0, min(self._at + (page if key == "pagedown" else -page), len(self._choices) - 1))
        elif self._line.key(key, character):
            self._at = 0
        self._write()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Type what is pasted."""
        self._line.paste(event.text)
        self._at = 0
        self._write()

    def on_click(self, event: events.Click) -> None:
        """Do what is clicked."""
        pane = self.query_one(Pane)
        if event.widget is pane:
            row = event.y + pane.scroll_offset.y
            if row < len(self._choices):
                self._at = row
                self.action_choose()

    def action_choose(self) -> None:
        """Do what is marked."""
        if self._choices:
            self.dismiss(self._choices[self._at])

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    # --- what is shown -----------------------------------------------------------------------

    def _look(self) -> None:
        """Look for what fits, where something else is typed or more can be found than before."""
        wanted = self._line.text, self._pending()
        if self._found != wanted:
            self._choices = self._source(self._line.text)
            self._found = self._line.text, self._pending()

    def _write(self) -> None:
        self._look()
        # What is typed ahead comes before there is anything to show it in.
        if not self.query(Pane):
            return
        self._at = max(0, min(self._at, len(self._choices) - 1))
        width = max(min(self.size.width, _WIDTH) - 4, 8)
        typed: Line = self._line.spans(max(width - width_of(self._prompt) - 3, 4))
        hint: Span = ("", "text") if self._line.text else (f" {self._prompt}", "faint")
        self.query_one(Bar).put(((" › ", "key"), *typed, hint))
        pane = self.query_one(Pane)
        height = max(min(max(len(self._choices), 1), self.size.height - 4), 1)
        if pane.styles.height is None or pane.styles.height.value != height:
            pane.styles.height = height
        lines = [_row(each, number == self._at, width) for number, each in enumerate(self._choices)]
        pane.show(lines or [((" nothing fits", "dim"),)], {self._at: "focus-row"} if lines else None)
        top = pane.scroll_offset.y
        if not top <= self._at < top + height:
            pane.scroll_to(y=self._at if self._at < top else self._at - height + 1, animate=False)
        self.query_one(KeyLine).put(
            [
                ("Enter", self._does, "screen.choose"),
                ("↑ ↓", "choose", ""),
                ("Esc", "back", "screen.leave"),
            ]
        )


def _row(choice: Choice, marked: bool, width: int) -> Line:
    """A choice: its title, what it does, and at the right the keys that do it."""
    title = fit(choice.title, min(26, width - 4)) if choice.text else choice.title
    key = choice.key if width_of(choice.key) < width // 3 else ""
    head: Line = (("▌" if marked else " ", "focus"), (title, "strong" if marked else "text"))
    room = width - width_of(key) - 2
    line = cut((*head, (f" {choice.text}", "dim")), room)
    return (*line, (" " * (room - length(line) + 1), "text"), (key, "key"))


# --- what there is to choose -------------------------------------------------------------------


def open_palette(app: InspectorApp) -> None:
    """Offer every command and theme, and what is typed as a register."""
    screen = app.main
    choices = [*_commands(app, screen), *_themes(app)]

    def source(text: str) -> Sequence[Choice]:
        registers = _registers(screen, text, 8) if len(text.strip()) > 1 else []
        return [*matching(choices, text), *registers]

    offer(app, "a command or a register", source, "palette")


def open_registers(app: InspectorApp) -> None:
    """Offer the registers that fit what is typed."""
    screen = app.main
    offer(app, "a register", lambda text: _registers(screen, text, _MOST), "go", "goes there")


def offer(app: InspectorApp, prompt: str, source: Source, opened_by: str, does: str = "does it") -> None:
    """Offer what ``source`` gives; the keys of the command ``opened_by`` close it again."""
    finding = app.main.finding
    palette = Palette(prompt, source, lambda: finding.making, app.keyboard.keys(opened_by), does)

    def chosen(choice: Choice | None) -> None:
        if choice is not None:
            choice.do()

    app.push_screen(palette, chosen)


def _commands(app: InspectorApp, screen: MainScreen) -> Iterator[Choice]:
    """Every command with its keys; those that only move come last."""
    commands = [each for group in GROUPS.values() for each in group if each.id != "palette"]
    for each in sorted(commands, key=lambda command: command.section is Section.MOVING):
        where = PLACES[each.id].value
        place = f" ({where})" if where else ""
        do = partial(_do, app, screen, each)
        yield Choice(each.title, each.text + place, app.keyboard.labels(each.id), do)


def _do(app: InspectorApp, screen: MainScreen, command: Command) -> None:
    """Do a command where it belongs, which gets the keys if it needs them."""
    if PLACES[command.id] is Place.EVERYWHERE:
        app.call_later(app.run_action, command.action, app)
        return
    widget = screen.widget_of(PLACES[command.id])
    widget.focus()
    app.call_later(app.run_action, command.action, widget)


def _themes(app: InspectorApp) -> Iterator[Choice]:
    from inspector.ui.themes import TITLES, names

    for name in names():
        title = TITLES.get(name, name)
        yield Choice(f"Theme: {title}", "", "", partial(app.choose_theme, name))


def _registers(screen: MainScreen, text: str, most: int) -> list[Choice]:
    return [
        Choice(
            clean(match.node.path),
            clean(f"{match.field.name} · " if match.field else "") + clean(match.title),
            "",
            partial(screen.finding.visit, match),
        )
        for match in screen.finding.lookup(text)[:most]
    ]
