"""Builds a block's registers and groups."""

from __future__ import annotations

import itertools
from dataclasses import replace

from inspector.maps.context import Context
from inspector.maps.entries import Entries, named_pairs, read_entries
from inspector.maps.findings import Report, quote
from inspector.maps.inherit import Inherited
from inspector.maps.keys import (
    COUNT,
    DESC,
    GROUP,
    INDEX,
    LIKE,
    OFFSET,
    OFFSETS,
    REGISTER,
    REGISTERS,
    STRIDE,
    TITLE,
)
from inspector.maps.memory_windows import build_memory, is_memory
from inspector.maps.naming import Shape, check_elements, check_name, read_shape
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.maps.placed import Placed, use_when
from inspector.maps.register import build_register, check_kind
from inspector.model.register import Dimension, Group


def build_registers(node: Node, inherited: Inherited, prefix: str, context: Context) -> list[Placed]:
    """Build the registers and groups of a block or group; what has no sound place is left out."""
    placed: list[Placed] = []
    things: list[tuple[ScalarNode, Shape | Dimension | None]] = []
    for name, value in named_pairs(node, "registers", context.report) or ():
        path = prefix + name.text
        if isinstance(value, MappingNode) and any(
            isinstance(key, ScalarNode) and key.text == REGISTERS.name for key, _ in value.pairs
        ):
            thing = _group(name, value, inherited, path, context)
        elif isinstance(value, MappingNode) and is_memory(value):
            thing = build_memory(name, value, inherited, path, context)
        else:
            thing = _register(name, value, inherited, path, context)
        if thing is None:
            context.broken.add(path)
        else:
            placed.append(thing)
            things.append((name, thing.shape))
    check_elements(things, "register", context.report)
    return placed


def _array(name: ScalarNode, entries: Entries, what: str, context: Context) -> tuple[Shape | None, bool]:
    """The array's shape, and whether it is sound."""
    before = context.report.errors
    shape = read_shape(entries, name, context.report)
    unsound = entries.wrong_any(COUNT, STRIDE, OFFSETS, INDEX)
    check_name(name, what, context.report, array=shape is not None or unsound)
    return shape, context.report.errors == before and not unsound


def _group(
    name: ScalarNode, node: MappingNode, inherited: Inherited, path: str, context: Context
) -> Placed | None:
    report = context.report
    entries = read_entries(node, GROUP, report, name=name)
    if entries is None:
        return None
    shape, sound = _array(name, entries, "group", context)
    registers = entries.get(REGISTERS)
    if registers is None:
        return None
    check_kind(entries, "group", report)
    use_when(entries, path, context)
    children = build_registers(registers, inherited.at(entries, report), f"{path}.", context)
    offset = entries.get(OFFSET)
    if offset is None or not sound or not children:
        return None
    dimension = None
    if shape is not None:
        if shape.stride is None and shape.offsets is None and shape.count > 1:
            report.error(
                entries.at(COUNT) if entries.stated(COUNT) else entries.at(INDEX),
                "missing-key",
                f"the group {quote(name.text)} has no 'stride'",
                "state the bytes from one element to the next",
            )
            return None
        dimension = shape.dimension(shape.stride or 1)
    group = Group(
        name=name.text,
        offset=offset,
        children=tuple(child.element for child in children),
        dimension=dimension,
        title=entries.get(TITLE) or "",
        desc=entries.get(DESC) or "",
    )
    return Placed(group, name, path, entries, dimension, children)


def _register(name: ScalarNode, value: Node, outer: Inherited, path: str, context: Context) -> Placed | None:
    report = context.report
    if isinstance(value, ScalarNode):
        if value.is_null:
            hint = f"write {name.text}: OFFSET, or {name.text}: {{offset: OFFSET, …}}"
            report.error(name, "empty", f"the register {quote(name.text)} is empty", hint)
            return None
        entries = Entries(name)
        entries.put(OFFSET, value, report)
    else:
        read = read_entries(value, REGISTER, report, name=name)
        # Where it is still like another, that one is wrong or not there, and this was told.
        if read is None or read.stated(LIKE):
            return None
        entries = read
    inherited = outer.at(entries, report)
    shape, sound = _array(name, entries, "register", context)
    register = build_register(name, entries, inherited, path, context)
    if entries.wrong(OFFSET) or not entries.stated(OFFSET) or inherited.width_wrong or not sound:
        return None
    dimension = None
    if shape is not None:
        stride = register.size if shape.stride is None else shape.stride
        if shape.offsets is None and stride < register.size and shape.count > 1:
            report.error(
                entries.at(STRIDE),
                "stride",
                f"a stride of {stride} bytes is too small for a register of {register.width} bits",
                f"it needs {register.size} at least",
            )
            return None
        dimension = shape.dimension(stride)
        register = replace(register, dimension=dimension)
        if not _check_offsets(dimension, register.size, entries, report):
            return None
    return Placed(register, name, path, entries, dimension)


def _check_offsets(dimension: Dimension, size: int, entries: Entries, report: Report) -> bool:
    """Whether elements that each have their place are apart by at least ``size`` bytes."""
    starts = sorted(dimension.offsets or ())
    for one, other in itertools.pairwise(starts):
        if other - one < size:
            report.error(
                entries.at(OFFSETS),
                "overlap",
                f"the elements at {one:#x} and {other:#x} overlap: each has {size} bytes",
            )
            return False
    return True
