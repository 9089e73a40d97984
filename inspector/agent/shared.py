"""Memory that a worker shares with the supervisor: nothing of what it found is lost when it dies."""

from __future__ import annotations

import mmap

from . import operations

CELLS = 64
NUMBER, DONE, ELEMENT, STATUS, DETAIL, ABANDONED, NOTE = range(7)
"""The order's number; how many operations are done, so that the next is the one in flight; the element of a
run that is in flight; what became of it; an errno or a value that was read; the number of an order that is
to be left off; the length of the note."""

BUSY, FINISHED, STOPPED, BEYOND, REFUSED, LEFT_OFF, FAILED, READY, UNMAPPED = range(1, 10)
"""Of ``STATUS``."""

_NOTE_LIMIT = 2048
_PACKED = 4096
_VALUES = _PACKED + operations.OPERATION.size * operations.MOST_OPERATIONS
_TIMES = _VALUES + 8 * operations.MOST_VALUES
_SIZE = _TIMES + 8 * operations.MOST_OPERATIONS


class Shared:
    """Cells, a note, a transaction's operations, its values, and how long each operation took.

    Attributes:
        cells: 64-bit words.
        values: 64-bit words.
        times: In seconds.
    """

    def __init__(self) -> None:
        # Pages that are not used cost nothing.
        self._memory = mmap.mmap(-1, _SIZE)
        with memoryview(self._memory) as whole:
            self.cells = whole[: 8 * CELLS].cast("Q")
            self.values = whole[_VALUES:_TIMES].cast("Q")
            self.times = whole[_TIMES:_SIZE].cast("d")

    def close(self) -> None:
        """Give the memory back."""
        for view in (self.cells, self.values, self.times):
            view.release()
        self._memory.close()

    def put_operations(self, packed: bytes) -> None:
        """Lay a transaction down for the worker."""
        self._memory[_PACKED : _PACKED + len(packed)] = packed

    def operations(self, size: int) -> bytes:
        """The transaction that was laid down."""
        return self._memory[_PACKED : _PACKED + min(size, _VALUES - _PACKED)]

    def put_note(self, words: str) -> None:
        """Say something about the status."""
        data = words.encode("utf-8", "replace")[:_NOTE_LIMIT]
        self._memory[8 * CELLS : 8 * CELLS + len(data)] = data
        self.cells[NOTE] = len(data)

    @property
    def note(self) -> str:
        """What was said about the status."""
        size = min(self.cells[NOTE], _NOTE_LIMIT)
        return self._memory[8 * CELLS : 8 * CELLS + size].decode("utf-8", "replace")
