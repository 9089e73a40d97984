"""Blocks as a map writes them: what most of their registers have in common is stated once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

from inspector.maps.writing import values
from inspector.maps.writing.accesses import Said, say
from inspector.maps.writing.byte_orders import ByteOrders
from inspector.maps.writing.emit import Open, Value, Words
from inspector.maps.writing.enums import Enums
from inspector.maps.writing.registers import Inherited, is_reset_to_zero, write_children
from inspector.maps.writing.scalars import hexadecimal, size
from inspector.maps.writing.trees import registers_of
from inspector.model.access import TOKENS, Access, OnRead
from inspector.model.register import Block, ByteOrder, Register


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a map states for all its blocks.

    Attributes:
        reads_unknown: What a read does is not known where it is not stated.
        reset_zero: A register's reset is 0 unless it states another.
        byte_order: Of a register that states none, in a region that states none.
    """

    reads_unknown: bool
    reset_zero: bool
    byte_order: ByteOrder

    @classmethod
    def of(cls, blocks: tuple[Block, ...], byte_order: ByteOrder) -> Defaults:
        """What spares most of their registers to say it."""
        registers = [register for block in blocks for register in registers_of(block)]
        return cls(_leave_reads_open(registers), resets_to_zero(registers), byte_order)

    @property
    def keys(self) -> dict[str, str]:
        """As the map writes them."""
        keys = {"read_effects": "unknown"} if self.reads_unknown else {}
        keys |= {"reset": "0"} if self.reset_zero else {}
        return keys | ({"byte_order": self.byte_order} if self.byte_order != "little" else {})


def _leave_reads_open(registers: list[Register]) -> bool:
    """Whether of most of them it is not known what reading them does."""
    effects = Counter(
        part.on_read is OnRead.UNKNOWN
        for register in registers
        for part in (register.access, *register.parts())
        if part.readable
    )
    return effects[True] > effects[False]


def resets_to_zero(registers: list[Register]) -> bool:
    """Whether saying once that the reset is 0 spares most registers to say it; none may be unknown."""
    zeros = sum(map(is_reset_to_zero, registers))
    return zeros > len(registers) / 2 and all(register.reset is not None for register in registers)


def write_block(block: Block, defaults: Defaults, orders: ByteOrders, enums: Enums) -> Open:
    """A block.

    Args:
        block: The block.
        defaults: What the map states for all of them.
        orders: Who states which byte order.
        enums: The map's enumerations.
    """
    registers = registers_of(block)
    pairs: dict[str, Value | Open] = {"size": size(block.size)}
    if block.title:
        pairs["title"] = Words(block.title)
    if block.desc:
        pairs["desc"] = Words(block.desc)
    if block.doc:
        pairs["doc"] = Words(block.doc)
    width = _most([register.width for register in registers], 32)
    if width != 32:
        pairs["width"] = str(width)
    keys, said = _common_access(registers, Said(unknown=defaults.reads_unknown))
    pairs |= keys
    if block.needs is not None:
        pairs["needs"] = values.guard(block.needs)
    aliases = next((register.atomic for register in registers if register.atomic), None)
    distances = (
        {"set": None, "clear": None, "xor": None}
        if aliases is None
        else {"set": aliases.set, "clear": aliases.clear, "xor": aliases.xor}
    )
    own = {name: f"+{hexadecimal(at)}" for name, at in distances.items() if isinstance(at, int)}
    if own:
        pairs["atomic"] = own
    zero = defaults.reset_zero
    if not zero and resets_to_zero(registers):
        pairs["reset"] = "0"
        zero = True
    pairs["registers"] = Open(
        write_children(
            block.children, Inherited(said, width, zero, partial(orders.stated, block.name)), enums
        )
    )
    return Open(pairs)


def _common_access(registers: list[Register], inherited: Said) -> tuple[dict[str, str], Said]:
    """The token that spares most registers their own."""
    tokens = Counter(
        register.access.with_effects(OnRead.NONE if register.access.on_read is OnRead.UNKNOWN else None)
        for register in registers
    )
    common, count = max(tokens.items(), key=lambda item: item[1], default=(TOKENS["rw"], 0))
    if common == TOKENS["rw"] or count <= tokens[TOKENS["rw"]] or common not in TOKENS.values():
        return {}, inherited
    return say(_meant(common, inherited), inherited)


def _meant(access: Access, inherited: Said) -> Access:
    silent = inherited.unknown and access.readable and access.on_read is OnRead.NONE
    return access.with_effects(OnRead.UNKNOWN) if silent else access


def _most(widths: list[int], usual: int) -> int:
    """The width of most registers; the usual one where none has more."""
    counts = Counter(widths)
    best = max(counts, key=lambda width: counts[width], default=usual)
    return best if counts[best] > counts[usual] else usual
