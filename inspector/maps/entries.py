"""Mappings of a map file: their keys checked against a table, their values read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from inspector.maps.findings import Report, nearest, quote
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode

T = TypeVar("T")


class Kind(Generic[T]):
    """What a key's value may be: read from a node here, described for editors by its schema."""

    def read(self, node: Node, report: Report) -> T | None:
        """The value, or None with an error reported."""
        raise NotImplementedError

    def schema(self) -> dict[str, object]:
        """The same as JSON Schema (draft-07)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """A key of the map format.

    Attributes:
        name: As written.
        kind: What its value may be.
        doc: What it means, in a sentence; editors show it.
        required: Whether it must be stated.
        unless: The names of keys of which one in its place will do.
    """

    name: str
    kind: Kind[T]
    doc: str
    required: bool = False
    unless: tuple[str, ...] = ()


class Table:
    """The keys that a mapping may have.

    Attributes:
        name: What the mapping describes, such as ``register``.
        keys: By name.
        required: The keys that must be stated.
    """

    def __init__(self, name: str, *keys: Key[Any]) -> None:
        self.name = name
        self.keys = {key.name: key for key in keys}
        self.required = tuple(key for key in keys if key.required)


class Entries:
    """A mapping's values by key.

    Attributes:
        node: Where a message about the whole belongs: the name it is filed under.
    """

    __slots__ = ("_flawed", "_nodes", "_values", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self._flawed = False
        self._values: dict[str, Any] = {}
        self._nodes: dict[str, Node] = {}

    def get(self, key: Key[T]) -> T | None:
        """The value, or None where it is not stated, or wrong and reported."""
        value: T | None = self._values.get(key.name)
        return value

    def stated(self, key: Key[Any]) -> bool:
        """Whether the file states the key, right or wrong."""
        return key.name in self._nodes

    def names(self, name: str) -> bool:
        """Whether the file states the key of that name, right or wrong."""
        return name in self._nodes

    def stated_any(self, names: frozenset[str]) -> bool:
        """Whether the file states any of the keys of these names."""
        return not names.isdisjoint(self._nodes)

    def wrong(self, key: Key[Any]) -> bool:
        """Whether the file states the key with a value that was refused."""
        return self._flawed and key.name in self._nodes and self._values.get(key.name) is None

    def wrong_any(self, *keys: Key[Any]) -> bool:
        """Whether the file states any of the keys with a value that was refused."""
        return self._flawed and any(map(self.wrong, keys))

    def at(self, key: Key[Any]) -> Node:
        """The key's value in the file, or the whole where it is not stated."""
        return self._nodes.get(key.name, self.node)

    def put(self, key: Key[Any], node: Node, report: Report) -> None:
        """Read a value that stands in a shorthand, as if its key were written."""
        self._nodes[key.name] = node
        value = key.kind.read(node, report)
        self._values[key.name] = value
        if value is None:
            self._flawed = True


def read_entries(node: Node, table: Table, report: Report, *, name: Node | None = None) -> Entries | None:
    """Read a mapping by its table of keys; None where it is no mapping.

    Args:
        node: The mapping.
        table: Its keys.
        report: Takes what is wrong.
        name: What a message about the whole points at; the mapping itself where None.
    """
    if not isinstance(node, MappingNode):
        wrong_type(node, f"a mapping with the keys of a {table.name}", report)
        return None
    entries = Entries(name or node)
    keys = table.keys
    meant: set[str] = set()
    for key_node, value in merged_pairs(node, report):
        text = key_node.text
        key = keys.get(text)
        if key is not None:
            entries.put(key, value, report)
        elif not text.startswith("x-"):
            near = _nearest_key(text, keys)
            meant.add(near)
            report.error(
                key_node,
                "unknown-key",
                f"unknown key {quote(text)} in a {table.name}",
                f"did you mean '{near}'?" if near else f"the keys of a {table.name}: {' '.join(keys)}",
            )
    for key in table.required:
        if not entries.names(key.name) and not any(map(entries.names, key.unless)) and key.name not in meant:
            subject = f"{table.name} {quote(name.text)}" if isinstance(name, ScalarNode) else table.name
            report.error(entries.node, "missing-key", f"the {subject} has no '{key.name}'")
    return entries


