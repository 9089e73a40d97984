"""Blocks: what peripherals have in common, made once for all that are alike."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode
from inspector.maps.svd.budget import TooMuchError
from inspector.maps.svd.context import Context
from inspector.maps.svd.items import Item, registers_node
from inspector.maps.svd.layout import separate, settle, stretches
from inspector.maps.svd.naming import identifier
from inspector.maps.svd.peripherals import Peripheral
from inspector.maps.svd.properties import Properties
from inspector.maps.svd.registers import RegisterReader, property_keys

MOST_REGISTERS = 1_000_000
"""Registers of a description, arrays expanded."""


@dataclass(slots=True)
class Block:
    """A block on its way into the tree.

    Attributes:
        line: Of the first peripheral that has it, counted from 0.
        size: Bytes up to the end of its last register.
        shift: Bytes that its registers were moved up by, for its address to be aligned.
        stretches: Where its registers are, from its start, as pairs of the first byte and the one after.
        keys: What the map says of it: what its registers inherit, and the registers.
        desc: What it is for.
        users: The peripherals that have it.
        name: As the map has it.
    """

    line: int
    size: int
    shift: int
    stretches: list[tuple[int, int]]
    keys: list[tuple[str, Node]]
    desc: str
    users: list[Peripheral] = field(default_factory=list)
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Content:
    """What is read of a peripheral's registers, wherever it stands.

    Attributes:
        items: The registers and groups.
        keys: What the map says of what they inherit.
        size: Bytes up to the end of the last one.
        alignment: Bytes that an address must be a multiple of for all to be aligned as they are to it.
    """

    items: list[Item]
    keys: list[tuple[str, Node]]
    size: int
    alignment: int


class Blocks:
    """Makes the blocks of one description."""

    def __init__(self, context: Context, reader: RegisterReader, held: Properties) -> None:
        self._tree = context.tree
        self._notes = context.notes
        self._bus_width = context.bus_width
        self._reader = reader
        self._held = held
        self._registers = 0
        self._read: dict[Hashable, _Content] = {}
        self._made: dict[Hashable, Block | None] = {}
        self._outlines: dict[Hashable, list[Block]] = {}
        self._said: dict[int, tuple[Block, Hashable]] = {}

    @property
    def all(self) -> list[Block]:
        """Every block, in the order of the peripherals that first have it."""
        blocks = {id(block): block for block in self._made.values() if block is not None}
        return list(blocks.values())

    def extent(self, peripheral: Peripheral) -> tuple[int, int]:
        """The bytes up to the end of its last register, and what its address must be a multiple of.

        Raises:
            TooMuchError: There are more registers than a map can have.
        """
        content = self._content(peripheral)
        return content.size, content.alignment

    def of(self, peripheral: Peripheral, base: int) -> Block | None:
        """The block of a peripheral that stands at ``base``; None where no register is left.

        Raises:
            TooMuchError: There are more registers than a map can have.
        """
        content = self._content(peripheral)
        shift = base % content.alignment
        key = (peripheral.content, shift)
        if key not in self._made:
            self._made[key] = self._make(peripheral, content, shift)
        block = self._made[key]
        if block is not None and (not block.users or block.users[-1] is not peripheral):
            block.users.append(peripheral)
        return block

    def _content(self, peripheral: Peripheral) -> _Content:
        key = peripheral.content
        if key not in self._read:
            own = peripheral.properties
            keys, inner = property_keys(own, self._held, self._bus_width, self._tree, peripheral.line)
            items = self._reader.read(peripheral.elements, own, inner, peripheral.affixes)
            self._registers += sum(item.registers for item in items)
            if self._registers > MOST_REGISTERS:
                raise TooMuchError(f"there are more than {MOST_REGISTERS:,} registers", peripheral.line)
            self._read[key] = _Content(
                items,
                keys,
                max((item.end for item in items), default=0),
                max((item.alignment for item in items), default=1),
            )
        return self._read[key]

    def _make(self, peripheral: Peripheral, content: _Content, shift: int) -> Block | None:
        items = [item.copy() for item in content.items]
        for item in items:
            item.offset += shift
        items = settle(items, 0, self._notes)
        if not items:
            return None
        separate(items, self._notes)
        line = peripheral.line
        registers = registers_node(items, self._tree, line)
        size = max(item.end for item in items)
        block = Block(
            line,
            size,
            shift,
            stretches(items),
            [*content.keys, ("registers", registers)],
            peripheral.desc,
        )
        outline = (shift, size, tuple((item.name, item.offset) for item in items))
        alike = self._outlines.setdefault(outline, [])
        # What a block says is worth gathering only where another may say the same, and then once.
        for other in alike:
            if self._said_by(other) == self._said_by(block):
                return other
        alike.append(block)
        return block

    def _said_by(self, block: Block) -> Hashable:
        if id(block) not in self._said:
            # With the block, so that no other can come to have its identity.
            self._said[id(block)] = block, _said(block)
        return self._said[id(block)][1]

    def name(self) -> None:
        """Give each block its name: its peripherals' group's, or what their names have in common."""
        taken: set[str] = set()
        groups: dict[str, int] = {}
        blocks = self.all
        for block in blocks:
            for group in {user.group for user in block.users}:
                groups[group] = groups.get(group, 0) + 1
        for block in blocks:
            group = block.users[0].group
            wanted = group if group and groups[group] == 1 else _common(block.users)
            name = wanted = identifier(wanted).lower()
            number = 1
            while name in taken:
                number += 1
                name = f"{wanted}_{number}"
            taken.add(name)
            block.name = name


def _common(users: list[Peripheral]) -> str:
    """What the names of a block's peripherals have in common, without a number at its end."""
    names = [user.name.replace("[%s]", "").replace("%s", "") for user in users]
    if len(names) == 1:
        return names[0]
    first, last = min(names), max(names)
    length = next(
        (i for i, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first)
    )
    common = first[:length].rstrip("0123456789_")
    return common if len(common) > 1 else names[0]


def _said(block: Block) -> Hashable:
    return tuple((key, _texts(node)) for key, node in block.keys)


def _texts(node: Node) -> Hashable:
    if isinstance(node, ScalarNode):
        return node.text
    if isinstance(node, (MappingNode, SequenceNode)):
        return tuple(map(_texts, node.items))
    return None
