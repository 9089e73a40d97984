"""What /proc/iomem says about an address: which driver or what kind of memory lives there.

Its text says what is listed, not what is busy: of a line one can say that the kernel lists it, and of a
range without a line only that nothing is listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

PROC_IOMEM = Path("/proc/iomem")

_LINE = re.compile(r"(?P<lead> *)(?P<start>[0-9a-f]+)-(?P<end>[0-9a-f]+) : (?P<name>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class IomemEntry:
    """One line of /proc/iomem.

    Attributes:
        start: The first address.
        end: The last address, inclusive.
        name: As printed; may be empty, hold ``:``, or be ``<BAD>`` where the kernel has none.
        depth: The level of indentation. The kernel caps it, so it does not prove a parent.
        parent: The resource that this one is inside, or None at the top.
        children: The resources directly inside this one, lowest first.
    """

    start: int
    end: int
    name: str
    depth: int
    parent: IomemEntry | None = field(default=None, compare=False, repr=False)
    children: list[IomemEntry] = field(default_factory=list, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The name as it is shown."""
        return "<unnamed>" if self.name in ("", "<BAD>") else self.name

    def contains(self, other: IomemEntry) -> bool:
        """Whether ``other`` is inside this range, or the same."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any byte from ``start`` to ``end`` inclusive is in this range."""
        return self.start <= end and start <= self.end


@dataclass(frozen=True, slots=True)
class Iomem:
    """The resources that the kernel lists.

    Attributes:
        entries: All of them, each before what is inside it.
        hidden: Whether the kernel shows lines, but zeros for their addresses: the reader lacks
            CAP_SYS_ADMIN, and nothing is known. Without entries and not hidden, there is no such text.
    """

    entries: tuple[IomemEntry, ...] = ()
    hidden: bool = False

    @classmethod
    def parse(cls, text: str) -> Iomem:
        """Parse the text of /proc/iomem (``r_show`` of kernel/resource.c); other lines are passed over.

        A line's parent is the nearest line before it that contains its range and is not indented more.
        Indentation alone does not tell, since the kernel caps it at MAX_IORES_LEVEL (5, later 8); with
        the ranges it does, since siblings never overlap.
        """
        entries: list[IomemEntry] = []
        above: list[IomemEntry] = []
        for line in text.split("\n"):
            match = _LINE.fullmatch(line)
            if match is None:
                continue
            depth = len(match["lead"]) // 2
            entry = IomemEntry(
                int(match["start"], 16), int(match["end"], 16), _printable(match["name"]), depth
            )
            while above and not (above[-1].depth <= depth and above[-1].contains(entry)):
                above.pop()
            if above:
                entry = replace(entry, parent=above[-1])
                above[-1].children.append(entry)
            entries.append(entry)
            above.append(entry)
        if any(entry.end for entry in entries):
            return cls(tuple(entries))
        return cls(hidden=bool(entries))

    def top(self) -> tuple[IomemEntry, ...]:
        """The resources that are inside no other."""
        return tuple(entry for entry in self.entries if entry.parent is None)

    def lines(self, start: int, end: int) -> tuple[IomemEntry, ...]:
        """Every entry that overlaps ``start`` to ``end`` inclusive, containers before what they hold."""
        return tuple(entry for entry in self.entries if entry.overlaps(start, end))

    def innermost(self, start: int, end: int) -> tuple[IomemEntry, ...]:
        """The innermost entries that overlap ``start`` to ``end`` inclusive, as ``overlapping`` tells."""
        return overlapping(self.entries, start, end)

    def page_neighbours(self, start: int, end: int, page: int) -> tuple[IomemEntry, ...]:
        """The innermost entries elsewhere in the pages of ``start`` to ``end`` inclusive.

        Args:
            start: The first address.
            end: The last address, inclusive.
            page: The size of a page, in bytes: ``mmap.PAGESIZE``.
        """
        first, last = pages_of(start, end, page)
        return tuple(entry for entry in self.innermost(first, last) if not entry.overlaps(start, end))


def pages_of(start: int, end: int, page: int) -> tuple[int, int]:
    """The first and the last address of the pages that hold ``start`` to ``end`` inclusive."""
    return start - start % page, end - end % page + page - 1


def parse_iomem(text: str) -> tuple[IomemEntry, ...]:
    """The entries of the text of /proc/iomem; none where the kernel hides their addresses."""
    return Iomem.parse(text).entries


def read_iomem(path: Path = PROC_IOMEM) -> tuple[IomemEntry, ...]:
    """Read what this machine tells; empty where it tells nothing."""
    return parse_iomem(read_iomem_text(path))


def read_iomem_text(path: Path = PROC_IOMEM) -> str:
    """The text that this machine tells this process; empty where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def overlapping(entries: Sequence[IomemEntry], start: int, end: int) -> tuple[IomemEntry, ...]:
    """The innermost entries that overlap ``start`` to ``end`` inclusive.

    An entry that holds another overlapping one is a container (a bus, a device's resource) and left
    out. Of two with the same range the deeper, listed later, is the driver's.
    """
    touching = [entry for entry in entries if entry.overlaps(start, end)]
    return tuple(
        entry
        for position, entry in enumerate(touching)
        if not any(entry.contains(inner) for inner in touching[position + 1 :])
    )


def is_ram(entries: Sequence[IomemEntry], start: int, end: int) -> bool:
    """Whether any byte from ``start`` to ``end`` inclusive is listed as the system's memory."""
    return any(entry.overlaps(start, end) and entry.name.startswith("System RAM") for entry in entries)


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
