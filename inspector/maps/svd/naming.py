"""Names as a map may have them, each once in its scope."""

from __future__ import annotations

import re
from functools import lru_cache

from inspector.maps.findings import quote
from inspector.maps.identifiers import as_key
from inspector.maps.svd.arrays import Array
from inspector.maps.svd.notes import Notes

_OTHER = re.compile(r"[^A-Za-z0-9_-]")


@lru_cache(maxsize=4096)
def identifier(name: str) -> str:
    """The name with ``_`` in place of what no name may have; ``%s`` must have been taken out."""
    return as_key(_OTHER.sub("_", name))


@lru_cache(maxsize=4096)
def array_name(name: str) -> str:
    """The name of an array as a map has it: ``%s`` in its place, ``[%s]`` left out as it is implied."""
    head, *tails = name.replace("[%s]", "").split("%s")
    head = identifier(head) if head or not tails else ""
    return "%s".join([head, *(_OTHER.sub("_", tail) for tail in tails)])


def once_named(name: str, line: int, notes: Notes) -> str:
    """The name of what is called like an array and is none."""
    message = f"{quote(name)} is named as an array, and has no dim; it stands there once"
    notes.repair("arrays without dim", line, message)
    return name.replace("[%s]", "").replace("%s", "")


def numbered(name: str, array: Array, line: int, notes: Notes) -> str:
    """The array's name, its elements' names beginning with no digit."""
    if not name.startswith("%s") or not any(
        array.element(i)[:1] in "0123456789-" for i in range(array.count)
    ):
        return name
    message = f"the elements' names of {quote(name)} would begin with digits; they begin with _"
    notes.repair("names that began with digits", line, message)
    return f"_{name}"


def element_name(name: str, text: str) -> str:
    """The name of an array's element."""
    return name.replace("%s", text) if "%s" in name else f"{name}[{text}]"


class Scope:
    """The names of what stands beside each other.

    Attributes:
        keys: What is filed there, arrays under their own names.
    """

    def __init__(self, notes: Notes) -> None:
        self.keys: set[str] = set()
        self._elements: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._notes = notes

    def free(self, name: str, array: Array | None) -> bool:
        """Whether a thing of that name, and all its elements, are called like nothing there."""
        if name in self.keys or (array is None and name in self._elements):
            return False
        return not (array is not None and "%s" in name and self._clashing(name, array))

    def take(self, name: str, array: Array | None) -> None:
        """File a thing under its name."""
        self.keys.add(name)
        if array is not None and "%s" in name:
            self._elements.update(element_name(name, array.element(i)) for i in range(array.count))

    def _clashing(self, name: str, array: Array) -> bool:
        names = (element_name(name, array.element(i)) for i in range(array.count))
        return any(element in self.keys or element in self._elements for element in names)

    def unique(self, name: str, array: Array | None, line: int, what: str, suffix: str = "") -> str:
        """A name that is free, near to the one wanted, and now taken; a change is noted.

        Args:
            name: The name wanted.
            array: The thing's array, or None.
            line: Where it stands, counted from 0.
            what: What it is, for the message.
            suffix: What tells it from others of its name, such as a group; numbers do where it is empty.
        """
        found = name
        if not self.free(found, array):
            number = self._numbers.get(name, 1)
            found = f"{name}__{suffix}" if suffix else name
            while not self.free(found, array):
                number += 1
                found = f"{name}_{number}"
            self._numbers[name] = number
            message = f"a second {what} {quote(name)}; it is called {quote(found)}"
            self._notes.repair("names that stand twice", line, message)
        self.take(found, array)
        return found
