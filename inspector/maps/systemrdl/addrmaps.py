"""SystemRDL's address maps, register files and memories as blocks, regions and groups."""

from __future__ import annotations

import hashlib
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

    An address map of address maps is a region with an instance for each; as a bridge it is a region for
    each, since each bus has addresses of its own. Any other is one block. Where it stands is not said.
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
        parts = _addrmaps(top)
        regions: Pairs = []
        if parts is None:
            self._block(top)
        elif top.get_property("bridge"):
            regions = [(part.inst_name, self._region([part], bridged=True)) for part in parts]
        else:
            regions = [(top.inst_name, self._region(parts))]
        pairs: Pairs = [
            ("regmap", here.number(1)),
            ("name", here.text(top.inst_name)),
            *text_pairs(top, here),
            # Clause 9.6: a read has no effect unless one is stated.
            ("defaults", here.mapping([("on_read", here.text("none"))])),
        ]
        if parts is not None:
            self._losses.properties(top)
        enums = self._registers.enums.node(here)
        if enums is not None:
            pairs.append(("enums", enums))
        pairs.append(("blocks", here.mapping(self._blocks.items())))
        if regions:
            pairs.append(("regions", here.mapping(regions)))
        return here.mapping(pairs)

    def _region(self, parts: list[AddrmapNode], *, bridged: bool = False) -> Node:
        instances: Pairs = []
        for part in parts:
            here = self._places.here(part)
            block = self._block(part)
            offset = 0 if bridged else part.raw_address_offset
            pairs: Pairs = [("block", here.text(block)), ("offset", here.hexadecimal(offset))]
            pairs += array_pairs(part, here, self._losses, size=None)
            instances.append((part.inst_name, here.mapping(pairs)))
        here = self._places.here(parts[0])
        pairs = [("instances", here.mapping(instances))]
        if bridged:
            pairs += text_pairs(parts[0], here)
        return here.mapping(pairs)

    def _block(self, part: AddrmapNode) -> str:
        """The name of the block that an address map is; two of the same content are one block."""
        here = self._places.here(part)
        self._losses.properties(part)
        pairs = _order_pairs(part, here) + text_pairs(part, here)
        pairs.append(("registers", here.mapping(self._children(part, part))))
        node = here.mapping(pairs)
        content = _digest(node)
        if content not in self._names:
            name = self._taken.take(part.type_name or part.inst_name)
            self._names[content] = name
            self._blocks[name] = node
        return self._names[content]

    def _children(self, parent: Component, block: AddrmapNode) -> Pairs:
        from systemrdl.node import AddrmapNode, MemNode, RegfileNode, RegNode

        pairs: Pairs = []
        for child in parent.children():
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
        if _is_bridge(part.parent):
            pairs.append(("alt", here.text(part.inst_name)))
        pairs += text_pairs(part, here)
        pairs.append(("registers", here.mapping(self._children(part, block))))
        return here.mapping(pairs)

    def _memory(self, memory: MemNode, block: AddrmapNode) -> Node:
        """A memory; as a group of its registers where it has any."""
        here = self._places.here(memory)
        self._losses.properties(memory)
        virtual = self._children(memory, block)
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


def _addrmaps(top: AddrmapNode) -> list[AddrmapNode] | None:
    """The address maps that a map consists of; None where it has registers of its own."""
    from systemrdl.node import AddrmapNode, SignalNode

    parts = [child for child in top.children() if not isinstance(child, SignalNode)]
    maps = [part for part in parts if isinstance(part, AddrmapNode)]
    return maps if maps and len(maps) == len(parts) else None


def _is_bridge(part: Component | None) -> bool:
    from systemrdl.node import AddrmapNode

    return isinstance(part, AddrmapNode) and part.get_property("bridge")


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
