"""What a search goes through: a line of text for each path, and one for each register that a map defines."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from inspector.model.field import Field
from inspector.model.layout import Layout
from inspector.model.nodes import Nodes
from inspector.model.register import Register
from inspector.ui.searchtext import SearchText


class SearchIndex:
    """A map as texts. Array elements and instances share what their register's fields and prose say.

    Made once, in a few tenths of a second for a hundred thousand registers.

    Attributes:
        nodes: The map's registers.
        registers: What the map defines, each once.
        paths: The registers' paths, by their place in the map.
        fields: The names of the fields of each of ``registers``, a space before and behind each.
        values: The names of their values, likewise.
        prose: Their titles and descriptions, and those of their fields.
    """

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.registers: list[Register] = []
        self._number_of: dict[int, int] = {}
        self._uses: dict[Layout, dict[int, array[int]]] = {}
        within: dict[Layout, list[str]] = {}
        paths: list[str] = []
        for place in nodes.places:
            if place.layout not in within:
                within[place.layout] = self._take(place.layout)
            paths += [place.prefix + local for local in within[place.layout]]
        self.paths = SearchText(paths)
        self.fields = SearchText(_spaced(field.name for field in each.fields) for each in self.registers)
        self.values = SearchText(_spaced(_value_names(each)) for each in self.registers)
        self.prose = SearchText(" ".join(_prose(each)) for each in self.registers)

    def _take(self, layout: Layout) -> list[str]:
        """Take in the registers of a block; their paths within it, in order."""
        within: list[str] = []
        uses: dict[int, array[int]] = {}
        for number in range(layout.count):
            path, _, register = layout.at(number)
            within.append(path)
            key = self._number_of.get(id(register))
            if key is None:
                key = self._number_of[id(register)] = len(self.registers)
                self.registers.append(register)
            uses.setdefault(key, array("L")).append(number)
        self._uses[layout] = uses
        return within

    def users(self, register: int) -> Iterator[int]:
        """The places in the map of the registers that are ``registers[register]``."""
        for place in self.nodes.places:
            for number in self._uses[place.layout].get(register, ()):
                yield place.first + number

    def register_of(self, index: int) -> int:
        """Which of ``registers`` the one at a place in the map is."""
        return self._number_of[id(self.nodes.register(index))]


def value_field(register: Register, part: str) -> Field | None:
    """The first field of which a value is called so, or begins so, or holds that, in lower case."""
    named = [
        (entry.name.lower(), field)
        for field in register.fields
        if field.enum is not None
        for entry in field.enum.entries
    ]
    return _best(named, part)


def named_field(register: Register, part: str) -> Field | None:
    """The first field that is called so, or begins so, or holds that, in lower case."""
    return _best([(field.name.lower(), field) for field in register.fields], part)


def described_field(register: Register, words: Iterable[str]) -> Field | None:
    """The first field whose text holds all the words, in lower case; None where the register's own does."""
    words = list(words)
    own = f"{register.title} {register.desc}".lower()
    if all(word in own for word in words):
        return None
    for field in register.fields:
        text = f"{field.title} {field.desc}".lower()
        if all(word in text for word in words):
            return field
    return None


def _best(named: list[tuple[str, Field]], part: str) -> Field | None:
    for fits in (part.__eq__, lambda name: name.startswith(part), lambda name: part in name):
        for name, field in named:
            if fits(name):
                return field
    return None


def _spaced(names: Iterable[str]) -> str:
    return f" {' '.join(names)} "


def _value_names(register: Register) -> Iterator[str]:
    for enumeration in (register.enum, *(field.enum for field in register.fields)):
        if enumeration is not None:
            yield from (entry.name for entry in enumeration.entries)


def _prose(register: Register) -> Iterator[str]:
    yield from (register.title, register.desc)
    for field in register.fields:
        yield from (field.title, field.desc)
