"""What a transaction's operations may be, checked against the window before the first of them is made.

The same as inspector.model.transaction, as lists in JSON: ``["r", offset, width, big, mask, expected,
differs]`` for a read, ``["n", offset, width, big, count]`` for a run of reads, ``["w", offset, width, big,
value, keep, flip, source]`` for a write of ``(read & keep ^ flip) | value`` with the read of operation
``source`` (-1 for none). Offsets are bytes from the window's start, widths in bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

READ, RUN, WRITE = "r", "n", "w"

_LENGTHS = {READ: 7, RUN: 5, WRITE: 8}

Operation = tuple[Any, ...]

MOST_VALUES = (16 << 20) // 16
"""How many values one transaction may give."""


class Malformed(Exception):
    """An operation that is none, or reaches outside the window."""


def check(operations: Any, size: int, widths: Sequence[int], position: int) -> list[Operation]:
    """Check a transaction for a window.

    Args:
        operations: What was sent.
        size: Of the window, in bytes.
        widths: The widths in bits that the window takes.
        position: Of the window's first byte on the bus or in its file, for its alignment.

    Raises:
        Malformed: It is no transaction, or an access of it would be outside the window, misaligned, of
            another width, or of a value too wide.
    """
    if not isinstance(operations, list):
        raise Malformed("no list of operations")
    checked: list[Operation] = []
    total = 0
    for index, operation in enumerate(operations):
        kind = operation[0] if isinstance(operation, list) and operation else None
        if not isinstance(kind, str) or _LENGTHS.get(kind) != len(operation):
            raise Malformed(f"operation {index} is none")
        if any(type(word) not in (int, bool) for word in operation[1:]):
            raise Malformed(f"operation {index} holds what is no number")
        offset, width = operation[1:3]
        if width not in widths:
            raise Malformed(f"operation {index} is of {width} bits")
        count = operation[4] if kind == RUN else 1
        step = width // 8
        if not 0 < count <= MOST_VALUES:
            raise Malformed(f"operation {index} is of {count} reads")
        if offset < 0 or offset + count * step > size or offset % step or (position + offset) % step:
            raise Malformed(f"operation {index} at {offset:#x} is not inside the window")
        total += count
        full = (1 << width) - 1
        if kind == READ:
            mask, expected = operation[4], operation[5]
            if not (0 <= mask <= full and 0 <= expected <= full):
                raise Malformed(f"operation {index} has too wide a mask")
        elif kind == WRITE:
            value, keep, flip, source = operation[4:]
            if not all(0 <= word <= full for word in (value, keep, flip)):
                raise Malformed(f"operation {index} has too wide a value")
            if source == -1:
                if keep:
                    raise Malformed(f"operation {index} keeps bits of no read")
            elif not (0 <= source < index and checked[source][0] == READ):
                raise Malformed(f"operation {index} takes bits from operation {source}")
        checked.append(tuple(operation))
    if total > MOST_VALUES:
        raise Malformed(f"a transaction of {total} accesses")
    return checked


def writes(operations: Sequence[Operation]) -> bool:
    """Whether any of them is a write."""
    return any(operation[0] == WRITE for operation in operations)
