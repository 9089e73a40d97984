"""What a transaction's operations may be, checked against the window before the first of them is made.

They are those of inspector.model.transaction, each packed into ``OPERATION``: a read, a run of reads, or a
write of ``(read & keep ^ flip) | value`` with the read of an earlier operation. Offsets are bytes from the
window's start, widths are in bits.
"""

from __future__ import annotations

import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Operation = tuple[Any, ...]

READ, RUN, WRITE = range(3)
BIG_ENDIAN, DIFFERS = 1, 2
NO_SOURCE = 0xFFFF_FFFF

OPERATION = struct.Struct("<BBBxIQQQQ")
"""Kind, width, flags, a run's count or a write's source, offset; then a read's mask and expected bits, or a
write's value, keep and flip."""

MOST_OPERATIONS = 1 << 18
"""The most operations of a transaction."""

MOST_VALUES = 1 << 20
"""The most values that a transaction gives."""


class Malformed(Exception):
    """An operation that is none, or reaches outside the window."""


def decode(packed: bytes, size: int, position: int, views: Mapping[int, Any]) -> list[Operation]:
    """Check a transaction for a window.

    Args:
        packed: Its operations.
        size: Of the window, in bytes.
        position: Of the window's first byte in its file, for its alignment.
        views: By width, what accesses of that width are made through; other widths are refused.

    Returns:
        For each operation its kind, its view, the index there, the index of its first value, whether its
        bytes are the other way round than the host's; then a read's mask, expected bits and whether they must
        differ, a run's count, or a write's value, keep, flip and the index of the value to keep bits of.

    Raises:
        Malformed: It is no transaction, or an access of it would be outside the window, misaligned, of
            another width, or of a value too wide.
    """
    if len(packed) % OPERATION.size or len(packed) > OPERATION.size * MOST_OPERATIONS:
        raise Malformed(f"{len(packed)} bytes are no operations")
    checked: list[Operation] = []
    total = 0
    for number, fields in enumerate(OPERATION.iter_unpack(packed)):
        kind, width, flags, more, offset, first, second, third = fields
        view = views.get(width)
        if view is None:
            raise Malformed(f"operation {number} is of {width} bits")
        step = width >> 3
        count = more if kind == RUN else 1
        if not 0 < count <= MOST_VALUES or offset + count * step > size:
            raise Malformed(f"operation {number}, {count} times at {offset:#x}, is not inside the window")
        if offset % step or (position + offset) % step:
            raise Malformed(f"operation {number} at {offset:#x} is misaligned")
        if (first | second | third) >> width:
            raise Malformed(f"operation {number} has a value that is too wide")
        swap = width > 8 and bool(flags & BIG_ENDIAN) is (sys.byteorder == "little")
        head = (kind, view, offset // step, total, swap)
        if kind == READ:
            checked.append((*head, first, second, bool(flags & DIFFERS)))
        elif kind == RUN:
            checked.append((*head, count))
        elif kind == WRITE:
            source = -1
            if more != NO_SOURCE:
                if more >= number or checked[more][0] != READ:
                    raise Malformed(f"operation {number} takes bits from operation {more}, no earlier read")
                source = checked[more][3]
            elif second:
                raise Malformed(f"operation {number} keeps bits of no read")
            checked.append((*head, first, second, third, source))
        else:
            raise Malformed(f"operation {number} is of no known kind")
        total += count
        if total > MOST_VALUES:
            raise Malformed(f"a transaction of more than {MOST_VALUES} accesses")
    return checked


def kind_at(packed: bytes, number: int) -> int:
    """What kind of operation one of a packed transaction is; -1 where there is none."""
    place = number * OPERATION.size
    return packed[place] if 0 <= place < len(packed) else -1


def extent(packed: bytes, number: int) -> int:
    """How many values the first ``number`` operations of a transaction that was checked give."""
    fields = OPERATION.iter_unpack(packed[: number * OPERATION.size])
    return sum(field[3] if field[0] == RUN else 1 for field in fields)


def swapped(value: int, width: int) -> int:
    """The value with its bytes the other way round."""
    return int.from_bytes(value.to_bytes(width // 8, "little"), "big")
