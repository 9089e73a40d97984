"""Holds a block's registers against each other and against its size: alignment, extents, overlaps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from inspector.maps.aliases import Aliases
from inspector.maps.findings import Report
from inspector.maps.keys import COUNT, INDEX, MOST_REGISTERS, OFFSET, OFFSETS, STRIDE
from inspector.maps.kinds import LAST_ADDRESS
from inspector.maps.nodes import Node
from inspector.maps.placed import Placed
from inspector.model.access import TOKENS
from inspector.model.guard import Guards, exclusive
from inspector.model.register import Group, Memory, Register


@dataclass(frozen=True, slots=True)
class Layout:
    """What a region needs to know of a block.

    Attributes:
        end: Bytes up to the end of the last register.
        count: Registers, arrays expanded.
        alignment: Bytes that the block's start must be a multiple of, for its widest register.
        widest: The path of a register that needs this alignment.
        widths: A register's path for each width in bits of bus accesses that the block has.
    """

    end: int
    count: int
    alignment: int
    widest: str
    widths: dict[int, str]


def check_layout(
    placed: list[Placed], size: int | None, aliases: Aliases | None, report: Report
) -> tuple[Layout, list[Placed]]:
    """Check where a block's registers lie.

    Args:
        placed: The registers and groups.
        size: The block's stated size in bytes, or None.
        aliases: The block's atomic aliases, or None.
        report: Takes what is wrong.

    Returns:
        The block's layout, and the registers and groups without the arrays that are too large.
    """
    sound = [thing for thing in placed if _sized(thing, report)]
    kept: list[Placed] = []
    total = 0
    for thing in sound:
        total += _registers(thing)
        if total > MOST_REGISTERS:
            report.error(
                _array_node(thing), "too-large", f"the block has more than {MOST_REGISTERS:,} registers"
            )
            break
        kept.append(thing)
    for thing in kept:
        end = _end(thing)
        if size is not None and end > size:
            report.error(
                thing.entries.at(OFFSET),
                "block-size",
                f"'{thing.path}' ends at {end:#x}, past the end of its block at {size:#x}",
                f"the block needs a size of {end:#x} at least",
            )
    misaligned: set[int] = set()
    for thing in kept:
        _check_alignment(thing, 0, [], misaligned, report)
    _check_overlaps(kept, misaligned, report)
    layout = _summary(kept)
    if aliases is not None and kept:
        spans = [(start, start + _element_size(thing), thing.path) for start, thing in _starts(kept, 0)]
        aliases.check(spans, layout.end, size, layout.alignment, report)
        layout = replace(layout, end=layout.end + aliases.farthest)
    return layout, kept


def _sized(thing: Placed, report: Report) -> bool:
    """Whether the elements of groups fit in their strides, and everything in the address space."""
    sound = True
    for child in thing.children:
        sound = _sized(child, report) and sound
    if not sound:
        return False
    if thing.children and thing.count > 1:
        extent = _element_size(thing)
        starts = sorted(thing.starts)
        gap = min(other - one for one, other in itertools.pairwise(starts))
        if extent > gap:
            key = OFFSETS if thing.entries.stated(OFFSETS) else STRIDE
            apart = f"a stride of {gap:#x} bytes is" if key is STRIDE else f"{gap:#x} bytes apart are"
            report.error(
                thing.entries.at(key),
                "stride",
                f"{apart} too small for the group '{thing.path}' of {extent:#x} bytes",
                f"it needs {extent:#x} at least",
            )
            return False
    if _end(thing) > LAST_ADDRESS + 1:
        report.error(thing.entries.at(OFFSET), "range", f"'{thing.path}' ends beyond 64 bits of address")
        return False
    if _registers(thing) > MOST_REGISTERS:
        report.error(
            _array_node(thing),
            "too-large",
            f"'{thing.path}' has {_registers(thing):,} registers, more than {MOST_REGISTERS:,}",
        )
        return False
    return True


def _array_node(thing: Placed) -> Node:
    for key in (COUNT, INDEX, OFFSETS):
        if thing.entries.stated(key):
            return thing.entries.at(key)
    return thing.name


def _registers(thing: Placed) -> int:
    return thing.count * (sum(map(_registers, thing.children)) if thing.children else 1)


def _element_size(thing: Placed) -> int:
    if not isinstance(thing.element, Group):
        return thing.element.size
    return max(map(_end, thing.children))


def _end(thing: Placed) -> int:
    """Bytes from the parent's start to the last element's end."""
    return max(thing.starts) + _element_size(thing)


def _leaves(placed: list[Placed]) -> Iterator[Placed]:
    for thing in placed:
        if thing.children:
            yield from _leaves(thing.children)
        else:
            yield thing


def _check_alignment(
    thing: Placed, base: int, parents: list[Placed], misaligned: set[int], report: Report
) -> None:
    start = base + thing.starts[0]
    if isinstance(thing.element, Group):
        for child in thing.children:
            _check_alignment(child, start, [*parents, thing], misaligned, report)
        return
    size = thing.alignment
    blamed: Node | None = None
    if start % size:
        # The offset that brings it about is the register's own, else the nearest group's.
        for owner in (thing, *reversed(parents)):
            if owner.starts[0] % size:
                blamed = owner.entries.at(OFFSET)
                break
        text = f"the offset {start:#x} of '{thing.path}' is not a multiple of its {size} bytes"
    else:
        for owner in (thing, *reversed(parents)):
            wrong = next(
                (place - owner.starts[0] for place in owner.starts[1:] if (place - owner.starts[0]) % size), 0
            )
            if wrong:
                key = OFFSETS if owner.entries.stated(OFFSETS) else STRIDE
                blamed = owner.entries.at(key)
                what = "stride" if key is STRIDE else "element's offset"
                text = (
                    f"the {what} {wrong:#x} of '{owner.path}' is not a multiple "
                    f"of the {size} bytes of '{thing.path}'"
                )
                break
    if blamed is not None:
        misaligned.add(id(thing))
        report.error(
            blamed,
            "alignment",
            text,
            f"an access of {size * 8} bits is made at a multiple of {size}, or the bus refuses it",
        )


def _starts(placed: list[Placed], base: int) -> Iterator[tuple[int, Placed]]:
    for thing in placed:
        if thing.children:
            for start in thing.starts:
                yield from _starts(thing.children, base + start)
        else:
            for start in thing.starts:
                yield base + start, thing


@dataclass(frozen=True, slots=True)
class _View:
    """What decides what a register may share its bytes with.

    Attributes:
        direction: ``read`` or ``write`` where it has one alone, else ``both``.
        alt: Its view.
        when: When it is there.
    """

    direction: str
    alt: str
    when: Guards

    @classmethod
    def of(cls, thing: Placed) -> _View:
        assert not isinstance(thing.element, Group)
        return cls(_direction(thing.element), thing.element.alt, thing.element.when)

    def clashes(self, other: _View) -> bool:
        """Whether the two may not share bytes; read-only beside write-only is two registers in one place."""
        apart = {self.direction, other.direction} == {"read", "write"}
        return not (apart or self.alt != other.alt or exclusive(self.when, other.when))


def _direction(register: Register | Memory) -> str:
    if isinstance(register, Memory):
        return "both"
    if register.readable and not register.writable:
        return "read"
    if register.writable and not register.readable:
        return "write"
    return "both"


def _check_overlaps(placed: list[Placed], misaligned: set[int], report: Report) -> None:
    """Sweep over all elements by address; every definition is reported once."""
    leaves = [thing for thing in _leaves(placed) if id(thing) not in misaligned]
    order = {id(thing): i for i, thing in enumerate(leaves)}
    kinds: dict[_View, int] = {}
    kind_of = [kinds.setdefault(_View.of(thing), len(kinds)) for thing in leaves]
    views = list(kinds)
    clashes = [[k for k, other in enumerate(views) if view.clashes(other)] for view in views]
    sizes = [_element_size(thing) for thing in leaves]
    spans = sorted(
        (start, order[id(thing)]) for start, thing in _starts(placed, 0) if id(thing) not in misaligned
    )
    latest: list[tuple[int, int, int] | None] = [None] * len(views)
    reported: set[int] = set()
    for start, i in spans:
        end = start + sizes[i]
        for kind in clashes[kind_of[i]]:
            other = latest[kind]
            if other is not None and other[0] > start:
                late, early = (i, other[2]) if i > other[2] else (other[2], i)
                if late not in reported:
                    reported.add(late)
                    _report_overlap(leaves[late], leaves[early], start, report)
        present = latest[kind_of[i]]
        if present is None or end > present[0]:
            latest[kind_of[i]] = (end, start, i)


def _report_overlap(late: Placed, early: Placed, start: int, report: Report) -> None:
    report.error(
        late.entries.at(OFFSET),
        "overlap",
        f"'{late.path}' overlaps '{early.path}' at offset {start:#x}",
        f"'{early.path}' is in line {early.name.start.line + 1}; "
        "registers share bytes only where one is read-only and the other write-only, "
        "or as views: alt, or when",
    )


def _summary(placed: list[Placed]) -> Layout:
    widths: dict[int, str] = {}
    for thing in _leaves(placed):
        # Memory that nobody can access has no width on the bus.
        if not (isinstance(thing.element, Memory) and thing.element.access == TOKENS["none"]):
            widths.setdefault(thing.alignment * 8, thing.path)
    widest = max(widths, default=8)
    return Layout(
        end=max(map(_end, placed), default=0),
        count=sum(map(_registers, placed)),
        alignment=widest // 8,
        widest=widths.get(widest, ""),
        widths=widths,
    )
