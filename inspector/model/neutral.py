"""The neutral value of a neighbour: what to write to bits that an edit does not mean to touch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from inspector.model.access import Access, OnWrite, ReservedWrite, Writable
from inspector.model.field import Field
from inspector.model.register import Register


class Neutral(Enum):
    """What leaves some bits as they are when the register around them is written."""

    KEEP = "keep"
    """Write what was just read; forces a read."""
    ZERO = "zero"
    ONE = "one"
    VALUE = "value"
    """Write the constant in ``Part.value``: a key, or a reset value."""
    IGNORED = "ignored"
    """The hardware ignores the write: what was read where a read is made anyway, else 0."""
    NONE = "none"
    """There is none: any write disturbs these bits."""
    LAST_WRITTEN = "last written"
    """Write-only bits that store: only what we wrote last leaves them as they are."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some bits of a register that share one access.

    Attributes:
        name: The field's name, or ``unnamed bits``.
        mask: Which bits of the word.
        access: What holds for them.
        neutral: What leaves them as they are.
        value: The constant of Neutral.VALUE, at its place in the word.
        volatile: Hardware may change them between a read and a write.
        field: The field, or None for unnamed bits.
        why: Where there is no neutral value, why not.
        reserved: No field names these bits, and others of the register are named.
    """

    name: str
    mask: int
    access: Access
    neutral: Neutral
    value: int = 0
    volatile: bool = False
    field: Field | None = None
    why: str = ""
    reserved: bool = False

    @property
    def keyed(self) -> bool:
        """Whether a key must stand here in every write."""
        return self.field is not None and self.field.write_value is not None


_BY_EFFECT = {
    OnWrite.W1C: Neutral.ZERO,
    OnWrite.W1S: Neutral.ZERO,
    OnWrite.W1T: Neutral.ZERO,
    OnWrite.PULSE: Neutral.ZERO,
    OnWrite.W0C: Neutral.ONE,
    OnWrite.W0S: Neutral.ONE,
    OnWrite.W0T: Neutral.ONE,
    OnWrite.NONE: Neutral.IGNORED,
}

_WHY_NONE = {
    OnWrite.WCLR: "any write clears it",
    OnWrite.WSET: "any write sets it",
    OnWrite.PUSH: "any write adds an entry to its FIFO",
    OnWrite.MODIFY: "any write changes it",
    OnWrite.UNKNOWN: "the map does not say what writing it does",
}


def parts(register: Register) -> tuple[Part, ...]:
    """Every bit of ``register`` in exactly one part, so that a word can be composed from them.

    Where a write-only field shares bits with a read-only one, the writable field decides: that is
    what a write meets.
    """
    found: list[Part] = []
    covered = 0
    for field in sorted(register.fields, key=lambda field: not field.access.writable):
        mask = field.bits.mask & ~covered
        if mask:
            found.append(_field_part(field, mask, register))
            covered |= mask
    unnamed = register.mask & ~covered
    if unnamed:
        found.append(_unnamed_part(register, unnamed))
    return tuple(found)


def neutral_of(access: Access) -> tuple[Neutral, str]:
    """The neutral value that ``access`` asks for, and why there is none where there is none."""
    if not access.writable:
        return Neutral.IGNORED, ""
    if access.writable is Writable.ONCE:
        return Neutral.NONE, "it can be written only once"
    if access.on_write is OnWrite.STORE:
        return (Neutral.KEEP if access.readable else Neutral.LAST_WRITTEN), ""
    if access.on_write in _WHY_NONE:
        return Neutral.NONE, _WHY_NONE[access.on_write]
    return _BY_EFFECT[access.on_write], ""


def _field_part(field: Field, mask: int, register: Register) -> Part:
    neutral, why = neutral_of(field.access)
    value = 0
    if field.reserved_write is not None:
        reset = field.bits.place(field.reset or 0)
        neutral, value = _reserved(field.reserved_write, reset)
        why = ""
    if field.write_value is not None:
        neutral, value, why = Neutral.VALUE, field.bits.place(field.write_value), ""
    return Part(
        field.name, mask, field.access, neutral, value, field.volatile or register.volatile, field, why
    )


_FLAG_EFFECTS = {OnWrite.W1C, OnWrite.W1S, OnWrite.W1T, OnWrite.PULSE}


def _unnamed_part(register: Register, mask: int) -> Part:
    neutral, why = neutral_of(register.access)
    value = 0
    if not register.fields:
        # Nothing is reserved where nothing is named: these bits are the register.
        return Part(register.name, mask, register.access, neutral, 0, register.volatile, None, why)
    rule = register.reserved_write
    holds_flags = any(
        field.access.writable and field.access.on_write in _FLAG_EFFECTS for field in register.fields
    )
    zero_acts = neutral is Neutral.ONE or (
        neutral is Neutral.NONE and register.access.on_write is not OnWrite.UNKNOWN
    )
    if rule is None and holds_flags and not zero_acts:
        # An unnamed bit beside flags may be a flag that the map forgot: a 1 read and written back would act.
        rule = ReservedWrite.ZERO
    if rule is None and neutral is Neutral.LAST_WRITTEN:
        # Reserved bits of a write-only register hold nothing to keep.
        rule = ReservedWrite.RESET
    if rule is not None:
        neutral, value = _reserved(rule, (register.reset or 0) & mask)
    if neutral is not Neutral.NONE:
        why = ""
    return Part(
        "unnamed bits", mask, register.access, neutral, value, register.volatile, None, why, reserved=True
    )


def _reserved(rule: ReservedWrite, reset: int) -> tuple[Neutral, int]:
    """The neutral value that ``rule`` asks for, with its constant; ``reset`` at its place in the word."""
    match rule:
        case ReservedWrite.ZERO:
            return Neutral.ZERO, 0
        case ReservedWrite.ONE:
            return Neutral.ONE, 0
        case ReservedWrite.RESET:
            return Neutral.VALUE, reset
        case ReservedWrite.KEEP:
            return Neutral.KEEP, 0
