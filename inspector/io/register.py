"""One register of a mapping: an accessor that is checked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.model.register import ByteOrder
from inspector.model.transaction import Read, Write

if TYPE_CHECKING:
    from inspector.io.memory import IoMem


class IoRegister:
    """One register of a mapping whose size is known ahead, checked when it was handed out.

    Attributes:
        offset: Bytes from the mapping's start.
        width: In bits.
        byte_order: Of each bus access.
        access_width: Of each bus access, in bits; less than ``width`` where it takes several.
        word_order: Which of several accesses has the lowest address: ``little`` for the least significant.
    """

    __slots__ = ("_memory", "access_width", "byte_order", "offset", "width", "word_order")

    def __init__(
        self,
        memory: IoMem,
        offset: int,
        width: int,
        byte_order: ByteOrder,
        access_width: int,
        word_order: ByteOrder,
    ) -> None:
        self._memory = memory
        self.offset = offset
        self.width = width
        self.byte_order: ByteOrder = byte_order
        self.access_width = access_width
        self.word_order: ByteOrder = word_order

    def read(self) -> int:
        """Read it: one bus access, or all that it takes with no other of this mapping in between.

        Raises:
            Revoked: The mapping is gone.
        """
        if self.access_width == self.width:
            return self._memory._read_at(self.offset, self.width, self.byte_order)
        read = Read(
            self.offset,
            self.width,
            self.byte_order,
            access_width=self.access_width,
            word_order=self.word_order,
        )
        (value,) = self._memory.execute((read,))
        assert isinstance(value, int)
        return value

    def write(self, value: int) -> None:
        """Write it: one bus access, or all that it takes with no other of this mapping in between.

        Raises:
            ValueOverflow: The value does not fit.
            NotPermitted: The mapping is not armed.
            Revoked: The mapping is gone.
        """
        if self.access_width == self.width:
            self._memory._write_at(value, self.offset, self.width, self.byte_order)
            return
        write = Write(
            self.offset,
            self.width,
            value,
            byte_order=self.byte_order,
            access_width=self.access_width,
            word_order=self.word_order,
        )
        self._memory.execute((write,))
