"""A block's atomic aliases: where, from each register, its bits are set, cleared and inverted."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.maps.entries import Entries, read_entries
from inspector.maps.findings import Report
from inspector.maps.keys import ATOMIC_OFFSETS_KEY
from inspector.maps.nodes import Node
from inspector.maps.values import ATOMIC_CLEAR_OFFSET, ATOMIC_OFFSETS, ATOMIC_SET_OFFSET, ATOMIC_XOR_OFFSET
from inspector.model.register import Atomic

Span = tuple[int, int, str]
"""The first byte, the one after the last, and the path of the register."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """Where a block's aliases are.

    Attributes:
        deltas: The name and the distance in bytes of each, with its place in the file.
    """

    deltas: tuple[tuple[str, int, Node], ...]

    @classmethod
    def read(cls, entries: Entries, report: Report) -> Aliases | None:
        """What a block states; None where it states none, or nothing sound."""
        node = entries.get(ATOMIC_OFFSETS_KEY)
        stated = read_entries(node, ATOMIC_OFFSETS, report) if node is not None else None
        if stated is None:
            return None
        keys = (ATOMIC_SET_OFFSET, ATOMIC_CLEAR_OFFSET, ATOMIC_XOR_OFFSET)
        found = tuple(
            (key.name, delta, stated.at(key)) for key in keys if (delta := stated.get(key)) is not None
        )
        return cls(found) if found else None

    @property
    def atomic(self) -> Atomic:
        """The same for each register."""
        return Atomic(**{name: delta for name, delta, _ in self.deltas})

    @property
    def farthest(self) -> int:
        """The greatest distance."""
        return max(delta for _, delta, _ in self.deltas)

    def check(self, spans: list[Span], end: int, size: int | None, alignment: int, report: Report) -> None:
        """Report aliases outside the block, misaligned, or on the bytes of registers or of each other.

        Args:
            spans: The registers.
            end: Bytes up to the end of the last register.
            size: The block's stated size in bytes, or None.
            alignment: Bytes that the widest register's offset must be a multiple of.
            report: Takes what is wrong.
        """
        for name, delta, node in self.deltas:
            if delta % alignment:
                report.error(
                    node,
                    "alignment",
                    f"the distance {delta:#x} is not a multiple of the block's widest register, "
                    f"which has {alignment} bytes",
                )
            elif size is not None and end + delta > size:
                report.error(
                    node,
                    "block-size",
                    f"the {name} aliases end at {end + delta:#x}, past the end of the block at {size:#x}",
                    f"the block needs a size of {end + delta:#x} at least",
                )
        everything = sorted(
            (start + delta, stop + delta, path, kind)
            for kind, (_, delta) in enumerate([("", 0), *((name, delta) for name, delta, _ in self.deltas)])
            for start, stop, path in spans
        )
        reported: set[int] = set()
        latest: dict[int, tuple[int, str]] = {}
        for start, stop, path, kind in everything:
            for other, (past, neighbour) in latest.items():
                late, alias, under = (kind, path, neighbour) if kind > other else (other, neighbour, path)
                if other != kind and past > start and late not in reported:
                    reported.add(late)
                    name, _, node = self.deltas[late - 1]
                    early = (
                        f"the {self.deltas[min(kind, other) - 1][0]} alias of " if min(kind, other) else ""
                    )
                    report.error(
                        node,
                        "overlap",
                        f"the {name} alias of '{alias}' overlaps {early}'{under}' at offset {start:#x}",
                    )
            if stop > latest.get(kind, (0, ""))[0]:
                latest[kind] = (stop, path)
