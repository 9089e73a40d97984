"""SystemRDL's registers and fields as a map's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inspector.maps.importing import Here, Pairs, access_pairs, common_access, reset_pairs
from inspector.maps.nodes import Node
from inspector.maps.systemrdl.access import field_access, volatile
from inspector.maps.systemrdl.arrays import array_pairs
from inspector.maps.systemrdl.enums import Enums, meanings
from inspector.maps.systemrdl.locks import lock
from inspector.maps.systemrdl.losses import Losses
from inspector.maps.systemrdl.places import Places
from inspector.maps.systemrdl.udps import NUMERIC, format_node
from inspector.model.access import TOKENS, Access
from inspector.model.bits import ones

if TYPE_CHECKING:
    from systemrdl.node import FieldNode, RegNode
    from systemrdl.node import Node as Component

WIDEST = 128
"""Bits of the widest register that a map has."""

WIDEST_ACCESS = 64
"""Bits of the widest bus access."""

DEFAULT_WIDTH = 32


class Registers:
    """Makes the nodes of registers."""

    def __init__(self, places: Places, losses: Losses) -> None:
        self.enums = Enums(losses)
        self._places = places
        self._losses = losses

    def node(self, register: RegNode, block: Component) -> Node:
        """A register with its fields, in the block that an address map is."""
        here = self._places.here(register)
        width = register.get_property("regwidth")
        if width > WIDEST:
            return self._words(register, width, here)
        fields = register.fields()
        accesses = [field_access(field) for field in fields]
        common = common_access(accesses)
        reset, mask = _reset(fields, width, msb0=register.is_msb0_order)
        moving = bool(fields) and all(map(volatile, fields))
        locked, properties = lock(register, block)
        self._losses.properties(register)
        pairs: Pairs = [("offset", here.hexadecimal(register.raw_address_offset))]
        pairs += array_pairs(register, here, self._losses, size=register.size)
        pairs += _width_pairs(width, self._bus_width(register), here)
        if common != TOKENS["rw"]:
            pairs += access_pairs(common, here)
        pairs += reset_pairs(reset or 0, mask, ones(width), here)
        if moving:
            pairs.append(("volatile", here.text("true")))
        if register.is_alias:
            pairs.append(("alt", here.text(register.alias_primary.inst_name)))
        if locked is not None:
            pairs.append(("locked_by", here.text(locked)))
        pairs += text_pairs(register, here)
        if fields:
            named = []
            for field, access in zip(fields, accesses, strict=True):
                self._losses.properties(field, carried=properties | NUMERIC)
                own = None if access == common else access
                bits = _bits(field, width, msb0=register.is_msb0_order)
                # Fields that share bits, one read and one written, may differ in their resets.
                alone = None if reset is not None else _own_reset(field)
                named.append((field.inst_name, self._field(field, bits, own, alone, moving)))
            pairs.append(("fields", here.mapping(named)))
        if register.is_msb0_order:
            message = "bits are numbered from the most significant one, and have been renumbered"
            self._losses.add(register, "repaired", message, of="msb0")
        return here.mapping(pairs)

    def _field(
        self, field: FieldNode, bits: str, access: Access | None, reset: int | None, moving: bool
    ) -> Node:
        here = self._places.here(field)
        pairs: Pairs = [("bits", here.text(bits))]
        if access is not None:
            pairs += access_pairs(access, here)
        if reset is not None:
            pairs.append(("reset", here.hexadecimal(reset)))
        if not moving and volatile(field):
            pairs.append(("volatile", here.text("true")))
        enum = self.enums.name(field, here)
        if enum is not None:
            pairs.append(("enum", here.text(enum)))
        shown = format_node(field, here)
        if shown is not None:
            pairs.append(("format", shown))
        if not isinstance(field.get_property("reset"), int | None):
            self._losses.add(
                field, "not-carried", "a reset that another thing gives is not carried over", of="reset"
            )
        pairs += text_pairs(field, here, meanings(field))
        # A field of which there is nothing but its bits to say takes the short form.
        return pairs[0][1] if len(pairs) == 1 else here.mapping(pairs)

    def _words(self, register: RegNode, width: int, here: Here) -> Node:
        """A register wider than any of a map's, as the words that the bus sees of it."""
        word = self._bus_width(register)
        self._losses.add(
            register,
            "not-carried",
            f"registers of more than {WIDEST} bits are carried over as words, without their fields",
            of="regwidth",
        )
        access = common_access([field_access(field) for field in register.fields()])
        words: Pairs = [("offset", here.hexadecimal(0)), ("count", here.number(width // word))]
        words += _width_pairs(word, word, here) + access_pairs(access, here)
        pairs: Pairs = [("offset", here.hexadecimal(register.raw_address_offset))]
        pairs += array_pairs(register, here, self._losses, size=None)
        pairs += text_pairs(register, here)
        pairs.append(("registers", here.mapping([("WORD", here.mapping(words))])))
        return here.mapping(pairs)

    def _bus_width(self, register: RegNode) -> int:
        """Bits of one bus access: no more than a processor has, or the address is aligned for."""
        stated: int = register.get_property("accesswidth")
        bus = min(stated, WIDEST_ACCESS)
        address, strides = _address(register)
        while any(part % (bus // 8) for part in (address, *strides)):
            bus //= 2
        if bus < min(stated, WIDEST_ACCESS):
            message = f"it is not aligned for its access width: {bus} bits are accessed at once"
            self._losses.add(register, "repaired", message)
        return bus


def _address(register: RegNode) -> tuple[int, list[int]]:
    """Where a register's first element stands in the whole, and the strides of all arrays that it is in."""
    from systemrdl.node import AddressableNode

    address, strides = 0, []
    part: Component | None = register
    while isinstance(part, AddressableNode):
        address += part.raw_address_offset
        if part.array_stride is not None:
            strides.append(part.array_stride)
        part = part.parent
    return address, strides


def text_pairs(component: Component, here: Here, more: list[str] | None = None) -> Pairs:
    """A component's name and description; ``more`` are lines that follow."""
    pairs: Pairs = []
    title = component.get_property("name")
    if title and title != component.inst_name:
        pairs.append(("title", here.text(" ".join(title.split()))))
    lines = [text for text in (component.get_property("desc"), *(more or ())) if text]
    if lines:
        pairs.append(("desc", here.text("\n".join(lines))))
    return pairs


def _width_pairs(width: int, bus: int, here: Here) -> Pairs:
    pairs: Pairs = []
    if width != DEFAULT_WIDTH:
        pairs.append(("width", here.number(width)))
    if bus < width:
        pairs.append(("access_width", here.number(bus)))
    return pairs


def _bits(field: FieldNode, width: int, *, msb0: bool) -> str:
    high, low = (width - 1 - field.low, width - 1 - field.high) if msb0 else (field.high, field.low)
    return str(low) if high == low else f"{high}:{low}"


def _own_reset(field: FieldNode) -> int | None:
    value = field.get_property("reset")
    return value if isinstance(value, int) else None


def _reset(fields: Sequence[FieldNode], width: int, *, msb0: bool) -> tuple[int | None, int]:
    """A register's reset and which of its bits are defined; None where the fields must say it themselves.

    Bits that no field names read as 0.
    """
    value, undefined, seen = 0, 0, 0
    stated = False
    for field in fields:
        low = width - 1 - field.high if msb0 else field.low
        place = ones(field.width) << low
        if seen & place:
            return None, 0
        seen |= place
        reset = _own_reset(field)
        if reset is None:
            undefined |= place
        else:
            stated = True
            value |= reset << low
    return (value, ones(width) & ~undefined) if stated else (None, 0)
