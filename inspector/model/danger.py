"""Dangers: what a map says of a register, a field or a value that a person must confirm."""

from __future__ import annotations

from collections.abc import Iterator

from inspector.model.bits import Bits
from inspector.model.enumeration import Enumeration
from inspector.model.field import Field
from inspector.model.transaction import Write
from inspector.model.word import Word, idle


def dangers(word: Word, result: Write, shown: int | None, guarded: int) -> Iterator[str]:
    """What the confirmation of a write must state.

    A register's danger holds for each write of it, a field's for each that means it and does something to
    it, a value's where that value goes out, or may, since it depends on a read.

    Args:
        word: The word with what the edits mean in it.
        result: What becomes of the register's word.
        shown: The value that the person saw, or None.
        guarded: The bits in which a read must agree with ``shown``.
    """
    node, register = word.node, word.register
    if register.danger:
        yield f"{node.path}: {register.danger}"
    meant, open_bits, out = word.touched | word.assumed, result.keep, result.value
    if register.write_mask == "upper":
        # What is not enabled keeps what it holds.
        enabled = result.value >> register.width // 2
        meant &= enabled
        open_bits |= ~enabled
    if shown is not None:
        out = result.word(shown) & (guarded | ~open_bits)
        open_bits &= ~guarded
    fixed = register.mask & ~open_bits
    yield from _values(register.enum, Bits(((register.width - 1, 0),)), node.path, out, fixed)
    for field in word.mode.in_sight:
        if not (field.access.writable and field.bits.mask & meant) or _does_nothing(word, field, out, fixed):
            continue
        name = f"{node.path}.{field.name}"
        if field.danger:
            yield f"{name}: {field.danger}"
        yield from _values(field.choices, field.bits, name, out, fixed)


def value_danger(enum: Enumeration | None, value: int) -> str:
    """The danger of ``value``; empty for none."""
    entries = enum.entries if enum else ()
    return next((entry.danger for entry in entries if value in entry), "")


def _values(enum: Enumeration | None, bits: Bits, name: str, out: int, fixed: int) -> Iterator[str]:
    for entry in enum.entries if enum else ():
        if entry.danger and entry.may_be(bits.extract(out & fixed), bits.extract(fixed), bits.width):
            yield f"{name} = {entry.name}: {entry.danger}"


def _does_nothing(word: Word, field: Field, out: int, fixed: int) -> bool:
    """Whether the field's bits are known, and such that the hardware does not react to them."""
    own = [part for part in word.parts if part.field is field]
    return not field.bits.mask & ~fixed and all(idle(part, out) for part in own)
