"""Builds a block's memory windows."""

from __future__ import annotations

from inspector.maps.context import Context
from inspector.maps.entries import read_entries
from inspector.maps.inherit import Inherited
from inspector.maps.keys import (
    DESC,
    HIDDEN,
    KIND,
    MEMORY,
    MEMORY_SIZE,
    MEMORY_WIDTH,
    OFFSET,
    TITLE,
)
from inspector.maps.kinds import BUS_WIDTHS
from inspector.maps.naming import check_name
from inspector.maps.nodes import MappingNode, ScalarNode
from inspector.maps.placed import Placed, guards, use_when
from inspector.model.register import Memory


def is_memory(node: MappingNode) -> bool:
    """Whether an entry of a block says that it is memory."""
    return any(
        isinstance(key, ScalarNode)
        and key.text == KIND.name
        and isinstance(value, ScalarNode)
        and value.text == "memory"
        for key, value in node.pairs
    )


def build_memory(
    name: ScalarNode, node: MappingNode, outer: Inherited, path: str, context: Context
) -> Placed | None:
    """Build a memory window; None with errors reported where it has no sound place."""
    report = context.report
    entries = read_entries(node, MEMORY, report, name=name)
    if entries is None:
        return None
    check_name(name, "memory window", report)
    inherited = outer.at(entries, report)
    width = entries.get(MEMORY_WIDTH) or inherited.access_width or inherited.width
    size = entries.get(MEMORY_SIZE)
    if size is not None and (width not in BUS_WIDTHS or size * 8 % width):
        report.error(
            entries.at(MEMORY_SIZE), "memory", f"{size:#x} bytes are no whole number of words of {width} bits"
        )
        return None
    if size is None or entries.wrong(MEMORY_WIDTH) or entries.get(OFFSET) is None:
        return None
    use_when(entries, path, context)
    memory = Memory(
        name=name.text,
        offset=entries.get(OFFSET) or 0,
        size=size,
        width=width,
        access=inherited.access,
        byte_order=inherited.byte_order,
        alt=inherited.alt,
        when=guards(inherited),
        title=entries.get(TITLE) or "",
        desc=entries.get(DESC) or "",
        hidden=entries.get(HIDDEN) or False,
        position=report.position(name),
    )
    return Placed(memory, name, path, entries, None)
