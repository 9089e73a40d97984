"""Registers held against each other: those in one place become views; those that no bus reaches go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.maps.findings import quote
from inspector.maps.svd.budget import TooMuchError
from inspector.maps.svd.items import Item
from inspector.maps.svd.notes import Notes

MOST_VIEWS = 256
"""Views of a block. A description with more registers in one place describes none."""


def settle(items: list[Item], start: int, notes: Notes) -> list[Item]:
    """The items that a bus reaches.

    Arrays stay arrays, unless their elements lie closer than they are long or are not all aligned.

    Args:
        items: Registers and groups beside each other.
        start: Where their parent is, in bytes from an address that is aligned for all.
        notes: Takes what is left out.
    """
    settled: list[Item] = []
    for item in items:
        array = item.array
        uneven = array is not None and (array.stride % item.alignment or array.stride < item.size)
        parts = item.elements() if array is not None and array.count > 1 and uneven else iter((item,))
        for part in parts:
            place = start + part.offset
            if part.children:
                part.children = settle(part.children, place, notes)
                if part.children:
                    settled.append(part)
            elif place % part.alignment:
                notes.drop(
                    "registers at addresses that are no multiple of their width, which a bus refuses",
                    part.line,
                    f"{quote(part.name)} of {part.alignment * 8} bits at the offset {part.offset:#x}",
                )
            else:
                settled.append(part)
    return settled


def separate(items: list[Item], notes: Notes) -> None:
    """Make views of the registers that have bytes of others; what comes first stays as it is.

    A register that is only read and one that is only written share their bytes as they are. Where one
    register of a group has bytes of something outside, the group is a view as a whole.

    Raises:
        TooMuchError: There are more registers in one place than anything can have views.
    """
    leaves = [(item, list(_leaves([item], [0], False))) for item in items]
    crowded = _crowded([leaf for _, inside in leaves for leaf in inside])
    taken: dict[str, dict[int, _Byte]] = {}
    for item, inside in leaves:
        if not any(id(leaf.item) in crowded for leaf in inside):
            continue
        view = ""
        if item.children and any(_holder(leaf, taken.get("", {})) for leaf in inside):
            view = item.name.replace("%s", "")
        for leaf in inside:
            _choose(leaf, leaf.item.alt or view, taken, notes)
        _raise_view(item)


_Byte = dict[int, str]
"""Who has a byte in a view: the register's name by its direction."""


@dataclass(slots=True)
class _Leaf:
    """A register with all its places.

    Attributes:
        item: The register.
        starts: Where its elements are, those of its groups' elements included.
        declared: Whether the description says that it, or a group of its, stands in another's place.
    """

    item: Item
    starts: list[int]
    declared: bool

    def places(self) -> Iterator[int]:
        """Its bytes."""
        for start in self.starts:
            yield from range(start, start + self.item.size)


def _leaves(items: list[Item], bases: list[int], declared: bool) -> Iterator[_Leaf]:
    for item in items:
        starts = [base + start for base in bases for start in item.starts]
        said = declared or item.declared
        if item.children:
            yield from _leaves(item.children, starts, said)
        else:
            yield _Leaf(item, starts, said)


def stretches(items: list[Item]) -> list[tuple[int, int]]:
    """The bytes of all registers, as pairs of the first byte and the one after, in order."""
    joined: list[tuple[int, int]] = []
    spans = sorted(
        (start, start + leaf.item.size) for leaf in _leaves(items, [0], False) for start in leaf.starts
    )
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _crowded(leaves: list[_Leaf]) -> set[int]:
    """The registers, by identity, that have bytes of another."""
    spans = sorted(
        (start, start + leaf.item.size, i) for i, leaf in enumerate(leaves) for start in leaf.starts
    )
    crowded: set[int] = set()
    highest, owner = -1, -1
    for start, end, i in spans:
        if start < highest:
            crowded.update((i, owner))
        if end > highest:
            highest, owner = end, i
    return {id(leaves[i].item) for i in crowded}


def _choose(leaf: _Leaf, wanted: str, taken: dict[str, dict[int, _Byte]], notes: Notes) -> None:
    """Give a register the first view in which its bytes are free, and note what nobody has declared."""
    item = leaf.item
    holder = ""
    for number in range(1, MOST_VIEWS + 1):
        view = wanted if number == 1 else f"{wanted or 'view'}{number}"
        there = taken.setdefault(view, {})
        found = _holder(leaf, there)
        if found:
            holder = holder or found
            continue
        item.alt = view
        for place in leaf.places():
            there.setdefault(place, {})[item.direction] = item.name
        break
    else:
        message = f"{quote(item.name)} has bytes that more than {MOST_VIEWS} registers have"
        raise TooMuchError(message, item.line)
    if holder and not leaf.declared:
        message = f"{quote(item.name)} has bytes of {quote(holder)}"
        notes.repair("registers that overlap", item.line, f"{message}; it is kept as a view of them")


def _holder(leaf: _Leaf, there: dict[int, _Byte]) -> str:
    """Who has a byte of the register in that view and may not share it; empty for nobody."""
    apart = {1: 2, 2: 1}.get(leaf.item.direction)
    for place in leaf.places():
        for direction, name in there.get(place, {}).items():
            if direction != apart:
                return name
    return ""


def _raise_view(item: Item) -> str | None:
    """The view of all its registers, stated at the outermost group; None where they differ."""
    if not item.children:
        return item.alt
    views = {_raise_view(child) for child in item.children}
    view = views.pop()
    if views or not view:
        return view if not views else None
    for child in item.children:
        child.alt = ""
    item.alt = view
    return view
