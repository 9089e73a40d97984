"""Where a map defines a register or a field: the file, the line, and the text around it.

A loaded map does not carry the places of its fields, and one that the cache kept was never parsed: whoever
asks has the files parsed again, which takes as long as loading them did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inspector.errors import InspectorError, MapError, SourcePosition, UsageError
from inspector.maps import files
from inspector.maps.entries import merged_pairs
from inspector.maps.files import MapFile
from inspector.maps.findings import FloodError, Report
from inspector.maps.include import Library
from inspector.maps.keys import FIELDS, REGISTERS
from inspector.maps.merging import TooMuchError
from inspector.maps.nodes import DerivedSource, MappingNode, Node, ScalarNode, SequenceNode, Source
from inspector.model.field import Field
from inspector.model.register import Group, Memory, Register
from inspector.model.registermap import RegisterMap, RegisterNode

BEFORE = 12
"""Lines shown before a definition."""

MOST = 32
"""Places that are told."""

AFTER = 80
"""Lines shown from a definition's beginning on."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A place in a file that says something of a register or field.

    Attributes:
        says: What it does there, in words.
        position: Where; the file as the person named it.
        path: That file.
        first: The number of the first of ``lines``, counted from 1.
        last: The last line that belongs to it, counted from 1.
        lines: The text around it.
    """

    says: str
    position: SourcePosition
    path: Path
    first: int
    last: int
    lines: tuple[str, ...]


def whereabouts(
    register_map: RegisterMap, node: RegisterNode, field: Field | None = None
) -> tuple[Definition, ...]:
    """Every place that defines a register, or one of its fields: where it is named first.

    Raises:
        InspectorError: The files cannot be read, or say nothing of it any more.
    """
    word = register_map.name if register_map.bundled else register_map.file
    file = files.open_word(files.split_device(word)[0])
    report = Report(Source(file.name, ""))
    library = Library(report)
    parts = None
    with suppress(FloodError, TooMuchError, MapError):
        parts = library.read(file)
    finder = _Finder(report, library.files)
    if parts is not None and node.instance.block.name in parts.blocks:
        chain = _chain(node.instance.block.children, node.register)
        block = parts.blocks[node.instance.block.name].node
        found = finder.follow(block, chain) if chain else None
        if found is not None and field is not None:
            found = finder.field(found[1], field.name) or found
        if found is not None:
            return tuple(finder.tell(*found))
    position = node.register.position
    if position is None:
        raise UsageError(
            f"{file.name} says nothing of {node.path} any more: it has changed since it was opened"
        )
    return (finder.at(position),)


def _chain(children: Sequence[Register | Group | Memory], register: Register) -> list[str]:
    """The names under which a map states a register: its groups', then its own; empty where it does not."""
    for child in children:
        if child is register:
            return [child.name]
        if isinstance(child, Group) and (rest := _chain(child.children, register)):
            return [child.name, *rest]
    return []


