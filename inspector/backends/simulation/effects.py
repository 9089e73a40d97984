"""Which bits of a register react how: worked out once for each register type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from inspector.model.access import Access, OnRead, OnWrite, Writable
from inspector.model.bits import Bits
from inspector.model.field import Field
from inspector.model.register import Register


@dataclass(slots=True)
class Effects:
    """A register's bits by what reads and writes do to them.

    Bits that no field names are reserved where there are fields: they keep their reset value.

    Attributes:
        readable: Bits that a read returns; the others read as 0.
        writable: Bits that a write reaches.
        once: Bits that only the first write reaches.
        on_read: Bits by what a read does.
        on_write: Bits by what a write does.
        pops: Where a read's FIFO entry stands, or None.
        pushes: Where a write's FIFO entry stands, or None.
        changing: Fields that change by themselves.
        reporting: Fields that report on a FIFO.
        keys: Fields that need a key in every write.
        initial: The value after reset.
    """

    readable: int = 0
    writable: int = 0
    once: int = 0
    on_read: dict[OnRead, int] = field(default_factory=dict)
    on_write: dict[OnWrite, int] = field(default_factory=dict)
    modified_by_read: list[Bits] = field(default_factory=list)
    modified_by_write: list[Bits] = field(default_factory=list)
    pops: Bits | None = None
    pushes: Bits | None = None
    changing: list[Field] = field(default_factory=list)
    reporting: list[Field] = field(default_factory=list)
    keys: list[Field] = field(default_factory=list)
    initial: int = 0

    @classmethod
    def of(cls, register: Register, fields: Sequence[Field] | None = None) -> Effects:
        """Work them out.

        Args:
            register: The register.
            fields: Those of its fields that are there; None for all. Of several views on the same bits the
                first is the hardware's.
        """
        effects = cls(initial=_initial(register))
        if not register.fields:
            effects._add(register.access, Bits(((register.width - 1, 0),)))
        elif register.access.readable:
            effects.readable = register.mask
            for part in register.fields:
                effects.readable &= ~part.bits.mask
        taken: dict[str, int] = {}
        for part in register.fields if fields is None else fields:
            if any(mask & part.bits.mask for alt, mask in taken.items() if alt != part.alt):
                continue
            taken[part.alt] = taken.get(part.alt, 0) | part.bits.mask
            effects._add(part.access, part.bits)
            if part.write_value is not None:
                effects.keys.append(part)
            sim = part.sim
            if sim is not None:
                if sim.blink or sim.random or sim.raises:
                    effects.changing.append(part)
                if sim.empty or sim.full or sim.level:
                    effects.reporting.append(part)
        return effects

    def _add(self, access: Access, bits: Bits) -> None:
        if access.readable:
            self.readable |= bits.mask
            self.on_read[access.on_read] = self.on_read.get(access.on_read, 0) | bits.mask
            if access.on_read is OnRead.MODIFY:
                self.modified_by_read.append(bits)
            if access.on_read is OnRead.POP and self.pops is None:
                self.pops = bits
        if access.writable:
            self.writable |= bits.mask
            self.on_write[access.on_write] = self.on_write.get(access.on_write, 0) | bits.mask
            if access.writable is Writable.ONCE:
                self.once |= bits.mask
            if access.on_write is OnWrite.MODIFY:
                self.modified_by_write.append(bits)
            if access.on_write is OnWrite.PUSH and self.pushes is None:
                self.pushes = bits


def _initial(register: Register) -> int:
    value = register.expect or 0
    for part in register.fields:
        if part.expect is not None:
            value = value & ~part.bits.mask | part.bits.place(part.expect)
    if register.reset is not None:
        value = value & ~register.reset_mask | register.reset & register.reset_mask
    for part in register.fields:
        if part.reset is not None:
            value = value & ~part.bits.mask | part.bits.place(part.reset)
    return value & register.mask


def written(effects: Effects, stored: int, word: int, enabled: int) -> int:
    """The stored value after ``word`` was written to the ``enabled`` bits."""
    for effect, bits in effects.on_write.items():
        mask = bits & enabled
        match effect:
            case OnWrite.STORE | OnWrite.UNKNOWN:
                stored = stored & ~mask | word & mask
            case OnWrite.W1C:
                stored &= ~(word & mask)
            case OnWrite.W1S:
                stored |= word & mask
            case OnWrite.W1T:
                stored ^= word & mask
            case OnWrite.W0C:
                stored &= ~(~word & mask)
            case OnWrite.W0S:
                stored |= ~word & mask
            case OnWrite.W0T:
                stored ^= ~word & mask
            case OnWrite.WCLR:
                stored &= ~mask
            case OnWrite.WSET:
                stored |= mask
            case OnWrite.MODIFY:
                stored = _count_up(effects.modified_by_write, stored)
            case OnWrite.PULSE | OnWrite.PUSH | OnWrite.NONE:
                pass
    return stored


def after_read(effects: Effects, stored: int) -> int:
    """The stored value after a read."""
    stored &= ~effects.on_read.get(OnRead.CLEAR, 0)
    stored |= effects.on_read.get(OnRead.SET, 0)
    return _count_up(effects.modified_by_read, stored)


def _count_up(parts: list[Bits], stored: int) -> int:
    # 'modify' says that the bits change and not how: counting makes each access visible.
    for bits in parts:
        following = bits.extract(stored) + 1
        stored = stored & ~bits.mask | bits.place(following & ((1 << bits.width) - 1))
    return stored
