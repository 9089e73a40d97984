"""Bus operations as data: what goes out, exactly, and in which order.

A transaction is a list of operations that whoever holds the mapping executes in one go, with
nothing interleaved. A write's value may depend on a read before it, by fixed bit arithmetic, so that
a transaction can be shown before it runs and carried to another process.
"""

from __future__ import annotations

from dataclasses import dataclass

from inspector.model.register import ByteOrder


@dataclass(frozen=True, slots=True)
class Read:
    """One bus read.

    Attributes:
        offset: Bytes from the region's start.
        width: In bits; exactly one access of this width.
        byte_order: Of the register.
        mask: The bits that must equal ``expected``, else the transaction stops here (ECANCELED);
            0 for no condition.
        expected: See ``mask``.
        differs: The condition is the opposite: the bits must differ from ``expected``.
        why: What a stop means, in words.
    """

    offset: int
    width: int
    byte_order: ByteOrder = "little"
    mask: int = 0
    expected: int = 0
    differs: bool = False
    why: str = ""

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
    """One bus write of ``(read & keep ^ flip) | value``.

    Attributes:
        offset: Bytes from the region's start.
        width: In bits; exactly one access of this width.
        value: Bits that are written whatever was read.
        keep: Bits that are taken from the read.
        flip: Bits that are inverted after ``keep``.
        source: Which operation of the transaction was that read; None where ``keep`` is 0.
        byte_order: Of the register.
    """

    offset: int
    width: int
    value: int
    keep: int = 0
    flip: int = 0
    source: int | None = None
    byte_order: ByteOrder = "little"

    def word(self, read: int) -> int:
        """The value that goes out when ``read`` came in."""
        return (read & self.keep ^ self.flip) | self.value


Operation = Read | ReadRun | Write
Transaction = tuple[Operation, ...]

Result = int | tuple[int, ...]
"""A Read's value, a ReadRun's values, or the value that a Write put on the bus."""
