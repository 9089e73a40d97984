"""How wide the names and numbers of a map are at most, and the words that say how a register is accessed."""

from __future__ import annotations

from typing import NamedTuple

from inspector.model.access import OnRead
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.safety import Skip, own_safety
from inspector.ui.extent import kinds, offset_digits, widest_path, widest_register
from inspector.ui.lines import width_of
from inspector.ui.words import address_text

SPLIT = "÷"
"""Marks what is wider than the bus, and so read and written in several accesses."""

_LONGEST_WORD = 9
"""Cells of the longest access word, with its marks."""


class Measures(NamedTuple):
    """How wide a map's names and numbers are at most; measured once, so that columns never jump.

    Attributes:
        offset: Of the offsets.
        address: Of the addresses.
        name: Of the registers' names.
        access: Of the access words.
        values: Each length of an access word with the widest register in bits that has one such.
    """

    offset: int
    address: int
    name: int
    access: int
    values: tuple[tuple[int, int], ...]

    @property
    def bits(self) -> tuple[int, ...]:
        """The widths of registers, as far as they matter."""
        return tuple(bits for _, bits in self.values)


def measure(register_map: RegisterMap) -> Measures:
    """Measure a map; arrays and instances are not gone through."""
    registers = kinds(register_map)
    words = {_LONGEST_WORD: widest_register(register_map)} if registers is None else {}
    # What shares bytes with what acts is marked as well.
    acting = any(part.on_read is not OnRead.NONE for each in registers or () for part in each.parts())
    shared = acting and register_map.nodes.shared
    for register in registers or ():
        unknown = any(part.on_read is OnRead.UNKNOWN for part in register.parts())
        skip = Skip.UNKNOWN_SIDE_EFFECT if shared or unknown else own_safety(register).skip
        size = width_of(access_word(register, skip))
        words[size] = max(words.get(size, 0), register.width)
    ends = [(region.base or 0) + region.size - 1 for region in register_map.regions]
    return Measures(
        offset=2 + offset_digits(register_map, 3),
        address=len(address_text(max(ends, default=0))),
        name=widest_path(register_map) or 8,
        access=max(words, default=2),
        values=tuple(words.items()),
    )


def access_text(node: RegisterNode) -> str:
    """The access in a word or two, with a glyph where a look is not harmless."""
    return access_word(node.register, node.safety.skip)


def access_word(register: Register, skip: Skip | None) -> str:
    """The same of a register that is not read for that reason."""
    token = register_access(register)
    marks = SPLIT if register.words > 1 else ""
    if skip in (Skip.READ_SIDE_EFFECT, Skip.UNKNOWN_SIDE_EFFECT):
        marks += "⌁"
    elif skip is Skip.WRITE_ONLY:
        marks += "✎"
    return f"{token} {marks}" if marks else token


def register_access(register: Register) -> str:
    """The register's access token; ``mixed`` where its fields differ."""
    tokens = list(dict.fromkeys(field.access.token for field in register.fields))
    if not tokens:
        return register.access.token
    if len(tokens) == 1:
        return tokens[0]
    return register.access.token if register.access.token in ("rw", "wo") else "mixed"
