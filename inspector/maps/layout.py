"""Holds a block's registers against each other and against its size: alignment, extents, overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from inspector.maps.aliases import Aliases
from inspector.maps.findings import Report
from inspector.maps.keys import COUNT, INDEX, MOST_REGISTERS, OFFSET, STRIDE
from inspector.maps.kinds import LAST_ADDRESS
from inspector.maps.nodes import Node
from inspector.maps.registers import Placed
from inspector.model.register import Register


@dataclass(frozen=True, slots=True)
class Layout:
    """What a region needs to know of a block.

    Attributes:
        end: Bytes up to the end of the last register.
        count: Registers, arrays expanded.
        alignment: Bytes that the block's start must be a multiple of, for its widest register.
        widest: The path of a register that needs this alignment.
        widths: A register's path for each width in bits that the block has.
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
        end = thing.element.offset + _extent(thing)
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
        if extent > thing.stride:
            report.error(
                thing.entries.at(STRIDE),
                "stride",
                f"a stride of {thing.stride:#x} bytes is too small for the group '{thing.path}' "
                f"of {extent:#x} bytes",
                f"it needs {extent:#x} at least",
            )
            return False
    if thing.element.offset + _extent(thing) > LAST_ADDRESS + 1:
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
    for key in (COUNT, INDEX):
        if thing.entries.stated(key):
            return thing.entries.at(key)
    return thing.name


def _registers(thing: Placed) -> int:
    return thing.count * (sum(map(_registers, thing.children)) if thing.children else 1)


def _element_size(thing: Placed) -> int:
    if isinstance(thing.element, Register):
        return thing.element.size
    return max(child.element.offset + _extent(child) for child in thing.children)


def _extent(thing: Placed) -> int:
    """Bytes from the first element's start to the last one's end."""
    return (thing.count - 1) * thing.stride + _element_size(thing)


def _leaves(placed: list[Placed]) -> Iterator[Placed]:
    for thing in placed:
        if thing.children:
            yield from _leaves(thing.children)
        else:
            yield thing


def _check_alignment(
    thing: Placed, base: int, parents: list[Placed], misaligned: set[int], report: Report
) -> None:
    start = base + thing.element.offset
    if not isinstance(thing.element, Register):
        for child in thing.children:
            _check_alignment(child, start, [*parents, thing], misaligned, report)
        return
    size = thing.element.size
    blamed: Node | None = None
    if start % size:
        # The offset that brings it about is the register's own, else the nearest group's.
        for owner in (thing, *reversed(parents)):
            if owner.element.offset % size:
                blamed = owner.entries.at(OFFSET)
                break
        text = f"the offset {start:#x} of '{thing.path}' is not a multiple of its {size} bytes"
    else:
        for owner in (thing, *reversed(parents)):
            if owner.count > 1 and owner.stride % size:
                blamed = owner.entries.at(STRIDE)
                text = (
                    f"the stride {owner.stride:#x} of '{owner.path}' is not a multiple "
                    f"of the {size} bytes of '{thing.path}'"
                )
                break
    if blamed is not None:
        misaligned.add(id(thing))
        report.error(
            blamed,
            "alignment",
            text,
            f"a register of {size * 8} bits stands at a multiple of {size}, or the bus refuses the access",
        )


def _starts(placed: list[Placed], base: int) -> Iterator[tuple[int, Placed]]:
    for thing in placed:
        first = base + thing.element.offset
        starts = range(first, first + thing.count * thing.stride, thing.stride) if thing.stride else (first,)
        if thing.children:
            for start in starts:
                yield from _starts(thing.children, start)
        else:
            for start in starts:
                yield start, thing


def _direction(register: Register) -> str:
    if register.readable and not register.writable:
        return "read"
    if register.writable and not register.readable:
        return "write"
    return "both"


_CLASHES = {"read": ("read", "both"), "write": ("write", "both"), "both": ("read", "write", "both")}
"""What may not share its bytes with what: read-only beside write-only is two registers at one address."""


def _check_overlaps(placed: list[Placed], misaligned: set[int], report: Report) -> None:
    """Sweep over all elements by address; every definition is reported once."""
    leaves = [thing for thing in _leaves(placed) if id(thing) not in misaligned]
    order = {id(thing): i for i, thing in enumerate(leaves)}
    directions = [_direction(thing.element) for thing in leaves if isinstance(thing.element, Register)]
    sizes = [_element_size(thing) for thing in leaves]
    spans = sorted(
        (start, order[id(thing)]) for start, thing in _starts(placed, 0) if id(thing) not in misaligned
    )
    latest: dict[str, tuple[int, int, int]] = {}
    reported: set[int] = set()
    for start, i in spans:
        end = start + sizes[i]
        for direction in _CLASHES[directions[i]]:
            other = latest.get(direction)
            if other is not None and other[0] > start:
                late, early = (i, other[2]) if i > other[2] else (other[2], i)
                if late not in reported:
                    reported.add(late)
                    _report_overlap(leaves[late], leaves[early], start, report)
        present = latest.get(directions[i])
        if present is None or end > present[0]:
            latest[directions[i]] = (end, start, i)


def _report_overlap(late: Placed, early: Placed, start: int, report: Report) -> None:
    report.error(
        late.entries.at(OFFSET),
        "overlap",
        f"'{late.path}' overlaps '{early.path}' at offset {start:#x}",
        f"'{early.path}' is in line {early.name.start.line + 1}; "
        "only a read-only register may share its bytes with a write-only one",
    )


def _summary(placed: list[Placed]) -> Layout:
    widths: dict[int, str] = {}
    for thing in _leaves(placed):
        assert isinstance(thing.element, Register)
        widths.setdefault(thing.element.width, thing.path)
    widest = max(widths, default=8)
    return Layout(
        end=max((thing.element.offset + _extent(thing) for thing in placed), default=0),
        count=sum(map(_registers, placed)),
        alignment=widest // 8,
        widest=widths.get(widest, ""),
        widths=widths,
    )
