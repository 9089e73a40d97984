"""What a mapping is to those who access it: raw, unchecked single accesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from inspector.errors import KernelError
from inspector.model.transaction import Result, Transaction


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a transaction.

    Attributes:
        results: Of its operations, in order, up to the one that failed.
        error: Why the next one failed; None where all are done.
        took: How long each operation of ``results`` took on the bus, in seconds; empty where not measured.
    """

    results: tuple[Result, ...]
    error: KernelError | None = None
    took: tuple[float, ...] = ()


class Bus(Protocol):
    """Runs whole transactions where the mapping is, such as in another process."""

    def run(self, work: Sequence[tuple[RemoteWindow, Transaction]]) -> list[Outcome]:
        """Run each transaction on its window, in order, all of them in one exchange.

        They have been checked: offsets, widths, alignment, values. What fails is in the outcomes.
        """


class RemoteWindow(Window, Protocol):
    """A window whose accesses are made elsewhere; its transactions go there whole."""

    @property
    def bus(self) -> Bus:
        """Who runs them."""
