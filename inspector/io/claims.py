"""Who holds which range exclusively: ``__request_region`` of kernel/resource.c, per address space.

An address space is a word: ``mem`` for physical addresses, ``file:DEV:INODE``, ``uio:NAME``, ``sim:N``.
Ranges in different spaces never conflict. ``Claims`` holds within this process; a backend's keeper makes
other processes see what is claimed.
"""

from __future__ import annotations

import os
import sys
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol

from inspector.errors import Busy, InvalidArgument

LAST_ADDRESS = (1 << 64) - 1

_OWN_NAMES = ("inspector", "__main__.py")
"""What this program's processes are called anyway."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """An exclusive claim on a range of one address space.

    Attributes:
        space: The address space.
        start: The first address.
        end: The last address, inclusive.
        name: The resource's name; may be empty.
        pid: The process that holds it, or None where that is not known.
        process: That process's name; may be empty.
        since: When it was made, in local time, or None.
        user: Who runs that process; may be empty.
        note: What is odd about it, such as that its process is gone; may be empty.
    """

    space: str
    start: int
    end: int
    name: str
    pid: int | None
    process: str
    since: datetime | None
    user: str = ""
    note: str = ""

    @property
    def who(self) -> str:
        """The process and its user, as ``inspector 4242 (root)``."""
        return inspector_words(self.pid, self.process, self.user)

    def __str__(self) -> str:
        since = "" if self.since is None else f" since {clock_words(self.since)}"
        note = f"; {self.note}" if self.note else ""
        return (
            f"held by {self.who}{since}, "
            f"{_extent(self.space, self.start, self.end)}: {self.name or '<unnamed>'}{note}"
        )


def inspector_words(pid: int | None, process: str, user: str) -> str:
    """Another inspector, as ``inspector 4242 (root)``; what it is called only where that is not usual."""
    known = [word for word in (process, user) if word and word not in _OWN_NAMES]
    who = "unknown inspector" if pid is None else f"inspector {pid}"
    return who + (f" ({', '.join(known)})" if known else "")


def clock_words(moment: datetime) -> str:
    """A moment in local time, with its date where that is not today's."""
    today = moment.date() == datetime.now().date()
    return f"{moment:%H:%M:%S}" if today else f"{moment:%Y-%m-%d %H:%M:%S}"


class ClaimKeeper(Protocol):
    """Whoever keeps claims: this process alone, or something that several processes see."""

    def request_region(self, space: str, start: int, size: int, name: str) -> Claim:
        """Claim a range, or raise Busy with the holder of the lowest conflicting one."""

    def release(self, claim: Claim) -> None:
        """Give up exactly this claim; one that is not held any more is left alone."""

    def holders(self, space: str, start: int, end: int) -> tuple[Claim, ...]:
        """The claims that overlap ``start`` to ``end`` inclusive, lowest first."""


@dataclass(slots=True, eq=False)
class _Node:
    """A ``struct resource`` in the tree; busy where it stands for a claim."""

    start: int
    end: int
    name: str
    claim: Claim | None = None
    children: list[_Node] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        return self.claim is not None

    def contains(self, other: _Node) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlapping(self, start: int, end: int) -> slice:
        """Which children overlap; they are sorted and disjoint."""
        first = bisect_left(self.children, start, key=lambda child: child.end)
        last = first
        while last < len(self.children) and self.children[last].start <= end:
            last += 1
        return slice(first, last)

    def request(self, new: _Node) -> _Node | None:
        """``__request_resource``: add ``new`` as a child, or return what it conflicts with.

        A range that is empty or not inside the parent conflicts with the parent itself.
        """
        if new.end < new.start or not self.contains(new):
            return self
        place = self.overlapping(new.start, new.end)
        if place.start != place.stop:
            lowest: _Node = self.children[place.start]
            return lowest
        self.children.insert(place.start, new)
        return None

    def claims(self, start: int, end: int) -> Iterator[Claim]:
        for child in self.children[self.overlapping(start, end)]:
            if child.claim is not None:
                yield child.claim
            else:
                yield from child.claims(start, end)


