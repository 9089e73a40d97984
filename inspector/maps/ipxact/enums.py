"""IP-XACT's enumerated values as a map's enums."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.maps.findings import quote
from inspector.maps.ipxact.document import Document
from inspector.maps.nodes import Node
from inspector.maps.tree import Stated
from inspector.maps.xml import Element
from inspector.model.bits import ones


@dataclass(frozen=True, slots=True)
class _Value:
    """A named value.

    Attributes:
        usage: ``read``, ``write`` or ``read-write``.
        desc: What it means, where its name does not say it all.
    """

    value: int
    name: str
    usage: str
    desc: str
    line: int


def enum_keys(element: Element, width: int, document: Document) -> list[tuple[str, Node]]:
    """``enum`` of a field of ``width`` bits, and ``enum_write`` where writing means something else."""
    values = list(_values(element, width, document))
    reading = [value for value in values if value.usage != "write"]
    writing = [value for value in values if value.usage != "read"]
    pairs: list[tuple[str, Node]] = []
    if reading:
        pairs.append(("enum", _mapping(reading, document)))
    if writing != reading and writing:
        pairs.append(("enum_write", _mapping(writing, document)))
    return pairs


def _values(element: Element, width: int, document: Document) -> list[_Value]:
    # Before 1685-2009 each value stood alone, under the name of 'values'.
    parts = list(element.all("values"))
    for container in element.all("enumeratedValues"):
        parts += [child for child in document.whole(container).children if child.tag == "enumeratedValue"]
    found = []
    for part in parts:
        value, name = document.number(part, "value"), document.text(part, "name")
        usage = part.attributes.get("usage", "read-write")
        desc = document.text(part, "description")
        if value is None:
            continue
        if value > ones(width):
            message = f"the value {value:#x} of {quote(name)} does not fit in {width} bits; it is left out"
            document.notes.repair("enumerated values that were too wide", part.line, message)
            continue
        name = name or document.text(part, "displayName") or str(value)
        found.append(_Value(value, name, usage, "" if desc == name else desc, part.line))
    return found


def _mapping(values: list[_Value], document: Document) -> Node:
    notes, tree = document.notes, document.tree
    seen: dict[int, str] = {}
    names: set[str] = set()
    pairs: list[tuple[str, Node]] = []
    for value in values:
        if value.value in seen:
            if seen[value.value] != value.name:
                message = f"{quote(value.name)} has the value of {quote(seen[value.value])}; it is left out"
                notes.repair("enumerated values that stand twice", value.line, message)
            continue
        name, number = value.name, 1
        while name in names:
            number += 1
            name = f"{value.name}_{number}"
        if number > 1:
            message = f"{quote(value.name)} names another value too; here it is called {quote(name)}"
            notes.repair("names of several enumerated values", value.line, message)
        names.add(name)
        seen[value.value] = value.name
        meaning: Stated = {"name": name, "desc": value.desc} if value.desc else name
        pairs.append((str(value.value), tree.node(meaning, value.line)))
    return tree.mapping(pairs, values[0].line)
