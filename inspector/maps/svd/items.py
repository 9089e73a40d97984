"""Registers and clusters on their way from a description into a map's tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from inspector.maps.nodes import Node
from inspector.maps.svd.arrays import Array
from inspector.maps.svd.naming import element_name
from inspector.maps.tree import Tree


@dataclass(slots=True)
class Item:
    """A register, or a group of them.

    Attributes:
        name: As the map has it; of an array with ``%s`` or without.
        line: Where it stands, counted from 0.
        offset: Bytes from its parent's start.
        size: Bytes of one element.
        alignment: Bytes that its address must be a multiple of, for its widest access.
        array: Its array, or None.
        keys: What the map says of it beside its place and its view.
        fields: A register's fields, or None.
        children: A group's registers and groups; empty of a register.
        direction: A register's bit for what only reads (1), only writes (2), or neither (4).
        alt: The view it belongs to.
        declared: Whether the description says that it stands in another's place.
        registers: How many registers it is, arrays expanded.
    """

    name: str
    line: int
    offset: int
    size: int
    alignment: int
    array: Array | None
    keys: list[tuple[str, Node]]
    fields: Node | None = None
    children: list[Item] = field(default_factory=list)
    direction: int = 4
    alt: str = ""
    declared: bool = False
    registers: int = 1

    @property
    def is_group(self) -> bool:
        """Whether it holds others."""
        return bool(self.children)

    @property
    def starts(self) -> range:
        """Where its elements are, in bytes from its parent's start."""
        if self.array is None or self.array.count == 1:
            return range(self.offset, self.offset + 1)
        return range(self.offset, self.offset + self.array.count * self.array.stride, self.array.stride)

    @property
    def end(self) -> int:
        """Bytes from its parent's start to its last element's end."""
        return self.starts[-1] + self.size

    def elements(self) -> Iterator[Item]:
        """Its elements as things of their own, under the names that they have in the array."""
        if self.array is None:
            yield self
            return
        for i, start in enumerate(self.starts):
            name = element_name(self.name, self.array.element(i))
            registers = self.registers // self.array.count
            yield replace(self.copy(), name=name, offset=start, array=None, registers=registers)

    def copy(self) -> Item:
        """A copy that shares no thing inside it with this one."""
        return replace(self, children=[child.copy() for child in self.children])


def registers_node(items: list[Item], tree: Tree, line: int) -> Node:
    """The map's ``registers`` of a block or group."""
    return tree.mapping(((item.name, _node(item, tree)) for item in items), line)


def _node(item: Item, tree: Tree) -> Node:
    line = item.line
    pairs: list[tuple[str, Node]] = [("offset", tree.hexadecimal(item.offset, line))]
    pairs += array_keys(item.array, tree, line)
    pairs += item.keys
    if item.alt:
        pairs.append(("alt", tree.scalar(item.alt, line)))
    if item.children:
        pairs.append(("registers", registers_node(item.children, tree, line)))
    elif item.fields is not None:
        pairs.append(("fields", item.fields))
    return pairs[0][1] if len(pairs) == 1 else tree.mapping(pairs, line)


def array_keys(array: Array | None, tree: Tree, line: int) -> list[tuple[str, Node]]:
    """``count``, ``stride`` in bytes, and ``index``."""
    if array is None:
        return []
    keys: list[tuple[str, Node]] = [("count", tree.scalar(str(array.count), line))]
    if array.stride:
        keys.append(("stride", tree.hexadecimal(array.stride, line)))
    if array.names:
        keys.append(("index", tree.sequence((tree.scalar(name, line) for name in array.names), line)))
    return keys
