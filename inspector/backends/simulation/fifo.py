"""A FIFO behind a simulated register."""

from __future__ import annotations

from collections import deque


class Fifo:
    """Entries in order, up to a depth; what arrives when it is full is lost.

    Attributes:
        depth: How many entries fit.
    """

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self._entries: deque[int] = deque()

    def push(self, entry: int) -> None:
        """Add an entry, unless it is full."""
        if len(self._entries) < self.depth:
            self._entries.append(entry)

    def pop(self) -> int:
        """Take the oldest entry; 0 where it is empty."""
        return self._entries.popleft() if self._entries else 0

    @property
    def front(self) -> int:
        """The oldest entry, left where it is; 0 where it is empty."""
        return self._entries[0] if self._entries else 0

    @property
    def level(self) -> int:
        """How many entries are in it."""
        return len(self._entries)
