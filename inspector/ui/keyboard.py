"""Which keys do which command, as they are bound now, and how a key is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from inspector.ui.command import UNBOUND, Command
from inspector.ui.commands import ALL, PLACES, Place
from inspector.ui.keynames import character_of

if TYPE_CHECKING:
    from inspector.ui.bars import Keys
    from inspector.ui.keys import Hints

_NAMES = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "insert": "Ins",
    "delete": "Del",
    "backspace": "Backspace",
    "ctrl": "Ctrl",
    "shift": "Shift",
    "alt": "Alt",
    "super": "Super",
    "meta": "Meta",
}


def key_name(key: str) -> str:
    """A key as people call it: ``Ctrl+F``, ``?``, ``PgDn``."""
    *held, last = key.split("+")
    if not held and len(last) == 1:
        return last
    return "+".join([*map(_part, held), last.upper() if held and len(last) == 1 else _part(last)])


def _part(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    if name[0] == "f" and name[1:].isdigit():
        return name.upper()
    return character_of(name) or name.replace("_", " ").capitalize()


class Keyboard:
    """The keys of every command: those of its own, but where a person wants others."""

    def __init__(self, bound: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        """Bind.

        Args:
            bound: By a command's id, Textual's names of the keys that do it in place of its own.
        """
        self._bound = bound
        self._hints: dict[Hints, Keys] = {}
        # A row that says which key reads it asks for that at every painting.
        self._clauses: dict[tuple[str, str], str] = {}

    def keys(self, command: str) -> tuple[str, ...]:
        """Textual's names of the keys that do a command."""
        keys = self._bound.get(command)
        return ALL[command].keys_of_its_own if keys is None else keys

    def label(self, command: str) -> str:
        """The key that does a command as people call it; empty where none does."""
        keys = self.keys(command)
        return key_name(keys[0]) if keys else ""

    def labels(self, command: str) -> str:
        """All keys that do a command as people call them."""
        return " ".join(map(key_name, self.keys(command)))

    def clause(self, command: str, text: str) -> str:
        """A part of a sentence that says what a key does; empty where no key does it.

        Args:
            command: The command's id; several, parted by spaces, where each of them does it.
            text: The part, with ``{}`` where the key stands.
        """
        clause = self._clauses.get((command, text))
        if clause is None:
            *others, last = [label for each in command.split() if (label := self.label(each))] or [""]
            keys = f"{', '.join(others)} or {last}" if others else last
            clause = self._clauses[command, text] = text.format(keys) if keys else ""
        return clause

    def clauses(self, text: str, *clauses: tuple[str, str], between: str = ", ") -> str:
        """A part of a sentence that says what several keys do; empty where no key does any of it.

        Args:
            text: The part, with ``{}`` where the clauses stand.
            clauses: Each as `clause` takes it.
            between: What parts them.
        """
        said = between.join(filter(None, (self.clause(*each) for each in clauses)))
        return text.format(said) if said else ""

    @property
    def keymap(self) -> dict[str, str]:
        """The same for Textual's `App.set_keymap`."""
        return {command: ",".join(keys) or UNBOUND for command, keys in self._bound.items()}

    def hints(self, hints: Hints) -> Keys:
        """Hints as the last line shows them; a command without a key is left out."""
        shown = self._hints.get(hints)
        if shown is None:
            shown = self._hints[hints] = tuple(self._shown(hints.entries))
        return shown

    def _shown(self, entries: Iterable[tuple[str, ...]]) -> Iterable[tuple[str, str, str]]:
        for entry in entries:
            if len(entry) == 3:
                yield entry[0], entry[1], entry[2]
                continue
            commands = [ALL[each] for each in entry[0].split()]
            label = " ".join(filter(None, (self.label(each.id) for each in commands)))
            if label:
                yield label, entry[1], _action(commands[0]) if len(commands) == 1 else ""


def _action(command: Command) -> str:
    """What a click on a hint does; empty where only the widget with the keys could say."""
    if command.action.startswith(("screen.", "app.")):
        return command.action
    return f"app.{command.action}" if PLACES[command.id] is Place.EVERYWHERE else ""
