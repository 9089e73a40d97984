"""What a mapping is to those who access it: raw, unchecked single accesses."""

from __future__ import annotations

from typing import Protocol


class Window(Protocol):
    """A mapped range of bytes.

    Whoever calls has checked the offset, the alignment and the width. Values are what an access of
    that width gives in the host's byte order, before any thought of the register's own.
    """

    @property
    def size(self) -> int:
        """Bytes that can be accessed, from offset 0."""

    @property
    def address(self) -> int | None:
        """The absolute address of offset 0, or None where none is known."""

    @property
    def widths(self) -> frozenset[int]:
        """The widths, in bits, that are one bus access each."""

    @property
    def writable(self) -> bool:
        """Whether a write would go out; False until armed where the backend is real."""

    def read(self, offset: int, width: int) -> int:
        """Make one bus read."""

    def write(self, value: int, offset: int, width: int) -> None:
        """Make one bus write."""

    def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
        """Make ``count`` bus reads at consecutive addresses, one each, in order."""

    def arm(self) -> None:
        """Let writes go out."""

    def disarm(self) -> None:
        """Have writes refused by whoever can enforce it."""

    def close(self) -> None:
        """Unmap; twice is harmless."""