class _Finder:
    """Looks for keys in the trees of a map's files."""

    def __init__(self, report: Report, taken: Sequence[MapFile]) -> None:
        self._report = report
        self._files = {file.name: file for file in taken}

    def follow(self, block: Node, chain: Sequence[str]) -> tuple[ScalarNode, Node] | None:
        """The key and value of a register of a block."""
        found: tuple[ScalarNode, Node] | None = None
        inside = block
        for name in chain:
            found = self._entry(self._value(inside, REGISTERS.name), name)
            if found is None:
                return None
            inside = found[1]
        return found

    def field(self, register: Node, name: str) -> tuple[ScalarNode, Node] | None:
        """The key and value of a register's field, or of the array that it is an element of."""
        fields = self._value(register, FIELDS.name)
        found = self._entry(fields, name) or self._entry(fields, re.sub(r"\[[^\]]*\]$", "", name))
        if found is not None:
            return found
        for key, value in self._pairs(fields):
            head, sign, tail = key.text.partition("%s")
            if sign and name.startswith(head) and name.endswith(tail):
                return key, value
        return None

    def tell(self, key: ScalarNode, value: Node) -> Iterator[Definition]:
        """Where it is named, what it is like, and what other files or parts say of it."""
        yield self._definition(key, value, "defined")
        told = {(key.source.name, key.start.line)}
        source = key.source
        while isinstance(source, DerivedSource):
            if (source.via.source.name, source.via.start.line) not in told:
                told.add((source.via.source.name, source.via.start.line))
                yield self._definition(source.via, source.via, "used")
            source = source.origin
        for node in _stated_elsewhere(value, key.source):
            place = node.source.name, node.start.line
            if node.source is key.source or place in told or len(told) > MOST:
                continue
            told.add(place)
            says = "taken over from" if isinstance(node.source, DerivedSource) else "corrected"
            yield self._definition(node, node, says)

    def at(self, position: SourcePosition) -> Definition:
        """The place where a register was when the map was opened.

        Raises:
            UsageError: That file took no part now.
        """
        file = self._files.get(position.file)
        if file is None:
            raise UsageError(f"{position.file} is no part of the map any more")
        lines = _text(file).splitlines()
        return _cut("defined, before the file was changed", position, file.path, position.line, lines)

    def _definition(self, key: Node, value: Node, says: str) -> Definition:
        position = self._report.position(key)
        file = self._files[position.file]
        source = key.source.origin if isinstance(key.source, DerivedSource) else key.source
        text = source.text or _text(file)
        lines = text.splitlines()
        # Of what is merged from several places, those parts tell that stand here.
        reach = max(node.end.line for node in _nodes(value, key)) + 1
        last = _end(position, reach, lines)
        return _cut(says, position, file.path, last, lines)

    def _value(self, node: Node | None, key: str) -> Node | None:
        return next((value for name, value in self._pairs(node) if name.text == key), None)

    def _entry(self, node: Node | None, name: str) -> tuple[ScalarNode, Node] | None:
        return next(((key, value) for key, value in self._pairs(node) if key.text == name), None)

    def _pairs(self, node: Node | None) -> list[tuple[ScalarNode, Node]]:
        return merged_pairs(node, self._report) if isinstance(node, MappingNode) else []


def _stated_elsewhere(value: Node, source: Source) -> Iterator[Node]:
    """What a value has from other texts: where each of a correction's parts begins, and a copy's once."""
    copies: set[Source] = set()
    rest = [(value, source)]
    while rest and len(copies) < MOST:
        node, around = rest.pop()
        if node.source is not around and node.source not in copies:
            yield node
            if isinstance(node.source, DerivedSource):
                copies.add(node.source)
        if isinstance(node, (MappingNode, SequenceNode)):
            rest += [(item, node.source) for item in reversed(node.items)]


def _nodes(value: Node, key: Node) -> Iterator[Node]:
    """A key, and the parts of its value that stand in the same text after it."""
    yield key
    rest = [value]
    while rest:
        node = rest.pop()
        if node.source is key.source and node.start.line >= key.start.line:
            yield node
        if isinstance(node, (MappingNode, SequenceNode)):
            rest += node.items


def _end(position: SourcePosition, last: int, lines: Sequence[str]) -> int:
    """The last line of a value; its parser says where the next thing begins."""
    last = min(last, len(lines))
    while last > position.line:
        line = lines[last - 1]
        if line.strip() and len(line) - len(line.lstrip()) >= position.column:
            break
        last -= 1
    return max(last, position.line)


def _cut(says: str, position: SourcePosition, path: Path, last: int, lines: Sequence[str]) -> Definition:
    """The lines around a place."""
    first = max(position.line - BEFORE, 1)
    around = tuple(lines[first - 1 : position.line - 1 + AFTER])
    return Definition(says, position, path, first, min(last, first + max(len(around) - 1, 0)), around)


def _text(file: MapFile) -> str:
    try:
        return files.decode(file.data, file.name)
    except InspectorError:
        return ""