class Claims:
    """The claims of this process, in one tree for each address space."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._roots: dict[str, _Node] = {}

    def _root(self, space: str) -> _Node:
        return self._roots.setdefault(space, _Node(0, LAST_ADDRESS, space))

    def insert_resource(self, space: str, start: int, size: int, name: str) -> None:
        """Describe hardware: a range that is not busy, inside which claims are made.

        As ``insert_resource`` of kernel/resource.c: it goes down into what contains it, and takes
        in what it contains. A claim can then not straddle its border.

        Raises:
            Busy: It is empty, or overlaps another resource in part.
        """
        new = _Node(start, start + size - 1, name)
        with self._lock:
            parent = self._root(space)
            while (conflict := parent.request(new)) is not None:
                same = (conflict.start, conflict.end) == (new.start, new.end)
                if conflict is parent or same or not conflict.contains(new):
                    break
                parent = conflict
            if conflict is None:
                return
            if conflict is not parent:
                place = parent.overlapping(new.start, new.end)
                inside = parent.children[place]
                partial = next((child for child in inside if not new.contains(child)), None)
                if partial is None:
                    new.children = inside
                    parent.children[place] = [new]
                    return
                conflict = partial
            raise _busy(space, new, conflict)

    def request_region(self, space: str, start: int, size: int, name: str) -> Claim:
        """Claim ``size`` bytes from ``start``.

        As ``__request_region``: a busy node refuses any overlap; a node that is not busy is entered,
        and refuses what does not fit inside it.

        Raises:
            Busy: A part of the range is claimed, or the size is zero; the message and ``holder`` name
                the lowest conflict.
        """
        end = start + size - 1
        claim = Claim(space, start, end, name, os.getpid(), process_name(), datetime.now(), user_name())
        new = _Node(start, end, name, claim)
        with self._lock:
            parent = self._root(space)
            while (conflict := parent.request(new)) is not None:
                if conflict is parent or conflict.busy:
                    raise _busy(space, new, conflict)
                parent = conflict
        return claim

    def release(self, claim: Claim) -> None:
        """Give up ``claim``; harmless where it was given up before.

        As ``__release_region``, the range must match exactly, and here it must also be the same
        claim: one that someone else made on the same range since then stays.
        """
        with self._lock:
            parent = self._root(claim.space)
            while True:
                place = parent.overlapping(claim.start, claim.end)
                if place.start == place.stop:
                    return
                node = parent.children[place.start]
                if node.claim is claim:
                    # What was described inside the range remains there.
                    parent.children[place.start : place.start + 1] = node.children
                    return
                parent = node

    def holders(self, space: str, start: int, end: int) -> tuple[Claim, ...]:
        """The claims that overlap ``start`` to ``end`` inclusive, lowest first.

        A shared mapping claims nothing and may overlap these: it is allowed, and shown.
        """
        with self._lock:
            return tuple(self._root(space).claims(start, end))

    def all(self) -> tuple[Claim, ...]:
        """Every claim, by address space."""
        with self._lock:
            return tuple(claim for root in self._roots.values() for claim in root.claims(0, LAST_ADDRESS))


def _extent(space: str, start: int, end: int) -> str:
    # In a file, ranges are of its bytes, wherever they stand on the bus.
    return f"{'bytes ' if space.startswith('file:') else ''}{start:#x}-{end:#x}"


def process_name() -> str:
    """What this process is called in its claims."""
    return Path(sys.argv[0] if sys.argv and sys.argv[0] else sys.executable).name


@cache
def user_name() -> str:
    """Who runs this process, by its effective user; empty where the system does not tell."""
    if sys.platform == "win32":
        return os.environ.get("USERNAME", "")
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"user {os.geteuid()}"


def busy_with(name: str, start: int, end: int, holder: Claim) -> Busy:
    """The error that refuses a claim on ``start`` to ``end`` inclusive because of another one."""
    wanted = f"{name or '<unnamed>'} ({_extent(holder.space, start, end)})"
    return Busy(f"cannot claim {wanted}: {holder}", holder=holder)


def _busy(space: str, new: _Node, conflict: _Node) -> Busy:
    if new.end < new.start:
        return Busy(f"cannot claim {new.name or '<unnamed>'} at {new.start:#x}: it has no bytes")
    if conflict.claim is not None:
        return busy_with(new.name, new.start, new.end, conflict.claim)
    wanted = f"{new.name or '<unnamed>'} ({_extent(space, new.start, new.end)})"
    return Busy(
        f"cannot claim {wanted}: it reaches across the border of "
        f"{conflict.start:#x}-{conflict.end:#x}: {conflict.name or '<unnamed>'}"
    )


CLAIMS = Claims()
"""The claims of this process."""


class Region:
    """A claimed range, as the kernel's ``Region``: leaving it releases the claim, and that only."""

    def __init__(self, keeper: ClaimKeeper, claim: Claim) -> None:
        self._keeper = keeper
        self.claim = claim

    def close(self) -> None:
        """Release the claim; twice is harmless."""
        self._keeper.release(self.claim)

    def __enter__(self) -> Region:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def request_region(
    start: int, size: int, name: str = "", *, space: str = "mem", keeper: ClaimKeeper = CLAIMS
) -> Region:
    """Claim ``size`` bytes from ``start`` without mapping them.

    Raises:
        Busy: A part of the range is claimed, or the size is zero.
        InvalidArgument: The start is negative.
    """
    if start < 0:
        raise InvalidArgument(f"cannot claim from {start:#x}: an address is not negative")
    return Region(keeper, keeper.request_region(space, start, size, name))
