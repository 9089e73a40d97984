"""What a search goes through: each block's paths once, the names of its instances, and what registers say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from inspector.model.field import Field
from inspector.model.layout import Layout
from inspector.model.nodes import Nodes
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap
from inspector.model.windows import MemoryNode, memory_nodes
from inspector.ui.searchtext import SearchText, SharedText


class Spot(NamedTuple):
    """A register of the map.

    Attributes:
        node: Its place in the map.
        place: Its instance, by number.
        line: Which of the paths it has.
    """

    node: int
    place: int
    line: int


class SearchIndex:
    """A map as texts. Instances of a block share all; array elements share all but their paths.

    Made once: in a few hundredths of a second for 1,000 instances of 100 registers, in about a second for
    100,000 registers of which no two are alike.

    Attributes:
        nodes: The map's registers.
        prefixes: What stands before a register's path within its block, for each instance, in lower case.
        registers: For each path within a block, what it is.
        names: Those paths, block by block.
        fields: The names of each one's fields, a space before and behind each.
        values: The names of their values, likewise.
        prose: The titles and descriptions of registers and fields.
        spans: For each instance, from which to before which of the paths its registers have, and the index of
            the first of these in the map.
        windows: The memory windows.
        vocabulary: All that registers, fields, values and instances are called, as runs of letters.
        said: The words of the titles and descriptions, likewise.
    """

    def __init__(self, register_map: RegisterMap) -> None:
        self.nodes: Nodes = register_map.nodes
        self.windows: Sequence[MemoryNode] = memory_nodes(register_map)
        self.prefixes = [place.prefix.lower() for place in self.nodes.places]
        self.registers: list[Register] = []
        self._starts: dict[Layout, int] = {}
        names: list[str] = []
        for place in self.nodes.places:
            if place.layout not in self._starts:
                self._starts[place.layout] = len(names)
                for number in range(place.count):
                    name, _, register = place.layout.at(number)
                    names.append(name)
                    self.registers.append(register)
        self.names = SearchText(names)
        self.fields = self._shared(lambda each: _spaced(field.name for field in each.fields))
        self.values = self._shared(lambda each: _spaced(_value_names(each)))
        self.prose = self._shared(lambda each: " ".join(_prose(each)))
        called = self.names.text, self.fields.own.text, self.values.own.text, " ".join(self.prefixes)
        self.vocabulary = _runs(called)
        self.said = _runs(self.prose.own.lines())
        self.spans = [
            (self._starts[place.layout], self._starts[place.layout] + place.count, place.first)
            for place in self.nodes.places
        ]

    def _shared(self, text_of: Callable[[Register], str]) -> SharedText:
        known: dict[int, str] = {}

        def text(register: Register) -> str:
            found = known.get(id(register))
            if found is None:
                found = known[id(register)] = text_of(register)
            return found

        return SharedText(map(text, self.registers))

    def path(self, index: int) -> str:
        """The path of a register by its place in the map, in lower case."""
        place = self.nodes.place_of(index)
        return self.prefixes[place.number] + self.names.line(self._starts[place.layout] + index - place.first)


def _runs(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(run for text in texts for run in re.findall("[a-z]{3,}", text))


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
