"""The kernel's accessors by name: ``read8`` to ``write64``, their ``try_`` and ``_relaxed`` twins."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Accessors(ABC):
    """Single accesses of one width each; arguments are ``(offset)`` and ``(value, offset)``.

    - ``readN``, ``writeN``: for a mapping whose size is known ahead; checked against that size.
    - ``try_readN``, ``try_writeN``: checked against the mapping's real size.
    - ``…_relaxed``: the same access. The kernel's omit a memory barrier; Python emits none anyway.

    Registers are little-endian, as for the kernel's ``readl``. All raise InvalidArgument for an invalid
    offset, saying why, and Revoked where the mapping is gone; the writes raise ValueOverflow for
    a value that does not fit and NotPermitted where the mapping is not armed.
    """

    @abstractmethod
    def check(self, offset: int, width: int) -> None:
        """Check against the real size."""

    @abstractmethod
    def check_known(self, offset: int, width: int) -> None:
        """Check against the size that was known ahead."""

    @abstractmethod
    def _read_at(self, offset: int, width: int) -> int:
        """Read where the offset has been checked before."""

    @abstractmethod
    def _write_at(self, value: int, offset: int, width: int) -> None:
        """Write where the offset has been checked before."""

    def _read(self, offset: int, width: int) -> int:
        self.check_known(offset, width)
        return self._read_at(offset, width)

    def _write(self, value: int, offset: int, width: int) -> None:
        self.check_known(offset, width)
        self._write_at(value, offset, width)

    def _try_read(self, offset: int, width: int) -> int:
        self.check(offset, width)
        return self._read_at(offset, width)

    def _try_write(self, value: int, offset: int, width: int) -> None:
        self.check(offset, width)
        self._write_at(value, offset, width)

    def read8(self, offset: int) -> int:
        """Read 8 bits where the size is known ahead."""
        return self._read(offset, 8)

    def write8(self, value: int, offset: int) -> None:
        """Write 8 bits where the size is known ahead."""
        self._write(value, offset, 8)

    def try_read8(self, offset: int) -> int:
        """Read 8 bits, checked against the real size."""
        return self._try_read(offset, 8)

    def try_write8(self, value: int, offset: int) -> None:
        """Write 8 bits, checked against the real size."""
        self._try_write(value, offset, 8)

    def read16(self, offset: int) -> int:
        """Read 16 bits where the size is known ahead."""
        return self._read(offset, 16)

    def write16(self, value: int, offset: int) -> None:
        """Write 16 bits where the size is known ahead."""
        self._write(value, offset, 16)

    def try_read16(self, offset: int) -> int:
        """Read 16 bits, checked against the real size."""
        return self._try_read(offset, 16)

    def try_write16(self, value: int, offset: int) -> None:
        """Write 16 bits, checked against the real size."""
        self._try_write(value, offset, 16)

    def read32(self, offset: int) -> int:
        """Read 32 bits where the size is known ahead."""
        return self._read(offset, 32)

    def write32(self, value: int, offset: int) -> None:
        """Write 32 bits where the size is known ahead."""
        self._write(value, offset, 32)

    def try_read32(self, offset: int) -> int:
        """Read 32 bits, checked against the real size."""
        return self._try_read(offset, 32)

    def try_write32(self, value: int, offset: int) -> None:
        """Write 32 bits, checked against the real size."""
        self._try_write(value, offset, 32)

    def read64(self, offset: int) -> int:
        """Read 64 bits where the size is known ahead."""
        return self._read(offset, 64)

    def write64(self, value: int, offset: int) -> None:
        """Write 64 bits where the size is known ahead."""
        self._write(value, offset, 64)

    def try_read64(self, offset: int) -> int:
        """Read 64 bits, checked against the real size."""
        return self._try_read(offset, 64)

    def try_write64(self, value: int, offset: int) -> None:
        """Write 64 bits, checked against the real size."""
        self._try_write(value, offset, 64)

    # Python emits no barrier, so there is none to leave out.
    read8_relaxed = read8
    write8_relaxed = write8
    try_read8_relaxed = try_read8
    try_write8_relaxed = try_write8
    read16_relaxed = read16
    write16_relaxed = write16
    try_read16_relaxed = try_read16
    try_write16_relaxed = try_write16
    read32_relaxed = read32
    write32_relaxed = write32
    try_read32_relaxed = try_read32
    try_write32_relaxed = try_write32
    read64_relaxed = read64
    write64_relaxed = write64
    try_read64_relaxed = try_read64
    try_write64_relaxed = try_write64