_OTHER_WORDS = {
    "absolute_address": ("base",),
    "addr": ("base", "offset"),
    "address": ("base", "offset"),
    "base_address": ("base", "offset"),
    "bit": ("bits",),
    "description": ("desc",),
    "dim": ("count",),
    "fields": ("registers",),
    "increment": ("stride",),
    "instances": ("regions",),
    "mode": ("access",),
    "range": ("bits", "size"),
    "registers": ("blocks",),
    "reset_value": ("reset",),
    "size": ("width",),
    "type": ("access", "block"),
    "values": ("enum",),
}
"""What other formats and data sheets call our keys."""


def _nearest_key(text: str, keys: Iterable[str]) -> str:
    known = list(keys)
    meant = {word: key for word, ours in _OTHER_WORDS.items() for key in reversed(ours) if key in known}
    word = text.lower()
    # The nearer of both wins, so that a slip in a key of ours is not taken for somebody else's word.
    word = word if word in meant else nearest(text, [*known, *meant])
    return word if word in known else meant.get(word, "")


def named_pairs(node: Node, what: str, report: Report) -> list[tuple[ScalarNode, Node]] | None:
    """The entries of a mapping from names, ``x-`` ones left out; None with an error where there are none.

    Args:
        node: The mapping.
        what: What the names are of, in the plural.
        report: Takes what is wrong.
    """
    if isinstance(node, MappingNode):
        before = report.errors
        pairs = [pair for pair in merged_pairs(node, report) if not pair[0].text.startswith("x-")]
        if not pairs and report.errors > before:
            return None
        if not pairs:
            report.error(node, "empty", f"no {what} here", "leave the key out, or fill it")
            return None
        return pairs
    if isinstance(node, ScalarNode) and node.is_null:
        report.error(node, "empty", f"no {what} here", "leave the key out, or fill it")
        return None
    wrong_type(node, f"a mapping from names to {what}", report)
    return None


def merged_pairs(node: MappingNode, report: Report) -> list[tuple[ScalarNode, Node]]:
    """A mapping's entries with ``<<`` resolved; duplicates are reported, and the first one stands.

    A key of the mapping itself wins over a merged one, and an earlier merged mapping over a later.
    """
    found: dict[str, tuple[ScalarNode, Node]] = {}
    sources: list[Node] = []
    merge_stated = False
    for key, value in node.pairs:
        if not isinstance(key, ScalarNode):
            report.error(key, "type", f"a key must be a single value, not {key.noun}")
        elif key.plain and key.text == "<<":
            if merge_stated:
                report.error(key, "duplicate-key", "'<<' stands twice", "merge a list: <<: [*one, *other]")
            merge_stated = True
            sources += value.items if isinstance(value, SequenceNode) else [value]
        elif key.text in found:
            first = found[key.text][0].start.line + 1
            report.error(
                key, "duplicate-key", f"{quote(key.text)} stands twice", f"the first is in line {first}"
            )
        else:
            found[key.text] = (key, value)
    if not sources:
        return list(found.values())
    inherited: dict[str, tuple[ScalarNode, Node]] = {}
    for source in sources:
        if not isinstance(source, MappingNode):
            report.error(source, "merge", f"'<<' takes mappings, not {source.noun}", "write <<: *ANCHOR")
            continue
        for key, value in merged_pairs(source, report):
            inherited.setdefault(key.text, (key, value))
    return [pair for name, pair in inherited.items() if name not in found] + list(found.values())


def wrong_type(node: Node, wanted: str, report: Report) -> None:
    """Report that a node is not of the wanted shape."""
    report.error(node, "type", f"{wanted} is needed here, not {node.noun}")
