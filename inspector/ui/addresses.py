"""Registers by the bytes that they hold: an address, or an offset in a region or a block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from inspector.model.layout import Layout
from inspector.model.nodes import Nodes
from inspector.model.place import Place
from inspector.model.register import Register

BaseOf = Callable[[str], int | None]
"""By a region's name: where it is; None where nobody knows."""

_NUMBER = re.compile(r"\+?(?:0[xX](?P<hex>[0-9a-fA-F_]+)|(?P<dec>[0-9][0-9_]*))")


class Written(NamedTuple):
    """An address as it was typed.

    Attributes:
        value: The number.
        relative: It was written as an offset, with a ``+``.
        based: It was written in hexadecimal, so that it means an address and no part of a name.
    """

    value: int
    relative: bool
    based: bool


def written(text: str) -> Written | None:
    """The address that ``text`` is, or None: ``0x0900_0018``, ``4096``, ``+0x18``."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    digits = (found["hex"] or found["dec"]).replace("_", "")
    if not digits or len(digits) > 20:
        return None
    value = int(digits, 16 if found["hex"] else 10)
    return Written(value, text.strip().startswith("+"), found["hex"] is not None)


def at_address(nodes: Nodes, address: int, base_of: BaseOf) -> Iterator[int]:
    """The indices of the registers that hold the byte at an absolute address."""
    for place in nodes.places:
        base = base_of(place.region.name)
        if base is not None and base <= address < base + place.region.size:
            yield from _holding(place, address - base - place.instance.offset)


def at_offset(nodes: Nodes, offset: int, near: int | None = None) -> Iterator[int]:
    """The indices of the registers that hold the byte at an offset from their block's beginning.

    Args:
        nodes: All registers.
        offset: In bytes.
        near: The index of a register in whose block is looked first.
    """
    own = None if near is None else nodes.place_of(near)
    if own is not None:
        yield from _holding(own, offset)
    for place in nodes.places:
        if place is not own:
            yield from _holding(place, offset)


def _holding(place: Place, offset: int) -> Iterator[int]:
    if not place.layout.extent.start <= offset < place.layout.extent.end:
        return
    for found in place.layout.over(offset, offset + 1):
        index = place.index(found.path) if isinstance(found.what, Register) else None
        if index is not None:
            yield index


def around(nodes: Nodes, address: int, base_of: BaseOf) -> tuple[int | None, int | None]:
    """The indices of the registers that begin last before an address and first behind it, in its region."""
    before: tuple[int, int] | None = None
    behind: tuple[int, int] | None = None
    for place in nodes.places:
        base = base_of(place.region.name)
        if base is None or not base <= address < base + place.region.size or not place.count:
            continue
        start = base + place.instance.offset
        number = _first_behind(place.layout, address - start)
        if number:
            found = start + place.layout.at(number - 1)[1], place.first + number - 1
            before = max(before, found) if before else found
        if number < place.count:
            found = start + place.layout.at(number)[1], place.first + number
            behind = min(behind, found) if behind else found
    return before and before[1], behind and behind[1]


def _first_behind(layout: Layout, offset: int) -> int:
    """The number of the first register whose offset is more than ``offset``."""
    low, high = 0, layout.count
    while low < high:
        middle = (low + high) // 2
        if layout.at(middle)[1] > offset:
            high = middle
        else:
            low = middle + 1
    return low
