"""Register maps of any size, made in memory: arrays, instances of one block, registers that all differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from inspector.model.access import TOKENS
from inspector.model.bits import Bits
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.field import Field
from inspector.model.register import Block, Dimension, Group, Register, RegisterBehaviour
from inspector.model.registermap import Instance, Region, RegisterMap

A_GROUP = 10
"""Registers of one element of an array, and of what changes together."""

A_BLOCK = 50
"""Registers of one block, as of a peripheral."""

_RATE = 7_919.0
"""Counts per second of what changes: so many that each tick sees another value."""


def arrays(count: int, changing: int = 0) -> RegisterMap:
    """One block with an array of groups.

    Args:
        count: Of registers.
        changing: How many of ten change all the time.
    """
    shape = Dimension(count // A_GROUP, 64, tuple(map(str, range(count // A_GROUP))))
    group = Group("CH", 0, tuple(_registers(A_GROUP, changing)), shape)
    block = Block("channels", shape.count * 64, (group,))
    return _map("arrays", [Instance("DMA", block)], (block,), block.size)


def instances(count: int, changing: int = 0) -> RegisterMap:
    """Many instances of one block; the arguments are those of `arrays`."""
    block = Block("port", 4096, tuple(_registers(A_BLOCK, changing)))
    placed = [Instance(f"PORT{i}", block, i * 4096) for i in range(count // A_BLOCK)]
    return _map("instances", placed, (block,), len(placed) * 4096)


def distinct(count: int, changing: int = 0) -> RegisterMap:
    """Blocks of which no two share a register; the arguments are those of `arrays`."""
    blocks = [Block(f"B{i}", 4096, tuple(_registers(A_BLOCK, changing))) for i in range(count // A_BLOCK)]
    placed = [Instance(f"UNIT{i}", block, i * 4096) for i, block in enumerate(blocks)]
    return _map("distinct", placed, tuple(blocks), len(placed) * 4096)


SHAPES: dict[str, Callable[[int, int], RegisterMap]] = {
    make.__name__: make for make in (arrays, instances, distinct)
}


def _map(name: str, placed: list[Instance], blocks: tuple[Block, ...], size: int) -> RegisterMap:
    return RegisterMap(name, (Region("bus", 0x4000_0000, size, tuple(placed)),), blocks, title="Made up")


def _registers(count: int, changing: int) -> Iterator[Register]:
    modes = Enumeration((EnumEntry(0, 0, "off"), EnumEntry(1, 1, "on"), EnumEntry(2, 3, "standby")))
    for i in range(count):
        yield Register(
            f"R{i}",
            4 * i,
            32,
            TOKENS["rw"],
            fields=(
                Field("EN", Bits(((0, 0),)), TOKENS["rw"]),
                Field("MODE", Bits(((5, 4),)), TOKENS["rw"], enum=modes),
                Field("COUNT", Bits(((31, 8),)), TOKENS["ro"]),
            ),
            reset=0x11,
            desc=f"Register number {i}, which counts",
            sim=RegisterBehaviour(counter=_RATE) if i % 10 < changing else None,
        )
