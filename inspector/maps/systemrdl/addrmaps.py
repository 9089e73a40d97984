"""SystemRDL's address maps, register files and memories as blocks, regions and groups."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inspector.maps.identifiers import Names
from inspector.maps.importing import Here, Pairs, access_pairs
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode
from inspector.maps.systemrdl.access import memory_access
from inspector.maps.systemrdl.arrays import array_pairs
from inspector.maps.systemrdl.losses import Losses
from inspector.maps.systemrdl.places import Places
from inspector.maps.systemrdl.registers import WIDEST_ACCESS, Registers, text_pairs

if TYPE_CHECKING:
    from systemrdl.node import AddressableNode, AddrmapNode, MemNode
    from systemrdl.node import Node as Component


def map_tree(top: AddrmapNode, places: Places, losses: Losses) -> MappingNode:
    """The map of an elaborated description.

    An address map that holds address maps is a region with an instance for each, and one for what it has
    besides; as a bridge it is a region for each, since each bus has addresses of its own. Any other is one
    block. Where it stands is not said.
    """
    return _Maps(places, losses).tree(top)


class _Maps:
    """Builds one map."""

    def __init__(self, places: Places, losses: Losses) -> None:
        self._places = places
        self._losses = losses
        self._registers = Registers(places, losses)
        self._blocks: dict[str, Node] = {}
        self._names: dict[bytes, str] = {}
        self._taken = Names()

    def tree(self, top: AddrmapNode) -> MappingNode:
        here = self._places.here(top)
        regions = self._regions(top)
        pairs: Pairs = [
            ("regmap", here.number(1)),
            ("name", here.text(top.inst_name)),
            *text_pairs(top, here),
            # Clause 9.6: a read has no effect unless one is stated.
            ("defaults", here.mapping([("on_read", here.text("none"))])),
        ]
        enums = self._registers.enums.node(here)
        if enums is not None:
            pairs.append(("enums", enums))
        pairs.append(("blocks", here.mapping(self._blocks.items())))
        if regions:
            pairs.append(("regions", here.mapping(regions)))
        return here.mapping(pairs)

    def _regions(self, top: AddrmapNode) -> Pairs:
        """The regions of a map that holds others; none for one that is a block."""
        parts = _addrmaps(top)
        if not parts:
            self._block(top)
            return []
        if top.get_property("bridge"):
            self._losses.properties(top)
            return [(part.inst_name, self._region(part, [self._instance(part, 0)])) for part in parts]
        instances = [self._instance(part, part.raw_address_offset) for part in parts]
        own = _own(top)
        if not own:
            self._losses.properties(top)
            return [(top.inst_name, self._region(top, instances))]
        names = Names()
        for part in parts:
            names.take(part.inst_name)
        here = self._places.here(top)
        rest = [(names.take(top.inst_name), here.text(self._block(top)))]
        end = max(part.raw_address_offset + part.total_size for part in own)
        if end <= parts[0].raw_address_offset:
            return [(top.inst_name, self._region(top, rest + instances))]
        # What surrounds other maps shares their addresses as blocks count them.
        apart = f"{top.inst_name}_own"
        return [(top.inst_name, self._region(top, instances)), (apart, self._region(top, rest))]

    def _region(self, part: AddrmapNode, instances: Pairs) -> Node:
        here = self._places.here(part)
        return here.mapping([("instances", here.mapping(instances))])

    def _instance(self, part: AddrmapNode, offset: int) -> tuple[str, Node]:
        here = self._places.here(part)
        pairs: Pairs = [("block", here.text(self._block(part))), ("offset", here.hexadecimal(offset))]
        pairs += array_pairs(part, here, self._losses, size=None)
        return part.inst_name, here.mapping(pairs)

    def _block(self, part: AddrmapNode) -> str:
        """The name of the block that an address map is; two of the same content are one block.

        The whole description's map is a block without the maps in it, which are blocks of their own.
        """
        here = self._places.here(part)
        self._losses.properties(part)
        pairs = _order_pairs(part, here) + text_pairs(part, here)
        parts = _own(part) if part.parent is not None and part.parent.parent is None else part.children()
        pairs.append(("registers", here.mapping(self._nodes(parts, part))))
        node = here.mapping(pairs)
        content = _digest(node)
        if content not in self._names:
            name = self._taken.take(part.type_name or part.inst_name)
            self._names[content] = name
            self._blocks[name] = node
        return self._names[content]

    def _nodes(self, parts: Sequence[Component], block: AddrmapNode) -> Pairs:
        from systemrdl.node import AddrmapNode, MemNode, RegfileNode, RegNode

        pairs: Pairs = []
        for child in parts:
            if isinstance(child, RegNode):
                pairs.append((child.inst_name, self._registers.node(child, block)))
            elif isinstance(child, MemNode):
                pairs.append((child.inst_name, self._memory(child, block)))
            elif isinstance(child, RegfileNode | AddrmapNode):
                pairs.append((child.inst_name, self._group(child, block)))
        return pairs

    def _group(self, part: AddressableNode, block: AddrmapNode) -> Node:
        here = self._places.here(part)
        self._losses.properties(part)
        pairs = self._place(part, here)
        pairs += _order_pairs(part, here)
        pairs += text_pairs(part, here)
        pairs.append(("registers", here.mapping(self._nodes(part.children(), block))))
        return here.mapping(pairs)

    def _memory(self, memory: MemNode, block: AddrmapNode) -> Node:
        """A memory; as a group of its registers where it has any."""
        here = self._places.here(memory)
        self._losses.properties(memory)
        virtual = self._nodes(memory.children(), block)
        place = self._place(memory, here)
        if virtual:
            covered = sum(register.total_size for register in memory.registers())
            if covered < memory.size:
                message = "what lies in a memory beside its registers is not carried over"
                self._losses.add(memory, "not-carried", message, of="mementries")
            return here.mapping([*place, *text_pairs(memory, here), ("registers", here.mapping(virtual))])
        entry = memory.size // memory.get_property("mementries") * 8
        window: Pairs = [
            ("kind", here.text("memory")),
            ("size", here.hexadecimal(memory.size)),
            ("width", here.number(min(entry, WIDEST_ACCESS))),
            *access_pairs(memory_access(memory.get_property("sw").name), here),
        ]
        if not memory.is_array:
            return here.mapping([*place, *window, *text_pairs(memory, here)])
        # A memory window is no array; a group may be one.
        words = here.mapping([("offset", here.hexadecimal(0)), *window])
        return here.mapping(
            [*place, *text_pairs(memory, here), ("registers", here.mapping([("MEMORY", words)]))]
        )

    def _place(self, part: AddressableNode, here: Here) -> Pairs:
        offset: Pairs = [("offset", here.hexadecimal(part.raw_address_offset))]
        return offset + array_pairs(part, here, self._losses, size=None)


def _addrmaps(top: AddrmapNode) -> list[AddrmapNode]:
    """The address maps that a map holds, by their addresses."""
    from systemrdl.node import AddrmapNode

    parts = [child for child in top.children() if isinstance(child, AddrmapNode)]
    return sorted(parts, key=lambda part: part.raw_address_offset)


def _own(top: AddrmapNode) -> list[AddressableNode]:
    """What a map holds besides address maps."""
    from systemrdl.node import AddressableNode, AddrmapNode

    parts = [child for child in top.children() if isinstance(child, AddressableNode)]
    return [part for part in parts if not isinstance(part, AddrmapNode)]


def _order_pairs(part: AddressableNode, here: Here) -> Pairs:
    """The order of bytes and words that an address map states."""
    from systemrdl.node import AddrmapNode

    for order in ("big", "little"):
        if isinstance(part, AddrmapNode) and part.get_property(f"{order}endian"):
            return [("byte_order", here.text(order)), ("word_order", here.text(order))]
    return []


def _digest(node: Node) -> bytes:
    """Tells two trees of the same content."""
    parts: list[str] = []
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ScalarNode):
            parts.append(repr(part.text))
        elif isinstance(part, MappingNode | SequenceNode):
            parts.append(f"{type(part).__name__}{len(part.items)}")
            stack += part.items
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).digest()
