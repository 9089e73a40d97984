"""The neutral value of a neighbour: what to write to bits that an edit does not mean to touch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from inspector.model.access import Access, OnRead, OnWrite, ReservedWrite, Writable
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
        name: The field's name, ``unnamed bits``, or ``the register`` where it has no fields.
        mask: Which bits of the word.
        access: What holds for them.
        neutral: What leaves them as they are.
        value: The constant of Neutral.VALUE, at its place in the word.
        volatile: Hardware may change them between a read and a write.
        field: The field, or None for unnamed bits.
        why: Where there is no neutral value, why not.
        reserved: No field names these bits, and others of the register are named.
        views: The fields of several views that these bits may belong to, where nobody says which it is; then
            ``field`` is None, and what is known holds for all of them.
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
    views: tuple[Field, ...] = ()

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


def parts(
    register: Register, fields: Sequence[Field] | None = None, edited: Sequence[Field] = ()
) -> tuple[Part, ...]:
    """Every bit of ``register`` in exactly one part, so that a word can be composed from them.

    Where a write-only field shares bits with a read-only one, the writable field decides: that is
    what a write meets. Where fields of several views share bits, what leaves all of them alone does.

    Args:
        register: The register.
        fields: Those of its fields that may be there; None for all.
        edited: Those that are meant: whoever names a field says what its bits are.
    """
    present = register.fields if fields is None else fields
    found: list[Part] = []
    covered = shared = taken = 0
    for field in present:
        if field.access.writable:
            shared |= taken & field.bits.mask
            taken |= field.bits.mask
    for field in edited:
        shared &= ~field.bits.mask
    for field in sorted(present, key=lambda field: (field not in edited, not field.access.writable)):
        mask = field.bits.mask & ~covered & ~shared
        if mask:
            part = _field_part(field, mask, register)
            if field.access.readable and any(_shows(other, mask) for other in present):
                part = replace(part, volatile=True)
            found.append(part)
            covered |= mask
    found += _shared_parts(register, present, shared)
    unnamed = register.mask & ~covered & ~shared
    if unnamed:
        found.append(_unnamed_part(register, unnamed))
    return tuple(found)


def _shows(field: Field, mask: int) -> bool:
    """Whether, in another view, it only shows at ``mask`` what hardware may change."""
    return field.volatile and not field.access.writable and bool(field.bits.mask & mask)


def _shared_parts(register: Register, fields: Sequence[Field], shared: int) -> Iterator[Part]:
    """The bits that several views write: a part for each set of fields."""
    masks: dict[tuple[Field, ...], int] = {}
    for bit in range(register.width):
        if shared >> bit & 1:
            views = tuple(field for field in fields if field.access.writable and field.bits.mask >> bit & 1)
            masks[views] = masks.get(views, 0) | 1 << bit
    for views, mask in masks.items():
        yield _shared_part([_field_part(field, mask, register) for field in views], views, mask)


def _shared_part(each: Sequence[Part], views: tuple[Field, ...], mask: int) -> Part:
    name = " or ".join(part.name for part in each)
    neutrals = {(part.neutral, part.value) for part in each if part.neutral is not Neutral.IGNORED}
    why = next((f"{part.name}: {part.why}" for part in each if part.neutral is Neutral.NONE), "")
    if not neutrals:
        neutral, value = Neutral.IGNORED, 0
    elif len(neutrals) == 1:
        ((neutral, value),) = neutrals
    else:
        neutral, value = Neutral.NONE, 0
        why = why or "which of these is there is not known, and no value leaves them all alone"
    accesses = {part.access for part in each}
    access = each[0].access
    if len(accesses) > 1:
        acting = next((one.on_read for one in accesses if one.readable and one.on_read.acts), OnRead.NONE)
        effects = {one.on_write for one in accesses}
        access = Access(
            all(one.readable for one in accesses),
            Writable.YES,
            acting,
            effects.pop() if len(effects) == 1 else OnWrite.UNKNOWN,
        )
    volatile = any(part.volatile for part in each)
    return Part(name, mask, access, neutral, value, volatile, None, why, views=views)


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
        field.name, mask, field.access, neutral, value & mask, field.volatile or register.volatile, field, why
    )


_FLAG_EFFECTS = {OnWrite.W1C, OnWrite.W1S, OnWrite.W1T, OnWrite.PULSE}


def _unnamed_part(register: Register, mask: int) -> Part:
    neutral, why = neutral_of(register.access)
    value = 0
    if not register.fields:
        # Nothing is reserved where nothing is named: these bits are the register.
        return Part("the register", mask, register.access, neutral, 0, register.volatile, None, why)
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
