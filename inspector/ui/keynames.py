"""Names of keys: as Textual calls them, and as people write them."""

from __future__ import annotations

import string
import unicodedata

from textual.keys import KEY_NAME_REPLACEMENTS

_WRITTEN = {
    "esc": "escape",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "ins": "insert",
    "del": "delete",
    "spacebar": "space",
}
"""What people write, and what Textual calls it."""

_NAMED = frozenset(
    (
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
        *("escape", "enter", "tab", "space", "backspace"),
        *(f"f{number}" for number in range(1, 25)),
    )
)
"""The keys that are no characters."""

_HELD = ("ctrl", "alt", "shift", "super", "meta")
"""What can be held with a key, in the order in which Textual names it."""


def key_named(text: str) -> str | None:
    """Textual's name of a key written like ``e``, ``?``, ``Ctrl+F`` or ``PgDn``; None for no key."""
    if len(text) == 1:
        return _of_character(text)
    *held, last = [part.strip() for part in text.split("+")]
    if not last and held and not held[-1]:
        held, last = held[:-1], "plus"
    mods = {part.lower() for part in held}
    if not mods <= set(_HELD) or len(mods) != len(held):
        return None
    name = _last(last, bool(mods))
    if name is None:
        return None
    if mods == {"shift"} and len(name) == 1:
        return name.upper()
    return "+".join([*(each for each in _HELD if each in mods), name])


def _last(text: str, held: bool) -> str | None:
    """The key that is pressed, whatever is held with it."""
    if len(text) == 1:
        return _of_character(text.lower() if held else text)
    name = _WRITTEN.get(text.lower(), text.lower())
    if name in _NAMED:
        return name
    return name if character_of(name) is not None else None


def _of_character(character: str) -> str | None:
    """Textual's name of the key that types ``character``."""
    if character == " ":
        return "space"
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name) or None


_PUNCTUATION = {_of_character(each): each for each in string.punctuation}
"""By name; of some, such as ``less_than_sign``, only a part of the underscores are spaces in Unicode."""


def character_of(name: str) -> str | None:
    """The character that a key of that name types; None where it types none."""
    if len(name) == 1:
        return name
    if name in _PUNCTUATION:
        return _PUNCTUATION[name]
    for spelt in (name.replace("_", " "), name.replace("_", "-")):
        try:
            return unicodedata.lookup(spelt)
        except KeyError:
            continue
    return None


def written(key: str) -> str:
    """A key as a file of keys has it; `key_named` of it is ``key``."""
    return key if key in _NAMED or "+" in key else character_of(key) or key
