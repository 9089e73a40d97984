"""The file of keys: which keys a person wants for which commands, read with every mistake told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inspector.ui.command import Section
from inspector.ui.commands import ALL, GROUPS, PLACES, Place
from inspector.ui.keyboard import Keyboard

if TYPE_CHECKING:
    from inspector.errors import Finding
    from inspector.maps.findings import Report
    from inspector.maps.nodes import Node, ScalarNode

VARIABLE = "INSPECTOR_KEYS"
"""The environment's word for another file than the user's own."""

LARGEST = 1 << 20
"""Bytes. All commands with their comments are a hundredth of it."""


def keys_path() -> Path:
    """The file of keys, whether there is one or not."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("inspector", appauthor=False)) / "keys.yaml"


def load_keyboard(path: Path | None = None) -> tuple[Keyboard, list[Finding]]:
    """The keys that a person wants, and what is wrong with how that is said; the rest of it holds.

    Without a file nothing is imported that the start would have to wait for.

    Args:
        path: The file; the user's own where left out.
    """
    path = path or keys_path()
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        if not os.environ.get(VARIABLE):
            return Keyboard(), []
        return Keyboard(), [_about(path, f"there is no such file, though {VARIABLE} names it")]
    except OSError as error:
        return Keyboard(), [_about(path, f"it cannot be read: {error.strerror}")]
    if len(content) > LARGEST:
        return Keyboard(), [_about(path, f"it is larger than {LARGEST:,} bytes, so it is no file of keys")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Keyboard(), [_about(path, f"it is not UTF-8: byte {error.start} is no part of a character")]
    return read_keys(text, str(path))


def read_keys(text: str, name: str) -> tuple[Keyboard, list[Finding]]:
    """The same from a text that came from a file of that name."""
    from inspector.maps.findings import Report
    from inspector.maps.nodes import MappingNode, Source, UnreadableError, parse

    source = Source(name, text)
    report = Report(source)
    wanted = _Wanted(report)
    try:
        root = parse(source)
    except UnreadableError as error:
        report.error(error.place, error.rule, error.message, error.hint)
        return Keyboard(), report.findings()
    if isinstance(root, MappingNode):
        for key, value in root.pairs:
            wanted.take(key, value)
    elif root is not None:
        report.error(root, "type", f"a file of keys is a mapping, not {root.noun}", "write command: key")
    return Keyboard(wanted.bound()), report.findings()


def _about(path: Path, message: str) -> Finding:
    from inspector.errors import Finding, SourcePosition

    return Finding("error", message, SourcePosition(str(path), 1, 1), "refused")


class _Claim(NamedTuple):
    """A key that the file gives to a command."""

    command: str
    node: Node


class _Wanted:
    """What the file says so far."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._seen: set[str] = set()
        self._keys: dict[str, list[str]] = {}
        self._claims: dict[tuple[Place, str], _Claim] = {}

    def take(self, key: Node, value: Node) -> None:
        """Take a command and its keys."""
        from inspector.maps.findings import did_you_mean, quote
        from inspector.maps.nodes import ScalarNode

        report = self._report
        if not isinstance(key, ScalarNode):
            report.error(key, "type", f"a command's id stands here, not {key.noun}")
            return
        command = key.text
        if command not in ALL:
            hint = did_you_mean(command, ALL) or "inspector keys lists them"
            report.error(key, "unknown-key", f"there is no command {quote(command)}", hint)
            return
        if command in self._seen:
            report.error(
                key, "duplicate-key", f"{quote(command)} has its keys already", "keep one of the two"
            )
            return
        self._seen.add(command)
        before = report.errors
        keys = [name for node in self._scalars(value) if (name := self._key(command, node)) is not None]
        # Where nothing but mistakes stands there, it keeps its own.
        if keys or report.errors == before:
            self._keys[command] = keys

    def _scalars(self, value: Node) -> Iterator[ScalarNode]:
        from inspector.maps.nodes import ScalarNode, SequenceNode

        for node in value.items if isinstance(value, SequenceNode) else [value]:
            if not isinstance(node, ScalarNode):
                self._report.error(node, "type", f"a key stands here, not {node.noun}", "write e or [e, f2]")
            elif not node.is_null:
                yield node

    def _key(self, command: str, node: ScalarNode) -> str | None:
        """Textual's name of a key, where it is one and no other command of the place has it."""
        from inspector.maps.findings import quote
        from inspector.ui.keynames import key_named

        name = key_named(node.text)
        if name is None:
            hint = "a character, or f2, space, enter, pageup …, or one of these after ctrl+, alt+ or shift+"
            self._report.error(node, "unknown-word", f"{quote(node.text)} is no key", hint)
            return None
        place = PLACES[command]
        claim = self._claims.setdefault((place, name), _Claim(command, node))
        if claim.command != command:
            line = claim.node.start.line + 1
            self._report.error(
                node,
                "overlap",
                f"{quote(node.text)} is the key of {quote(claim.command)} already (line {line})",
                "a key does one thing in a place",
            )
            return None
        return name

    def bound(self) -> dict[str, tuple[str, ...]]:
        """By command the keys that are not its own: the file's, and what that leaves of the others'."""
        bound = {command: tuple(dict.fromkeys(keys)) for command, keys in self._keys.items()}
        for command, each in ALL.items():
            if command in bound:
                continue
            takers = [claim for key in each.keys_of_its_own if (claim := self._taker(command, key))]
            if takers:
                bound[command] = tuple(key for key in each.keys_of_its_own if not self._taker(command, key))
                if not bound[command]:
                    self._report.warning(
                        takers[0].node,
                        "overlap",
                        f"this was the key of '{command}', which has none now",
                        f"give it one ({command}: KEY), or say that it needs none ({command}: ~)",
                    )
        return bound

    def _taker(self, command: str, key: str) -> _Claim | None:
        """Who of the file has a key that was this command's: in its place, or wherever one is."""
        return self._claims.get((PLACES[command], key)) or self._claims.get((Place.EVERYWHERE, key))


# --- writing -----------------------------------------------------------------------------------


def keys_text(keyboard: Keyboard, path: Path) -> str:
    """A file of all commands with the keys they have now, to begin one's own with."""
    lines = [
        "# The keys of inspector: a command with its key, or [several], or ~ for none.",
        f"# What you keep of this in {path} holds from the next start on;",
        f"# what you leave out stays as it is. {VARIABLE}=FILE names another file.",
        "# While a value or a search is typed, Enter, Tab, Escape and the arrows are fixed.",
    ]
    for place, group in GROUPS.items():
        for section in Section:
            commands = [each for each in group if each.section is section]
            if commands:
                lines += ["", f"# {section.value}" + (f", {place.value}" if place.value else "")]
                lines += [f"{_entry(keyboard, each.id):<32} # {each.title}" for each in commands]
    return "\n".join(lines) + "\n"


def _entry(keyboard: Keyboard, command: str) -> str:
    keys = [_scalar(key) for key in keyboard.keys(command)]
    return f"{command}: {keys[0] if len(keys) == 1 else '[' + ', '.join(keys) + ']' if keys else '~'}"


def _scalar(key: str) -> str:
    from inspector.ui.keynames import written

    text = written(key)
    plain = text.replace("+", "").isalnum() and text.isascii() and not text.isdigit()
    return text if plain else "'" + text.replace("'", "''") + "'"
