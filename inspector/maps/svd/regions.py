"""Regions: the areas that peripherals fill, each claimed and mapped as one."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from inspector.maps.findings import quote
from inspector.maps.nodes import Node
from inspector.maps.svd.arrays import Array
from inspector.maps.svd.blocks import Block, Blocks
from inspector.maps.svd.items import array_keys
from inspector.maps.svd.naming import Scope, array_name, identifier, numbered
from inspector.maps.svd.notes import Notes
from inspector.maps.svd.peripherals import Peripheral
from inspector.maps.tree import Tree

PAGE = 4096
"""Bytes. Peripherals with pages that touch are of one area; what lies in other pages is left alone."""

_ADDRESSES = 1 << 64


@dataclass(slots=True)
class Placement:
    """A block in its place.

    Attributes:
        name: The instance's, as the map has it.
        peripheral: Whose it is.
        block: Which.
        start: Its address; an array's first element's.
        array: Its array, or None.
        alt: The view it belongs to.
    """

    name: str
    peripheral: Peripheral
    block: Block
    start: int
    array: Array | None
    alt: str = ""

    @property
    def starts(self) -> list[int]:
        """Where its elements are."""
        if self.array is None:
            return [self.start]
        return [self.start + i * self.array.stride for i in range(self.array.count)]

    @property
    def end(self) -> int:
        """Where its last element ends."""
        return self.starts[-1] + self.block.size


def place(peripherals: list[Peripheral], blocks: Blocks, notes: Notes) -> list[Placement]:
    """Every peripheral with its block, those whose registers no bus reaches left out.

    Raises:
        TooMuchError: There are more registers than a map can have.
    """
    scope = Scope(notes)
    placements: list[Placement] = []
    for peripheral in peripherals:
        for name, base, array in _elements(peripheral, blocks, notes):
            block = blocks.of(peripheral, base)
            if block is None:
                continue
            line = peripheral.line
            called = scope.unique(name, array, line, "peripheral")
            placement = Placement(called, peripheral, block, base - block.shift, array)
            if placement.end > _ADDRESSES:
                message = f"{quote(peripheral.name)} ends beyond 64 bits of address; it is left out"
                notes.repair("peripherals outside the address space", line, message)
            else:
                placements.append(placement)
    _separate(placements, notes)
    return placements


def _elements(peripheral: Peripheral, blocks: Blocks, notes: Notes) -> list[tuple[str, int, Array | None]]:
    """The peripheral, or its elements one by one where no array of a map has them."""
    array, base = peripheral.array, peripheral.base
    if array is None:
        return [(identifier(peripheral.name), base, None)]
    name = numbered(array_name(peripheral.name), array, peripheral.line, notes)
    size, alignment = blocks.extent(peripheral)
    stride = array.stride or size
    even = stride >= size and stride % alignment == 0
    if name.count("%s") <= 1 and (array.count == 1 or even):
        return [(name, base, Array(array.count, stride, array.names))]
    pattern = name if "%s" in name else f"{name}_%s"
    return [(pattern.replace("%s", array.element(i)), base + i * stride, None) for i in range(array.count)]


class _Taken:
    """Stretches of addresses with the placements that have them; none overlaps another."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._stretches: list[tuple[int, Placement]] = []

    def holder(self, start: int, end: int) -> Placement | None:
        """Who has an address of that stretch."""
        at = bisect.bisect_left(self._starts, end)
        if at and self._stretches[at - 1][0] > start:
            return self._stretches[at - 1][1]
        return None

    def take(self, start: int, end: int, placement: Placement) -> None:
        """Give a stretch away that nobody has."""
        at = bisect.bisect_left(self._starts, start)
        self._starts.insert(at, start)
        self._stretches.insert(at, (end, placement))


def _separate(placements: list[Placement], notes: Notes) -> None:
    """Make views of the peripherals that stand where another does; the first one stays as it is.

    Peripherals may lie among the registers of another without having an address of those.
    """
    extents, registers = _Taken(), _Taken()
    views: set[str] = set()
    for placement in placements:
        size = placement.block.size
        within = any(extents.holder(start, start + size) for start in placement.starts)
        if within:
            placement.alt = _free_view(placement.name.replace("%s", ""), views)
        else:
            for start in placement.starts:
                extents.take(start, start + size, placement)
        stretches = [
            (start + low, start + high)
            for start in placement.starts
            for low, high in placement.block.stretches
        ]
        other = next((holder for stretch in stretches if (holder := registers.holder(*stretch))), None)
        if other is None:
            for low, high in stretches:
                registers.take(low, high, placement)
        elif not placement.peripheral.alternate and not other.peripheral.alternate:
            message = f"{quote(placement.name)} has addresses of {quote(other.name)}"
            line = placement.peripheral.line
            notes.repair("peripherals that overlap", line, f"{message}; it is kept as a view of them")


def _free_view(name: str, views: set[str]) -> str:
    """A view that no other peripheral has."""
    view, number = name, 1
    while view in views:
        number += 1
        view = f"{name}_{number}"
    views.add(view)
    return view


def regions_node(placements: list[Placement], tree: Tree) -> Node:
    """The map's ``regions``."""
    scope: set[str] = set()
    pairs: list[tuple[str, Node]] = []
    for area in _areas(placements):
        base = area[0].start
        name = area[0].name.replace("%s", "").lower() if len(area) == 1 else f"at_{base:08x}"
        name = f"{name}_{base:x}" if name in scope else name
        scope.add(name)
        line = area[0].peripheral.line
        instances = [(placement.name, _instance(placement, base, tree)) for placement in area]
        keys = [("base", tree.hexadecimal(base, line)), ("instances", tree.mapping(instances, line))]
        pairs.append((name, tree.mapping(keys, line)))
    return tree.mapping(pairs, 0)


def _areas(placements: list[Placement]) -> list[list[Placement]]:
    """The placements by areas, both by address."""
    areas: list[list[Placement]] = []
    last = -2
    for placement in sorted(placements, key=lambda placement: placement.start):
        if placement.start // PAGE <= last + 1:
            areas[-1].append(placement)
        else:
            areas.append([placement])
        last = max(last, (placement.end - 1) // PAGE)
    return areas


def _instance(placement: Placement, base: int, tree: Tree) -> Node:
    line, peripheral = placement.peripheral.line, placement.peripheral
    block = tree.scalar(placement.block.name, line)
    keys: list[tuple[str, Node]] = [("block", block)]
    if placement.start != base:
        keys.append(("offset", tree.hexadecimal(placement.start - base, line)))
    keys += array_keys(placement.array, tree, line)
    if placement.alt:
        keys.append(("alt", tree.scalar(placement.alt, line)))
    if peripheral.desc and peripheral.desc not in (placement.block.desc, peripheral.name):
        keys.append(("desc", tree.scalar(peripheral.desc, line)))
    keys += peripheral.interrupts
    return block if len(keys) == 1 else tree.mapping(keys, line)
