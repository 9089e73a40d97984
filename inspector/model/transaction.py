"""Bus operations as data: what goes out, exactly, and in which order.

A transaction is a list of operations that whoever holds the mapping executes in one go, with
nothing interleaved. A write's value may depend on a read before it, by fixed bit arithmetic, so that
a transaction can be shown before it runs and carried to another process. A register that is wider than its
bus access takes several accesses, which `inspector.model.split` makes of its operation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from inspector.model.bits import ones
from inspector.model.register import ByteOrder, Register


@dataclass(frozen=True, slots=True)
class Read:
    """One read of a register.

    Attributes:
        offset: Bytes from the region's start.
        width: In bits.
        byte_order: Of each bus access.
        mask: The bits that must equal ``expected``, else the transaction stops here (ECANCELED);
            0 for no condition.
        expected: See ``mask``.
        differs: The condition is the opposite: the bits must differ from ``expected``.
        why: What a stop means, in words.
        access_width: Of each bus access, in bits; ``width`` for exactly one.
        word_order: Which of several accesses has the lowest address: ``little`` for the least significant.
        counter: Of two accesses, the more significant is made before and after the other.
    """

    offset: int
    width: int
    byte_order: ByteOrder = "little"
    mask: int = 0
    expected: int = 0
    differs: bool = False
    why: str = ""
    access_width: int = 0
    word_order: ByteOrder = "little"
    counter: bool = False

    def __post_init__(self) -> None:
        if not self.access_width:
            object.__setattr__(self, "access_width", self.width)

    @classmethod
    def of(
        cls,
        register: Register,
        offset: int,
        *,
        mask: int = 0,
        expected: int = 0,
        differs: bool = False,
        why: str = "",
    ) -> Read:
        """A read of ``register``, which is ``offset`` bytes from the region's start; the rest as above."""
        return cls(
            offset,
            register.width,
            register.byte_order,
            mask,
            expected,
            differs,
            why,
            register.access_width,
            register.word_order,
        )

    @classmethod
    def sample(cls, register: Register, offset: int) -> Read:
        """A read of ``register`` for its value alone: a counter is looked at so that its words agree."""
        return replace(cls.of(register, offset), counter=_counts(register))

    def holds(self, value: int) -> bool:
        """Whether the transaction may go on after ``value`` was read."""
        return not self.mask or ((value & self.mask) == self.expected) is not self.differs


@dataclass(frozen=True, slots=True)
class ReadRun:
    """``count`` bus reads of equal width at consecutive addresses, one access each, in order."""

    offset: int
    width: int
    count: int
    byte_order: ByteOrder = "little"


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a register with ``(read & keep ^ flip) | value``.

    Attributes:
        offset: Bytes from the region's start.
        width: In bits.
        value: Bits that are written whatever was read.
        keep: Bits that are taken from the read.
        flip: Bits that are inverted after ``keep``.
        source: Which operation of the transaction was that read; None where ``keep`` is 0.
        byte_order: Of each bus access.
        access_width: Of each bus access, in bits; ``width`` for exactly one.
        word_order: Which of several accesses has the lowest address: ``little`` for the least significant.
    """

    offset: int
    width: int
    value: int
    keep: int = 0
    flip: int = 0
    source: int | None = None
    byte_order: ByteOrder = "little"
    access_width: int = 0
    word_order: ByteOrder = "little"

    def __post_init__(self) -> None:
        if not self.access_width:
            object.__setattr__(self, "access_width", self.width)

    @classmethod
    def of(
        cls,
        register: Register,
        offset: int,
        value: int,
        keep: int = 0,
        flip: int = 0,
        source: int | None = None,
    ) -> Write:
        """A write of ``register``, which is ``offset`` bytes from the region's start; the rest as above."""
        return cls(
            offset,
            register.width,
            value,
            keep,
            flip,
            source,
            register.byte_order,
            register.access_width,
            register.word_order,
        )

    def word(self, read: int) -> int:
        """The value that goes out when ``read`` came in."""
        return (read & self.keep ^ self.flip) | self.value


def _counts(register: Register) -> bool:
    """Whether what its two words hold together may change between an access to one and to the other."""
    if register.words != 2:
        return False
    lower = ones(register.access_width)
    return register.volatile or any(
        field.volatile and field.bits.mask & lower and field.bits.mask & ~lower for field in register.fields
    )


Operation = Read | ReadRun | Write
Transaction = tuple[Operation, ...]

Result = int | tuple[int, ...]
"""A Read's value, a ReadRun's values, or the value that a Write put on the bus."""
