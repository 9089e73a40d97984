"""A window on a memory-mapped file, each access of it one load or store."""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Callable
from typing import Literal, Protocol

from inspector.errors import KernelError
from inspector.io.bounds import WIDTHS

Explain = Callable[[OSError, str], KernelError]
"""Turns what ``open`` or ``mmap`` raised (the second argument says which) into words."""

_FORMATS: dict[int, Literal["B", "H", "I", "Q"]] = {8: "B", 16: "H", 32: "I", 64: "Q"}
_SHIFTS = {8: 0, 16: 1, 32: 2, 64: 3}


class Opener(Protocol):
    """Opens the file, for reading alone or for writing too."""

    def __call__(self, flags: int) -> int:
        """Return a file descriptor, or raise OSError."""


class _Mapping:
    """One mapping with a view for each width; never remapped, only replaced."""

    def __init__(self, descriptor: int, position: int, size: int, widths: frozenset[int], writable: bool):
        lead = position % mmap.ALLOCATIONGRANULARITY
        self.writable = writable
        protection = mmap.PROT_READ | mmap.PROT_WRITE if writable else mmap.PROT_READ
        self.memory = mmap.mmap(
            descriptor, lead + size, flags=mmap.MAP_SHARED, prot=protection, offset=position - lead
        )
        # A view of exactly the resource: an offset past it is an IndexError and never a bus access.
        # Casting is the one construct whose read is one load and whose write is one store.
        with memoryview(self.memory) as whole:
            self.views: dict[int, memoryview[int]] = {
                width: whole[lead : lead + size - size % (width // 8)].cast(_FORMATS[width])
                for width in widths
            }

    def close(self) -> None:
        for view in self.views.values():
            view.release()
        self.memory.close()


class MappedWindow:
    """A memory-mapped range that opens read-only: no write permission exists until it is armed."""

    def __init__(
        self,
        opener: Opener,
        position: int,
        size: int,
        *,
        address: int | None,
        widths: frozenset[int],
        explain: Explain,
    ) -> None:
        """Map ``size`` bytes at ``position`` of the file.

        Args:
            opener: Opens the file.
            position: Of the first byte in the file.
            size: In bytes, at least 1.
            address: The absolute address of the first byte, or None.
            widths: The access widths wanted; those for which ``position`` is misaligned are left out.
            explain: Turns the system's errors into words.

        Raises:
            KernelError: What ``explain`` made of the system's refusal.
        """
        self._opener = opener
        self._position = position
        self._size = size
        self._address = address
        self._widths = frozenset(width for width in widths & WIDTHS if position % (width // 8) == 0)
        self._explain = explain
        self._mapping: _Mapping | None = None
        self._views: dict[int, memoryview[int]] = {}
        self._writable = False
        self._map(writable=False)

    @property
    def size(self) -> int:
        """Bytes from offset 0."""
        return self._size

    @property
    def address(self) -> int | None:
        """The absolute address of offset 0."""
        return self._address

    @property
    def widths(self) -> frozenset[int]:
        """The access widths in bits."""
        return self._widths

    @property
    def writable(self) -> bool:
        """Whether it is armed: the mapping itself then allows writes."""
        return self._writable

    def read(self, offset: int, width: int) -> int:
        """Make one bus read."""
        return self._views[width][offset >> _SHIFTS[width]]

    def write(self, value: int, offset: int, width: int) -> None:
        """Make one bus write, and no read."""
        self._views[width][offset >> _SHIFTS[width]] = value

    def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
        """Make ``count`` bus reads, one for each element, in order."""
        first = offset >> _SHIFTS[width]
        return tuple(self._views[width][first : first + count].tolist())

    def arm(self) -> None:
        """Map again with permission to write.

        Raises:
            KernelError: The system refuses; the window stays readable.
        """
        if not self._writable:
            self._map(writable=True)

    def disarm(self) -> None:
        """Map again without permission to write, and drop the mapping that had it.

        Raises:
            KernelError: The system refuses. Writes are refused here all the same, though the old mapping
                would still take them.
        """
        self._writable = False
        if self._mapping is not None and self._mapping.writable:
            self._map(writable=False)

    def close(self) -> None:
        """Unmap; twice is harmless."""
        self._views = {}
        self._writable = False
        mapping, self._mapping = self._mapping, None
        if mapping is not None:
            mapping.close()

    def _map(self, *, writable: bool) -> None:
        # The kernel holds a read-only session to it: O_RDONLY refuses PROT_WRITE.
        flags = (os.O_RDWR if writable else os.O_RDONLY) | os.O_SYNC | os.O_CLOEXEC
        try:
            descriptor = self._opener(flags)
        except OSError as error:
            raise self._explain(error, "open") from error
        try:
            mapping = _Mapping(descriptor, self._position, self._size, self._widths, writable)
        except OSError as error:
            raise self._explain(error, "mmap") from error
        except (ValueError, OverflowError) as error:
            # Python refuses what the system would: a file that has shrunk, an offset past 2^63.
            raise self._explain(OSError(errno.EINVAL, str(error)), "mmap") from error
        finally:
            os.close(descriptor)
        old, self._mapping = self._mapping, mapping
        self._views = mapping.views
        self._writable = writable
        if old is not None:
            old.close()
