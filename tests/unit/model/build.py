"""Small maps made by hand, so that the model is tested without the loader."""

from __future__ import annotations

from typing import Any

from inspector.model.access import TOKENS, Access
from inspector.model.bits import Bits
from inspector.model.field import Field
from inspector.model.register import Block, Dimension, Group, Register
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode


def field(name: str, bits: str, access: str | Access = "rw", **rest: Any) -> Field:
    """Make a field from ``"7:4"`` or ``"16,6:5"``."""
    parts = []
    for part in bits.split(","):
        msb, _, lsb = part.partition(":")
        parts.append((int(msb), int(lsb or msb)))
    return Field(name, Bits(tuple(parts)), access if isinstance(access, Access) else TOKENS[access], **rest)


def register(
    name: str, *fields: Field, offset: int = 0, width: int = 32, access: str | Access = "rw", **rest: Any
) -> Register:
    return Register(
        name,
        offset,
        width,
        access if isinstance(access, Access) else TOKENS[access],
        fields=fields,
        **rest,
    )


def array(count: int, stride: int) -> Dimension:
    return Dimension(count, stride, tuple(str(i) for i in range(count)))


def one_block(*children: Register | Group, size: int = 0x1000, base: int | None = 0x1000) -> RegisterMap:
    """A map with one region ``r`` that holds one instance ``X`` of one block."""
    block = Block("block", size, children)
    return RegisterMap("test", (Region("r", base, size, (Instance("X", block),)),), (block,))


def only(register_map: RegisterMap) -> RegisterNode:
    (node,) = register_map.nodes
    return node
