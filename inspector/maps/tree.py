"""Makes a map's tree of nodes from something that is not YAML, so that one loader checks them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from inspector.errors import Finding
from inspector.maps.files import MapFile
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode, Source, Spot

Stated: TypeAlias = Node | str | int | Sequence["Stated"] | Mapping[str, "Stated"]
"""What `Tree.node` makes nodes of."""


class Tree:
    """Makes the nodes of one file.

    Attributes:
        source: The file; lines of nodes are lines of it, counted from 0.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    def scalar(self, text: str, line: int, column: int = 0) -> ScalarNode:
        """A single value, which is text whatever it looks like to YAML."""
        spot = Spot(line, column)
        # Plain, since only what is plain can be empty; a text of "~" is nobody's description.
        return ScalarNode(text, True, spot, spot, self.source)

    def hexadecimal(self, value: int, line: int, column: int = 0) -> ScalarNode:
        """A number as a data sheet writes addresses and masks."""
        return self.scalar(f"{value:#x}", line, column)

    def sequence(self, items: Iterable[Node], line: int, column: int = 0) -> SequenceNode:
        """A list."""
        spot = Spot(line, column)
        node = SequenceNode(spot, spot, self.source)
        node.items = list(items)
        return node

    def mapping(self, pairs: Iterable[tuple[str, Node]], line: int, column: int = 0) -> MappingNode:
        """A mapping; each key stands where its value does.

        A node may stand in several trees, and several times in one: nobody changes a node.
        """
        spot = Spot(line, column)
        node = MappingNode(spot, spot, self.source)
        items = node.items
        for key, value in pairs:
            items.append(ScalarNode(key, True, value.start, value.start, self.source))
            items.append(value)
        return node

    def node(self, stated: Stated, line: int, column: int = 0) -> Node:
        """Texts, numbers (written in hexadecimal), lists and mappings of one place; nodes keep theirs."""
        if isinstance(stated, Node):
            return stated
        if isinstance(stated, str):
            return self.scalar(stated, line, column)
        if isinstance(stated, int):
            return self.hexadecimal(stated, line, column)
        if isinstance(stated, Mapping):
            return self.mapping(
                ((key, self.node(value, line, column)) for key, value in stated.items()), line, column
            )
        return self.sequence((self.node(item, line, column) for item in stated), line, column)


@dataclass(frozen=True, slots=True)
class Imported:
    """A description of another format as a map's tree.

    Attributes:
        root: The tree of a map, ``regmap: 1`` included. It states everything in the map format's own
            terms, and the loader finds nothing wrong with it.
        repairs: What was put right and what could not be carried over: warnings, each at its line.
        format: What the description was, such as ``CMSIS-SVD``.
        included: The other files that it was read from.
    """

    root: MappingNode
    repairs: tuple[Finding, ...]
    format: str
    included: tuple[MapFile, ...] = ()
